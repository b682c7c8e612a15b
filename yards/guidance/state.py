"""PURE. What is true in the yard now, in the order of its bays: who stands where, what is closed, where trucks are moving."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from yards.guidance.bays import Bays, Bools, Floats, Ints
from yards.guidance.dwell import DEFAULT_MIN

SHORTEST_LEFT_MIN = 5.0  # who has stayed longer than expected may still stand a little


@dataclass(frozen=True)
class Standing:
    """A vehicle that stands in a bay or for which one is held, since `since_min` minutes, expected for `expected_min` (0: unknown)."""

    bay: str
    hazard: str = ""
    since_min: float = 0.0
    expected_min: float = 0.0


class State:
    """Arrays over the bays, built from rows by `of`. Who keeps one up himself (`take`, `leave`, `moving`) sets `now_min`, too."""

    def __init__(self, bays: Bays) -> None:
        number = len(bays)
        self.bays = bays
        # One place more than bays, never taken: the front of a bay that has none.
        self.taken: Bools = np.zeros(number + 1, dtype=bool)
        self.leaves_at_min: Floats = np.zeros(number)
        self.hazards: dict[int, str] = {}
        self.closed: dict[int, str] = {}
        self.open: Bools = np.ones(number, dtype=bool)
        self.moving: Bools = np.zeros(int(bays.aisle.max()) + 1 if number else 0, dtype=bool)
        self.now_min = 0.0
        self._closed_of_type: Ints = np.zeros(len(bays.member), dtype=np.int64)

    @classmethod
    def of(
        cls,
        bays: Bays,
        standing: Iterable[Standing],
        closed: Mapping[str, str] | None = None,
        moved: Collection[str] = (),
    ) -> State:
        """This will build the state from rows; `closed` says why by bay, `moved` names bays in whose aisle a truck has just moved.

        Bays that are not of the plan are passed over: a retired one may still be taken.
        """
        here = {bays.index[one.bay]: one for one in standing if one.bay in bays.index}
        at = np.fromiter(here, dtype=np.int64)
        left_min = np.fromiter(map(_left_min, here.values()), dtype=float)
        hazards = {place: one.hazard for place, one in here.items() if one.hazard}
        drove = np.array([bays.index[code] for code in moved if code in bays.index], dtype=np.int64)
        return cls.of_columns(bays, at, left_min, hazards, closed or {}, drove)

    @classmethod
    def of_columns(
        cls, bays: Bays, at: Ints, left_min: Floats, hazards: Mapping[int, str], closed: Mapping[str, str], moved: Ints
    ) -> State:
        """This will build the state from columns: who stands at the places `at`, each once, is expected to leave in `left_min` minutes;
        `hazards` by place, `closed` by code, `moved` the places in whose aisle a truck has just moved."""
        state = cls(bays)
        state.leaves_at_min[at] = left_min
        state.taken[at] = True
        state.open[at] = False
        state._closed_of_type = np.bincount(bays.type_of[at], minlength=len(bays.member)).astype(np.int64)
        state.hazards = dict(hazards)
        for code, reason in closed.items():
            state.close(code, reason)
        state.moving[bays.aisle[moved]] = True
        return state

    def take(self, one: Standing) -> None:
        at = self.bays.index.get(one.bay)
        if at is None:
            return
        self.taken[at] = True
        self._note(at)
        self.leaves_at_min[at] = self.now_min + _left_min(one)
        if one.hazard:
            self.hazards[at] = one.hazard

    def leave(self, code: str) -> None:
        at = self.bays.index[code]
        self.taken[at] = False
        self.hazards.pop(at, None)
        self._note(at)

    def close(self, code: str, reason: str) -> None:
        at = self.bays.index.get(code)
        if at is not None:
            self.closed[at] = reason
            self._note(at)

    def left_min(self, at: Ints) -> Floats:
        """This will say how many minutes who stands there is still expected to stand."""
        left: Floats = np.maximum(SHORTEST_LEFT_MIN, self.leaves_at_min[at] - self.now_min)
        return left

    def in_use(self) -> Floats:
        """This will count by class the bays nobody new can be sent to: taken or closed ones."""
        counts: Floats = self._closed_of_type @ self.bays.member
        return counts

    def _note(self, at: int) -> None:
        """A bay is open when nobody stands in it and nothing closes it; those that are not are counted by type."""
        is_open = not self.taken[at] and at not in self.closed
        if is_open != self.open[at]:
            self.open[at] = is_open
            self._closed_of_type[self.bays.type_of[at]] += -1 if is_open else 1


def _left_min(one: Standing) -> float:
    return (one.expected_min or DEFAULT_MIN) - one.since_min


def left_of(since_min: Floats, expected_min: Floats) -> Floats:
    """This will say for each stay how much is left of what is expected (0: unknown), less than 0 where it is over."""
    left: Floats = np.where(expected_min > 0, expected_min, DEFAULT_MIN) - since_min
    return left
