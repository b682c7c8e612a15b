"""The shortest ways by a slow reference: plain Python, one Dijkstra over (place before, place) per question, nothing shared
with `yards.guidance`. It reads plans whose bays stand square to an aisle."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator
from itertools import pairwise

from yards.layouts.plan import DRIVE_THROUGH, Plan, PlanAisle, PlanBay, PlanGate, PlanPoint, Point

Spot = tuple[float, float]
State = tuple[Spot | None, Spot]  # the place before (none at the start) and the place now
LONG_M = 12.0


class SlowWays:
    """The aisles cut wherever anything meets them, for one vehicle; `edges[a][b]` is (metres, aisle code)."""

    def __init__(self, plan: Plan, length_m: float, width_m: float, height_m: float, blocked: frozenset[str]) -> None:
        self.plan, self.length_m = plan, length_m
        self.sharpest_deg = 120.0 if length_m > LONG_M else 150.0
        self.past_m = length_m if length_m > LONG_M else 0.0
        self.lines = [(aisle, a, b) for aisle in plan.aisles for a, b in pairwise(aisle.line)]
        places: list[PlanGate | PlanPoint] = [*plan.gates, *plan.points]
        self.foot = {place.code: self._nearest((place.x_m, place.y_m)) for place in places}
        self.entered = {bay.code: self._ahead(bay, -1 if bay.entry == DRIVE_THROUGH else 1) for bay in plan.bays}
        self.left = {bay.code: self._ahead(bay, 1) for bay in plan.bays}
        self.edges: dict[Spot, dict[Spot, float]] = {}
        spots = [s for s in (*self.foot.values(), *self.entered.values(), *self.left.values()) if s is not None]
        for aisle, a, b in self.lines:
            if self._closed(aisle, width_m, height_m, blocked):
                continue
            for c, d in pairwise(self._cuts(a, b, spots)):
                self.edges.setdefault(c, {})[d] = math.dist(c, d)
                if not aisle.one_way:
                    self.edges.setdefault(d, {})[c] = math.dist(c, d)

    def drive_in_m(self, gate_code: str, bay: PlanBay) -> float:
        foot, end = self.foot[gate_code], self.entered[bay.code]
        gate = next(gate for gate in self.plan.gates if gate.code == gate_code)
        if foot is None or end is None:
            return math.inf
        first: dict[State, float] = {(None, _round(foot)): math.dist((gate.x_m, gate.y_m), foot)}
        stub_m = math.dist(end, (bay.x_m, bay.y_m))
        for cost_m, before, spot in self._spread(first):
            if spot == _round(end) and before is not None and self._takes_bay(before, spot, bay):
                return cost_m + stub_m
        return math.inf

    def out_m(self, bay: PlanBay) -> float:
        foot = self.left[bay.code]
        if foot is None:
            return math.inf
        exits = {
            _round(spot): math.dist((gate.x_m, gate.y_m), spot)
            for gate in self.plan.gates
            if gate.kind == "exit" and (spot := self.foot[gate.code]) is not None
        }
        best = math.inf
        for cost_m, _, spot in self._spread({(None, _round(foot)): math.dist(foot, (bay.x_m, bay.y_m))}):
            best = min(best, cost_m + exits.get(spot, math.inf))
        return best

    def _takes_bay(self, before: Spot, spot: Spot, bay: PlanBay) -> bool:
        return bay.entry == DRIVE_THROUGH or self._goes_on(before, spot, self.past_m)

    def _goes_on(self, before: Spot, spot: Spot, metres: float) -> bool:
        if metres <= 1e-6:
            return True
        return any(self._goes_on(spot, after, metres - far_m) for after, far_m in self._after(before, spot))

    def _spread(self, first: dict[State, float]) -> Iterator[tuple[float, Spot | None, Spot]]:
        queue = [(cost_m, n, state) for n, (state, cost_m) in enumerate(first.items())]
        count, done = len(queue), set[State]()
        while queue:
            cost_m, _, (before, spot) = heapq.heappop(queue)
            if (before, spot) in done:
                continue
            done.add((before, spot))
            yield cost_m, before, spot
            for after, far_m in self._after(before, spot):
                count += 1
                heapq.heappush(queue, (cost_m + far_m, count, (spot, after)))

    def _after(self, before: Spot | None, spot: Spot) -> Iterator[tuple[Spot, float]]:
        for after, far_m in self.edges.get(spot, {}).items():
            if before is None or _turn_deg(before, spot, after) <= self.sharpest_deg:
                yield after, far_m

    def _closed(self, aisle: PlanAisle, width_m: float, height_m: float, blocked: frozenset[str]) -> bool:
        return (
            aisle.code in blocked
            or 0 < aisle.width_m < width_m + 0.5
            or 0 < aisle.height_m < height_m
            or 0 < aisle.max_length_m < self.length_m
        )

    def _cuts(self, a: Point, b: Point, spots: list[Spot]) -> list[Spot]:
        met = [s for _, c, d in self.lines if (s := _meeting(a, b, c, d)) is not None]
        on_it = [s for s in spots if abs(math.dist(a, s) + math.dist(s, b) - math.dist(a, b)) < 1e-6]
        found = {_round(s): None for s in (a, b, *met, *on_it)}
        return sorted(found, key=lambda s: math.dist(a, s))

    def _nearest(self, spot: Point) -> Spot | None:
        feet = [_foot(spot, a, b) for _, a, b in self.lines]
        return min(feet, key=lambda foot: math.dist(foot, spot)) if feet else None

    def _ahead(self, bay: PlanBay, side: int) -> Spot | None:
        """Where the line out of the bay's middle first meets an aisle, past its own end and the bay before it."""
        angle = math.radians(bay.heading_deg)
        front_m = sum(other.length_m for other in self.plan.bays if other.code == bay.behind)
        reach_m = bay.length_m / 2 + front_m + 30.0
        end = (bay.x_m + side * reach_m * math.sin(angle), bay.y_m + side * reach_m * math.cos(angle))
        met = [s for _, c, d in self.lines if (s := _meeting((bay.x_m, bay.y_m), end, c, d)) is not None]
        return min(met, key=lambda s: math.dist(s, (bay.x_m, bay.y_m)), default=None)


def _round(spot: Spot) -> Spot:
    return round(spot[0], 3), round(spot[1], 3)


def _foot(spot: Point, a: Point, b: Point) -> Spot:
    along = ((spot[0] - a[0]) * (b[0] - a[0]) + (spot[1] - a[1]) * (b[1] - a[1])) / math.dist(a, b) ** 2
    share = min(max(along, 0.0), 1.0)
    return a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])


def _meeting(a: Point, b: Point, c: Point, d: Point) -> Spot | None:
    area = (b[0] - a[0]) * (d[1] - c[1]) - (b[1] - a[1]) * (d[0] - c[0])
    if abs(area) < 1e-9:
        return None
    s = ((c[0] - a[0]) * (d[1] - c[1]) - (c[1] - a[1]) * (d[0] - c[0])) / area
    t = ((c[0] - a[0]) * (b[1] - a[1]) - (c[1] - a[1]) * (b[0] - a[0])) / area
    inside = -1e-6 <= s <= 1 + 1e-6 and -1e-6 <= t <= 1 + 1e-6
    return (a[0] + s * (b[0] - a[0]), a[1] + s * (b[1] - a[1])) if inside else None


def _turn_deg(a: Spot, b: Spot, c: Spot) -> float:
    before, after = math.atan2(b[1] - a[1], b[0] - a[0]), math.atan2(c[1] - b[1], c[0] - b[0])
    return abs((math.degrees(after - before) + 180) % 360 - 180)
