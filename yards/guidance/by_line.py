"""PURE. Which bay: what fits, and the cheapest of those. Metres throughout.

Cost of a bay = way from the gate + SPARE_M for each piece of equipment the vehicle does not need (scarce bays are kept for
those who need them) + OVERSIZE for each metre the bay is longer than needed. The fixed scarcity penalty is the "best fit" rule
measured at 1.08-1.20 of the clairvoyant bound, against 1.29-1.35 for the nearest bay.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from yards.guidance.needs import Need

SPARE_M = 500.0
OVERSIZE = 10.0
ALTERNATIVES_KEPT = 3


@dataclass(frozen=True)
class BayView:
    """A free bay as the choice sees it; (`x_m`, `y_m`) is its centre on the yard's plan."""

    id: int
    code: str
    length_m: float
    width_m: float
    equipment: frozenset[str]
    x_m: float
    y_m: float


@dataclass(frozen=True)
class Choice:
    """The chosen bay, its cost in metres, and the next best ones with theirs."""

    bay: BayView
    cost_m: float
    alternatives: tuple[tuple[str, float], ...]

    def as_json(self) -> dict[str, object]:
        return {
            "rule": "cheapest_that_fits",
            "cost_m": round(self.cost_m, 1),
            "alternatives": [[code, round(cost, 1)] for code, cost in self.alternatives],
        }


def fits(bay: BayView, need: Need) -> bool:
    return bay.length_m >= need.length_m and bay.width_m >= need.width_m and need.equipment <= bay.equipment


def choose(bays: Sequence[BayView], need: Need, *, gate_m: tuple[float, float]) -> Choice | None:
    """This will return the cheapest bay that fits, None when none does; equal costs go to the lower code."""
    ranked = sorted((_cost(bay, need, gate_m), bay.code, bay) for bay in bays if fits(bay, need))
    if not ranked:
        return None
    cost_m, _, bay = ranked[0]
    others = tuple((code, cost) for cost, code, _ in ranked[1 : 1 + ALTERNATIVES_KEPT])
    return Choice(bay, cost_m, others)


def _cost(bay: BayView, need: Need, gate_m: tuple[float, float]) -> float:
    way = math.dist(gate_m, (bay.x_m, bay.y_m))
    return way + SPARE_M * len(bay.equipment - need.equipment) + OVERSIZE * (bay.length_m - need.length_m)
