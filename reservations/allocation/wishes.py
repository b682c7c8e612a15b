"""PURE. What each request wants, told in intervals: places of equal start and end on any lane are one interval of the allocation.

A window covers a run of intervals. The wanted interval is the one that holds the preferred minute on a lane that fits (the one that
starts last, if several do); displacement is counted from its start, and from the preferred minute itself where no place holds it.
A place that holds the preferred minute is no displacement at all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reservations.allocation.problem import Flags, Ints, Problem

NONE = -1


@dataclass(frozen=True)
class Wishes:
    """I intervals by (start, end); n requests.

    `starts`, `ends` [I]; `of_place` [p]: interval of each place; `offered` (bool [S, I]): the lane set has room there.
    `first`, `last` [n]: the window as a run of offered intervals (first > last: nothing fits); `asked` [n]: the preferred minute,
    moved to where it means the same; `anchor` [n]: displacement counts from here; `wanted` [n]: interval, -1 where none holds it;
    `was_there` (bool [n]): the window has a place of any capacity, be it full.
    """

    starts: Ints
    ends: Ints
    of_place: Ints
    offered: Flags
    first: Ints
    last: Ints
    asked: Ints
    anchor: Ints
    wanted: Ints
    was_there: Flags

    @property
    def fits_somewhere(self) -> Flags:
        return self.first <= self.last

    def displacement(self, request: Ints, interval: Ints) -> Ints:
        """This will return the minutes between what requests (rows) asked for and intervals, pair by pair."""
        start, asked = self.starts[interval], self.asked[request]
        holds = (start <= asked) & (asked < self.ends[interval])
        return np.where(holds, 0, np.abs(start - self.anchor[request]))


def wishes_of(problem: Problem) -> Wishes:
    """This will translate windows and preferred minutes into intervals."""
    spans = (
        np.stack([problem.starts, problem.ends], axis=1) if len(problem.starts) else np.zeros((0, 2), dtype=np.int64)
    )
    table, of_place = np.unique(spans, axis=0, return_inverse=True)
    starts, ends, of_place = table[:, 0], table[:, 1], of_place.reshape(-1).astype(np.int64)
    offered, built, exists = (
        _offered(problem, of_place, len(starts), counts)
        for counts in (problem.room > 0, problem.capacity > 0, problem.capacity >= 0)
    )
    first, last = _windows(problem, starts, offered)
    first_built, last_built = _windows(problem, starts, built)
    wanted = _wanted(problem, starts, ends, exists)
    anchor = problem.preferred.copy()
    known = wanted != NONE
    anchor[known] = starts[wanted[known]]
    asked = np.where(known, _same_meaning(problem.preferred, starts, ends), problem.preferred)
    return Wishes(starts, ends, of_place, offered, first, last, asked, anchor, wanted, first_built <= last_built)


def _offered(problem: Problem, of_place: Ints, intervals: int, counts: Flags) -> Flags:
    """bool [S, I]: where a lane of the set has a place that counts."""
    table = np.zeros((problem.fits.shape[1], intervals), dtype=np.int64)
    table[problem.lane[counts], of_place[counts]] = 1
    return problem.fits.astype(np.int64) @ table > 0


def _windows(problem: Problem, starts: Ints, offered: Flags) -> tuple[Ints, Ints]:
    """First and last offered interval of each window; first > last where it has none."""
    sets, count = offered.shape
    rows = np.arange(count)
    following = np.full((sets, count + 1), count)
    following[:, :count] = np.where(offered, rows, count)
    following = np.minimum.accumulate(following[:, ::-1], axis=1)[:, ::-1]
    before = np.full((sets, count + 1), NONE)
    before[:, 1:] = np.maximum.accumulate(np.where(offered, rows, NONE), axis=1)
    first = following[problem.lane_set, np.searchsorted(starts, problem.earliest, "left")]
    last = before[problem.lane_set, np.searchsorted(starts, problem.latest, "right")]
    return first.astype(np.int64), last.astype(np.int64)


def _wanted(problem: Problem, starts: Ints, ends: Ints, exists: Flags) -> Ints:
    """The interval that starts last among those of the lane set that hold the preferred minute."""
    longest = int((ends - starts).max()) if len(starts) else 0
    wanted = np.full(problem.size, NONE, dtype=np.int64)
    at = np.searchsorted(starts, problem.preferred, "right") - 1
    open_ = np.flatnonzero(at >= 0)
    while len(open_):
        here, minute = at[open_], problem.preferred[open_]
        holds = exists[problem.lane_set[open_], here] & (ends[here] > minute)
        wanted[open_[holds]] = here[holds]
        at[open_] -= 1
        on = ~holds & (here > 0)
        on[on] &= starts[here[on] - 1] > minute[on] - longest
        open_ = open_[on]
    return wanted


def _same_meaning(minutes: Ints, starts: Ints, ends: Ints) -> Ints:
    """The earliest minute that lies in exactly the same intervals, so that equal wishes look equal."""
    edges = np.unique(np.concatenate([starts, ends]))
    at = np.searchsorted(edges, minutes, "right") - 1
    return np.where(at >= 0, edges[np.maximum(at, 0)], minutes) if len(edges) else minutes
