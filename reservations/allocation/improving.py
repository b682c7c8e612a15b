"""PURE. Second thoughts about placed bundles: a price holds for the next seat, and several bundles may have counted on the same one.

Once the single requests have flowed around the bundles, prices tell which bundle stands dearer than was thought. The one that saves
most moves; then the prices are others.
"""

from __future__ import annotations

import numpy as np

from reservations.allocation.bundles import Desk, in_turn
from reservations.allocation.costs import Costs
from reservations.allocation.problem import NOBODY, Ints, Problem
from reservations.allocation.relaxing import Relaxed
from reservations.allocation.wishes import Wishes
from reservations.allocation.yard import StayPrices

MOST_TRIED = 40  # bundles for which better places are looked for
LEAST_SAVED = 1.0


def move_dearest(
    problem: Problem, wishes: Wishes, costs: Costs, thought: Relaxed, known: Relaxed, bundled: Ints
) -> Ints:
    """This will return `bundled` [n] with one bundle moved, or as it is. `thought`: the prices it was placed at; `known`: what came out."""
    given, desk = bundled.copy(), Desk(problem, wishes, costs, known, bundled)
    offers = [desk.better(rows, bundled) for rows in _dearer(problem, thought, known, bundled)]
    saved, found = max(offers, key=lambda offer: offer[0], default=(0.0, {}))
    if saved >= LEAST_SAVED:
        given[list(found)] = list(found.values())
    return given


def _dearer(problem: Problem, thought: Relaxed, known: Relaxed, given: Ints) -> list[list[int]]:
    """The placed bundles whose seats and bays cost more than was thought: those with the largest rise first, then in turn."""
    rise = _prices(problem, known, given) - _prices(problem, thought, given)
    bundles = [rows for rows in in_turn(problem) if given[rows[0]] != NOBODY and rise[rows].sum() > 0]
    return sorted(bundles, key=lambda rows: -int(rise[rows].sum()))[:MOST_TRIED]


def _prices(problem: Problem, relaxed: Relaxed, given: Ints) -> Ints:
    """[n]: price of each one's seat and stay, to the whole unit; 0 for none."""
    row = np.flatnonzero(given != NOBODY)
    stays = StayPrices(relaxed.force.rows).of(problem.bay[row], problem.starts[given[row]], problem.dwell[row])
    prices = np.zeros(problem.size, dtype=np.int64)
    prices[row] = np.rint(relaxed.prices[given[row]] + stays)
    return prices
