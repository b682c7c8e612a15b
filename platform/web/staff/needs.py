"""Who of those waiting could have a bay just now: asked once for each kind of need, not once for each of two thousand trucks."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from django.db.models import Count

from reservations.choosing import NO_BAY, Chooser
from reservations.models import EntryState, QueueEntry
from yards.guidance.needs import Need
from yards.models import Lane, Yard
from yards.operations.bays import need_of

LOAD = ("length_m", "width_m", "reefer", "cargo_kind", "hazard_class")


class Needs:
    """The needs of a yard's waiting vehicles against its bays, judged as a call would. As many queries, however many wait."""

    def __init__(self, yard: Yard, *, now: datetime) -> None:
        self._waiting: Counter[int] = Counter()
        self._unfit: Counter[int] = Counter()
        self._refused: dict[tuple[int, Need], str] = {}
        groups = _groups(yard)
        lanes = {lane.pk: lane for lane in Lane.objects.filter(yard=yard).select_related("port", "gate")}
        chooser = Chooser(yard.pk, next(iter(lanes.values())).port, now=now) if groups else None
        for lane_id, entry, count in groups:
            refusal = chooser.refusal(entry, lane=lanes[lane_id]) if chooser else ""
            self._refused[lane_id, need_of(entry)] = NO_BAY if refusal else ""
            self._waiting[lane_id] += count
            self._unfit[lane_id] += count if refusal else 0

    def waiting(self, lane: Lane) -> int:
        return self._waiting[lane.pk]

    def unfit(self, lane: Lane) -> int:
        """This will count those of a lane for whom no free bay fits now."""
        return self._unfit[lane.pk]

    def blocks(self, entry: QueueEntry, lane: Lane) -> str:
        """This will say by a code why a waiting entry cannot be called just now, "" when it can."""
        if not lane.is_open:
            return "lane_closed"
        return self._refused.get((lane.pk, need_of(entry)), "")


def _groups(yard: Yard) -> list[tuple[int, QueueEntry, int]]:
    """(lane, one that stands for all of its kind, how many)."""
    rows = QueueEntry.objects.filter(lane__yard=yard, state=EntryState.WAITING).order_by()
    kinds = rows.values("lane_id", *LOAD).annotate(number=Count("pk"))
    return [(row["lane_id"], _entry(row), row["number"]) for row in kinds]


def _entry(row: dict[str, Any]) -> QueueEntry:
    return QueueEntry(**{name: row[name] for name in LOAD})
