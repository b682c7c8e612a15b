"""PURE. Shortest ways over the arcs that one size of vehicle may drive, with the turns it can take.

Dijkstra from and to the few points of interest only: at 2,000 bays that is half a millisecond, all pairs are 34 ms.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy

from yards.guidance.network import Bools, Floats, Graph, Ints

# (arc, metres before it when driving from a source; from its start on when driving to one)
Seeds = list[tuple[int, float]]


@dataclass(frozen=True)
class Tree:
    """One row per source: the metres to the start of each arc, or (a tree grown backwards) from it to the source."""

    cost_m: Floats
    came_from: Ints

    @property
    def least_m(self) -> Floats:
        least: Floats = self.cost_m.min(axis=0, initial=np.inf)
        return least

    def before(self, row: int, arc: int) -> list[int]:
        """This will return the arcs from the source to `arc`, both ends included."""
        return self._chain(row, arc)[::-1]

    def after(self, arc: int) -> tuple[list[int], int]:
        """This will return the arcs from `arc` to the nearest source of a tree grown backwards, and that source's row."""
        row = int(np.argmin(self.cost_m[:, arc]))
        return self._chain(row, arc), row

    def _chain(self, row: int, arc: int) -> list[int]:
        arcs, count = [arc], self.cost_m.shape[1]
        while 0 <= (further := int(self.came_from[row, arcs[-1]])) < count:
            arcs.append(further)
        return arcs


class Driving:
    """What one size of vehicle can drive: open arcs, and the turns between them that are not too sharp."""

    def __init__(self, graph: Graph, open_arcs: Bools, turn_deg: float) -> None:
        self.graph, self.open = graph, open_arcs
        kept = open_arcs[graph.turn_from] & open_arcs[graph.turn_to] & (graph.turn_deg <= turn_deg)
        self.turn_from, self.turn_to = graph.turn_from[kept], graph.turn_to[kept]

    def arcs_from(self, node: int) -> list[int]:
        return np.flatnonzero(self.open & (self.graph.tail == node)).tolist()

    def arcs_to(self, node: int) -> list[int]:
        return np.flatnonzero(self.open & (self.graph.head == node)).tolist()

    def arcs_after(self, arc: int) -> list[int]:
        onto: list[int] = self.turn_to[self.turn_from == arc].tolist()
        return onto

    def tree(self, sources: list[Seeds], *, backwards: bool = False) -> Tree:
        """This will grow one tree per source, along the arcs or (`backwards`) against them."""
        count = len(self.open)
        if not sources or not count:
            return Tree(np.full((len(sources), count), np.inf), np.full((len(sources), count), -1))
        first, then = (self.turn_to, self.turn_from) if backwards else (self.turn_from, self.turn_to)
        seeds = [(count + row, arc, cost_m) for row, given in enumerate(sources) for arc, cost_m in given]
        # Explicit zeros are edges of no length to SciPy, but a difference may come out a hair below zero.
        tail = np.concatenate([first, np.array([s[0] for s in seeds], dtype=np.int64)])
        head = np.concatenate([then, np.array([s[1] for s in seeds], dtype=np.int64)])
        cost_m = np.concatenate(
            [self.graph.length_m[self.turn_from], np.array([max(s[2], 0.0) for s in seeds], dtype=np.float64)]
        )
        size = count + len(sources)
        edges = scipy.sparse.coo_array((cost_m, (tail, head)), shape=(size, size)).tocsr()
        reached, came_from = scipy.sparse.csgraph.dijkstra(
            edges, indices=np.arange(count, size), return_predecessors=True
        )
        return Tree(reached[:, :count], came_from[:, :count].astype(np.int64))

    def runs_on_m(self, enough_m: float) -> Floats:
        """This will return how far each arc can be driven from its start, counted no further than `enough_m` past its end."""
        beyond = np.zeros(len(self.open))
        while True:
            further = np.zeros(len(self.open))
            np.maximum.at(further, self.turn_from, (self.graph.length_m + beyond)[self.turn_to])
            further = np.minimum(further, enough_m)
            if np.array_equal(further, beyond):
                return self.graph.length_m + beyond
            beyond = further
