"""Small yards for the tests of the choice, and the same choice made slowly: bay by bay, from the rules as they are written."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from yards.guidance.bays import Bays
from yards.guidance.choice import BLOCKING_M, TRAFFIC_M, Ask, Choice, Weighed, weigh
from yards.guidance.needs import Need
from yards.guidance.prices import BEST_FIT_M, Prices
from yards.guidance.roads import Roads
from yards.guidance.segregation import least_m
from yards.guidance.state import SHORTEST_LEFT_MIN, Standing, State
from yards.layouts.plan import PlanBay

GATE_M = (0.0, 0.0)
TRUCK = Need(17.0, 2.55)
LONG_TRUCK = Need(21.0, 2.55)
REEFER = Need(17.0, 2.55, frozenset({"reefer"}))


def dangerous(hazard: str) -> Need:
    return Need(17.0, 2.55, frozenset({"hazmat"}), hazard)


def bay(
    code: str,
    x_m: float = 10.0,
    *equipment: str,
    y_m: float = 0.0,
    length_m: float = 18.0,
    behind: str = "",
    segregation_m: float = 0.0,
) -> PlanBay:
    """A bay whose length points north: `x_m` from its neighbour's middle leaves x_m - 3.5 m of free space between them."""
    return PlanBay(
        code, "A", x_m, y_m, length_m, 3.5, 0.0, equipment=equipment, behind=behind, segregation_m=segregation_m
    )


@dataclass
class World:
    """A yard without a plan's ways: straight lines from GATE_M."""

    bays: list[PlanBay]
    standing: list[Standing] = field(default_factory=list)
    closed: dict[str, str] = field(default_factory=dict)
    moved: list[str] = field(default_factory=list)
    demand: dict[str, list[float]] = field(default_factory=dict)
    aisles: list[str] | None = None

    def weigh(self, need: Need = TRUCK, stay_min: float = 100.0) -> Weighed:
        columns = Bays(self.bays, self.aisles or ["-"] * len(self.bays))
        state = State.of(columns, self.standing, self.closed, self.moved)
        ask = Ask(need, "G1", "exit", 9, stay_min)
        return weigh(ask, columns, state, Roads.straight(columns, GATE_M), Prices.of(columns, self.demand))

    def choose(self, need: Need = TRUCK, stay_min: float = 100.0) -> Choice | None:
        return self.weigh(need, stay_min).choose()

    def code(self, need: Need = TRUCK, stay_min: float = 100.0) -> str:
        """The chosen bay, "" when there is none."""
        choice = self.choose(need, stay_min)
        return choice.code if choice else ""


def slowly(world: World, need: Need, stay_min: float = 100.0) -> tuple[float, str] | None:
    """The cheapest bay by a reference without arrays, for a yard without history: (cost in metres, code)."""
    costs = [(_cost_m(world, one, need, stay_min), one.code) for one in world.bays if _may(world, one, need)]
    if not costs:
        return None
    least = min(cost for cost, _ in costs)
    return min((code, cost) for cost, code in costs if cost <= least + 1e-9)[::-1]


def _by_code(world: World) -> dict[str, PlanBay]:
    return {one.code: one for one in world.bays}


def _taken(world: World) -> dict[str, Standing]:
    return {one.bay: one for one in world.standing}


def _may(world: World, one: PlanBay, need: Need) -> bool:
    taken = _taken(world)
    if one.code in taken or one.code in world.closed or one.behind in taken:
        return False
    if one.length_m < need.length_m or one.width_m < need.width_m or not need.equipment <= set(one.equipment):
        return False
    if ("hazmat" in one.equipment) != bool(need.hazard_class):
        return False
    return all(_far(one, _by_code(world)[code], need, standing) for code, standing in taken.items())


def _far(one: PlanBay, other: PlanBay, need: Need, standing: Standing) -> bool:
    """Bays of the tests all point north and stand in one row: what is free between them is what is free sideways."""
    if not need.hazard_class or not standing.hazard:
        return True
    gap_m = max(0.0, abs(one.x_m - other.x_m) - 3.5)
    return gap_m >= max(least_m(need.hazard_class, standing.hazard), one.segregation_m, other.segregation_m)


def _cost_m(world: World, one: PlanBay, need: Need, stay_min: float) -> float:
    taken, aisles = _taken(world), world.aisles or ["-"] * len(world.bays)
    aisle_of = dict(zip((b.code for b in world.bays), aisles, strict=True))
    cost = math.dist(GATE_M, (one.x_m, one.y_m)) + _price(world, one, set(need.equipment) | _size(world, need.length_m))
    if aisle_of[one.code] in {aisle_of[code] for code in world.moved}:
        cost += TRAFFIC_M
    for rear in (b for b in world.bays if b.behind == one.code):
        if rear.code in taken:
            left = max(SHORTEST_LEFT_MIN, taken[rear.code].expected_min - taken[rear.code].since_min)
            cost += BLOCKING_M * 0.5 * (1 + math.erf(math.log(stay_min / left) / (0.45 * math.sqrt(2) * math.sqrt(2))))
        elif rear.code not in world.closed:
            cost += _price(world, rear, set())
    return cost


def _size(world: World, length_m: float) -> set[str]:
    lengths = sorted(one.length_m for one in world.bays)
    middle = (lengths[(len(lengths) - 1) // 2] + lengths[len(lengths) // 2]) / 2
    return {"oversize"} if length_m > middle + 1.0 else set()


def _price(world: World, one: PlanBay, needed: set[str]) -> float:
    classes = {"hazmat"} if "hazmat" in one.equipment else set(one.equipment) | _size(world, one.length_m)
    return BEST_FIT_M * len(classes - needed)
