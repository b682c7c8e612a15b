"""Who holds which role at a port."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.errors import UnknownRole
from accounts.models import Membership, Role, User
from accounts.operations import add_staff_member, revoke_role
from accounts.policy import GRANTS
from reservations import queries
from web.pages import form_page, page
from web.staff.acts import Ask, ask
from web.staff.forms import Confirm, Grant
from web.staff.pages import sent
from web.staff.views_console import rights
from yards.models import Port

VERB = "people.manage"


@page(VERB)
def people(request: HttpRequest, port_code: str) -> HttpResponse:
    port = _port(request, port_code)
    held = Membership.objects.filter(port_code=port.code).select_related("user").order_by("user__name", "role")
    mine = _grantable(request, port)
    rows = [(row, row.role in mine and row.user_id != request.user.pk) for row in held]
    return render(request, "staff/people.html", {"port": port, "rows": rows, "rights": rights(request, port.code)})


@form_page(VERB)
def grant(request: HttpRequest, port_code: str) -> HttpResponse:
    port = _port(request, port_code)
    roles = [(role.value, role.label) for role in Role if role in _grantable(request, port)]
    words = Ask(
        title=_("Give a role"),
        lead=_("A person who is new here gets an account and sets a password by e-mail."),
        button=_("Give the role"),
    )

    def run(**inputs: Any) -> User:
        return add_staff_member(port_code=port.code, by=request.user, **inputs)

    return ask(request, words, form=Grant(sent(request), roles=roles), run=run, done=_given, back=_list(port))


@form_page(VERB)
def revoke(request: HttpRequest, port_code: str, ref: str, role: str) -> HttpResponse:
    port = _port(request, port_code)
    held = Membership.objects.filter(port_code=port.code, user__ref=ref, role=role).select_related("user").first()
    if held is None:
        raise UnknownRole
    words = Ask(
        title=_("Take a role away"),
        button=_("Take it away"),
        danger=True,
        facts=[(_("Person"), str(held.user)), (_("Role"), held.get_role_display()), (_("Port"), str(port))],
    )

    def run(**inputs: Any) -> None:
        revoke_role(user_ref=ref, role=role, port_code=port.code, by=request.user, **inputs)

    return ask(request, words, form=Confirm(sent(request)), run=run, done=_taken, back=_list(port))


def _port(request: HttpRequest, port_code: str) -> Port:
    return queries.port_for(user=request.user, code=port_code, verb=VERB)


def _grantable(request: HttpRequest, port: Port) -> set[str]:
    """The operation decides again; this only keeps what it would refuse off the page."""
    own = request.user.memberships.filter(port_code=port.code)  # type: ignore[union-attr]
    return {role for held in own for role in GRANTS.get(held.role, ())}


def _list(port: Port) -> str:
    return reverse("web:staff_people", args=[port.code])


def _given(user: User) -> str:
    return _("%(person)s has the role.") % {"person": user}


def _taken(_nothing: None) -> str:
    return _("The role is taken away.")
