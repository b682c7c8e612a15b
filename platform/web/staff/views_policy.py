"""The port's rules: what holds, what held, and the next version."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import clock
from core.errors import NotFound
from reservations import queries
from reservations.models import Policy
from reservations.operations import publish_policy
from web.pages import form_page, page
from web.staff.acts import Ask, ask
from web.staff.pages import sent
from web.staff.rules import Rules, changes_of, rule_groups, wished
from web.staff.views_console import rights
from web.staff.words import differences
from yards.models import Port

VERB = "policy.publish"


@page("console.read")
def policy(request: HttpRequest, port_code: str) -> HttpResponse:
    """The rules in force, those to come, and every earlier version with what it changed."""
    port = queries.port_for(user=request.user, code=port_code, verb="console.read")
    versions = list(Policy.objects.filter(port=port).select_related("published_by").order_by("-version"))
    now = clock.now()
    current = max((v for v in versions if v.effective_from <= now), key=_since, default=None)
    context = {
        "port": port,
        "current": current,
        "groups": rule_groups(current) if current else [],
        "history": [
            (version, _changes(version, before))
            for version, before in zip(versions, [*versions[1:], None], strict=True)
        ],
        "rights": rights(request, port.code),
    }
    return render(request, "staff/policy.html", context)


@form_page(VERB)
def publish(request: HttpRequest, port_code: str) -> HttpResponse:
    """A new version: typed, shown as differences in words, then published for a future moment."""
    port = queries.port_for(user=request.user, code=port_code, verb=VERB)
    latest = Policy.objects.filter(port=port).order_by("-version").first()
    if latest is None:
        raise NotFound(field="policy")
    with timezone.override(port.tz):  # what is typed and shown is the port's time
        return _publish(request, port, latest)


def _publish(request: HttpRequest, port: Port, latest: Policy) -> HttpResponse:
    wishes = wished(request.GET)
    form = Rules(sent(request), latest=latest, initial=wishes)
    context = {"port": port, "latest": latest, "wishes": wishes, "rights": rights(request, port.code)}
    if request.method == "POST" and "confirm" not in request.POST and form.is_valid():
        changes = changes_of(form.cleaned_data, latest)
        preview = differences(latest, changes) or [_("Nothing changes but the version.")]
        return render(request, "staff/policy_new.html", context | {"form": form, "preview": preview})

    def run(*, effective_from: Any, note: str, once: Any, now: Any, actor: Any, **rules: Any) -> Policy:
        published: Policy = publish_policy(
            port_code=port.code,
            effective_from=effective_from,
            changes=changes_of(rules, latest),
            note=note,
            user=request.user,
            once=once,
            now=now,
            actor=actor,
        )
        return published

    words = Ask(_("New rules"), _("Show what changes"), template="staff/policy_new.html", context=context)
    return ask(request, words, form=form, run=run, done=_published, back=reverse("web:staff_policy", args=[port.code]))


def _since(version: Policy) -> tuple[Any, int]:
    return (version.effective_from, version.version)


def _changes(version: Policy, before: Policy | None) -> list[str]:
    return differences(before, changes_of(vars(version), before)) if before else []


def _published(version: Policy) -> str:
    return _("Version %(version)s is published.") % {"version": version.version}
