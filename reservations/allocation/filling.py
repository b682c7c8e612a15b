"""PURE. After yard rows have left a few requests in parts: whoever can still be placed is placed, by one seat or by one exchange.

Best class first, then by the draw. First the nearest place that is free; else the cheapest exchange: another single request that does not
hold a place makes way for it and moves on to a free place of its own window.
"""

from __future__ import annotations

import numpy as np

from reservations.allocation.costs import Costs
from reservations.allocation.grouping import codes
from reservations.allocation.problem import NOBODY, Ints, Problem
from reservations.allocation.stock import Stock
from reservations.allocation.wishes import Wishes

MOST_EXCHANGES = 400  # requests tried as partners of one exchange


def fill(problem: Problem, wishes: Wishes, costs: Costs, given: Ints, torn: Ints) -> Ints:
    """This will return `given` [n] with as many of the refused `torn` (rows) placed as can be, and nobody refused who was not."""
    if not len(torn):
        return given
    filler = _Filler(problem, wishes, costs, given.copy())
    refused = torn[given[torn] == NOBODY]
    in_turn = refused[np.lexsort((problem.draw[refused], problem.is_phantom[refused], -costs.refuse[refused]))]
    hopeless: set[int] = set()
    for row in in_turn.tolist():
        if filler.kind_of[row] not in hopeless and not filler.place(row):
            hopeless.add(filler.kind_of[row])
    return filler.given


class _Filler:
    def __init__(self, problem: Problem, wishes: Wishes, costs: Costs, given: Ints) -> None:
        self.problem, self.wishes, self.costs, self.given = problem, wishes, costs, given
        self.stock = Stock(problem, given)
        columns = [problem.lane_set, problem.rank, wishes.first, wishes.last, wishes.asked, problem.bay, problem.dwell]
        self.kind_of = codes([*columns, problem.organisation, problem.is_phantom.astype(np.int64)]).tolist()
        self.may_move = (problem.bundle == NOBODY) & ~problem.is_held

    def place(self, row: int) -> bool:
        """This will place one request, by a seat or an exchange; False if neither is to be had."""
        place = self._free_place(row)
        if place != NOBODY:
            self._put(row, place)
            return True
        return self._exchange(row)

    def _put(self, row: int, place: int) -> None:
        self.given[row] = place
        self.stock.take(row, place)

    def _out(self, row: int) -> int:
        place = int(self.given[row])
        self.given[row] = NOBODY
        self.stock.take(row, place, seats=-1)
        return place

    def _window(self, row: int) -> Ints:
        """Its places, nearest first."""
        problem, wishes = self.problem, self.wishes
        fits = (wishes.first[row] <= wishes.of_place) & (wishes.of_place <= wishes.last[row])
        places = np.flatnonzero(fits & problem.fits[problem.lane_set[row], problem.lane])
        return places[np.argsort(self._cost(row, places), kind="stable")]

    def _cost(self, row: int, places: Ints) -> Ints:
        own = np.full(len(places), row)
        return self.costs.displacement(own, self.wishes.displacement(own, self.wishes.of_place[places]))

    def _free_place(self, row: int) -> int:
        window = self._window(row)
        window = window[self.stock.room[window] > 0]
        return next((place for place in window.tolist() if self.stock.fits(row, place)), NOBODY)

    def _exchange(self, row: int) -> bool:
        """The partner whose way costs least, if there is one."""
        best: tuple[int, int, int, int] | None = None
        for other in self._partners(row).tolist():
            before = self._out(other)
            mine = self._place_at(row, before)
            if mine != NOBODY:
                self._put(row, mine)
                theirs = self._free_place(other)
                self._out(row)
                if theirs != NOBODY:
                    cost = int(
                        self._cost(row, np.array([mine]))[0] + np.diff(self._cost(other, np.array([before, theirs])))[0]
                    )
                    best = min(best, (cost, other, mine, theirs)) if best else (cost, other, mine, theirs)
            self._put(other, before)
            if best and best[0] <= 0:
                break
        if best is None:
            return False
        _, other, mine, theirs = best
        self._out(other)
        self._put(row, mine)
        self._put(other, theirs)
        return True

    def _place_at(self, row: int, freed: int) -> int:
        """A place that the partner's leaving opened: its seat, or any seat that its stay had closed."""
        if self._is_in_window(row, freed) and self.stock.fits(row, freed):
            return freed
        return self._free_place(row)

    def _is_in_window(self, row: int, place: int) -> bool:
        interval = int(self.wishes.of_place[place])
        fits = self.problem.fits[self.problem.lane_set[row], self.problem.lane[place]]
        return bool(fits and self.wishes.first[row] <= interval <= self.wishes.last[row])

    def _partners(self, row: int) -> Ints:
        """Requests in the seats it could use, or in the bays that keep it out; those with the widest windows first."""
        problem, wishes = self.problem, self.wishes
        placed = np.flatnonzero(self.may_move & (self.given != NOBODY))
        seat = self.given[placed]
        interval = wishes.of_place[seat]
        in_seat = (wishes.first[row] <= interval) & (interval <= wishes.last[row])
        in_seat &= problem.fits[problem.lane_set[row], problem.lane[seat]]
        begin, end = problem.earliest[row], problem.latest[row] + problem.dwell[row]
        in_bay = (problem.bay[placed] == problem.bay[row]) & (problem.bay[row] != NOBODY)
        in_bay &= (problem.starts[seat] < end) & (problem.starts[seat] + problem.dwell[placed] > begin)
        near = placed[in_seat | in_bay]
        width = wishes.last[near] - wishes.first[near]
        partners: Ints = near[np.lexsort((problem.draw[near], -width))][:MOST_EXCHANGES]
        return partners
