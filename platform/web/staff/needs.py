"""Who of those waiting could have a bay just now: asked once for each kind of need, not once for each of two thousand trucks."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Count

from reservations.models import EntryState, QueueEntry
from yards.guidance import Need, fits
from yards.models import Lane, Yard
from yards.operations.bays import free_bays, need_of

LOAD = ("length_m", "width_m", "reefer", "cargo_kind")


class Needs:
    """The needs of a yard's waiting vehicles against its free bays. Two queries."""

    def __init__(self, yard: Yard) -> None:
        self._waiting: Counter[int] = Counter()
        self._unfit: Counter[int] = Counter()
        free = free_bays(yard.pk)
        self._fits: dict[Need, bool] = {}
        for lane_id, need, count in _groups(yard):
            if need not in self._fits:
                self._fits[need] = any(fits(bay, need) for bay in free)
            self._waiting[lane_id] += count
            self._unfit[lane_id] += 0 if self._fits[need] else count

    def waiting(self, lane: Lane) -> int:
        return self._waiting[lane.pk]

    def unfit(self, lane: Lane) -> int:
        """This will count those of a lane for whom no free bay fits now."""
        return self._unfit[lane.pk]

    def blocks(self, entry: QueueEntry, lane: Lane) -> str:
        """This will say by a code why a waiting entry cannot be called just now, "" when it can."""
        if not lane.is_open:
            return "lane_closed"
        return "" if self._fits.get(need_of(entry), True) else "no_bay_that_fits"


def _groups(yard: Yard) -> list[tuple[int, Need, int]]:
    rows = QueueEntry.objects.filter(lane__yard=yard, state=EntryState.WAITING).order_by()
    kinds = rows.values("lane_id", *LOAD).annotate(number=Count("pk"))
    return [(row["lane_id"], _need(row), row["number"]) for row in kinds]


def _need(row: dict[str, Any]) -> Need:
    return need_of(QueueEntry(**{name: row[name] for name in LOAD}))
