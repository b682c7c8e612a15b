"""The rule by which a mark counts, with the figures of the rules its reservation was made under."""

from __future__ import annotations

from django.utils.translation import gettext as _

from reservations.models import Mark
from web.words import span


def rule_of_mark(mark: Mark) -> str:
    """This will say in words why a mark counts and what follows of it."""
    rules = mark.reservation.slot.policy
    strikes = {"limit": rules.strike_limit, "days": rules.strike_days, "block": rules.block_days}
    pause = _("%(limit)s of them in %(days)s days pause reserving for %(block)s days.") % strikes
    allowed = _("%(limit)s are allowed in %(days)s days.")
    words = {
        "late_cancel": _("Given up later than %(span)s before the slot.") % {"span": span(rules.cancel_cutoff_minutes)}
        + " "
        + pause,
        "no_show": _("Not there until %(span)s after the slot's end.") % {"span": span(rules.grace_minutes)}
        + " "
        + pause,
        "change": _("Moved to another slot.")
        + " "
        + allowed % {"limit": rules.changes_limit, "days": rules.changes_days},
        "extension": _("Asked for more time.")
        + " "
        + allowed % {"limit": rules.extensions_limit, "days": rules.extensions_days},
    }
    substituted = (
        _("Vehicle or driver was replaced.")
        + " "
        + allowed
        % {
            "limit": rules.substitutions_limit,
            "days": rules.substitutions_days,
        }
    )
    return words.get(mark.kind, substituted)
