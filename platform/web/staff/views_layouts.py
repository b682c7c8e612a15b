"""A yard's plan in versions: uploaded, looked at, given a moment, taken back, thrown away."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.policy import may_at
from core.errors import NotFound
from reservations import queries
from web import once
from web.drawing import draw
from web.pages import action, form_page, live, live_page, page
from web.staff.acts import Ask, ask
from web.staff.forms import Confirm
from web.staff.forms_layouts import Effective, Upload
from web.staff.layouts import effect_of, findings_of, in_force, plan_of, with_changes
from web.staff.pages import press, sent
from web.staff.views_console import rights
from yards.models import Layout, Yard
from yards.operations.layouts import discard_layout, save_layout, schedule_layout, unschedule_layout
from yards.operations.taking_effect import put_in_force

READ, CHANGE = "layout.read", "layout.change"
KINDS = "layout."
SHOWN = 100


@page(READ)
def layouts(request: HttpRequest, yard_code: str) -> HttpResponse:
    """All versions of a yard's plan, the newest first."""
    yard = queries.yard_for(user=request.user, code=yard_code, verb=READ)
    rows = Layout.objects.filter(yard=yard).defer("document", "plan").select_related("made_by")
    listed = list(rows.order_by("-version")[:SHOWN])
    context = _base(request, yard) | {
        "live": live(yard.stream, "staff"),
        "kinds": KINDS,
        "rows": [(row, _errors(row), changed) for row, changed in zip(listed, with_changes(listed), strict=True)],
    }
    return live_page(request, "staff/layouts.html", context, layouts="staff/_layouts.html")


@form_page(CHANGE)
def upload(request: HttpRequest, yard_code: str) -> HttpResponse:
    """A file becomes a draft, whatever is wrong with what it says; only what is no plan at all is refused."""
    yard = queries.yard_for(user=request.user, code=yard_code, verb=CHANGE)
    form = Upload(request.POST, request.FILES) if request.method == "POST" else Upload()
    made: list[Layout] = []

    def run(*, layout: bytes, note: str, **by: Any) -> Layout:
        made.append(save_layout(yard_code=yard.code, data=layout, note=note, **by))
        return made[0]

    words = Ask(
        _("Upload a plan"),
        _("Read the file"),
        lead=_(
            "Nothing changes in the yard yet: first you see what was understood, what was ignored and what is wrong."
        ),
        template="staff/layout_upload.html",
        context=_base(request, yard),
    )
    answer = ask(request, words, form=form, run=run, done=_saved, back=_list(yard))
    return redirect(_page_of(made[0])) if made else answer


@page(READ)
def layout(request: HttpRequest, yard_code: str, ref: str) -> HttpResponse:
    """One version: drawn, with everything that was found in it, beside the one in force or another."""
    row = _layout(request, yard_code, ref, READ)
    drawing = draw(plan_of(row))
    others = Layout.objects.filter(yard=row.yard).exclude(pk=row.pk).exclude(state="discarded")
    beside = _beside(row, request.GET.get("with", ""))
    context = _base(request, row.yard) | {
        "live": live(row.yard.stream, "staff"),
        "layout": row,
        "drawing": drawing,
        "levels": findings_of(row, drawing),
        "errors": _errors(row),
        "beside": beside,
        "others": others.defer("document", "plan", "findings").order_by("-version")[:SHOWN],
        "effect": effect_of(row, beside=beside),
        "once": once.fresh(),
    }
    return live_page(request, "staff/layout.html", context)


