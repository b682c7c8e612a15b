""" "Why am I here, who passed me, and by which rule": answered from the order and the ledger, for every entry."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from core.models import LedgerEntry
from reservations.models import QueueEntry
from reservations.queries.order import Standing, blocked_entries, published_order_of

ENDLESS = 2**63 - 1


@dataclass(frozen=True)
class Passing:
    """Somebody with a later key who was called first. `ticket` names him on the published list; `rule` is a code:
    class_pattern, override, after_missed, other_bay (only his bay need could be met), and `reason` an override's words."""

    ticket: int
    at: datetime
    rule: str
    reason: str


@dataclass(frozen=True)
class Explanation:
    """`before_by_class`: how many of each class stand before; `blocked_by`: a code when no call is possible just now."""

    standing: Standing | None
    before_by_class: dict[str, int]
    passed_by: list[Passing]
    blocked_by: str


def explain(entry: QueueEntry, *, now: datetime) -> Explanation:
    """This will explain an entry's place. Positions come from the published order, passings from the ledger's calls."""
    order = published_order_of(entry.lane, now=now)
    mine = next((place for place in order if place.entry.pk == entry.pk), None)
    before = Counter(place.entry.queue_class for place in order if mine and place.position < mine.position)
    blocked = blocked_entries(entry.lane, [entry], now=now).get(entry.ref, "") if mine else ""
    return Explanation(mine, dict(before), _passings(entry), blocked)


def _passings(entry: QueueEntry) -> list[Passing]:
    begin, end = _span(entry)
    calls = LedgerEntry.objects.filter(
        stream__key=entry.lane.yard.stream, kind="queue.called", seq__gt=begin, seq__lt=end, data__lane=entry.lane.code
    ).order_by("seq")
    called = {call.data["entry"]: call for call in calls if call.data["entry"] != entry.ref}
    rows = QueueEntry.objects.filter(ref__in=called).in_bulk(field_name="ref")
    return [
        Passing(row.ticket, called[ref].recorded_at, _rule(entry, row, called[ref]), _override_reason(row))
        for ref, row in sorted(rows.items(), key=lambda pair: called[pair[0]].seq)
        if _key(row) > _key(entry)
    ]


def _span(entry: QueueEntry) -> tuple[int, int]:
    """The positions in the ledger between which it waited: from its check-in to the call it came by, its leaving, or for ever."""
    own = LedgerEntry.objects.filter(stream__key=entry.lane.yard.stream, visit_ref=entry.visit_ref)
    at = dict(own.order_by("seq").values_list("kind", "seq"))  # the last of each kind
    until = "queue.called" if entry.called_at else "queue.withdrawn"
    return at.get("queue.checked_in", ENDLESS), at.get(until, ENDLESS)


def _key(entry: QueueEntry) -> tuple[datetime, datetime, int]:
    return (entry.promised_at, entry.arrived_at, entry.ticket)


def _rule(mine: QueueEntry, other: QueueEntry, call: LedgerEntry) -> str:
    if call.data["rule"] in ("override", "offline"):
        return str(call.data["rule"])
    if any(ref == mine.ref for ref, _ in call.data["passed"]):
        return "other_bay"
    return "class_pattern" if other.queue_class != mine.queue_class else "after_missed"


def _override_reason(row: QueueEntry) -> str:
    used = row.overrides.filter(state="used").first()
    return str(used.reason) if used else ""
