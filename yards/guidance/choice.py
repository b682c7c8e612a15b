"""PURE. Which bay: of those that fit, the one of least total cost. Metres; one expression over all bays.

Cost = way in + way on to the next step + TRAFFIC_M where a truck has just moved in the aisle + BLOCKING_M times the chance that who stands
behind leaves first + the price of each scarce class the vehicle takes without need + in front of an empty rear bay the price of that one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from yards.guidance.bays import PLAIN, Bays, Bools, Floats
from yards.guidance.dwell import leaves_first
from yards.guidance.feasible import against, feasible, refusals
from yards.guidance.needs import Need
from yards.guidance.options import Alternative, Ask, Choice, Option, lost_because
from yards.guidance.prices import Prices
from yards.guidance.roads import Roads
from yards.guidance.state import State

__all__ = ["Alternative", "Ask", "Choice", "Need", "Option", "Weighed", "choose", "weigh"]

TRAFFIC_M = 30.0
BLOCKING_M = 200.0
ALTERNATIVES_KEPT = 3


def choose(
    ask: Ask, bays: Bays, state: State, roads: Roads, prices: Prices, *, allowed: Collection[str] | None = None
) -> Choice | None:
    """This will return the bay of least total cost, None when none may be taken; equal costs go to the lower code.

    `allowed` keeps the choice to these bays.
    """
    return weigh(ask, bays, state, roads, prices).choose(allowed)


@dataclass(frozen=True)
class Weighed:
    """Every bay's cost for one vehicle now, by parts in the order of the bays, and which of them it may take."""

    ask: Ask
    bays: Bays
    state: State
    roads: Roads
    prices: Prices
    in_use: Floats
    prices_m: Floats
    parts: Mapping[str, Floats]
    cost_m: Floats
    may: Bools

    def choose(self, allowed: Collection[str] | None = None) -> Choice | None:
        """This will return the cheapest bay with the next best ones and what each lost by, None when none may be taken."""
        may = self.may if allowed is None else self.may & self._among(allowed)
        best = self._cheapest(1 + ALTERNATIVES_KEPT, may)
        if not best:
            return None
        first, *others = (self._option(at) for at in best)
        alternatives = tuple(Alternative(o.code, o.cost_m, o.parts, lost_because(o, first)) for o in others)
        return Choice(first.code, first.cost_m, first.parts, alternatives, self.ask, self._known())

    def explain(self, bay_code: str) -> Option:
        """This will say what this very bay costs and everything that speaks against it. Raises KeyError for an unknown code."""
        at = self.bays.index[bay_code]
        return self._option(at, against(at, self.ask.need, self.bays, self.state, self.roads))

    def refusals(self) -> dict[str, int]:
        """This will count the bays that may not be taken by what speaks against them."""
        return refusals(self.ask.need, self.bays, self.state, self.roads)

    def _among(self, allowed: Collection[str]) -> Bools:
        among = np.zeros(len(self.bays), dtype=bool)
        among[[self.bays.index[code] for code in allowed if code in self.bays.index]] = True
        return among

    def _cheapest(self, number: int, may: Bools) -> list[int]:
        """The cheapest bays, equal costs by code."""
        among = np.flatnonzero(may)
        cost = self.cost_m[among]
        if len(among) > number:
            near = cost <= np.partition(cost, number - 1)[number - 1]
            among, cost = among[near], cost[near]
        order = np.lexsort((self.bays.rank[among], cost))
        best: list[int] = among[order[:number]].tolist()
        return best

    def _option(self, at: int, refused: tuple[str, ...] = ()) -> Option:
        parts = {name: float(metres[at]) for name, metres in self.parts.items()}
        return Option(self.bays.codes[at], float(self.cost_m[at]), parts, refused)

    def _known(self) -> dict[str, object]:
        """What the choice was made from besides the vehicle, by bay class."""
        names, loads = self.bays.class_names, self.prices.loads
        return {
            "prices_m": {name: round(price, 1) for name, price in zip(names, self.prices_m.tolist(), strict=True)},
            "free": {name: self.bays.classes[name] - int(n) for name, n in zip(names, self.in_use, strict=True)},
            "demand": {name: round(loads[name][self.ask.hour], 1) for name in names if name in loads},
            "history": self.prices.has_history,
        }


def weigh(ask: Ask, bays: Bays, state: State, roads: Roads, prices: Prices) -> Weighed:
    """This will cost every bay of the yard for one vehicle."""
    in_use = state.in_use()
    prices_m = prices.at(ask.hour, in_use)
    parts = {
        "drive_in": roads.in_m,
        "drive_on": roads.on_m,
        "traffic": np.where(state.moving[bays.aisle], TRAFFIC_M, 0.0),
        "blocking": _blocking(ask, bays, state),
        "scarcity": _scarcity(ask, bays, prices_m),
        "lock": _lock(bays, state, prices_m),
    }
    cost_m = roads.total_m + parts["traffic"] + parts["blocking"] + parts["scarcity"] + parts["lock"]
    return Weighed(
        ask, bays, state, roads, prices, in_use, prices_m, parts, cost_m, feasible(ask.need, bays, state, roads)
    )


def _blocking(ask: Ask, bays: Bays, state: State) -> Floats:
    """In front of somebody: what it costs him if he wants to leave first, times the chance of it."""
    cost = np.zeros(len(bays))
    behind = state.taken[bays.rears]
    left_min = state.left_min(bays.rears[behind])
    cost[bays.fronts[behind]] = BLOCKING_M * leaves_first(left_min, ask.stay_min, ask.sigma)
    return cost


def _scarcity(ask: Ask, bays: Bays, prices_m: Floats) -> Floats:
    """The price of every class the vehicle takes without needing it; a plain bay has nothing to spare for others."""
    needed = {PLAIN, *bays.classes_of(ask.need)}
    spare = np.array([0.0 if name in needed else 1.0 for name in bays.class_names])
    by_type: Floats = bays.member @ (prices_m * spare)
    cost: Floats = by_type[bays.type_of]
    return cost


def _lock(bays: Bays, state: State, prices_m: Floats) -> Floats:
    """In front of an empty rear bay: nobody gets there any more, so that one's price is paid as well."""
    cost = np.zeros(len(bays))
    empty = state.open[bays.rears]
    by_type: Floats = bays.member @ prices_m
    cost[bays.fronts[empty]] = by_type[bays.type_of[bays.rears[empty]]]
    return cost
