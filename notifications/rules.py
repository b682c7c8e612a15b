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
    CARRIER = "the office of the carrier whose vehicle it is"
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
MAIL = ("inapp", "email")


def _missed_out(reason: str, data: Data) -> bool:
    return reason == "missed_calls"


def _left_otherwise(reason: str, data: Data) -> bool:
    return not _missed_out(reason, data)


def _another_bay(reason: str, data: Data) -> bool:
    return "instead_of" in (data.get("why") or {})


RULES: tuple[Rule, ...] = (
    Rule("reservation.confirmed", Who.DRIVER, PHONE, receipt=True),
    Rule("reservation.confirmed", Who.CARRIER, PAGE),
    Rule("reservation.changed", Who.DRIVER, PHONE, receipt=True),
    Rule("reservation.changed", Who.CARRIER, PAGE),
    Rule("reservation.cancelled", Who.DRIVER, PHONE),
    Rule("reservation.cancelled", Who.CARRIER, PAGE),
    Rule("reservation.revoked", Who.DRIVER, PHONE),
    Rule("reservation.revoked", Who.CARRIER, MAIL),
    Rule("reservation.expired", Who.DRIVER, PAGE),
    Rule("reservation.no_show", Who.DRIVER, PHONE),
    Rule("reservation.no_show", Who.CARRIER, PAGE),
    Rule("queue.checked_in", Who.DRIVER, PAGE),
    Rule("queue.called", Who.DRIVER, PHONE, useful_min=15),
    Rule("queue.missed", Who.DRIVER, PHONE, useful_min=60),
    Rule("queue.withdrawn", Who.DRIVER, PHONE, when=_left_otherwise),
    Rule("queue.withdrawn", Who.DRIVER, PHONE, words="queue.withdrawn.missed_calls", when=_missed_out),
    Rule("queue.admitted", Who.DRIVER, PAGE, useful_min=60),
    Rule("stay.held", Who.DRIVER, PHONE, useful_min=60, when=_another_bay),
    Rule("lane.closed", Who.DESK, PAGE),
    Rule("lane.closed", Who.WAITING, PAGE),
    Rule("lane.opened", Who.DESK, PAGE),
    Rule("lane.opened", Who.WAITING, PAGE),
    Rule("policy.published", Who.DESK, PAGE),
    Rule("override.asked", Who.SUPERVISORS, MAIL, useful_min=240),
    Rule("override.approved", Who.ASKER, PAGE),
    Rule("override.rejected", Who.ASKER, PAGE),
)

KINDS = frozenset(rule.kind for rule in RULES)


def rules_for(kind: str, reason: str, data: Data) -> list[Rule]:
    """This will return the rows that hold for one ledger entry."""
    return [rule for rule in RULES if rule.kind == kind and rule.when(reason, data)]
