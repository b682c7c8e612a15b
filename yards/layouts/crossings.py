"""PURE. Lines that cross and areas that overlap, on plans of some thousand bays."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from yards.layouts.plan import Point, Ring
from yards.layouts.shapes import area_m2

CELL_M = 25.0
TOUCH_M = 0.05  # lines that come this near only touch


def pairs_near(rings: Sequence[Ring]) -> Iterator[tuple[int, int]]:
    """This will yield each pair of rings whose bounding boxes meet, once (a grid of cells finds them)."""
    boxes = [_box(ring) for ring in rings]
    cells: dict[tuple[int, int], list[int]] = defaultdict(list)
    for n, box in enumerate(boxes):
        for cell in _cells(box):
            cells[cell].append(n)
    seen = {(a, b) for members in cells.values() for k, a in enumerate(members) for b in members[k + 1 :]}
    yield from sorted((a, b) for a, b in seen if _meet(boxes[a], boxes[b]))


def crosses_itself(ring: Ring) -> bool:
    """This will tell whether two sides of an outline that are not neighbours cross."""
    sides = list(pairwise((*ring, ring[0])))
    last = len(sides) - 1
    return any(
        _cross(*sides[a], *sides[b])
        for a in range(len(sides))
        for b in range(a + 2, len(sides))
        if not (a == 0 and b == last)
    )


def overlap_m2(one: Ring, other: Ring) -> float:
    """This will return the area two outlines share: one clipped by the other's sides (Sutherland-Hodgman; `other` convex)."""
    if not _is_convex(other):
        one, other = other, one
    left = [*one]
    clip = other if area_m2(other) > 0 else tuple(reversed(other))
    for a, b in pairwise((*clip, clip[0])):
        if not left:
            return 0.0
        left = list(_clipped(left, a, b))
    return abs(area_m2(tuple(left)))


class Barriers:
    """Lines, (line, closed) each, that others may cross."""

    def __init__(self, lines: Sequence[tuple[Ring, bool]]) -> None:
        self._sides = [list(_sides(*line)) for line in lines]
        self._boxes = np.array([_box(line) for line, _ in lines]).reshape(-1, 4)

    def crossed(self, line: Ring) -> list[int]:
        """This will return which of them a line crosses, by their places in the list."""
        found: set[int] = set()
        for a, b in pairwise(line):
            west, south, east, north = _box((a, b))
            boxes = self._boxes
            near = (boxes[:, 0] < east) & (boxes[:, 2] > west) & (boxes[:, 1] < north) & (boxes[:, 3] > south)
            found |= {n for n in np.flatnonzero(near).tolist() if any(_cross(a, b, c, d) for c, d in self._sides[n])}
        return sorted(found)


def _sides(line: Ring, closed: bool) -> Iterator[tuple[Point, Point]]:
    return pairwise((*line, line[0]) if closed else line)


def _box(line: Sequence[Point]) -> tuple[float, float, float, float]:
    xs, ys = [x for x, _ in line], [y for _, y in line]
    return min(xs), min(ys), max(xs), max(ys)


def _cells(box: tuple[float, float, float, float]) -> Iterator[tuple[int, int]]:
    for column in range(int(box[0] // CELL_M), int(box[2] // CELL_M) + 1):
        for row in range(int(box[1] // CELL_M), int(box[3] // CELL_M) + 1):
            yield column, row


def _meet(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether two pieces cross by more than a touch: each has its ends well on both sides of the other."""
    return _splits(a, b, c, d) and _splits(c, d, a, b)


def _splits(a: Point, b: Point, c: Point, d: Point) -> bool:
    length = math.dist(a, b)
    if not length:
        return False
    one, other = _side(a, b, c) / length, _side(a, b, d) / length
    return (one > TOUCH_M and other < -TOUCH_M) or (one < -TOUCH_M and other > TOUCH_M)


def _side(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _is_convex(ring: Ring) -> bool:
    around = [*ring, ring[0], ring[1]]
    turns = [_side(around[n], around[n + 1], around[n + 2]) for n in range(len(ring))]
    return all(turn >= 0 for turn in turns) or all(turn <= 0 for turn in turns)


def _clipped(ring: list[Point], a: Point, b: Point) -> Iterator[Point]:
    for one, two in pairwise((*ring, ring[0])):
        here, there = _side(a, b, one), _side(a, b, two)
        if here >= 0:
            yield one
        if (here < 0) != (there < 0):
            share = here / (here - there)
            yield (one[0] + share * (two[0] - one[0]), one[1] + share * (two[1] - one[1]))
