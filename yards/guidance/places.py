"""PURE. Geometry of bays: how far they stand from each other, and which aisle each opens on. Metres, degrees clockwise from north."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from yards.layouts.plan import Plan

Floats = NDArray[np.float64]


class Box(NamedTuple):
    """A bay's rectangle: its centre, its size and where its length points."""

    x_m: float
    y_m: float
    length_m: float
    width_m: float
    heading_deg: float


@dataclass(frozen=True)
class _Ends:
    """Segments from `start` to `start + along`, each array of shape (…, 2)."""

    start: Floats
    along: Floats


def gaps_m(one: Box, others: Sequence[Box]) -> Floats:
    """This will measure the free distance between one rectangle and each of the others, which do not overlap it.

    The nearest points of two such rectangles are a corner of one and a point on a side of the other.
    """
    if not others:
        return np.zeros(0)
    mine = _corners([one])[0]
    theirs = _corners(others)
    there = _distance(theirs[:, :, None, :], _sides(mine[None, None]))
    back = _distance(mine[None, :, None, :], _sides(theirs[:, None]))
    gap: Floats = np.minimum(there.min(axis=(1, 2)), back.min(axis=(1, 2)))
    gap[[other == one for other in others]] = 0.0
    return gap


def nearest_lines(plan: Plan) -> tuple[str, ...]:
    """This will name for each bay the aisle nearest to its nose, "" in a plan without aisles."""
    pieces = [(aisle.code, *ends) for aisle in plan.aisles for ends in zip(aisle.line, aisle.line[1:], strict=False)]
    if not pieces or not plan.bays:
        return ("",) * len(plan.bays)
    noses = np.array([_nose(Box(b.x_m, b.y_m, b.length_m, b.width_m, b.heading_deg)) for b in plan.bays])
    best, owner = np.full(len(noses), np.inf), np.zeros(len(noses), dtype=int)
    for at, (_, start, end) in enumerate(pieces):
        begin = np.array(start, dtype=float)
        away = _distance(noses, _Ends(begin, np.array(end, dtype=float) - begin))
        nearer = away < best
        best[nearer], owner[nearer] = away[nearer], at
    return tuple(pieces[at][0] for at in owner)


def _nose(box: Box) -> tuple[float, float]:
    turn = math.radians(box.heading_deg)
    return box.x_m + math.sin(turn) * box.length_m / 2, box.y_m + math.cos(turn) * box.length_m / 2


def _corners(boxes: Sequence[Box]) -> Floats:
    """The four corners of each rectangle in order round it, of shape (boxes, 4, 2)."""
    x, y, length, width, heading = np.array(boxes, dtype=float).T
    turn = np.radians(heading)
    ahead = np.stack([np.sin(turn), np.cos(turn)], axis=-1) * (length / 2)[:, None]
    right = np.stack([np.cos(turn), -np.sin(turn)], axis=-1) * (width / 2)[:, None]
    centre = np.stack([x, y], axis=-1)
    round_it = (ahead + right, ahead - right, -ahead - right, right - ahead)
    return np.stack([centre + corner for corner in round_it], axis=1)


def _sides(corners: Floats) -> _Ends:
    return _Ends(corners, np.roll(corners, -1, axis=-2) - corners)


def _distance(points: Floats, ends: _Ends) -> Floats:
    """From each point to each segment."""
    away = points - ends.start
    square = (ends.along**2).sum(axis=-1)
    part = np.clip((away * ends.along).sum(axis=-1) / np.where(square > 0, square, 1.0), 0.0, 1.0)
    left = away - part[..., None] * ends.along
    distance: Floats = np.hypot(left[..., 0], left[..., 1])
    return distance