@page(READ)
def download(request: HttpRequest, yard_code: str, ref: str) -> HttpResponse:
    """The document as it came or was last saved."""
    row = _layout(request, yard_code, ref, READ)
    name = f"{row.yard.code}-v{row.version}.geojson"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-cache"}
    text = json.dumps(row.document, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(text, content_type="application/geo+json", headers=headers)


@form_page(CHANGE)
def schedule(request: HttpRequest, yard_code: str, ref: str) -> HttpResponse:
    """What it does to the yard as it is now, and from when on."""
    row = _layout(request, yard_code, ref, CHANGE)
    with timezone.override(row.yard.port.tz):
        context = _base(request, row.yard) | {
            "layout": row,
            "errors": _errors(row),
            "effect": effect_of(row, beside=in_force(row.yard)),
        }
        words = Ask(
            _("Put this plan in force"), _("Put it in force"), template="staff/layout_schedule.html", context=context
        )

        def run(*, takes_effect_at: datetime | None, now: datetime, **by: Any) -> Layout:
            if takes_effect_at is None:
                done: Layout = put_in_force(ref=row.ref, now=now, **by)
            else:
                done = schedule_layout(ref=row.ref, takes_effect_at=takes_effect_at, now=now, **by)
            return done

        return ask(request, words, form=Effective(sent(request)), run=run, done=_given_a_moment, back=_page_of(row))


@action(CHANGE)
def unschedule(request: HttpRequest, yard_code: str, ref: str) -> HttpResponse:
    row = _layout(request, yard_code, ref, CHANGE)
    return press(request, run=unschedule_layout, done=_draft_again, back=_page_of(row), ref=row.ref)


@form_page(CHANGE)
def discard(request: HttpRequest, yard_code: str, ref: str) -> HttpResponse:
    row = _layout(request, yard_code, ref, CHANGE)
    words = Ask(
        _("Throw version %(version)s away") % {"version": row.version},
        _("Throw it away"),
        lead=_("Its number is not given again. What it said can still be downloaded."),
        danger=True,
        facts=[(_("Version"), row.version), (_("What changes and why"), row.note or "–")],
        context=_base(request, row.yard),
    )

    def run(**by: Any) -> Layout:
        gone: Layout = discard_layout(ref=row.ref, **by)
        return gone

    return ask(request, words, form=Confirm(sent(request)), run=run, done=_discarded, back=_list(row.yard))


@action(CHANGE)
def copy(request: HttpRequest, yard_code: str, ref: str) -> HttpResponse:
    """A new draft with the same content, to be changed in the editor."""
    row = _layout(request, yard_code, ref, CHANGE)
    made: list[Layout] = []

    def run(**by: Any) -> Layout:
        data = json.dumps(row.document, ensure_ascii=False, separators=(",", ":")).encode()
        note = _("from version %(version)s") % {"version": row.version}
        made.append(save_layout(yard_code=row.yard.code, data=data, note=note, **by))
        return made[0]

    answer = press(request, run=run, done=_saved, back=_list(row.yard))
    return redirect("web:layout_edit", row.yard.code, made[0].ref) if made else answer


# ---------------------------------------------------------------- shared with the editor
def layout_for(request: HttpRequest, yard_code: str, ref: str, verb: str) -> Layout:
    """This will return a version of a yard at a port where the person may do the verb. Raises NotFound."""
    yard = queries.yard_for(user=request.user, code=yard_code, verb=verb)
    row = Layout.objects.filter(yard=yard, ref=ref).select_related("made_by").first()
    if row is None:
        raise NotFound(field="layout")
    row.yard = yard
    return row


_layout = layout_for


def _base(request: HttpRequest, yard: Yard) -> dict[str, Any]:
    may_change = may_at(request.user, CHANGE, yard.port.code)
    return {"yard": yard, "port": yard.port, "rights": rights(request, yard.port.code), "may_change": may_change}


def _beside(row: Layout, ref: str) -> Layout | None:
    """The version to compare with: the one named, else the one in force, else the one before."""
    known = Layout.objects.filter(yard=row.yard).exclude(pk=row.pk)
    named = known.filter(ref=ref).first() if ref else None
    before = known.filter(version__lt=row.version).exclude(state="discarded").order_by("-version")
    return named or known.filter(state="in_force").first() or before.first()


def _errors(row: Layout) -> int:
    return sum(finding[0] == "error" for finding in row.findings)


def _list(yard: Yard) -> str:
    return reverse("web:layouts", args=[yard.code])


def _page_of(row: Layout) -> str:
    return reverse("web:layout", args=[row.yard.code, row.ref])


def _saved(row: Layout) -> str:
    return _("Version %(version)s is a draft.") % {"version": row.version}


def _given_a_moment(row: Layout) -> str:
    if row.state == "in_force":
        return _("Version %(version)s is in force.") % {"version": row.version}
    moment = date_format(timezone.localtime(row.takes_effect_at, row.yard.port.tz), "Y-m-d H:i")
    return _("Version %(version)s takes effect at %(moment)s.") % {"version": row.version, "moment": moment}


def _draft_again(row: Layout) -> str:
    return _("Version %(version)s is a draft again.") % {"version": row.version}


def _discarded(row: Layout) -> str:
    return _("Version %(version)s is thrown away.") % {"version": row.version}
