"""The waits of a lane's places, from its pace and its open hours; any number of lanes in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from reservations.eta import Pace, WaitRange, pace_of, wait_range
from reservations.models import QueueEntry
from yards import opening
from yards.models import Lane
from yards.queries import Openings, openings_around

CYCLES_LOOKED_AT = 30
DEFAULT_UNITS_PER_HOUR = 10


@dataclass(frozen=True)
class LaneWaits:
    """A lane's pace and when it is open, as seconds from now (nothing while staff hold it closed without an end).

    `speeds`: of each span, 1 = at that pace; `held_by`: what holds the lane back now (closure, far_side, reopening, bays or "").
    """

    pace: Pace
    open_spans_s: list[tuple[float, float]]
    speeds: list[float]
    held_by: str = ""

    def at(self, place: int) -> WaitRange:
        """This will return the wait of a place of the order (1 = next)."""
        wait = wait_range(place=place, pace=self.pace, open_spans_s=self.open_spans_s, speeds=self.speeds)
        return replace(wait, reason=self.held_by) if self.held_by else wait


def lane_waits(lanes: Iterable[Lane], *, now: datetime, openings: Openings | None = None) -> dict[int, LaneWaits]:
    """This will return what the waits of each lane follow from, by lane id. `lane.port` must be loaded."""
    lanes = list(lanes)
    openings = openings or openings_around(lanes, now)
    calls = _recent_calls([lane.pk for lane in lanes])
    return {lane.pk: _of_lane(lane, openings, calls[lane.pk], now) for lane in lanes}


def _recent_calls(lane_ids: list[int]) -> dict[int, list[datetime]]:
    """The last calls of each lane, newest first."""
    newest_first = Window(RowNumber(), partition_by=F("lane_id"), order_by=F("called_at").desc())
    called = QueueEntry.objects.filter(lane_id__in=lane_ids, called_at__isnull=False).order_by()
    last = called.annotate(number=newest_first).filter(number__lte=CYCLES_LOOKED_AT + 1)
    found: dict[int, list[datetime]] = {pk: [] for pk in lane_ids}
    for lane_id, _, moment in last.order_by("lane_id", "number").values_list("lane_id", "number", "called_at"):
        found[lane_id].append(moment)  # type: ignore[arg-type]
    return found


def _of_lane(lane: Lane, openings: Openings, calls: list[datetime], now: datetime) -> LaneWaits:
    gaps = [(newer - older).total_seconds() for newer, older in pairwise(calls)]
    windows, intervals = openings.windows_of(lane), openings.of(lane)
    piece = opening.at(windows, now) or opening.after(windows, now)
    pace = pace_of(gaps, planned_s=3600 / ((piece.units_per_hour if piece else 0) or DEFAULT_UNITS_PER_HOUR))
    ahead = [each for each in intervals if each.ends_at > now] if lane.is_open else []
    spans = [(max(0.0, (p.starts_at - now).total_seconds()), (p.ends_at - now).total_seconds()) for p in ahead]
    return LaneWaits(pace, spans, [_speed(p, pace) for p in ahead], _held_by(lane, openings, now))


def _speed(piece: opening.Interval, pace: Pace) -> float:
    """A cap slows the lane below its pace; it never makes it faster."""
    return min(1.0, piece.units_per_hour * pace.mean_s / 3600) if piece.limit else 1.0


def _held_by(lane: Lane, openings: Openings, now: datetime) -> str:
    if not lane.is_open:
        return ""
    if openings.shut_at(lane, now):
        return "closure"
    piece = opening.at(openings.rated(lane), now)
    return piece.limit if piece else ""
