"""Whose office a carrier's person sits in, and what they may do there: asked once per request, shown as the bar of every page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from accounts.models import CARRIER_PEOPLE, Organisation
from accounts.policy import may
from core.errors import NotFound

VERB = "fleet.own"
CHOSEN = "carrier_organisation"  # in the session: the one a person of several works for now


@dataclass(frozen=True)
class Office:
    """The organisation a person works for now. `others`: further ones of theirs, to change to."""

    organisation: Organisation
    others: tuple[Organisation, ...]
    may_manage: bool
    may_have_clients: bool
    may_have_webhooks: bool


def office_of(request: HttpRequest) -> Office | None:
    """This will return the reader's office, None for who works for no carrier."""
    if not hasattr(request, "_carrier_office"):
        request._carrier_office = _office(request)  # type: ignore[attr-defined]
    return request._carrier_office  # type: ignore[attr-defined]


def office(request: HttpRequest) -> Office:
    """This will return the reader's office; raises NotFound for who works for no carrier."""
    found = office_of(request)
    if found is None:
        raise NotFound(field="organisation")
    return found


def organisation_of(request: HttpRequest) -> Organisation:
    """This will return the organisation a carrier's person works for now; raises NotFound."""
    return office(request).organisation


def _office(request: HttpRequest) -> Office | None:
    user: Any = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not may(user, VERB):
        return None
    held = user.memberships.filter(role__in=CARRIER_PEOPLE).select_related("organisation").order_by("pk")
    roles: dict[Organisation, set[str]] = {}
    for row in held:
        roles.setdefault(row.organisation, set()).add(row.role)
    if not roles:
        return None
    chosen = request.session.get(CHOSEN, "")
    mine = next((each for each in roles if each.ref == chosen), next(iter(roles)))
    is_admin = "carrier_admin" in roles[mine]
    return Office(mine, tuple(each for each in roles if each != mine), is_admin, is_admin, is_admin)
