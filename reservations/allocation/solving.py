"""PURE. The way from a problem to a solution: relax, bring bundles together, relax the single ones again, fill what is left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from reservations.allocation.bundles import place_again, place_bundles
from reservations.allocation.costs import Costs, costs_of
from reservations.allocation.filling import fill
from reservations.allocation.flow import Floats
from reservations.allocation.network import Seats
from reservations.allocation.problem import NOBODY, Ints, Problem
from reservations.allocation.relaxing import Relaxed, nothing_in_force, relax
from reservations.allocation.stock import Stock
from reservations.allocation.straightening import straighten
from reservations.allocation.wishes import Wishes, wishes_of
from reservations.allocation.worth import worth

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Solution:
    """`given` [n]: place of each request, -1 refused; `value` its cost, `bound` what nothing undercuts; `prices` [p]; `raised` [K]."""

    given: Ints
    value: int
    bound: float
    prices: Floats
    raised: Ints
    solver: str
    wishes: Wishes
    costs: Costs


def solve(problem: Problem, *, solver: str = "scipy", progress: Progress | None = None) -> Solution:
    """This will allocate. `solver`: scipy, or ortools where it is installed. `progress` is told each stage and the share done."""
    wishes = wishes_of(problem)
    raised = np.zeros_like(problem.levels)
    costs = costs_of(problem, wishes, raised)
    relaxed = _relax_all(problem, wishes, costs, solver)
    given, last = _with_bundles(problem, wishes, costs, relaxed, solver)
    given = straighten(problem, wishes, costs, fill(problem, wishes, costs, given, last.torn))
    value = worth(problem, wishes, costs, given)
    bound = relaxed.bound + _cost_of_the_unfit(wishes, costs)
    return Solution(given, value, bound, last.prices, raised, solver, wishes, costs)


def _with_bundles(
    problem: Problem, wishes: Wishes, costs: Costs, relaxed: Relaxed, solver: str
) -> tuple[Ints, Relaxed]:
    """Places bundles whole and lets the single requests flow around them; then tries the refused bundles at the new prices."""
    single = problem.bundle == NOBODY
    if single.all():
        return relaxed.given, relaxed
    bundled = place_bundles(problem, wishes, costs, relaxed)
    around = _around(problem, wishes, costs, bundled, relaxed, solver)
    given = np.where(single, around.given, bundled)
    lost = worth(problem, wishes, costs, given) - relaxed.bound - _cost_of_the_unfit(wishes, costs)
    if 2 * lost < min(problem.rule.refuse_cost):
        return given, around
    more = place_again(problem, wishes, costs, around, bundled)
    around_more = _around(problem, wishes, costs, more, around, solver)
    given_more = np.where(single, around_more.given, more)
    if worth(problem, wishes, costs, given_more) < worth(problem, wishes, costs, given):
        return given_more, around_more
    return given, around


def _around(problem: Problem, wishes: Wishes, costs: Costs, bundled: Ints, known: Relaxed, solver: str) -> Relaxed:
    stock = Stock(problem, bundled)
    single = np.flatnonzero(wishes.fits_somewhere & (problem.bundle == NOBODY))
    return relax(problem, wishes, costs, single, stock.seats(), stock.free, known.force, solver=solver)


def bound(problem: Problem, *, solver: str = "scipy") -> float:
    """This will return the cost that no allocation can undercut: that of the relaxation in which bundles may be torn apart."""
    wishes = wishes_of(problem)
    costs = costs_of(problem, wishes, np.zeros_like(problem.levels))
    return _relax_all(problem, wishes, costs, solver).bound + _cost_of_the_unfit(wishes, costs)


def _relax_all(problem: Problem, wishes: Wishes, costs: Costs, solver: str) -> Relaxed:
    seats = Seats(problem.room, problem.capacity - problem.room, problem.taken)
    members = np.flatnonzero(wishes.fits_somewhere)
    return relax(problem, wishes, costs, members, seats, problem.yard, nothing_in_force(problem), solver=solver)


def _cost_of_the_unfit(wishes: Wishes, costs: Costs) -> int:
    return int(costs.refuse[~wishes.fits_somewhere].sum())
