"""What waits for a person at the gates of a yard: deeds without a net that the books cannot take in, and readings that nobody decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.models import LedgerEntry
from reservations.models import GateEvent, QueueEntry, Reservation
from yards.models import Gate, Yard

#: How long an open conflict is looked for in the record.
CONFLICTS_FOR = timedelta(days=30)
DECIDED_WITHIN = timedelta(minutes=1)  # who attends the gate has decided by then; later the desk is told


@dataclass(frozen=True)
class OpenConflict:
    """Something that happened at a gate and is not in the books."""

    id: str
    act: str
    why: str
    seen_at: datetime
    entry: QueueEntry | None
    reservation: Reservation | None
    actor: str
    words: str  # why, as the person was told


def open_conflicts(gate: Gate, *, now: datetime) -> list[OpenConflict]:
    """This will return what a person still has to settle at a gate, the oldest first."""
    return [_open(row) for row in _unsettled(gate.yard, now) if row.data["gate"] == gate.code]


def gate_alarms(yard: Yard, *, now: datetime) -> dict[str, list[str]]:
    """This will return by alarm the codes of the gates at which something waits for a person."""
    doubted = GateEvent.objects.filter(yard=yard, state="doubt", received_at__lt=now - DECIDED_WITHIN)
    return {
        "gate_conflict": sorted({row.data["gate"] for row in _unsettled(yard, now)}),
        "gate_doubted": sorted(set(doubted.values_list("gate_code", flat=True))),
    }


def _unsettled(yard: Yard, now: datetime) -> list[LedgerEntry]:
    told = LedgerEntry.objects.filter(
        stream__key=yard.stream, kind__in=["gate.conflict", "gate.settled"], recorded_at__gt=now - CONFLICTS_FOR
    )
    rows = list(told.order_by("seq"))
    settled = {row.data["conflict"] for row in rows if row.kind == "gate.settled"}
    return [row for row in rows if row.kind == "gate.conflict" and row.data["conflict"] not in settled]


def _open(row: LedgerEntry) -> OpenConflict:
    data = row.data
    entry = QueueEntry.objects.select_related("vehicle", "lane").filter(ref=data["entry"]).first()
    promise = Reservation.objects.select_related("vehicle", "lane").filter(ref=data["reservation"]).first()
    seen_at = datetime.fromisoformat(data["seen_at"])
    return OpenConflict(data["conflict"], data["act"], data["why"], seen_at, entry, promise, row.actor, row.reason)
