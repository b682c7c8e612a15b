"""PURE. Lines that cross and areas that overlap, on plans of some thousand bays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from yards.layouts.plan import Point, Ring
from yards.layouts.shapes import area_m2

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

TOUCH_M = 0.05  # lines that come this near only touch


def pairs_near(rings: Sequence[Ring]) -> Iterator[tuple[int, int]]:
    """This will yield each pair of rings whose bounding boxes meet, once, in their order."""
    boxes = np.array([box_of(ring) for ring in rings]).reshape(-1, 4)
    for n, (west, south, east, north) in enumerate(boxes):
        rest = boxes[n + 1 :]
        met = (rest[:, 0] < east) & (rest[:, 2] > west) & (rest[:, 1] < north) & (rest[:, 3] > south)
        yield from ((n, n + 1 + m) for m in np.flatnonzero(met).tolist())


def crosses_itself(ring: Ring) -> bool:
    """This will tell whether two sides of an outline that are not neighbours cross."""
    sides = np.array(list(pairwise((*ring, ring[0]))))
    for n in range(len(sides) - 2):
        others = sides[n + 2 : len(sides) - (n == 0)]
        if _cross_any(sides[n], others):
            return True
    return False


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
        self._sides = [np.array(list(_sides(*line))) for line in lines]
        self._boxes = np.array([box_of(line) for line, _ in lines]).reshape(-1, 4)

    def crossed(self, line: Ring) -> list[int]:
        """This will return which of them a line crosses, by their places in the list."""
        found: set[int] = set()
        for a, b in pairwise(line):
            west, south, east, north = box_of((a, b))
            boxes = self._boxes
            near = (boxes[:, 0] < east) & (boxes[:, 2] > west) & (boxes[:, 1] < north) & (boxes[:, 3] > south)
            found |= self._of(np.flatnonzero(near).tolist(), np.array((a, b)))
        return sorted(found)

    def _of(self, near: list[int], piece: Floats) -> set[int]:
        """Those of some lines that a straight piece crosses: all their sides are tried at once."""
        if not near:
            return set()
        owner = np.repeat(near, [len(self._sides[n]) for n in near])
        return set(owner[_crossed(piece, np.concatenate([self._sides[n] for n in near]))].tolist())


def _sides(line: Ring, closed: bool) -> Iterator[tuple[Point, Point]]:
    return pairwise((*line, line[0]) if closed else line)


def box_of(line: Sequence[Point]) -> tuple[float, float, float, float]:
    """This will return the least and the greatest x and y of a line: west, south, east, north."""
    xs, ys = [x for x, _ in line], [y for _, y in line]
    return min(xs), min(ys), max(xs), max(ys)


def _cross_any(piece: Floats, others: Floats) -> bool:
    return bool(_crossed(piece, others).any())


def _crossed(piece: Floats, others: Floats) -> Bools:
    """Which of the other pieces cross it by more than a touch: each has its ends well on both sides of the other."""
    return _splits(piece[None], others) & _splits(others, piece[None])


def _splits(line: Floats, other: Floats) -> Bools:
    along = line[:, 1] - line[:, 0]
    length = np.hypot(along[:, 0], along[:, 1])
    one, two = (
        (along[:, 0] * (other[:, end, 1] - line[:, 0, 1]) - along[:, 1] * (other[:, end, 0] - line[:, 0, 0]))
        / np.maximum(length, 1e-12)
        for end in (0, 1)
    )
    split: Bools = (length > 0) & (np.minimum(one, two) < -TOUCH_M) & (np.maximum(one, two) > TOUCH_M)
    return split


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
