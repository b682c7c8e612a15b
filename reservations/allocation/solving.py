"""PURE. The way from a problem to a solution: relax, bring bundles together, relax the single ones again, fill what is left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from reservations.allocation.bundles import place_again, place_bundles
from reservations.allocation.costs import Costs, costs_of
from reservations.allocation.fairness import fairest
from reservations.allocation.filling import fill
from reservations.allocation.flow import Floats
from reservations.allocation.improving import move_dearest
from reservations.allocation.network import Seats
from reservations.allocation.problem import NOBODY, Ints, Problem
from reservations.allocation.relaxing import InForce, Relaxed, nothing_in_force, relax
from reservations.allocation.stock import Stock
from reservations.allocation.straightening import straighten
from reservations.allocation.wishes import Wishes, wishes_of
from reservations.allocation.worth import worth

MOST_AGAIN = 4
SMALL_LOSS = 1_000  # one in so many of what is not refusals

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
    tell = progress or _tell_nobody
    tell("group", 0.0)
    wishes = wishes_of(problem)
    plain = costs_of(problem, wishes, np.zeros_like(problem.levels))
    tell("relax", 0.05)
    first = _Attempt(problem, wishes, plain, solver, nothing_in_force(problem))
    tell("bundles", 0.4)
    given = first.given()
    tell("fairness", 0.7)

    def again(raised: Ints) -> Ints:
        return _Attempt(problem, wishes, costs_of(problem, wishes, raised), solver, first.relaxed.force).given()

    given, raised = fairest(problem, wishes, plain, given, again)
    tell("solved", 1.0)
    value = worth(problem, wishes, plain, given)
    return Solution(
        given, value, first.bound, first.last.prices, raised, solver, wishes, costs_of(problem, wishes, raised)
    )


def _tell_nobody(stage: str, done: float) -> None:
    return None


class _Attempt:
    """One allocation under one set of costs. `last` is the relaxation that placed the single requests."""

    def __init__(self, problem: Problem, wishes: Wishes, costs: Costs, solver: str, force: InForce) -> None:
        self.problem, self.wishes, self.costs, self.solver = problem, wishes, costs, solver
        seats = Seats(problem.room, problem.capacity - problem.room, problem.taken)
        members = np.flatnonzero(wishes.fits_somewhere)
        self.relaxed = self.last = relax(problem, wishes, costs, members, seats, problem.yard, force, solver=solver)
        self.bound = self.relaxed.bound + int(costs.refuse[~wishes.fits_somewhere].sum())

    def given(self) -> Ints:
        """This will place everybody: bundles whole, single requests around them, what was torn filled in, the draw obeyed."""
        given = self.relaxed.given
        if (self.problem.bundle != NOBODY).any():
            given = self._with_bundles()
        single = self.problem.bundle == NOBODY
        drafts = [(np.where(single, draft, given), torn) for draft, torn in self.last.drafts]
        filled = [fill(self.problem, self.wishes, self.costs, draft, torn) for draft, torn in drafts]
        return straighten(self.problem, self.wishes, self.costs, min(filled, key=self._worth))

    def _with_bundles(self) -> Ints:
        """Once at the prices of the relaxation, then again at the prices that came out, a few times, as long as it pays."""
        bundled = place_bundles(self.problem, self.wishes, self.costs, self.relaxed)
        given, self.last = self._around(bundled, self.relaxed)
        for _ in range(MOST_AGAIN):
            again = self._bundled_again(bundled, given)
            if np.array_equal(again, bundled):
                break
            given_again, last = self._around(again, self.last)
            if self._worth(given_again) >= self._worth(given):
                break
            bundled, given, self.last = again, given_again, last
        return given

    def _bundled_again(self, bundled: Ints, given: Ints) -> Ints:
        """If refusals were lost, the refused bundles are tried again; if much else was, the dearest moves."""
        lost = self._worth(given) - self.bound
        if 2 * lost >= min(self.problem.rule.refuse_cost):
            return place_again(self.problem, self.wishes, self.costs, self.last, bundled)
        soft = self._worth(given) - int(self.costs.refuse[given == NOBODY].sum())
        if lost * SMALL_LOSS <= soft:
            return bundled
        return move_dearest(self.problem, self.wishes, self.costs, self.relaxed, self.last, bundled)

    def _around(self, bundled: Ints, known: Relaxed) -> tuple[Ints, Relaxed]:
        """Lets the single requests flow around placed bundles."""
        problem = self.problem
        is_single = problem.bundle == NOBODY
        stock = Stock(problem, bundled)
        single = np.flatnonzero(self.wishes.fits_somewhere & is_single)
        around = relax(
            problem, self.wishes, self.costs, single, stock.seats(), stock.free, known.force, solver=self.solver
        )
        return np.where(is_single, around.given, bundled), around

    def _worth(self, given: Ints) -> int:
        return worth(self.problem, self.wishes, self.costs, given)


def bound(problem: Problem, *, solver: str = "scipy") -> float:
    """This will return the cost that no allocation can undercut: that of the relaxation in which bundles may be torn apart."""
    wishes = wishes_of(problem)
    plain = costs_of(problem, wishes, np.zeros_like(problem.levels))
    return _Attempt(problem, wishes, plain, solver, nothing_in_force(problem)).bound
