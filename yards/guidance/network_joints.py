"""PURE. Where each bay meets the aisles: its mouth joins the nearest aisle it can see.

The mouth of a bay that is backed into is its nose, where it is entered and left; a bay that is driven through is entered at
its tail and left at its nose. An aisle straight ahead of the mouth goes before one beside it: the first bay of a row opens
to the row's own aisle, not to the road it happens to stand next to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import scipy

from yards.guidance.network import Bools, Floats, Graph, Ints, wall_lines
from yards.guidance.network_lines import cross, nearest_share, ray_m
from yards.layouts.plan import DRIVE_THROUGH, Plan, PlanBay

REACH_M = 30.0  # from the mouth to the middle of the aisle; a 25 m combination swings out of its bay within it
AHEAD_COS = 0.5  # within 60 degrees of straight ahead
BESIDE_COS = -0.05  # a bay along the kerb opens sideways
SHRUNK_M = 0.3  # neighbours touch, and maps overlap a little: a bay stands in the way by its inner part only
TRIED = 8  # the nearest aisles; when these are all behind something, so is the rest


@dataclass(frozen=True)
class Doors:
    """Each bay's way between its centre and an aisle, in plan order; `piece` is -1 where no aisle is seen."""

    piece: Ints
    offset_m: Floats  # from the piece's start to the foot
    stub_m: Floats  # from the foot over the mouth to the bay's centre
    mouth: Floats
    foot: Floats


def doors(plan: Plan, graph: Graph) -> tuple[Doors, Doors]:
    """This will join every bay to the aisles: (where it is entered, where it is left)."""
    view = _View(plan, graph)
    left = [view.door(n, bay, 1.0) for n, bay in enumerate(plan.bays)]
    entered = [view.door(n, bay, -1.0) if bay.entry == DRIVE_THROUGH else left[n] for n, bay in enumerate(plan.bays)]
    return _doors(entered), _doors(left)


Door = tuple[int, float, float, tuple[float, float], tuple[float, float]]


def _doors(rows: list[Door]) -> Doors:
    piece, offset_m, stub_m, mouth, foot = zip(*rows, strict=True) if rows else ((), (), (), (), ())
    return Doors(
        np.array(piece, dtype=np.int64),
        np.array(offset_m, dtype=np.float64),
        np.array(stub_m, dtype=np.float64),
        np.array(mouth, dtype=np.float64).reshape(-1, 2),
        np.array(foot, dtype=np.float64).reshape(-1, 2),
    )


