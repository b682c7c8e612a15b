"""PURE. Where ways begin and end: entry gates, exits, the points to drive on over, and a mere position."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from yards.guidance.network import Graph
from yards.guidance.network_lines import nearest_share
from yards.guidance.network_trees import Driving, Seeds, Tree
from yards.layouts.plan import Plan, PlanGate, PlanPoint, Point

REACH_M = 60.0  # from a gate, a point or a position to its aisle
OFF_AISLE_M = 8.0  # a point farther from its aisle has room of its own: it is left in either direction


@dataclass(frozen=True)
class Outward:
    """A tree grown backwards from where ways end, and the code and place of each of its ends."""

    tree: Tree
    ends: tuple[tuple[str, Point], ...]


class Ends:
    """The ends of ways for one size of vehicle; `gate_nodes` and `point_nodes` run as in the plan, -1 off every aisle."""

    def __init__(
        self, plan: Plan, graph: Graph, driving: Driving, gate_nodes: list[int], point_nodes: list[int]
    ) -> None:
        self.graph, self.driving = graph, driving
        self.gates = [(gate, node) for gate, node in zip(plan.gates, gate_nodes, strict=True) if node >= 0]
        self.points = [(point, node) for point, node in zip(plan.points, point_nodes, strict=True) if node >= 0]
        self._outwards: dict[tuple[str, str], Outward] = {}

    @cached_property
    def inward(self) -> tuple[dict[str, int], Tree]:
        """The row of each entry gate, and the tree grown from all of them."""
        gates = [(gate, node) for gate, node in self.gates if gate.kind == "entry"]
        sources = [[(arc, self._stub_m(gate, node)) for arc in self.driving.arcs_from(node)] for gate, node in gates]
        return {gate.code: row for row, (gate, _) in enumerate(gates)}, self.driving.tree(sources)

    def outward(self, next_step: str, gate: str) -> Outward:
        """This will return the tree of ways to an exit (`gate`, or any where that is empty) over a point of kind
        `next_step`, its ends being the points; where no such point is on an aisle, the ends are the exits."""
        known = self._outwards.get((next_step, gate))
        if known is None:
            points = [(point, node) for point, node in self.points if point.kind == next_step]
            known = self._over(points, gate) if points else self._to_exits(gate)
            self._outwards[next_step, gate] = known
        return known

    def near(self, spot: Point) -> list[tuple[int, float, Point]]:
        """This will return the open arcs of the nearest piece that has any, each with the metres along it to the place
        nearest to `spot`, and that place; none when it is farther than REACH_M."""
        is_open, nodes = self.driving.open, self.graph.nodes
        usable = np.flatnonzero(is_open[0::2] | is_open[1::2])
        lines = nodes[np.column_stack([self.graph.start[usable], self.graph.end[usable]])].reshape(-1, 2, 2)
        share, distance_m = nearest_share(lines, np.array(spot))
        if not len(usable) or distance_m.min() > REACH_M:
            return []
        best = int(np.argmin(distance_m))
        x_m, y_m = lines[best, 0] + share[best] * (lines[best, 1] - lines[best, 0])
        length_m = float(self.graph.length_m[2 * usable[best]])
        sides = [(2 * int(usable[best]) + side, abs(side - float(share[best])) * length_m) for side in (0, 1)]
        return [(arc, gone_m, (float(x_m), float(y_m))) for arc, gone_m in sides if is_open[arc]]

    def _to_exits(self, code: str) -> Outward:
        exits = [(gate, node) for gate, node in self.gates if gate.kind == "exit" and code in ("", gate.code)]
        sources = [self._into(node, self._stub_m(gate, node)) for gate, node in exits]
        tree = self.driving.tree(sources, backwards=True)
        return Outward(tree, tuple((gate.code, (gate.x_m, gate.y_m)) for gate, _ in exits))

    def _over(self, points: list[tuple[PlanPoint, int]], gate: str) -> Outward:
        sources = [self._past(node, self._stub_m(point, node), gate) for point, node in points]
        tree = self.driving.tree(sources, backwards=True)
        return Outward(tree, tuple((point.code, (point.x_m, point.y_m)) for point, _ in points))

    def _past(self, node: int, stub_m: float, gate: str) -> Seeds:
        """The arcs that end at a point's node, each with its metres over the point to an exit. On the aisle a vehicle goes
        on as it came; a point off the aisle has room to leave it in either direction."""
        to_exit_m = self.outward("exit", gate).tree.least_m
        here_m = self._exit_here_m(node, gate)
        any_way = self.driving.arcs_from(node) if stub_m > OFF_AISLE_M else None
        seeds: Seeds = []
        for arc, metres in self._into(node, 2 * stub_m):
            after = self.driving.arcs_after(arc) if any_way is None else any_way
            seeds.append((arc, metres + float(to_exit_m[after].min(initial=here_m))))
        return [(arc, metres) for arc, metres in seeds if math.isfinite(metres)]

    def _exit_here_m(self, node: int, code: str) -> float:
        """The metres to an exit that joins the aisles at this very node."""
        exits = [
            (gate, at) for gate, at in self.gates if gate.kind == "exit" and code in ("", gate.code) and at == node
        ]
        return min((self._stub_m(gate, node) for gate, _ in exits), default=math.inf)

    def _into(self, node: int, further_m: float) -> Seeds:
        return [(arc, float(self.graph.length_m[arc]) + further_m) for arc in self.driving.arcs_to(node)]

    def _stub_m(self, place: PlanGate | PlanPoint, node: int) -> float:
        return math.dist((place.x_m, place.y_m), self.graph.nodes[node])
