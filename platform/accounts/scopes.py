"""What a key of the enterprise API is good for: what its role allows (accounts/policy.py) AND its token's scopes name."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SCOPES: dict[str, str | Promise] = {
    "fleet:read": _("See vehicles and drivers"),
    "fleet:write": _("Register and change vehicles and drivers"),
    "declarations:read": _("See declarations and what is missing in them"),
    "declarations:write": _("Make, change, submit and withdraw declarations"),
    "places:read": _("See free places"),
    "reservations:read": _("See requests, reservations and passes"),
    "reservations:write": _("Ask for places, reserve, change, cancel, answer offers"),
    "visits:read": _("See where the own vehicles are now, and past visits"),
    "webhooks:write": _("Set up webhooks and repeat deliveries"),
    "sandbox:write": _("Set the sandbox's clock and raise its gate events"),
}


def known(scopes: Iterable[str]) -> list[str]:
    """This will return the scopes that exist, in the table's order."""
    wanted = set(scopes)
    return [scope for scope in SCOPES if scope in wanted]
