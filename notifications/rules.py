"""Which event is told to whom, by which channels, in which words. One row per event and reader; nothing else decides it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

Data = dict[str, Any]


class Who(Enum):
    """The readers of an event."""

    DRIVER = "the driver of the visit"
    WAITING = "the drivers who wait in the lane"
    SENT_OUT = "the drivers whom an evacuation told to leave, while they are inside"
    CARRIER = "the office of the carrier whose vehicle it is"
    DECLARANT = "the office of the organisation whose declaration it is"
    DESK = "operators and supervisors of the port"
    SUPERVISORS = "supervisors of the port"
    ASKER = "who asked for the override"


def _always(reason: str, data: Data) -> bool:
    return True


@dataclass(frozen=True)
class Rule:
    """`words` names an entry of notifications/words.py ("" = the kind itself). `useful_min`: later than that, only the page tells it.

    Who did the thing himself reads it on the page only, unless `receipt`. `when(reason, data)` looks at the ledger entry.
    """

    kind: str
    who: Who
    channels: tuple[str, ...]
    words: str = ""
    useful_min: int = 24 * 60
    receipt: bool = False
    when: Callable[[str, Data], bool] = _always


PAGE = ("inapp",)
PHONE = ("inapp", "sms")
TEXT = ("sms",)
MAIL = ("inapp", "email")


def _missed_out(reason: str, data: Data) -> bool:
    return reason == "missed_calls"


def _left_otherwise(reason: str, data: Data) -> bool:
    return not _missed_out(reason, data)


def _another_bay(reason: str, data: Data) -> bool:
    return "instead_of" in (data.get("why") or {})


def _way_out(reason: str, data: Data) -> bool:
    return bool(data.get("gate"))


def _no_way_out(reason: str, data: Data) -> bool:
    return not data.get("gate")


def _asked_directly(reason: str, data: Data) -> bool:
    """A place that came of a request is told as the request's result, a move by a closure as its disposition: one message each."""
    return not data.get("request") and not data.get("closure")


def _not_by_closure(reason: str, data: Data) -> bool:
    """Who lost his place to a closure is told of it by its disposition."""
    return not data.get("closure")


def _undeclared(reason: str, data: Data) -> bool:
    return data.get("why") == "undeclared"


def _taken_back(reason: str, data: Data) -> bool:
    return _asked_directly(reason, data) and not _undeclared(reason, data)


def _stands_by_of_itself(reason: str, data: Data) -> bool:
    """Who lost his place for want of a declaration is told so by the reservation's entry."""
    return _not_by_closure(reason, data) and not _undeclared(reason, data)


def _at_once(reason: str, data: Data) -> bool:
    """Who gives it in reads the answer there and then."""
    return data.get("was") == "draft"


def _later(reason: str, data: Data) -> bool:
    return not _at_once(reason, data)


def _moved(reason: str, data: Data) -> bool:
    return data.get("kind") == "moved"


def _lost_its_place(reason: str, data: Data) -> bool:
    return data.get("kind") == "standby"


def _strike(reason: str, data: Data) -> bool:
    return data.get("kind") in ("late_cancel", "no_show")


