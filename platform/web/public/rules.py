"""The port's rules in force, in plain words with their figures: nobody is judged by a rule that is not on this page."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reservations.models import Policy
from web import words
from yards.models import CargoKind


def in_plain_words(policy: Policy) -> list[str]:
    """This will say a policy, one sentence per rule."""
    return [*_booking(policy), *_arriving(policy), *_order(policy), *_calling(policy)]


def _booking(policy: Policy) -> list[str]:
    return [
        ngettext(
            "You can reserve up to %(days)s day ahead, in slots of %(slot)s.",
            "You can reserve up to %(days)s days ahead, in slots of %(slot)s.",
            policy.horizon_days,
        )
        % {"days": policy.horizon_days, "slot": words.span(policy.slot_minutes)},
        _("A vehicle can hold one reservation at a time."),
        _(
            "Changing and cancelling cost nothing. Up to %(span)s before the slot a cancellation is not even noted as late."
        )
        % {"span": words.span(policy.cancel_cutoff_minutes)},
    ]


def _arriving(policy: Policy) -> list[str]:
    return [
        _("Check-in opens %(span)s before your slot.") % {"span": words.span(policy.early_minutes)},
        _(
            "Until %(span)s after your slot you keep your promised place. Later you slide to the next free one, not to the end."
        )
        % {"span": words.span(policy.grace_minutes)},
        _("Without a reservation you take the first free place from the moment you check in."),
    ]


def _order(policy: Policy) -> list[str]:
    kinds: dict[str, list[str]] = {}
    for kind, name in CargoKind.choices:
        kinds.setdefault(policy.class_of(kind), []).append(str(name))
    classes = "; ".join(f"{words.queue_class(code)} ({', '.join(names)})" for code, names in kinds.items())
    pattern = " → ".join(words.queue_class(code) for code in policy.class_pattern)
    return [
        _("Classes: %(classes)s.") % {"classes": classes},
        _(
            "Calls take the classes in turn: %(pattern)s, and again from the start. A class with nobody waiting is left out."
        )
        % {"pattern": pattern},
        _("Within a class: promised time first, then time of arrival."),
        _("A call out of order needs a reason and a second person, and is shown in the order."),
    ]


def _calling(policy: Policy) -> list[str]:
    return [
        _("You are called when a bay that fits your vehicle is free. It is held for you for %(span)s.")
        % {"span": words.span(policy.call_minutes)},
        ngettext(
            "If you miss a call you stand behind the next %(behind)s vehicle.",
            "If you miss a call you stand behind the next %(behind)s vehicles.",
            policy.missed_behind,
        )
        % {"behind": policy.missed_behind}
        + " "
        + ngettext(
            "After %(limit)s missed call you are taken out of the queue.",
            "After %(limit)s missed calls you are taken out of the queue.",
            policy.missed_limit,
        )
        % {"limit": policy.missed_limit},
        _("What the port caused (a closed lane, a late opening) never counts against you."),
    ]
