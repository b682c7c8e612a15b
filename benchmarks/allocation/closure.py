"""A closure: four lanes in ten shut for eight hours; everybody who held a place there is moved, as few others as possible.

The fewest moves possible come from the same exact flow with a move as the only cost beside refusals; they cannot be fewer than those
who stood in the closure and still have a place, which is checked. Order is kept when of two who asked for the same and must move, the
one who stood earlier comes no later (inversions).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.allocation.instances import HOUR_MIN, Instance, as_places
from reservations.allocation import Place, Request

SHUT_SHARE, SHUT_H, LATER_H = 0.4, 8, 24


@dataclass(frozen=True)
class Closure:
    """What a re-allocation is given (places from now on, those of the closure without room), and what each request held before."""

    requests: list[Request]
    places: list[Place]
    held: dict[str, str]
    shut: frozenset[str]

    def must_move(self, placed: Mapping[str, str]) -> int:
        """This will count those of `placed` whose place was shut: at least so many moves it takes."""
        return sum(place in self.shut and ref in placed for ref, place in self.held.items())


def close(instance: Instance, placed: Mapping[str, str], *, seed: int) -> Closure:
    """This will shut lanes a third into the horizon, an hour from now. Who must move may come up to a day later than asked."""
    begins = instance.hours // 3
    lanes = np.random.default_rng([seed, 7]).choice(
        len(instance.lanes), max(1, int(SHUT_SHARE * len(instance.lanes))), replace=False
    )
    room = instance.capacity.copy()
    room[lanes, begins : begins + SHUT_H] = 0
    places = [p for p in as_places(instance.lanes, instance.capacity, room) if p.starts_min >= begins * HOUR_MIN]
    shut = frozenset(p.ref for p in places if p.room == 0 and p.capacity > 0)
    ahead = {p.ref: p.starts_min for p in places}
    requests = [
        _asking_again(request, placed.get(request.ref, ""), ahead, shut, begins * HOUR_MIN, instance.hours * HOUR_MIN)
        for request in instance.requests
        if placed.get(request.ref) in ahead or (request.ref not in placed and request.latest_min >= begins * HOUR_MIN)
    ]
    return Closure(requests, places, {r.ref: r.held for r in requests if r.held}, shut)


def _asking_again(
    request: Request, held: str, ahead: dict[str, int], shut: frozenset[str], now_min: int, end_min: int
) -> Request:
    if not held:
        return replace(request, earliest_min=max(request.earliest_min, now_min))
    latest = request.latest_min + (LATER_H * HOUR_MIN if held in shut else 0)
    return replace(
        request,
        held=held,
        stood_min=ahead[held],
        earliest_min=max(request.earliest_min, now_min),
        latest_min=min(end_min - HOUR_MIN, latest),
    )


def moves(closure: Closure, placed: Mapping[str, str]) -> int:
    """This will count who held a place and now has another."""
    return sum(placed.get(ref, held) != held for ref, held in closure.held.items())


def hour_changes(closure: Closure, placed: Mapping[str, str]) -> int:
    """This will count who held a place and now starts at another time (another lane at the same time is a move, but no change)."""
    stood = {r.ref: r.stood_min for r in closure.requests if r.held}
    starts = {p.ref: p.starts_min for p in closure.places}
    return sum(ref in placed and starts[placed[ref]] != start for ref, start in stood.items())


def dropped_by_rank(closure: Closure, placed: Mapping[str, str]) -> list[int]:
    """This will count who held a place and now has none, by class."""
    ranks = [r.rank for r in closure.requests if r.held and r.ref not in placed]
    return np.bincount(np.array(ranks, dtype=np.int64), minlength=4).tolist()


def inversions(closure: Closure, placed: Mapping[str, str]) -> int:
    """This will count pairs who asked for the same and had to move, and of whom the one who stood earlier now comes later."""
    starts = {p.ref: p.starts_min for p in closure.places}
    alike: dict[tuple[object, ...], list[tuple[int, float]]] = defaultdict(list)
    for r in closure.requests:
        if r.held in closure.shut:
            wish = (r.kind, r.rank, r.earliest_min, r.latest_min, r.preferred_min, r.lanes)
            now = starts[placed[r.ref]] if r.ref in placed else float("inf")
            alike[wish].append((starts[r.held], now))
    return sum(
        before[0] < after[0] and before[1] > after[1] for pairs in alike.values() for before in pairs for after in pairs
    )
