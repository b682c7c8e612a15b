"""PURE. Requests that no law tells apart become one group with a count: a hundred thousand wishes are a few thousand groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reservations.allocation.costs import Costs
from reservations.allocation.problem import MINUTES_PER_HOUR, Flags, Ints, Problem
from reservations.allocation.wishes import Wishes

TOO_LARGE = 1 << 62


@dataclass(frozen=True)
class Groups:
    """`of` [m]: group of each of the m requests `members`; `one` [G]: a request that stands for the group; `count` [G].

    `touches` [G]: its stay may touch a yard row in force. `owner` [G]: the organisation whose cap is in force for it, or -1.
    """

    members: Ints
    of: Ints
    one: Ints
    count: Ints
    touches: Flags
    owner: Ints

    @property
    def size(self) -> int:
        return len(self.one)


def codes(columns: list[Ints]) -> Ints:
    """This will number the rows of `columns` by their content: equal rows, equal numbers; order of numbers = order of rows."""
    combined = np.zeros(len(columns[0]), dtype=np.int64)
    width = 1
    for column in columns:
        low = int(column.min(initial=0))
        span = int(column.max(initial=0)) - low + 1
        if width * span >= TOO_LARGE:
            _, combined = np.unique(combined, return_inverse=True)
            width = int(combined.max(initial=0)) + 1
        combined = combined * span + (column - low)
        width *= span
    return np.unique(combined, return_inverse=True)[1].astype(np.int64)


def group(problem: Problem, wishes: Wishes, costs: Costs, members: Ints, *, hot: Flags, capped: Flags) -> Groups:
    """This will group `members` (rows). `hot` (bool [B, H]): yard rows in force; `capped` (bool [K]): organisations under their cap."""
    touching = touches_hot(problem, wishes, hot)[members]
    owner = np.where(capped[problem.organisation[members]], problem.organisation[members], -1)
    columns = [
        problem.lane_set[members],
        problem.rank[members],
        wishes.first[members],
        wishes.last[members],
        wishes.asked[members],
        wishes.anchor[members],
        costs.factor[members],
        costs.refuse[members],
        problem.held[members],
        problem.is_held[members].astype(np.int64),
        problem.is_general[members].astype(np.int64),
        owner,
        np.where(touching, problem.bay[members] + 1, 0),
        np.where(touching, whole_hours(problem)[members], 0),
    ]
    of = codes(columns)
    _, at, count = np.unique(of, return_index=True, return_counts=True)
    return Groups(members, of, members[at], count.astype(np.int64), touching[at], owner[at])


def whole_hours(problem: Problem) -> Ints:
    """The dwell, rounded up to the hour where all places start on the hour and the difference cannot matter."""
    if len(problem.starts) and not (problem.starts % MINUTES_PER_HOUR).any():
        return -(-problem.dwell // MINUTES_PER_HOUR) * MINUTES_PER_HOUR
    return problem.dwell


def hours_of_stay(start: Ints, dwell: Ints, hours: int) -> tuple[Ints, Ints]:
    """This will return the hours [from, to) that stays touch, cut to the first `hours`; empty where there is no dwell."""
    begin = np.clip(start // MINUTES_PER_HOUR, 0, hours)
    end = np.clip(-(-(start + dwell) // MINUTES_PER_HOUR), 0, hours)
    return begin, np.where(dwell > 0, np.maximum(end, begin), begin)


def touches_hot(problem: Problem, wishes: Wishes, hot: Flags) -> Flags:
    """[n]: whether any stay within the window may touch a yard row in force."""
    if not hot.any():
        return np.zeros(problem.size, dtype=bool)
    sums = np.zeros((hot.shape[0], hot.shape[1] + 1), dtype=np.int64)
    sums[:, 1:] = hot.cumsum(axis=1)
    known = (problem.bay >= 0) & wishes.fits_somewhere
    edge = len(wishes.starts) - 1
    begin, _ = hours_of_stay(wishes.starts[np.clip(wishes.first, 0, edge)], problem.dwell, hot.shape[1])
    _, end = hours_of_stay(wishes.starts[np.clip(wishes.last, 0, edge)], problem.dwell, hot.shape[1])
    bay = np.maximum(problem.bay, 0)
    return known & (sums[bay, end] > sums[bay, begin])
