"""PURE. What is left while requests are placed one by one: seats, bays over the stay, shares of organisations."""

from __future__ import annotations

import numpy as np

from reservations.allocation.network import Seats, cap_per_place
from reservations.allocation.problem import MINUTES_PER_HOUR, NOBODY, Ints, Problem
from reservations.allocation.yard import occupied


class Stock:
    """`room` [p], `free` [B, H] and `has` ((organisation, place) -> seats) change with every `take`."""

    def __init__(self, problem: Problem, given: Ints) -> None:
        """This will take stock after `given` [n] (place of each request, -1 none)."""
        self.problem = problem
        self.room = problem.room - np.bincount(given[given != NOBODY], minlength=len(problem.room))
        self.free = problem.yard - occupied(problem, given)
        self.has = seats_of_organisations(problem, given)
        self._caps = cap_per_place(problem).tolist()
        self._starts = problem.starts.tolist()

    def fits(self, row: int, place: int) -> bool:
        """This will say whether one more seat, stay and share are left."""
        if self.room[place] < 1 or not self.has_share(row, place):
            return False
        return bool((self._stay(row, place) > 0).all())

    def has_share(self, row: int, place: int) -> bool:
        """This will say whether the request's organisation is below its cap there. Forecasts know no cap."""
        pair = (int(self.problem.organisation[row]), place)
        return bool(self.problem.is_phantom[row]) or self.has.get(pair, 0) < self._caps[place]

    def take(self, row: int, place: int, seats: int = 1) -> None:
        """This will take one seat, stay and share (seats=-1: give them back)."""
        self.room[place] -= seats
        stay = self._stay(row, place)
        stay -= seats
        if not self.problem.is_phantom[row]:
            pair = (int(self.problem.organisation[row]), place)
            self.has[pair] = self.has.get(pair, 0) + seats

    def seats(self) -> Seats:
        """This will return what is left as seats of a network."""
        return Seats(self.room.copy(), self.problem.capacity - self.room, dict(self.has))

    def _stay(self, row: int, place: int) -> Ints:
        """The hours of the stay: a view, so that taking counts."""
        bay, dwell = int(self.problem.bay[row]), int(self.problem.dwell[row])
        if bay == NOBODY or dwell <= 0:
            return self.free[:0].reshape(-1)
        start = self._starts[place]
        begin = max(0, start // MINUTES_PER_HOUR)
        return self.free[bay, begin : max(begin, -(-(start + dwell) // MINUTES_PER_HOUR))]


def seats_of_organisations(problem: Problem, given: Ints) -> dict[tuple[int, int], int]:
    """This will count (organisation, place) -> seats, with what was taken outside."""
    has = dict(problem.taken)
    rows = np.flatnonzero((given != NOBODY) & ~problem.is_phantom)
    for pair in zip(problem.organisation[rows].tolist(), given[rows].tolist(), strict=True):
        has[pair] = has.get(pair, 0) + 1
    return has
