"""PURE. What the last metres cost: from an arc into a bay, and from a bay onto an arc."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from yards.guidance.network import Floats, Graph, Ints, between_deg
from yards.guidance.network_joints import Doors
from yards.guidance.network_trees import Driving


@dataclass(frozen=True)
class BayCosts:
    """For each bay the two arcs of its piece and what each adds to the cost at the arc's start; infinite: not that way."""

    arcs: Ints  # (bays, 2)
    added_m: Floats  # (bays, 2)

    def best_m(self, at_start_m: Floats) -> Floats:
        """This will return each bay's least cost, given the cost at the start of every arc."""
        if not len(at_start_m):
            return np.full(len(self.arcs), np.inf)
        least: Floats = (at_start_m[self.arcs] + self.added_m).min(axis=1)
        return least

    def best_arc(self, at_start_m: Floats, bay: int) -> tuple[int, float]:
        """This will return the arc a bay is best reached (left) by, and the cost; infinite when there is none."""
        if not len(at_start_m):
            return -1, np.inf
        cost_m = at_start_m[self.arcs[bay]] + self.added_m[bay]
        side = int(np.argmin(cost_m))
        return int(self.arcs[bay, side]), float(cost_m[side])


def entering(driving: Driving, doors: Doors, heading_deg: Floats, past_m: Floats, turn_deg: float) -> BayCosts:
    """This will price driving into each bay; where `past_m` is not 0, the arc must go on that far past the mouth."""
    arcs, along_m, added_m = _sides(driving.graph, doors, heading_deg, turn_deg)
    if len(driving.open):
        room_m = driving.runs_on_m(float(past_m.max(initial=0.0)))[arcs] - along_m
        added_m = np.where(room_m >= past_m[:, None] - 1e-6, added_m, np.inf)
    return BayCosts(arcs, added_m + along_m)


def leaving(driving: Driving, doors: Doors, heading_deg: Floats, turn_deg: float) -> BayCosts:
    """This will price driving off; the cost at an arc's start counts the whole arc, so the part behind the bay is taken off."""
    arcs, along_m, added_m = _sides(driving.graph, doors, heading_deg, turn_deg)
    return BayCosts(arcs, added_m - along_m)


def _sides(graph: Graph, doors: Doors, heading_deg: Floats, turn_deg: float) -> tuple[Ints, Floats, Floats]:
    """Both arcs of each bay's piece, the metres along each to the bay's foot, and the stub where the turn can be made."""
    joined = doors.piece >= 0
    arcs = 2 * np.maximum(doors.piece, 0)[:, None] + np.array([0, 1])
    if not len(graph.length_m):
        return arcs, np.zeros(arcs.shape), np.full(arcs.shape, np.inf)
    along_m = np.stack([doors.offset_m, graph.length_m[arcs[:, 1]] - doors.offset_m], axis=1)
    can = joined[:, None] & (between_deg(graph.bearing_deg[arcs], heading_deg[:, None]) <= turn_deg)
    return arcs, along_m, np.where(can, doors.stub_m[:, None], np.inf)
