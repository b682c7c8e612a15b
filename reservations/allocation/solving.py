"""PURE. The way from a problem to a solution: relax, bring bundles together, relax the single ones again, fill what is left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from reservations.allocation.costs import Costs, costs_of
from reservations.allocation.flow import Floats
from reservations.allocation.network import Seats
from reservations.allocation.problem import Ints, Problem
from reservations.allocation.relaxing import Relaxed, nothing_in_force, relax
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
    value = worth(problem, wishes, costs, relaxed.given)
    bound = relaxed.bound + _cost_of_the_unfit(wishes, costs)
    return Solution(relaxed.given, value, bound, relaxed.prices, raised, solver, wishes, costs)


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
