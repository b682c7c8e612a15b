"""What is done elsewhere: whoever clicks first takes the nearest free hour; and the same by class, narrow windows first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from benchmarks.allocation.instances import KINDS, LANE_TAKES, Instance, Ints, place_ref
from reservations.allocation import UNBOUNDED

Placed = dict[str, str]


def first_come(instance: Instance) -> Placed:
    """This will serve in the order of coming, each at the free hour nearest to the preferred one."""
    return _serve(instance, instance.came)


def by_class(instance: Instance) -> Placed:
    """This will serve class by class, in each the narrow windows first, then as they came."""
    demand = instance.demand
    came_at = np.argsort(instance.came)
    return _serve(instance, np.lexsort((came_at, demand.latest - demand.earliest, demand.rank)))


def _serve(instance: Instance, order: Ints) -> Placed:
    board = Board(instance)
    placed: Placed = {}
    members = _consignments(instance.demand.bundle)
    done: set[int] = set()
    for at, bundle in zip(order.tolist(), instance.demand.bundle[order].tolist(), strict=True):
        if bundle in done:
            continue
        together = members.get(bundle, [at])
        if bundle >= 0:
            done.add(bundle)
        placed |= board.seat(at, [instance.requests[member].ref for member in together])
    return placed


def _consignments(bundle: Ints) -> dict[int, list[int]]:
    members: dict[int, list[int]] = {}
    for at in np.flatnonzero(bundle >= 0).tolist():
        members.setdefault(int(bundle[at]), []).append(at)
    return members


class Board:
    """What is free per lane and hour and per bay type and hour, as first-come counts it."""

    def __init__(self, instance: Instance) -> None:
        self.free: list[list[int]] = instance.capacity.tolist()
        self.bays = [[UNBOUNDED if free is None else free for free in row.free] for row in instance.yard]
        self.lanes = [_own_lanes_first(kind, instance.lanes) for kind in KINDS]
        self.asked = {name: column.tolist() for name, column in instance.demand.columns().items()}

    def seat(self, at: int, refs: list[str]) -> Placed:
        """This will seat all refs in one hour, asked for as request `at` asks, or nobody."""
        kind, dwell = self.asked["kind"][at], self.asked["dwell"][at]
        for hour in _nearest_first(*(self.asked[name][at] for name in ("preferred", "earliest", "latest"))):
            if not self._fits(kind, hour, dwell, len(refs)):
                continue
            if self.bays:
                bays = self.bays[kind]
                bays[hour : hour + dwell] = [free - len(refs) for free in bays[hour : hour + dwell]]
            return dict(zip(refs, self._take(kind, hour, len(refs)), strict=True))
        return {}

    def _fits(self, kind: int, hour: int, dwell: int, vehicles: int) -> bool:
        if sum(self.free[lane][hour] for lane in self.lanes[kind]) < vehicles:
            return False
        return not self.bays or min(self.bays[kind][hour : hour + dwell]) >= vehicles

    def _take(self, kind: int, hour: int, vehicles: int) -> Iterator[str]:
        for lane in self.lanes[kind]:
            given = min(vehicles, self.free[lane][hour])
            self.free[lane][hour] -= given
            vehicles -= given
            yield from [place_ref(lane, hour)] * given


def _own_lanes_first(kind: str, lanes: tuple[str, ...]) -> list[int]:
    fitting = [at for at, name in enumerate(lanes) if kind in LANE_TAKES[name]]
    return sorted(fitting, key=lambda at: LANE_TAKES[lanes[at]].index(kind))


def _nearest_first(preferred: int, earliest: int, latest: int) -> Iterable[int]:
    for distance in range(max(preferred - earliest, latest - preferred) + 1):
        for hour in {preferred - distance: 0, preferred + distance: 0}:
            if earliest <= hour <= latest:
                yield hour
