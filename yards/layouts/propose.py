"""PURE. Aisles for a plan that has bays and no aisles: a first drawing for a person to mend, not a survey.

Bays that stand side by side are a row. In front of each end of a row runs an aisle, one for two rows that face each other; the ends of
aisles are joined by the shortest lines that cross no bay, until everything hangs together and as few aisles as can be end dead.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from yards.guidance.network_lines import nearest_share
from yards.layouts.crossings import Barriers
from yards.layouts.plan import Plan, PlanAisle, PlanBay, Point, Ring
from yards.layouts.shapes import measured, rectangle

Floats = NDArray[np.float64]

BESIDE_M = 16.0  # centres of neighbours in a row are nearer than this
SAME_DEG = 12.0
# From the mouths of a row to the middle of its aisle, and how far that goes on past the last bay (so that a truck can back into it):
# as much as there is room for.
ROOM = tuple((off_m, beyond_m) for beyond_m in (14.0, 6.0, 0.0) for off_m in (8.0, 6.0, 4.5, 3.0))
MERGED_M = 9.0  # aisles of two facing rows that lie nearer are one
JOINED_M = 160.0
WIDTH_M = 8.0
#: What can be proposed for within seconds: a park of 700 bays has thirty rows, and a bay two neighbours.
MOST_ROWS = 80
MOST_BESIDE = 40  # centres near one bay, on average
TRIED = 24  # nearest lines that an end may be joined to


class TooIrregular(ValueError):
    """The bays stand in no rows: there are too many of them, or they lie upon each other."""


@dataclass(frozen=True)
class _Line:
    """A straight aisle to be, from `a` to `b`."""

    a: Floats
    b: Floats

    @property
    def length_m(self) -> float:
        return float(np.linalg.norm(self.b - self.a))

    @property
    def along(self) -> Floats:
        return np.asarray((self.b - self.a) / max(self.length_m, 1e-9))

    def foot(self, spot: Floats) -> Floats:
        share = float(np.clip((spot - self.a) @ self.along, 0.0, self.length_m))
        return np.asarray(self.a + share * self.along)


def aisles(plan: Plan) -> tuple[PlanAisle, ...]:
    """This will propose two-way aisles for a plan's bays, none through a bay or a wall; none without bays. Raises TooIrregular."""
    rings = [bay.outline or rectangle(bay) for bay in plan.bays]
    bays = [(_grown(ring), True) for ring in rings]
    barriers = Barriers([*bays, *((wall.line, wall.closed) for wall in plan.walls)])
    rows = list(_rows(plan.bays, rings))
    if len(rows) > MOST_ROWS:
        raise TooIrregular
    fronts = [line for row in rows for line in _fronts(row, plan.bays, rings, barriers)]
    kept = _merged(fronts)
    every = [*kept, *_joints(kept, barriers)]
    return tuple(
        PlanAisle(code=f"R{n}", line=(_point(line.a), _point(line.b)), width_m=WIDTH_M)
        for n, line in enumerate(every, start=1)
    )


# ---------------------------------------------------------------- rows
def _rows(bays: tuple[PlanBay, ...], rings: list[Ring]) -> Iterator[list[int]]:
    """Groups of bays that stand side by side."""
    if not bays:
        return
    centres = np.array([(bay.x_m, bay.y_m) for bay in bays])
    tree = scipy.spatial.cKDTree(centres)
    if tree.count_neighbors(tree, BESIDE_M) > (MOST_BESIDE + 1) * len(bays):
        raise TooIrregular
    pairs = tree.query_pairs(BESIDE_M, output_type="ndarray")
    beside = [(a, b) for a, b in pairs.tolist() if _side_by_side(bays[a], bays[b], rings[a])]
    ends = np.array(beside, dtype=np.int64).reshape(-1, 2)
    graph = scipy.sparse.coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(len(bays), len(bays)))
    count, group = scipy.sparse.csgraph.connected_components(graph, directed=False)
    yield from (np.flatnonzero(group == n).tolist() for n in range(count))


def _side_by_side(one: PlanBay, other: PlanBay, ring: Ring) -> bool:
    turned = abs((one.heading_deg - other.heading_deg + 90) % 180 - 90)
    turn = math.radians(one.heading_deg)
    apart = (other.x_m - one.x_m, other.y_m - one.y_m)
    along = abs(apart[0] * math.sin(turn) + apart[1] * math.cos(turn))
    across = abs(apart[0] * math.cos(turn) - apart[1] * math.sin(turn))
    length_m, width_m, _ = measured(ring)
    return turned < SAME_DEG and along < 0.6 * length_m and across < 1.6 * width_m


