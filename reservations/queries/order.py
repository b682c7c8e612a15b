"""The published order of a lane as rows, with each one's wait and what keeps it waiting."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Q

from reservations.choosing import NO_BAY, Chooser
from reservations.errors import NoPolicy
from reservations.eta import WaitRange
from reservations.models import LaneQueue, Policy, QueueEntry
from reservations.ordering import Candidate, Placed, published_order
from reservations.queries.waits import lane_waits
from yards.models import Lane
from yards.queries import Openings


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
    except NoPolicy:
        return []
    order, entries = load_order(lane, queue=queue, policy=policy)
    waits = lane_waits([lane], now=now, openings=openings)[lane.pk]
    return [
        Standing(entries[placed.candidate.ref], position, placed.rule, waits.at(position))
        for position, placed in enumerate(order, start=1)
    ]


def standing_of(entry: QueueEntry, *, now: datetime) -> Standing | None:
    """This will return an entry's place in its lane's order, None when it is not waiting."""
    return next((place for place in published_order_of(entry.lane, now=now) if place.entry.pk == entry.pk), None)


def blocked_entries(lane: Lane, entries: Iterable[QueueEntry], *, now: datetime) -> dict[str, str]:
    """This will tell which waiting entries cannot be called just now, as {entry ref: code}; derived afresh, so never stale.

    `lane.port` and `lane.gate` must be loaded.
    """
    if not lane.is_open:
        return {entry.ref: "lane_closed" for entry in entries}
    chooser = Chooser(lane.yard_id, lane.port, now=now)
    return {entry.ref: NO_BAY for entry in entries if chooser.refusal(entry, lane=lane)}


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
