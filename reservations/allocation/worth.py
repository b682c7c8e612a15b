"""PURE. What an assignment costs under the rule, counted from the assignment itself and not from any flow."""

from __future__ import annotations

import numpy as np

from reservations.allocation.costs import PERCENT, Costs
from reservations.allocation.problem import NOBODY, Flags, Ints, Problem
from reservations.allocation.shapes import Rule
from reservations.allocation.wishes import Wishes


def worth(problem: Problem, wishes: Wishes, costs: Costs, given: Ints) -> int:
    """This will return refusals + displacement + moves + fill. `given` [n]: place of each request, -1 refused."""
    refused = int(costs.refuse[given == NOBODY].sum())
    return (
        refused
        + displacement_cost(problem, wishes, costs, given)
        + move_cost(problem, given)
        + fill_cost(problem, given)
    )


def displacement_cost(problem: Problem, wishes: Wishes, costs: Costs, given: Ints) -> int:
    """This will return the cost of all displacement."""
    row = np.flatnonzero(given != NOBODY)
    return int(costs.displacement(row, wishes.displacement(row, wishes.of_place[given[row]])).sum())


def moved(problem: Problem, given: Ints) -> Flags:
    """bool [n]: those that held a place and got another."""
    placed_anew: Flags = (given != NOBODY) & (given != problem.held)
    return problem.is_held & placed_anew


def move_cost(problem: Problem, given: Ints) -> int:
    return int(moved(problem, given).sum()) * problem.rule.move_cost


def fill_cost(problem: Problem, given: Ints) -> int:
    """This will return the cost of the seats given, by the steps of fill that they lie on."""
    more = np.bincount(given[given != NOBODY], minlength=len(problem.room)).astype(np.int64)
    used = problem.capacity - problem.room
    return _fill_to(problem.rule, problem.capacity, used + more) - _fill_to(problem.rule, problem.capacity, used)


def _fill_to(rule: Rule, capacity: Ints, seats: Ints) -> int:
    """Cost of the first `seats` seats of all places together."""
    total, below = 0, np.zeros_like(seats)
    for percent, cost in rule.fill_steps:
        top = np.maximum(below, capacity * percent // PERCENT)
        total += cost * int(np.clip(seats - below, 0, top - below).sum())
        below = top
    return total + rule.fill_steps[-1][1] * int(np.maximum(0, seats - below).sum())
