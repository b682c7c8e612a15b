"""What messages about declarations say, and about places that were lost for want of one."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reservations.queries.declared import WHY

WORDS: dict[str, tuple[str | Promise, str | Promise]] = {
    "reservation.revoked.undeclared": (
        _("Place lost: the declaration was not ready"),
        _(
            "%(plate)s: the place at %(port)s, %(slot)s, went to the standby order. The vehicle stands by for another one."
            " This is no strike."
        ),
    ),
    "reservation.undeclared": (
        _("Declaration not ready"),
        _("%(plate)s: %(port)s, %(slot)s: %(lack)s. Without a ready declaration the place is lost at %(lost_at)s."),
    ),
    "declaration.ready": (
        _("Declaration ready"),
        _("%(declaration)s %(own_reference)s for %(port)s: nothing is missing any more."),
    ),
    "declaration.needs_fix": (
        _("Declaration to be mended"),
        _("%(declaration)s %(own_reference)s for %(port)s: its page says what, where and how."),
    ),
    "declaration.submitted": (
        _("Declaration waits"),
        _(
            "%(declaration)s %(own_reference)s for %(port)s: nothing is left for you to do; its page says what is awaited."
        ),
    ),
    "declaration.held": (
        _("Declaration on hold"),
        _("%(declaration)s %(own_reference)s was put on hold at %(port)s. Reason: %(reason)s"),
    ),
    "declaration.released": (
        _("Declaration released"),
        _("%(declaration)s %(own_reference)s was released at %(port)s. %(reason)s"),
    ),
    "declaration.consumed": (
        _("Declaration used up"),
        _("%(declaration)s %(own_reference)s for %(port)s: its last trip is made."),
    ),
}


def lack(facts: dict[str, Any], language: str) -> str:
    """This will say what a reservation's declaration lacks."""
    return str(WHY.get(facts.get("lack", ""), ""))