class _View:
    """What stands between a mouth and the aisles: other bays (but those it stands behind) and walls."""

    def __init__(self, plan: Plan, graph: Graph) -> None:
        self.bays = plan.bays
        self.index = {bay.code: n for n, bay in enumerate(plan.bays)}
        self.segments = graph.segments
        self.pieces = graph.nodes[np.column_stack([graph.start, graph.end])].reshape(-1, 2, 2)
        self.pieces_of = [np.flatnonzero(graph.segment == n) for n in range(len(graph.segments))]
        self.length_m = graph.length_m[::2]
        self.walls = wall_lines(plan)
        self.edges = _edges(plan.bays)
        centres = np.array([(bay.x_m, bay.y_m) for bay in plan.bays]).reshape(-1, 2)
        self.tree = scipy.spatial.cKDTree(centres) if len(centres) else None
        self.longest_m = max((bay.length_m for bay in plan.bays), default=0.0)

    def door(self, n: int, bay: PlanBay, side: float) -> Door:
        """The bay's joint at its nose (`side` 1) or its tail (-1)."""
        ahead = side * heading(bay)
        centre = np.array([bay.x_m, bay.y_m])
        mouth = centre + ahead * bay.length_m / 2
        before = self._before(n)
        reach_m = REACH_M + sum(self.bays[b].length_m for b in before)
        for foot in self._candidates(mouth, ahead, reach_m):
            if len(self.pieces_of[foot[0]]) and self._sees(mouth, foot[1], {n, *before}, reach_m):
                return self._joined(*foot, mouth, bay)
        return -1, 0.0, np.inf, tuple(mouth), tuple(mouth)

    def _joined(self, segment: int, foot: Floats, mouth: Floats, bay: PlanBay) -> Door:
        pieces = self.pieces_of[segment]
        share, distance_m = nearest_share(self.pieces[pieces], foot)
        best = int(np.argmin(distance_m))
        piece = int(pieces[best])
        foot = self.pieces[piece, 0] + share[best] * (self.pieces[piece, 1] - self.pieces[piece, 0])
        stub_m = float(np.hypot(*(foot - mouth))) + bay.length_m / 2
        return piece, float(share[best] * self.length_m[piece]), stub_m, tuple(mouth), tuple(foot)

    def _before(self, n: int) -> list[int]:
        """The bays this one stands behind, nearest first."""
        found: list[int] = []
        at = self.index.get(self.bays[n].behind)
        while at is not None and at not in found and at != n:
            found.append(at)
            at = self.index.get(self.bays[at].behind)
        return found

    def _candidates(self, mouth: Floats, ahead: Floats, reach_m: float) -> Iterator[tuple[int, Floats]]:
        """Places on the aisles' straight parts, the better first: straight ahead, then the nearest more or less ahead, then
        beside. (Nearest alone would do for a long aisle, but a corner of the road next to the row may be nearer.)"""
        ahead_m = ray_m(mouth, ahead, self.segments)
        for n in np.argsort(ahead_m)[: np.count_nonzero(ahead_m <= reach_m)][:TRIED]:
            yield int(n), mouth + ahead_m[n] * ahead
        share, distance_m = nearest_share(self.segments, mouth)
        feet = self.segments[:, 0] + share[:, None] * (self.segments[:, 1] - self.segments[:, 0])
        cosine = np.where(distance_m > 0.1, (feet - mouth) @ ahead / np.maximum(distance_m, 0.1), 1.0)
        near = np.flatnonzero((distance_m <= reach_m) & (cosine >= BESIDE_COS))
        for n in near[np.lexsort((distance_m[near].round(3), cosine[near] < AHEAD_COS))][:TRIED]:
            yield int(n), feet[n]

    def _sees(self, mouth: Floats, foot: Floats, not_in_the_way: set[int], reach_m: float) -> bool:
        near = [] if self.tree is None else self.tree.query_ball_point(mouth, reach_m + self.longest_m)
        others = [b for b in near if b not in not_in_the_way]
        return not (_hits(mouth, foot, self.edges[others].reshape(-1, 2, 2)) or _hits(mouth, foot, self.walls))


def _hits(a: Floats, b: Floats, lines: Floats) -> bool:
    hits: Bools = cross(a[None], b[None], lines[:, 0], lines[:, 1])
    return bool(hits.any())


def heading(bay: PlanBay) -> Floats:
    """This will return the unit vector (east, north) of the bay's heading."""
    angle = np.radians(bay.heading_deg)
    return np.array([np.sin(angle), np.cos(angle)])


def _edges(bays: tuple[PlanBay, ...]) -> Floats:
    """The four sides of each bay's inner part, (bays, 4, 2, 2)."""
    sides = np.zeros((len(bays), 4, 2, 2))
    for n, bay in enumerate(bays):
        ahead = heading(bay)
        right = np.array([ahead[1], -ahead[0]])
        half_l = max(bay.length_m / 2 - SHRUNK_M, 0.1) * ahead
        half_w = max(bay.width_m / 2 - SHRUNK_M, 0.1) * right
        corners = np.array([bay.x_m, bay.y_m]) + np.array(
            [half_l - half_w, half_l + half_w, half_w - half_l, -half_l - half_w]
        )
        sides[n] = np.stack([corners, np.roll(corners, -1, axis=0)], axis=1)
    return sides
