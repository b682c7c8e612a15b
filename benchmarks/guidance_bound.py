"""What no rule can undercut, though it knew every arrival and every stay beforehand. Metres.

    min  Σ way·x[truck, group] + Σ NO_BAY·refused[truck]
    s.t. Σ_group x[truck, group] + refused[truck] = 1
         Σ x[truck, group] over the trucks that stand at an instant ≤ bays of the group,   instants every STEP_MIN

It is below what the yard allows because everything is easier here: trucks may be torn over bays, a bay of a group costs what the group's
cheapest one costs, bays are counted at some instants only, and pairs, blocking, traffic and segregation are left out.

The value returned is Lagrange's: for any price ≥ 0 of a bay of a group at an instant, Σ_truck min(NO_BAY, way + prices of its instants)
- Σ price·bays is at most the programme's optimum, so it is a bound whatever the prices. HiGHS finds them for the bays of one type together
(a small programme); from there they are raised group by group: a price goes up where more would stand than can, down where fewer, by
Adam's step. HiGHS alone takes minutes for the same day and is above this value by 0.01 % at 70 % occupancy.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from benchmarks.guidance_day import NEEDS, Day
from benchmarks.guidance_play import Ground
from yards.guidance.bays import Floats, Ints
from yards.guidance.prices import NO_BAY_M

STEP_MIN = 20.0
TOGETHER_M = 30.0
ROUNDS = 1000
STEP_M, KEEP, KEEP_SQUARES = 10.0, 0.9, 0.999


@dataclass(frozen=True)
class Problem:
    """How many bays each group has, each truck's way to each group (inf: it may not stand there), and its instants."""

    bays: Ints
    way_m: Floats
    first: Ints
    last: Ints  # the first instant it no longer stands at

    @property
    def instants(self) -> int:
        return int(self.last.max(initial=0))


def bound_m(ground: Ground, day: Day) -> float:
    """This will return what the day costs at least, in metres. Raises RuntimeError when HiGHS fails."""
    problem = problem_of(ground, day)
    group, _ = _groups(ground)
    type_of = np.zeros(len(problem.bays), dtype=np.int64)
    type_of[group] = ground.bays.type_of
    return raised(problem, _solved(_together(problem, type_of))[type_of])


def problem_of(ground: Ground, day: Day) -> Problem:
    """This will write the day down as trucks, groups of bays and instants."""
    group, bays = _groups(ground)
    kinds, kind_of = np.unique(np.stack([day.need, day.gate, day.step], axis=1), axis=0, return_inverse=True)
    ways = []
    for need, gate, step in kinds:
        roads = ground.roads_of(NEEDS[need], gate, step)
        way = np.where(ground.bays.fit(NEEDS[need]) & roads.reachable, roads.in_m + roads.on_m, np.inf)
        cheapest = np.full(len(bays), np.inf)
        np.minimum.at(cheapest, group, way)
        ways.append(cheapest)
    first = np.ceil(day.at_min / STEP_MIN).astype(np.int64)
    last = np.ceil((day.at_min + day.stay_min) / STEP_MIN).astype(np.int64)
    return Problem(bays, np.array(ways)[kind_of.ravel()], first, last)


def _groups(ground: Ground) -> tuple[Ints, Ints]:
    """Bays of one aisle and one type that lie near each other are one group."""
    part = np.array([bay.y_m // TOGETHER_M for bay in ground.plan.bays], dtype=np.int64)
    keys = np.stack([ground.bays.aisle, part, ground.bays.type_of], axis=1)
    _, group, count = np.unique(keys, axis=0, return_inverse=True, return_counts=True)
    return group.ravel(), count


def raised(problem: Problem, prices: Floats) -> float:
    """This will raise the prices by ROUNDS steps, each smaller than the last, and return the best value found."""
    best, mean, square = -np.inf, np.zeros_like(prices), np.zeros_like(prices)
    for done in range(ROUNDS):
        value, slope = _value(problem, prices)
        best = max(best, value)
        mean = KEEP * mean + (1 - KEEP) * slope
        square = KEEP_SQUARES * square + (1 - KEEP_SQUARES) * slope**2
        along = mean / (1 - KEEP ** (done + 1)) / (np.sqrt(square / (1 - KEEP_SQUARES ** (done + 1))) + 0.1)
        prices = np.maximum(0.0, prices + STEP_M * (1 - done / ROUNDS) * along)
    return best


def _value(problem: Problem, prices: Floats) -> tuple[float, Floats]:
    """Lagrange's value, and by how many the trucks that would stand at these prices exceed the bays."""
    until = np.concatenate([np.zeros((len(prices), 1)), prices.cumsum(axis=1)], axis=1)
    dearer = problem.way_m + (until[:, problem.last] - until[:, problem.first]).T
    group = dearer.argmin(axis=1)
    least = dearer[np.arange(len(group)), group]
    comes = least < NO_BAY_M
    change = np.zeros((len(prices), prices.shape[1] + 1))
    np.add.at(change, (group[comes], problem.first[comes]), 1)
    np.add.at(change, (group[comes], problem.last[comes]), -1)
    over: Floats = change.cumsum(axis=1)[:, :-1] - problem.bays[:, None]
    over[(prices <= 0) & (over < 0)] = 0
    value = float(np.minimum(least, NO_BAY_M).sum() - (prices.sum(axis=1) * problem.bays).sum())
    return value, over


def _together(problem: Problem, type_of: Ints) -> Problem:
    """The same day with the groups of one type as one group: the cheapest way counts."""
    way_m = np.stack([problem.way_m[:, type_of == kind].min(axis=1) for kind in range(type_of.max() + 1)], axis=1)
    return Problem(np.bincount(type_of, problem.bays).astype(np.int64), way_m, problem.first, problem.last)


def _solved(problem: Problem) -> Floats:
    """The price of a bay of each group at each instant, by HiGHS."""
    truck, group = np.nonzero(np.isfinite(problem.way_m))
    trucks, instants = len(problem.first), problem.instants
    stands = (problem.last - problem.first)[truck]
    entry = np.repeat(np.arange(len(truck)), stands)
    instant = np.arange(len(entry)) - np.repeat(np.cumsum(stands) - stands, stands) + problem.first[truck][entry]
    used, row = np.unique(group[entry] * instants + instant, return_inverse=True)
    number = len(truck) + trucks
    full = sparse.csr_matrix((np.ones(len(entry)), (row, entry)), shape=(len(used), number))
    of_truck = np.concatenate([truck, np.arange(trucks)])
    once = sparse.csr_matrix((np.ones(number), (of_truck, np.arange(number))), shape=(trucks, number))
    cost = np.concatenate([problem.way_m[truck, group], np.full(trucks, NO_BAY_M)])
    done = linprog(cost, full, problem.bays[used // instants], once, np.ones(trucks), method="highs")
    if done.status != 0:
        raise RuntimeError(done.message)
    prices: Floats = np.zeros(len(problem.bays) * instants)
    prices[used] = np.maximum(0.0, -done.ineqlin.marginals)
    return prices.reshape(len(problem.bays), instants)
