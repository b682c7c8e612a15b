"""PURE. Fairness over organisations: further rounds in which the worst off weigh more.

An organisation's burden is the mean displacement of what it was given. Each round raises the level of those with a burden above that
of nine tenths of the organisations (only they are told apart in the network, by level and not by name), and allocates again. A round
counts if nobody more is refused in any class and displacement at plain prices grows by no more than the rule allows; of the rounds that
count the one with the least worst burden is taken.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from reservations.allocation.costs import PERCENT, Costs
from reservations.allocation.flow import Floats
from reservations.allocation.problem import NOBODY, Flags, Ints, Problem
from reservations.allocation.wishes import Wishes
from reservations.allocation.worth import displacement_cost

MOST_EXCESS = 2  # stop at this many times the allowed growth: it only grows


def fairest(
    problem: Problem, wishes: Wishes, costs: Costs, given: Ints, again: Callable[[Ints], Ints]
) -> tuple[Ints, Ints]:
    """This will return the fairest allocation found, [n], and the extra levels [K] that led to it (none: `given` itself).

    `costs`: plain prices; `again`: allocates under extra levels.
    """
    plain, refused = displacement_cost(problem, wishes, costs, given), _refused(problem, given)
    best, latest = (given, np.zeros_like(problem.levels)), (given, np.zeros_like(problem.levels))
    allowed = plain * problem.rule.fairness_extra_percent
    for _ in range(problem.rule.fairness_rounds):
        worst_off = _worst_tenth(problem, burdens(problem, wishes, latest[0]))
        if not worst_off.any():
            break
        raised = latest[1] + worst_off
        latest = (again(raised), raised)
        excess = PERCENT * (displacement_cost(problem, wishes, costs, latest[0]) - plain)
        if excess > MOST_EXCESS * allowed:
            break
        counts = excess <= allowed and (_refused(problem, latest[0]) <= refused).all()
        if counts and burdens(problem, wishes, latest[0]).max() < burdens(problem, wishes, best[0]).max():
            best = latest
    return best


def burdens(problem: Problem, wishes: Wishes, given: Ints) -> Floats:
    """[K]: mean minutes of displacement of what each organisation was given; 0 for those too small to have a mean."""
    row = np.flatnonzero((given != NOBODY) & ~problem.is_phantom)
    count = len(problem.levels)
    owner = problem.organisation[row]
    minutes = np.bincount(owner, weights=wishes.displacement(row, wishes.of_place[given[row]]), minlength=count)
    asked = np.bincount(problem.organisation[~problem.is_phantom], minlength=count)
    mean = minutes / np.maximum(1, np.bincount(owner, minlength=count))
    return np.where(asked >= problem.rule.fairness_least_requests, mean, 0.0)


def _worst_tenth(problem: Problem, burden: Floats) -> Flags:
    asked = np.bincount(problem.organisation[~problem.is_phantom], minlength=len(burden))
    large = asked >= problem.rule.fairness_least_requests
    if not large.any():
        return large
    return large & (burden > np.percentile(burden[large], 90))


def _refused(problem: Problem, given: Ints) -> Ints:
    out = (given == NOBODY) & ~problem.is_phantom
    return np.bincount(problem.rank[out], minlength=len(problem.rule.refuse_cost))
