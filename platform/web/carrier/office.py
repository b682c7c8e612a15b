"""Whose office a carrier's person sits in, and what they may do there: asked once per request, shown as the bar of every page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest

from accounts.models import CARRIER_PEOPLE, Organisation
from accounts.policy import POLICY, may
from core.errors import NotFound

VERB = "fleet.own"
#: The clock of a country's office; others read China's, where the ports are.
ZONES = {"LA": "Asia/Vientiane", "MM": "Asia/Yangon", "TH": "Asia/Bangkok", "VN": "Asia/Ho_Chi_Minh"}
AT_HOME = "Asia/Shanghai"
CHOSEN = "carrier_organisation"  # in the session: the one a person of several works for now


@dataclass(frozen=True)
class Office:
    """The organisation a person works for now, with their roles there. `others`: further ones of theirs, to change to."""

    organisation: Organisation
    others: tuple[Organisation, ...]
    roles: frozenset[str]

    def may(self, verb: str) -> bool:
        """This will tell whether a role held in this very organisation allows the verb: an admin of one is none of another."""
        return bool(POLICY[verb] & self.roles)

    @property
    def may_manage(self) -> bool:
        return self.may("organisation.manage")

    @property
    def may_have_clients(self) -> bool:
        return self.may("client.manage")

    @property
    def may_have_webhooks(self) -> bool:
        return self.may("webhook.own")

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(ZONES.get(self.organisation.country, AT_HOME))


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


def organisation_of(request: HttpRequest, verb: str = VERB) -> Organisation:
    """This will return the organisation a carrier's person works for now; raises NotFound unless a role there allows the verb."""
    mine = office(request)
    if not mine.may(verb):
        raise NotFound(field="organisation")
    return mine.organisation


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
    return Office(mine, tuple(each for each in roles if each != mine), frozenset(roles[mine]))
