"""The port's rules in force, in plain words with their figures: nobody is judged by a rule that is not on this page."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reservations.models import Allocation, Policy
from web import words
from yards.models import CargoKind


def by_subject(policy: Policy) -> list[tuple[str, list[str]]]:
    """This will say a policy as (subject, sentences), in the order of a trip."""
    return [
        (_("Reserving"), _booking(policy)),
        (_("Rounds"), _rounds(policy)),
        (_("Standby"), _standby(policy)),
        (_("What counts"), _counts(policy)),
        (_("Arriving"), _arriving(policy)),
        (_("The order"), _order(policy)),
        (_("Being called"), _calling(policy)),
        (_("The port's side"), _promise(policy)),
    ]


def _booking(policy: Policy) -> list[str]:
    return [
        ngettext(
            "You can reserve up to %(days)s day ahead, in slots of %(slot)s.",
            "You can reserve up to %(days)s days ahead, in slots of %(slot)s.",
            policy.horizon_days,
        )
        % {"days": policy.horizon_days, "slot": words.span(policy.slot_minutes)},
        _("A vehicle can hold one reservation and one request at a time."),
        _("One organisation can hold at most %(percent)s %% of a slot, and always one place.")
        % {"percent": policy.organisation_share_percent},
        _("A place that is being confirmed is held for %(span)s, once.") % {"span": words.span(policy.hold_minutes)},
    ]


def _rounds(policy: Policy) -> list[str]:
    how = {
        Allocation.OPEN: _("Places are given at once, as they are asked for; there are no rounds."),
        Allocation.ROUNDS: _("The places of every day are given by a round: who clicks first wins nothing."),
        Allocation.AUTO: _(
            "A day on which more than %(percent)s %% of an hour's places are expected to be wanted is given by a round;"
            " other days are open to everybody at once."
        )
        % {"percent": policy.auto_threshold_percent},
    }
    if policy.allocation == Allocation.OPEN:
        return [how[Allocation.OPEN]]
    priority = list(dict.fromkeys(policy.class_pattern))
    return [
        how[Allocation(policy.allocation)],
        _(
            "Requests open %(opens)s and close %(closes)s before the day begins. When in between you ask does not matter."
        )
        % {
            "opens": words.span(policy.round_open_hours * 60),
            "closes": words.span(policy.round_close_hours * 60),
        },
        _("The result is out %(span)s later, with a reason for everyone.")
        % {"span": words.span(policy.round_publish_minutes)},
        _(
            "Places go by class first (%(classes)s), then as near as possible to the times asked for, then fairly over organisations."
        )
        % {"classes": " → ".join(words.queue_class(code) for code in priority)},
        _("General cargo is sure of %(percent)s %% of the places while it asks for them.")
        % {"percent": policy.general_share_percent},
        _(
            "Between equals a draw decides. Its seed is fixed by a published hash before and shown after: anybody can check it."
        ),
        _("Vehicles of one consignment are placed within %(span)s of each other, all or none.")
        % {"span": words.span(policy.bundle_span_minutes)},
        _("What is left opens %(span)s after the result; each vehicle's own start is drawn within %(spread)s.")
        % {
            "span": words.span(policy.instant_after_minutes),
            "spread": words.span(policy.instant_spread_minutes),
        },
    ]


def _standby(policy: Policy) -> list[str]:
    return [
        _(
            "A place that comes free is offered to the first in the standby order who can still arrive, then to the next."
        ),
        _("An offer stands for at least %(span)s, longer when the slot is far off. Letting it pass costs nothing.")
        % {"span": words.span(policy.offer_minutes)},
        _("Who gives a place back cannot take one of the same slot again for %(span)s.")
        % {"span": words.span(policy.cooldown_minutes)},
    ]


def _counts(policy: Policy) -> list[str]:
    return [
        _("A vehicle may change its slot %(limit)s times in %(days)s days.")
        % {"limit": policy.changes_limit, "days": policy.changes_days},
        _("It may be put off %(limit)s times in %(days)s days, even when it is already late.")
        % {"limit": policy.extensions_limit, "days": policy.extensions_days},
        _(
            "Vehicle or driver can be changed within one organisation, %(limit)s times in %(days)s days,"
            " until %(span)s before the slot."
        )
        % {
            "limit": policy.substitutions_limit,
            "days": policy.substitutions_days,
            "span": words.span(policy.substitution_cutoff_minutes),
        },
        _("Cancelling costs nothing until %(span)s before the slot. Later it counts.")
        % {"span": words.span(policy.cancel_cutoff_minutes)},
        _(
            "After %(limit)s late cancellations or no-shows in %(days)s days a vehicle cannot reserve for %(block)s days;"
            " it can still come without a reservation, and appeal."
        )
        % {"limit": policy.strike_limit, "days": policy.strike_days, "block": policy.block_days},
    ]


def _promise(policy: Policy) -> list[str]:
    return [
        _("The port is late when it calls more than %(span)s after your slot. Then nothing counts against you,")
        % {"span": words.span(policy.promise_minutes)}
        + " "
        + _("and you get a credit: one more ticket in a draw within %(days)s days.") % {"days": policy.credit_days},
        _("When the port closes, everybody is moved in the same order; nobody loses anything by it."),
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