def _fronts(row: list[int], bays: tuple[PlanBay, ...], rings: list[Ring], barriers: Barriers) -> Iterator[_Line]:
    """The aisles before both ends of a row's bays, where there is room for one."""
    turn = math.radians(bays[row[0]].heading_deg)
    ahead = np.array([math.sin(turn), math.cos(turn)])
    centres = np.array([(bays[n].x_m, bays[n].y_m) for n in row])
    along = _direction(centres, ahead)
    out = np.array([along[1], -along[0]])
    out = out if out @ ahead > 0 else -out
    half_m = float(np.median([measured(rings[n])[0] for n in row])) / 2
    for side in (1, -1):
        mouths = centres + side * half_m * ahead
        for off_m, beyond_m in ROOM:
            base = mouths.mean(axis=0) + side * off_m * out
            reach = (mouths - base) @ along
            line = _Line(base + (reach.min() - beyond_m) * along, base + (reach.max() + beyond_m) * along)
            if not _crossed(line, barriers):
                yield line
                break


def _direction(centres: Floats, ahead: Floats) -> Floats:
    """The way a row runs: through its bays' centres; a single bay's row runs across it."""
    if len(centres) == 1:
        return np.array([ahead[1], -ahead[0]])
    _, _, axes = np.linalg.svd(centres - centres.mean(axis=0), full_matrices=False)
    return np.asarray(axes[0])


# ---------------------------------------------------------------- lines
def _merged(lines: list[_Line]) -> list[_Line]:
    """Lines beside each other become one, in their middle and as long as both."""
    left = sorted(lines, key=lambda line: -line.length_m)
    done: list[_Line] = []
    while left:
        line = left.pop(0)
        twin = next((n for n, other in enumerate(left) if _are_beside(line, other)), None)
        if twin is None:
            done.append(line)
        else:
            left.insert(0, _middle(line, left.pop(twin)))
    return done


def _are_beside(line: _Line, other: _Line) -> bool:
    if abs(line.along @ other.along) < math.cos(math.radians(SAME_DEG)):
        return False
    reach = sorted(float((end - line.a) @ line.along) for end in (other.a, other.b))
    shared = min(reach[1], line.length_m) - max(reach[0], 0.0)
    middle = (other.a + other.b) / 2
    off = middle - line.a
    across = abs(float(off @ np.array([line.along[1], -line.along[0]])))
    return across < MERGED_M and shared > 0.5 * other.length_m


def _middle(line: _Line, other: _Line) -> _Line:
    along = line.along
    reach = [float((end - line.a) @ along) for end in (line.a, line.b, other.a, other.b)]
    across = np.array([along[1], -along[0]])
    off = float(((other.a + other.b) / 2 - line.a) @ across) / 2
    return _Line(line.a + min(reach) * along + off * across, line.a + max(reach) * along + off * across)


def _joints(lines: list[_Line], barriers: Barriers) -> list[_Line]:
    """Joins of the ends of lines with other lines: the two shortest of each end, and what it takes to hang everything together."""
    found = sorted(_candidates(lines, barriers), key=lambda each: each[0])
    parent = list(range(len(lines)))
    joined: dict[tuple[int, int], int] = {}
    done: list[_Line] = []
    for _, n, end, m, joint in found:
        apart = _root(parent, n) != _root(parent, m)
        if apart or joined.get((n, end), 0) < 1:
            parent[_root(parent, n)] = _root(parent, m)
            joined[n, end] = joined.get((n, end), 0) + 1
            done.append(joint)
    return [line for line in done if line.length_m > 0.5]


def _candidates(lines: list[_Line], barriers: Barriers) -> Iterator[tuple[float, int, int, int, _Line]]:
    every = np.array([(line.a, line.b) for line in lines]).reshape(-1, 2, 2)
    for n, line in enumerate(lines):
        for end, spot in enumerate((line.a, line.b)):
            _, apart_m = nearest_share(every, spot)
            near = [m for m in np.argsort(apart_m).tolist() if m != n and apart_m[m] < JOINED_M]
            for m in sorted(near[:TRIED]):
                joint = _Line(spot, lines[m].foot(spot))
                if not _crossed(joint, barriers):
                    yield joint.length_m, n, end, m, joint


def _root(parent: list[int], n: int) -> int:
    while parent[n] != n:
        parent[n] = parent[parent[n]]
        n = parent[n]
    return n


def _crossed(line: _Line, barriers: Barriers) -> list[int]:
    return barriers.crossed((_point(line.a), _point(line.b)))


def _grown(ring: Ring) -> Ring:
    """An outline a little larger: no line slips through between two bays that touch."""
    x, y = (sum(values) / len(ring) for values in zip(*ring, strict=True))
    return tuple((x + 1.02 * (px - x), y + 1.02 * (py - y)) for px, py in ring)


def _point(spot: Iterable[float]) -> Point:
    x, y = spot
    return (round(float(x), 2), round(float(y), 2))
