"""PURE. The aisles of a plan as a directed graph: straight pieces between the points where something meets them.

Each piece is two arcs, 2p as it was drawn and 2p + 1 against it. Turning is from arc to arc, so a turn can be forbidden.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import scipy
from numpy.typing import NDArray

from yards.guidance.network_lines import cross, crossing_shares, nearest_share
from yards.layouts.plan import Plan, Point

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

JOIN_M = 0.5  # nearer points are the same point: a line drawn by hand does not end on another one to the centimetre


@dataclass(frozen=True)
class Graph:
    """Pieces run from node `start` to node `end`; `aisle` is the index in `plan.aisles`. Turns lead from arc to arc."""

    nodes: Floats  # (nodes, 2), metres
    segments: Floats  # (segments, 2, 2): the straight parts of the aisles before they were cut
    segment: Ints  # of pieces
    start: Ints
    end: Ints
    aisle: Ints
    walled: Bools  # a wall stands across this piece
    tail: Ints  # of arcs
    head: Ints
    length_m: Floats
    bearing_deg: Floats  # clockwise from north
    turn_from: Ints
    turn_to: Ints
    turn_deg: Floats  # 0 straight on, 180 back

    @property
    def pieces(self) -> int:
        return len(self.start)


def build(plan: Plan, joined: list[tuple[Point, float]]) -> tuple[Graph, list[int]]:
    """This will cut the aisles at their bends, meetings and crossings and where `joined` points (with their reach in
    metres) join them; returns the graph and each joined point's node, -1 where no aisle is within reach."""
    segments, aisle = _segments(plan)
    segment, share = _cuts(segments)
    feet = [_foot(segments, spot, reach_m) for spot, reach_m in joined]
    segment = np.concatenate([segment, np.array([f[0] for f in feet if f], dtype=np.int64)])
    share = np.concatenate([share, np.array([f[1] for f in feet if f])])
    spots = segments[segment, 0] + share[:, None] * (segments[segment, 1] - segments[segment, 0])
    node, nodes = _merged(spots)
    start, end, of_segment = _pieces(segment, share, node)
    joints = iter(node[len(node) - sum(1 for f in feet if f) :].tolist())
    graph = _graph(plan, nodes, segments, of_segment, aisle, start, end)
    return graph, [next(joints) if foot else -1 for foot in feet]


def _segments(plan: Plan) -> tuple[Floats, Ints]:
    rows = [(a, b, n) for n, aisle in enumerate(plan.aisles) for a, b in pairwise(aisle.line)]
    ends = np.array([(a, b) for a, b, _ in rows], dtype=np.float64).reshape(-1, 2, 2)
    return ends, np.array([n for _, _, n in rows], dtype=np.int64)


def _cuts(segments: Floats) -> tuple[Ints, Floats]:
    """Where to cut, as (segment, share of its length): first both ends of each, so that corners stay where they were drawn."""
    count = len(segments)
    every = np.arange(count)
    met, shares = crossing_shares(segments, JOIN_M)
    return (
        np.concatenate([every, every, met]),
        np.concatenate([np.zeros(count), np.ones(count), shares]),
    )


def _foot(segments: Floats, spot: Point, reach_m: float) -> tuple[int, float] | None:
    if not len(segments):
        return None
    share, distance_m = nearest_share(segments, np.array(spot))
    best = int(np.argmin(distance_m))
    return (best, float(share[best])) if distance_m[best] <= reach_m else None


def _merged(spots: Floats) -> tuple[Ints, Floats]:
    """Each spot's node, and the nodes; of spots nearer than JOIN_M the first one gives the place."""
    if not len(spots):
        return np.zeros(0, dtype=np.int64), np.zeros((0, 2))
    pairs = scipy.spatial.cKDTree(spots).query_pairs(JOIN_M, output_type="ndarray")
    near = scipy.sparse.coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(spots), len(spots)))
    _, node = scipy.sparse.csgraph.connected_components(near, directed=False)
    _, first = np.unique(node, return_index=True)
    return node.astype(np.int64), spots[first]


def _pieces(segment: Ints, share: Floats, node: Ints) -> tuple[Ints, Ints, Ints]:
    order = np.lexsort((share, segment))
    segment, node = segment[order], node[order]
    kept = (segment[1:] == segment[:-1]) & (node[1:] != node[:-1])
    return node[:-1][kept], node[1:][kept], segment[:-1][kept]


def _graph(plan: Plan, nodes: Floats, segments: Floats, segment: Ints, aisle: Ints, start: Ints, end: Ints) -> Graph:
    tail, head = np.column_stack([start, end]).ravel(), np.column_stack([end, start]).ravel()
    step = nodes[head] - nodes[tail]
    bearing_deg = np.degrees(np.arctan2(step[:, 0], step[:, 1])) % 360
    turn_from, turn_to = _meetings(tail, head)
    return Graph(
        nodes=nodes,
        segments=segments,
        segment=segment,
        start=start,
        end=end,
        aisle=aisle[segment],
        walled=_walled(plan, nodes[start], nodes[end]),
        tail=tail,
        head=head,
        length_m=np.hypot(step[:, 0], step[:, 1]),
        bearing_deg=bearing_deg,
        turn_from=turn_from,
        turn_to=turn_to,
        turn_deg=between_deg(bearing_deg[turn_from], bearing_deg[turn_to]),
    )


def _meetings(tail: Ints, head: Ints) -> tuple[Ints, Ints]:
    """All pairs (arc, arc that begins where it ends)."""
    order = np.argsort(tail, kind="stable")
    low = np.searchsorted(tail[order], head, side="left")
    counts = np.searchsorted(tail[order], head, side="right") - low
    turn_from = np.repeat(np.arange(len(tail)), counts)
    within = np.arange(len(turn_from)) - np.repeat(np.cumsum(counts) - counts, counts)
    return turn_from, order[np.repeat(low, counts) + within]


def _walled(plan: Plan, start: Floats, end: Floats) -> Bools:
    walls = wall_lines(plan)
    if not len(walls) or not len(start):
        return np.zeros(len(start), dtype=bool)
    crossed = np.zeros(len(start), dtype=bool)
    for c, d in walls:  # one at a time: a table of all pieces and all walls may not fit into memory
        crossed |= cross(start, end, c[None], d[None])
    return crossed


def wall_lines(plan: Plan) -> Floats:
    """This will return the straight parts of all walls, (parts, 2, 2) in metres."""
    rings = [(*wall.line, wall.line[0]) if wall.closed and wall.line else wall.line for wall in plan.walls]
    parts = [pair for ring in rings for pair in pairwise(ring)]
    return np.array(parts, dtype=np.float64).reshape(-1, 2, 2)


def between_deg(a_deg: Floats, b_deg: Floats) -> Floats:
    """This will return the angle between two bearings, 0 to 180 degrees."""
    apart: Floats = np.abs((b_deg - a_deg + 180) % 360 - 180)
    return apart
