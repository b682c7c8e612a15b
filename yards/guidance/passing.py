"""PURE. How the ways through a yard pass a place: the bearing they come with and the turn they make there."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from yards.guidance.steps import turn_name
from yards.layouts.plan import Point

STRAIGHT = "straight"
ON_THE_SPOT_M = 1.5
ALIKE_DEG = 45.0


def turn_of(before_deg: float, after_deg: float) -> str:
    """This will name the change from one bearing to another, as the steps of a way name it."""
    return turn_name((after_deg - before_deg + 180) % 360 - 180)


@dataclass(frozen=True)
class Pass:
    """A way where it passes a sign: the bearing it comes with, how far it has gone, and its line from there on."""

    before_deg: float
    gone_m: float
    ahead: tuple[Point, ...]

    def turn(self, within_m: float) -> str:
        """The first turn within so many metres, straight when there is none."""
        before, gone_m = self.before_deg, 0.0
        for a, b in pairwise(self.ahead):
            named = turn_of(before, bearing_deg(a, b))
            if named != STRAIGHT:
                return named
            before, gone_m = bearing_deg(a, b), gone_m + math.dist(a, b)
            if gone_m > within_m:
                return STRAIGHT
        return STRAIGHT


def pass_by(line: tuple[Point, ...], spot: Point, reach_m: float) -> Pass | None:
    """The first nearest place of a line to a spot, None when that is out of reach."""
    best, gone_m, found = math.inf, 0.0, None
    for n, (a, b) in enumerate(pairwise(line)):
        length_m, share = math.dist(a, b), _share(a, b, spot)
        foot = (a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]))
        if math.dist(foot, spot) < best - 1e-6:
            best = math.dist(foot, spot)
            at_start = share * length_m < ON_THE_SPOT_M and n > 0
            before = bearing_deg(line[n - 1], a) if at_start else bearing_deg(a, b)
            rest = line[n + 1 :] if math.dist(foot, b) < ON_THE_SPOT_M else (foot, *line[n + 1 :])
            found = Pass(before, gone_m + share * length_m, rest)
        gone_m += length_m
    return found if best <= reach_m else None


def _share(a: Point, b: Point, spot: Point) -> float:
    dx, dy = b[0] - a[0], b[1] - a[1]
    square = dx * dx + dy * dy
    return min(1.0, max(0.0, ((spot[0] - a[0]) * dx + (spot[1] - a[1]) * dy) / square)) if square else 0.0


def bearing_deg(a: Point, b: Point) -> float:
    """This will return the direction from one point to another, clockwise from north."""
    return math.degrees(math.atan2(b[0] - a[0], b[1] - a[1])) % 360


def near_deg(one_deg: float, other_deg: float) -> bool:
    """This will tell whether two bearings are those of the same traffic."""
    return abs((one_deg - other_deg + 180) % 360 - 180) <= ALIKE_DEG


class Passages:
    """Many ways, each with the bay it leads to, asked again and again which of them pass a spot."""

    def __init__(self, ways: Iterable[tuple[str, tuple[Point, ...]]]) -> None:
        self.ways = list(ways)
        parts = [(a, b, n) for n, (_, line) in enumerate(self.ways) for a, b in pairwise(line)]
        ends = np.array([(a, b) for a, b, _ in parts], dtype=np.float64).reshape(-1, 2, 2)
        self._low, self._high = ends.min(axis=1), ends.max(axis=1)
        self._way = np.array([n for _, _, n in parts], dtype=np.int64)

    def at(self, spot: Point, reach_m: float) -> list[tuple[str, Pass]]:
        """This will return the bays whose way passes within `reach_m` of a spot, each with its passing."""
        boxed = (self._low - reach_m <= spot) & (self._high + reach_m >= spot)
        near = np.unique(self._way[boxed.all(axis=1)]).tolist()
        found = [(self.ways[n][0], pass_by(self.ways[n][1], spot, reach_m)) for n in near]
        return [(bay, seen) for bay, seen in found if seen]
