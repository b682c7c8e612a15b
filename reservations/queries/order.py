"""The published order of a lane as rows, with each one's wait and what keeps it waiting."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.db.models import Max, Q

from reservations.eta import Pace, WaitRange, pace_of, wait_range
from reservations.models import LaneQueue, Policy, QueueEntry
from reservations.ordering import Candidate, Placed, published_order
from yards import opening
from yards.guidance import fits
from yards.models import Lane
from yards.operations.bays import free_bays, need_of
from yards.queries import Openings, openings_around

CYCLES_LOOKED_AT = 30
DEFAULT_UNITS_PER_HOUR = 10


@dataclass(frozen=True)
class Standing:
    """A place in the published order: `position` 1 is next; `rule` as in ordering.Placed; `wait` from now."""

    entry: QueueEntry
    position: int
    rule: str
    wait: WaitRange


def load_order(lane: Lane, *, queue: LaneQueue, policy: Policy) -> tuple[list[Placed], dict[str, QueueEntry]]:
    """This will read who waits in a lane and put them in the published order. Two queries, whatever the length."""
    rows = (
        QueueEntry.objects.filter(lane=lane, state="waiting")
        .select_related("vehicle")
        .annotate(overridden_at=Max("overrides__decided_at", filter=Q(overrides__state="approved")))
    )
    entries: dict[str, QueueEntry] = {entry.ref: entry for entry in rows}
    order = published_order(
        (_candidate(entry) for entry in entries.values()),
        pattern=policy.class_pattern,
        pattern_at=queue.pattern_at,
        calls=queue.calls,
    )
    return order, entries


def published_order_of(lane: Lane, *, now: datetime, openings: Openings | None = None) -> list[Standing]:
    """This will return the lane's published order with each one's wait. `lane.port` must be loaded."""
    queue = LaneQueue.objects.filter(lane=lane).first() or LaneQueue(lane=lane)
    try:
        policy = Policy.objects.in_force(port_id=lane.port_id, at=now)
    except Policy.DoesNotExist:
        return []
    order, entries = load_order(lane, queue=queue, policy=policy)
    waits = waits_of_lane(lane, places=len(order), now=now, openings=openings)
    return [
        Standing(entries[placed.candidate.ref], position, placed.rule, waits[position - 1])
        for position, placed in enumerate(order, start=1)
    ]


def standing_of(entry: QueueEntry, *, now: datetime) -> Standing | None:
    """This will return an entry's place in its lane's order, None when it is not waiting."""
    return next((place for place in published_order_of(entry.lane, now=now) if place.entry.pk == entry.pk), None)


def waits_of_lane(lane: Lane, *, places: int, now: datetime, openings: Openings | None = None) -> list[WaitRange]:
    """This will return the wait of each of the first `places` places of a lane."""
    intervals = (openings or openings_around([lane], now)).of(lane)
    pace = lane_pace(lane, intervals, now)
    spans = open_spans_s(lane, intervals, now)
    return [wait_range(place=place, pace=pace, open_spans_s=spans) for place in range(1, places + 1)]


def lane_pace(lane: Lane, intervals: Sequence[opening.Interval], now: datetime) -> Pace:
    """This will estimate a lane's pace from its last calls and its planned rate."""
    called = QueueEntry.objects.filter(lane=lane, called_at__isnull=False).order_by("-called_at")
    moments = list(called.values_list("called_at", flat=True)[: CYCLES_LOOKED_AT + 1])
    gaps = [(newer - older).total_seconds() for newer, older in pairwise(moments)]  # type: ignore[operator]
    piece = opening.at(intervals, now) or opening.after(intervals, now)
    per_hour = (piece.units_per_hour if piece else 0) or DEFAULT_UNITS_PER_HOUR
    return pace_of(gaps, planned_s=3600 / per_hour)


def open_spans_s(lane: Lane, intervals: Sequence[opening.Interval], now: datetime) -> list[tuple[float, float]]:
    """This will return when the lane is open, as seconds from now; nothing while staff hold it closed without an end."""
    if not lane.is_open:
        return []
    ahead = [piece for piece in intervals if piece.ends_at > now]
    return [(max(0.0, (p.starts_at - now).total_seconds()), (p.ends_at - now).total_seconds()) for p in ahead]


def blocked_entries(lane: Lane, entries: Iterable[QueueEntry]) -> dict[str, str]:
    """This will tell which waiting entries cannot be called just now, as {entry ref: code}; derived afresh, so never stale."""
    if not lane.is_open:
        return {entry.ref: "lane_closed" for entry in entries}
    free = free_bays(lane.yard_id)
    return {
        entry.ref: "no_bay_that_fits"
        for entry in entries
        if not any(fits(bay, need_of(entry.vehicle, entry.cargo_kind)) for bay in free)
    }


def _candidate(entry: QueueEntry) -> Candidate:
    return Candidate(
        ref=entry.ref,
        queue_class=entry.queue_class,
        promised_at=entry.promised_at,
        arrived_at=entry.arrived_at,
        ticket=entry.ticket,
        not_before_call=entry.not_before_call,
        overridden_at=entry.overridden_at,  # type: ignore[attr-defined]
    )
