"""PURE. The last word of the draw: among equals no later drawn keeps a better place than an earlier drawn who could have it.

Equals differ in nothing that a law looks at, so exchanging their places breaks none; but their organisations may differ, and an
exchange that would take one above its cap is left undone. Those that lose a held place stand by the time they held, not by the draw.
"""

from __future__ import annotations

import numpy as np

from reservations.allocation.costs import Costs
from reservations.allocation.grouping import codes
from reservations.allocation.network import cap_per_place
from reservations.allocation.problem import NOBODY, Ints, Problem
from reservations.allocation.stock import seats_of_organisations
from reservations.allocation.wishes import Wishes

LAST = 1 << 40


def straighten(problem: Problem, wishes: Wishes, costs: Costs, given: Ints) -> Ints:
    """This will return `given` [n] with places exchanged among equals until the draw is obeyed."""
    given, same = given.copy(), equal_wishes(problem, wishes, costs)
    known = (problem.bundle == NOBODY) & wishes.fits_somewhere
    held = np.flatnonzero(known & (problem.held != NOBODY))
    keeping = _Line(problem, given, held, codes([same[held], problem.held[held]]), np.zeros_like(given))
    keeping.straighten(np.where(given == problem.held, 0, 1))
    keeps = problem.is_held & (given == problem.held) & (given != NOBODY)
    rows = np.flatnonzero(known & ~keeps)
    stood = np.where(problem.is_held, problem.stood, 0)
    _Line(problem, given, rows, same[rows], stood).straighten(_quality(problem, wishes, given))
    return given


def equal_wishes(problem: Problem, wishes: Wishes, costs: Costs) -> Ints:
    """[n]: equal numbers for requests that no law tells apart, but for their organisation's cap."""
    columns = [problem.lane_set, problem.rank, wishes.first, wishes.last, wishes.asked, wishes.anchor, costs.factor]
    dwell = np.where(problem.bay != NOBODY, problem.dwell, 0)
    return codes([*columns, problem.bay, dwell, problem.is_held.astype(np.int64), problem.is_general.astype(np.int64)])


def _quality(problem: Problem, wishes: Wishes, given: Ints) -> Ints:
    """[n]: how bad each one's place is: displacement, or the start for those that lost a place; refused is worst."""
    quality = np.full(problem.size, LAST, dtype=np.int64)
    row = np.flatnonzero(given != NOBODY)
    away = wishes.displacement(row, wishes.of_place[given[row]])
    quality[row] = np.where(problem.is_held[row], problem.starts[given[row]], away)
    return quality


class _Line:
    """`rows` in classes `same` [rows]; first in a class by `before` [n], then by the draw; forecasts last."""

    def __init__(self, problem: Problem, given: Ints, rows: Ints, same: Ints, before: Ints) -> None:
        self.problem, self.given = problem, given
        order = np.lexsort((problem.draw[rows], before[rows], problem.is_phantom[rows], same))
        self.rows, self.same = rows[order], same[order]

    def straighten(self, quality: Ints) -> None:
        """This will exchange places within `given`. `quality` [n]: lower is better."""
        if not len(self.rows):
            return
        if (cap_per_place(self.problem) >= self.problem.capacity).all() and not self.problem.taken:
            best = np.lexsort((self.given[self.rows], quality[self.rows], self.same))
            self.given[self.rows] = self.given[self.rows[best]]
            return
        self._with_caps(quality)

    def _with_caps(self, quality: Ints) -> None:
        self.caps, self.has = cap_per_place(self.problem).tolist(), seats_of_organisations(self.problem, self.given)
        runs = np.split(self.rows, np.flatnonzero(np.diff(self.same)) + 1)
        crooked = [run.tolist() for run in runs if (np.diff(quality[run]) < 0).any()]
        values, changed = quality.tolist(), True
        while changed:
            changed = any([self._pass_over(run, values) for run in crooked])

    def _pass_over(self, run: list[int], quality: list[int]) -> bool:
        """Lets each in turn take the best place that a later one has and the caps allow."""
        changed = False
        for at, row in enumerate(run):
            better = sorted((quality[other], other) for other in run[at + 1 :] if quality[other] < quality[row])
            other = next((other for _, other in better if self._may_exchange(row, other)), None)
            if other is not None:
                self._exchange(row, other)
                quality[row], quality[other] = quality[other], quality[row]
                changed = True
        return changed

    def _may_exchange(self, row: int, other: int) -> bool:
        problem, given = self.problem, self.given
        if problem.organisation[row] == problem.organisation[other]:
            return True
        return self._has_share(row, int(given[other])) and self._has_share(other, int(given[row]))

    def _has_share(self, row: int, place: int) -> bool:
        if place == NOBODY or self.problem.is_phantom[row]:
            return True
        pair = (int(self.problem.organisation[row]), place)
        return bool(self.has.get(pair, 0) < self.caps[place])

    def _exchange(self, row: int, other: int) -> None:
        self._count((row, other), -1)
        self.given[row], self.given[other] = self.given[other], self.given[row]
        self._count((row, other), 1)

    def _count(self, rows: tuple[int, int], change: int) -> None:
        for row in rows:
            pair = (int(self.problem.organisation[row]), int(self.given[row]))
            if pair[1] != NOBODY and not self.problem.is_phantom[row]:
                self.has[pair] = self.has.get(pair, 0) + change