RULES: tuple[Rule, ...] = (
    Rule("reservation.confirmed", Who.DRIVER, PHONE, receipt=True, when=_asked_directly),
    Rule("reservation.confirmed", Who.CARRIER, PAGE, when=_asked_directly),
    Rule("reservation.changed", Who.DRIVER, PHONE, receipt=True, when=_asked_directly),
    Rule("reservation.changed", Who.CARRIER, PAGE, when=_asked_directly),
    Rule("reservation.cancelled", Who.DRIVER, PHONE),
    Rule("reservation.cancelled", Who.CARRIER, PAGE),
    Rule("reservation.revoked", Who.DRIVER, PHONE, when=_taken_back),
    Rule("reservation.revoked", Who.CARRIER, MAIL, when=_taken_back),
    Rule("reservation.revoked", Who.DRIVER, PHONE, words="reservation.revoked.undeclared", when=_undeclared),
    Rule("reservation.revoked", Who.CARRIER, MAIL, words="reservation.revoked.undeclared", when=_undeclared),
    Rule("reservation.undeclared", Who.DRIVER, PHONE),
    Rule("reservation.undeclared", Who.CARRIER, MAIL),
    Rule("declaration.ready", Who.DECLARANT, PAGE, when=_at_once),
    Rule("declaration.ready", Who.DECLARANT, MAIL, when=_later),
    Rule("declaration.needs_fix", Who.DECLARANT, PAGE, when=_at_once),
    Rule("declaration.needs_fix", Who.DECLARANT, MAIL, when=_later),
    Rule("declaration.submitted", Who.DECLARANT, PAGE),
    Rule("declaration.held", Who.DECLARANT, MAIL),
    Rule("declaration.released", Who.DECLARANT, PAGE),
    Rule("declaration.consumed", Who.DECLARANT, PAGE),
    Rule("reservation.vehicle_changed", Who.DRIVER, PHONE),
    Rule("reservation.driver_changed", Who.DRIVER, PHONE),
    Rule("request.placed", Who.DRIVER, PHONE, receipt=True),
    Rule("request.placed", Who.CARRIER, PAGE),
    Rule("request.stands_by", Who.DRIVER, PHONE, when=_stands_by_of_itself),
    Rule("request.stands_by", Who.CARRIER, PAGE, when=_stands_by_of_itself),
    Rule("request.unplaced", Who.DRIVER, PHONE),
    Rule("request.unplaced", Who.CARRIER, PAGE),
    Rule("offer.made", Who.DRIVER, PHONE),
    Rule("offer.made", Who.CARRIER, MAIL),
    Rule("offer.accepted", Who.DRIVER, PHONE, receipt=True),
    Rule("offer.lapsed", Who.DRIVER, PAGE),
    Rule("disposition.made", Who.DRIVER, PHONE, words="disposition.moved", when=_moved),
    Rule("disposition.made", Who.CARRIER, MAIL, words="disposition.moved", when=_moved),
    Rule("disposition.made", Who.DRIVER, PHONE, words="disposition.standby", when=_lost_its_place),
    Rule("disposition.made", Who.CARRIER, MAIL, words="disposition.standby", when=_lost_its_place),
    Rule("mark.made", Who.DRIVER, PAGE, when=_strike),
    Rule("mark.made", Who.CARRIER, PAGE, when=_strike),
    Rule("mark.excused", Who.DRIVER, PAGE),
    Rule("appeal.asked", Who.SUPERVISORS, MAIL),
    Rule("appeal.granted", Who.DRIVER, PHONE),
    Rule("appeal.rejected", Who.DRIVER, PHONE),
    Rule("credit.given", Who.DRIVER, PHONE),
    Rule("reservation.expired", Who.DRIVER, PAGE),
    Rule("reservation.no_show", Who.DRIVER, PHONE),
    Rule("reservation.no_show", Who.CARRIER, PAGE),
    Rule("queue.checked_in", Who.DRIVER, PAGE),
    Rule("queue.called", Who.DRIVER, PAGE, useful_min=15),
    Rule("queue.called", Who.DRIVER, TEXT, words="queue.called.sms", useful_min=15),
    Rule("queue.missed", Who.DRIVER, PHONE, useful_min=60),
    Rule("queue.withdrawn", Who.DRIVER, PHONE, when=_left_otherwise),
    Rule("queue.withdrawn", Who.DRIVER, PHONE, words="queue.withdrawn.missed_calls", when=_missed_out),
    Rule("queue.admitted", Who.DRIVER, PAGE, useful_min=60),
    Rule("stay.held", Who.DRIVER, PAGE, useful_min=60, when=_another_bay),
    Rule("stay.held", Who.DRIVER, TEXT, words="stay.held.sms", useful_min=60, when=_another_bay),
    Rule("stay.evacuate", Who.DRIVER, PHONE, useful_min=30, when=_way_out),
    Rule("stay.evacuate", Who.DRIVER, PHONE, words="stay.evacuate.on_foot", useful_min=30, when=_no_way_out),
    Rule("evacuation.ended", Who.SENT_OUT, PHONE, useful_min=60),
    Rule("stay.overstayed", Who.DRIVER, PHONE, useful_min=240),
    Rule("stay.overstayed", Who.DESK, PAGE, useful_min=240),
    Rule("lane.closed", Who.DESK, PAGE),
    Rule("lane.closed", Who.WAITING, PAGE),
    Rule("lane.opened", Who.DESK, PAGE),
    Rule("lane.opened", Who.WAITING, PAGE),
    Rule("policy.published", Who.DESK, PAGE),
    Rule("round.failed", Who.SUPERVISORS, MAIL),
    Rule("round.redrawn", Who.SUPERVISORS, PAGE),
    Rule("round.published", Who.DESK, PAGE),
    Rule("closure.declared", Who.DESK, PAGE),
    Rule("closure.declared", Who.WAITING, PAGE),
    Rule("closure.lifted", Who.DESK, PAGE),
    Rule("closure.lifted", Who.WAITING, PAGE),
    Rule("closure.undone", Who.DESK, PAGE),
    Rule("closure.undone", Who.WAITING, PAGE),
    Rule("far_side.rate", Who.DESK, PAGE),
    Rule("override.asked", Who.SUPERVISORS, MAIL, useful_min=240),
    Rule("override.approved", Who.ASKER, PAGE),
    Rule("override.rejected", Who.ASKER, PAGE),
)

KINDS = frozenset(rule.kind for rule in RULES)


def rules_for(kind: str, reason: str, data: Data) -> list[Rule]:
    """This will return the rows that hold for one ledger entry."""
    return [rule for rule in RULES if rule.kind == kind and rule.when(reason, data)]
