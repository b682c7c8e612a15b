"""PURE. The ways through a yard: from its gates to every bay, on from there, and out again. Metres.

What a vehicle can do on an aisle, by rule:
- it keeps to the aisle's direction, width, height and longest vehicle, and never turns back on itself;
- longer than LONG_M it takes no turn sharper than LONG_TURN_DEG: a combination turns inside a ring of 12.5 m outer radius
  (Regulation (EU) 1230/2012, GB 1589), so half a turn needs 25 m of room, and no aisle is that wide;
- longer than LONG_M it does not reverse along an aisle. It backs into a bay after pulling past it by its own length, so the
  aisle must go on that far, round corners it can take if need be; and it leaves the bay nose first, either way.
A bay is reachable when the vehicle gets in from some entry gate and out through some exit gate.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, pairwise

import numpy as np

from yards.guidance.network import Bools, Floats, build
from yards.guidance.network_costs import entering, leaving
from yards.guidance.network_joints import doors
from yards.guidance.network_lines import nearest_share
from yards.guidance.network_trees import Driving, Seeds, Tree
from yards.layouts.plan import BACK_IN, Plan, PlanAisle, Point

LONG_M = 12.0  # the longest single truck (Directive 96/53/EC, GB 1589); longer ones are combinations
TURN_DEG, LONG_TURN_DEG = 150.0, 120.0
ROOM_M = 0.5  # that an aisle must be wider than the vehicle
GATE_REACH_M = 60.0  # from a gate, a post or a dock to its aisle
OFF_AISLE_M = 8.0  # a place farther from its aisle has room of its own: it is left in either direction


@dataclass(frozen=True)
class Size:
    """A vehicle; a height of 0 is not known and passes everywhere."""

    length_m: float
    width_m: float
    height_m: float = 0.0

    @property
    def turn_deg(self) -> float:
        return LONG_TURN_DEG if self.length_m > LONG_M else TURN_DEG

    @property
    def past_m(self) -> float:
        """How far it pulls past a bay before it backs in."""
        return self.length_m if self.length_m > LONG_M else 0.0


@dataclass(frozen=True)
class Way:
    """A way to drive: its line on the plan, the aisles in the order driven, and the codes (gate, bay, point) of both ends;
    an end that is a mere position has no code."""

    line: tuple[Point, ...]
    length_m: float
    aisles: tuple[str, ...]
    start: str
    to: str


class Network:
    """The aisles of one plan with all that joins them: built once per layout, asked for ways per size and blocked aisles."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        spots = [*((gate.x_m, gate.y_m) for gate in plan.gates), *((point.x_m, point.y_m) for point in plan.points)]
        self.graph, nodes = build(plan, [(spot, GATE_REACH_M) for spot in spots])
        self.gate_nodes, self.point_nodes = nodes[: len(plan.gates)], nodes[len(plan.gates) :]
        self.entered, self.left = doors(plan, self.graph)
        self.bay_index = {bay.code: n for n, bay in enumerate(plan.bays)}
        self.heading_deg = np.array([bay.heading_deg for bay in plan.bays])
        self.backed = np.array([bay.entry == BACK_IN for bay in plan.bays], dtype=bool)

    def ways(self, size: Size, blocked: frozenset[str] = frozenset()) -> Ways:
        """This will find the ways of vehicles of one size while the aisles with the codes `blocked` are closed."""
        return Ways(self, size, blocked)

    def open_arcs(self, size: Size, blocked: frozenset[str]) -> Bools:
        """This will tell which arcs such a vehicle may drive."""
        aisles = self.plan.aisles
        takes = np.array([_takes(aisle, size, blocked) for aisle in aisles], dtype=bool)
        one_way = np.array([aisle.one_way for aisle in aisles], dtype=bool)
        piece = takes[self.graph.aisle] & ~self.graph.walled
        return np.column_stack([piece, piece & ~one_way[self.graph.aisle]]).ravel()


def _takes(aisle: PlanAisle, size: Size, blocked: frozenset[str]) -> bool:
    return (
        aisle.code not in blocked
        and (not aisle.width_m or size.width_m + ROOM_M <= aisle.width_m)
        and (not aisle.height_m or size.height_m <= aisle.height_m)
        and (not aisle.max_length_m or size.length_m <= aisle.max_length_m)
    )


@dataclass(frozen=True)
class Outward:
    """A tree grown backwards from where ways end, and the code and place of each of its ends."""

    tree: Tree
    ends: tuple[tuple[str, Point], ...]


class Ways:
    """The ways of one size of vehicle; arrays run over `plan.bays` in plan order, infinite where there is no way."""

    def __init__(self, network: Network, size: Size, blocked: frozenset[str]) -> None:
        self.network, self.size, self.plan = network, size, network.plan
        self._driving = Driving(network.graph, network.open_arcs(size, blocked), size.turn_deg)
        past_m = np.where(network.backed, size.past_m, 0.0)
        self._entering = entering(self._driving, network.entered, network.heading_deg, past_m, size.turn_deg)
        self._leaving = leaving(self._driving, network.left, network.heading_deg, size.turn_deg)
        self._outwards: dict[tuple[str, str], Outward] = {}

    # ------------------------------------------------------------------ metres over all bays

    @cached_property
    def reachable(self) -> Bools:
        """True where some entry gate leads in and a way leads out."""
        inside: Bools = np.isfinite(self._entering.best_m(self._inward[1].least_m))
        return inside & np.isfinite(self.onward_m("exit"))

    def drive_in_m(self, gate_code: str) -> Floats:
        """This will return the metres from an entry gate to each bay's middle; infinite from a gate that is not on the plan."""
        rows, tree = self._inward
        if gate_code not in rows:
            return np.full(len(self.plan.bays), np.inf)
        return self._entering.best_m(tree.cost_m[rows[gate_code]])

    def onward_m(self, next_step: str, gate: str = "") -> Floats:
        """This will return the metres from each bay to an exit (to `gate`, where one is named), over that point of kind
        `next_step` which makes it shortest; a plan without such a point: straight to the exit."""
        return self._leaving.best_m(self._outward(next_step, gate).tree.least_m)

    # ------------------------------------------------------------------ single ways

    def way_in(self, start: str | Point, bay_code: str) -> Way | None:
        """This will lead to a bay from an entry gate, or from a position (the nearest open aisle, driving either way)."""
        bay = self.network.bay_index.get(bay_code)
        if bay is None:
            return None
        return self._from_gate(start, bay) if isinstance(start, str) else self._from_position(start, bay)

    def way_on(self, bay_code: str, next_step: str, gate: str = "") -> Way | None:
        """This will lead from a bay to the point of kind `next_step` that `onward_m` goes over; without one, to the exit."""
        return self._from_bay(bay_code, self._outward(next_step, gate))

    def way_out(self, start: str | Point, gate: str = "") -> Way | None:
        """This will lead from a bay or a position to the nearest exit (to `gate`, where one is named)."""
        outward = self._outward("exit", gate)
        return self._from_bay(start, outward) if isinstance(start, str) else self._position_out(start, outward)

    def _from_gate(self, code: str, bay: int) -> Way | None:
        rows, tree = self._inward
        if code not in rows:
            return None
        arc, cost_m = self._entering.best_arc(tree.cost_m[rows[code]], bay)
        if not math.isfinite(cost_m):
            return None
        arcs = tree.before(rows[code], arc)
        gate = next(gate for gate in self.plan.gates if gate.code == code)
        return self._way([(gate.x_m, gate.y_m), *self._nodes(arcs, "tail"), *self._into(bay)], arcs, code, bay)

    def _from_position(self, spot: Point, bay: int) -> Way | None:
        found = [self._from_arc(arc, gone_m, bay) for arc, gone_m, _ in self._near(spot)]
        if not found or not math.isfinite(min(found)[0]):
            return None
        arcs, foot = min(found)[1], self._near(spot)[0][2]
        return self._way([spot, foot, *self._nodes(arcs[1:], "tail"), *self._into(bay)], arcs, "", bay)

    def _from_arc(self, arc: int, gone_m: float, bay: int) -> tuple[float, list[int]]:
        """The metres and arcs to a bay from the place `gone_m` along an arc: ahead on it, or by the arcs after it."""
        left_m = float(self.network.graph.length_m[arc]) - gone_m
        tree = self._driving.tree([[(after, left_m) for after in self._driving.arcs_after(arc)]])
        last, cost_m = self._entering.best_arc(tree.cost_m[0], bay)
        on_it = np.where(self._entering.arcs[bay] == arc, self._entering.added_m[bay], np.inf).min()
        ahead_m = float(on_it) - gone_m
        if math.isfinite(ahead_m) and ahead_m >= self.network.entered.stub_m[bay]:
            return ahead_m, [arc]
        return cost_m, [arc, *tree.before(0, last)] if math.isfinite(cost_m) else []

    def _from_bay(self, bay_code: str, outward: Outward) -> Way | None:
        bay = self.network.bay_index.get(bay_code)
        if bay is None:
            return None
        arc, cost_m = self._leaving.best_arc(outward.tree.least_m, bay)
        if not math.isfinite(cost_m):
            return None
        arcs, end = outward.tree.after(arc)
        code, place = outward.ends[end]
        return self._way([*self._out_of(bay), *self._nodes(arcs, "head"), place], arcs, bay, code)

    def _position_out(self, spot: Point, outward: Outward) -> Way | None:
        found = [(outward.tree.least_m[arc] - gone_m, arc, foot) for arc, gone_m, foot in self._near(spot)]
        if not found or not math.isfinite(min(found)[0]):
            return None
        _, arc, foot = min(found)
        arcs, end = outward.tree.after(arc)
        code, place = outward.ends[end]
        return self._way([spot, foot, *self._nodes(arcs, "head"), place], arcs, "", code)

    def _way(self, line: list[Point], arcs: list[int], start: str | int, to: str | int) -> Way:
        line = [(float(x), float(y)) for x, y in line]
        kept = [line[0], *(b for a, b in pairwise(line) if math.dist(a, b) > 1e-9)]
        codes = [self.plan.aisles[self.network.graph.aisle[arc // 2]].code for arc in arcs]
        aisles = tuple(code for code, _ in groupby(codes))
        length_m = sum(math.dist(a, b) for a, b in pairwise(kept))
        first, last = (self.plan.bays[end].code if isinstance(end, int) else end for end in (start, to))
        return Way(tuple(kept), length_m, aisles, first, last)

    def _nodes(self, arcs: list[int], end: str) -> list[Point]:
        return [tuple(spot) for spot in self.network.graph.nodes[getattr(self.network.graph, end)[arcs]]]

    def _into(self, bay: int) -> list[Point]:
        door = self.network.entered
        return [tuple(door.foot[bay]), tuple(door.mouth[bay]), self._middle(bay)]

    def _out_of(self, bay: int) -> list[Point]:
        door = self.network.left
        return [self._middle(bay), tuple(door.mouth[bay]), tuple(door.foot[bay])]

    def _middle(self, bay: int) -> Point:
        return self.plan.bays[bay].x_m, self.plan.bays[bay].y_m

    # ------------------------------------------------------------------ where ways begin and end

    @cached_property
    def _inward(self) -> tuple[dict[str, int], Tree]:
        """The row of each entry gate, and the tree grown from all of them."""
        gates = self._gates("entry")
        sources = [[(arc, stub_m) for arc in self._driving.arcs_from(node)] for _, _, node, stub_m in gates]
        return {code: row for row, (code, _, _, _) in enumerate(gates)}, self._driving.tree(sources)

    def _outward(self, next_step: str, gate: str) -> Outward:
        known = self._outwards.get((next_step, gate))
        if known is None:
            known = self._over_points(next_step, gate) or self._to_exits(gate)
            self._outwards[next_step, gate] = known
        return known

    def _to_exits(self, gate: str) -> Outward:
        exits = [place for place in self._gates("exit") if gate in ("", place[0])]
        length_m = self.network.graph.length_m
        sources = [
            [(arc, length_m[arc] + stub_m) for arc in self._driving.arcs_to(node)] for _, _, node, stub_m in exits
        ]
        return Outward(self._driving.tree(sources, backwards=True), tuple((code, spot) for code, spot, _, _ in exits))

    def _over_points(self, next_step: str, gate: str) -> Outward | None:
        places = zip(self.plan.points, self.network.point_nodes, strict=True)
        points = [(point, node) for point, node in places if point.kind == next_step and node >= 0]
        if not points:
            return None
        exit_m = self._outward("exit", gate).tree.least_m
        sources = [self._past(node, self._stub((point.x_m, point.y_m), node), exit_m) for point, node in points]
        tree = self._driving.tree(sources, backwards=True)
        return Outward(tree, tuple((point.code, (point.x_m, point.y_m)) for point, _ in points))

    def _past(self, node: int, stub_m: float, exit_m: Floats) -> Seeds:
        """The arcs that end at a point's node, each with its metres over the point to an exit. On the aisle a vehicle goes
        on as it came; a point off the aisle has room to leave it in either direction."""
        any_way = self._driving.arcs_from(node) if stub_m > OFF_AISLE_M else None
        seeds = []
        for arc in self._driving.arcs_to(node):
            further = exit_m[self._driving.arcs_after(arc) if any_way is None else any_way]
            cost_m = float(self.network.graph.length_m[arc] + 2 * stub_m + further.min(initial=np.inf))
            if math.isfinite(cost_m):
                seeds.append((arc, cost_m))
        return seeds

    def _gates(self, kind: str) -> list[tuple[str, Point, int, float]]:
        """Code, place, node and metres to it of the gates of a kind that have an aisle within reach."""
        gates = [
            (g.code, (g.x_m, g.y_m), node, g.kind)
            for g, node in zip(self.plan.gates, self.network.gate_nodes, strict=True)
        ]
        return [(code, spot, node, self._stub(spot, node)) for code, spot, node, k in gates if k == kind and node >= 0]

    def _stub(self, spot: Point, node: int) -> float:
        return math.dist(spot, self.network.graph.nodes[node])

    def _near(self, spot: Point) -> list[tuple[int, float, Point]]:
        """The open arcs of the nearest piece that has any, with the metres along each to the place nearest to `spot`."""
        graph, is_open = self.network.graph, self._driving.open
        usable = np.flatnonzero(is_open[0::2] | is_open[1::2])
        lines = graph.nodes[np.column_stack([graph.start[usable], graph.end[usable]])].reshape(-1, 2, 2)
        share, distance_m = nearest_share(lines, np.array(spot))
        if not len(usable) or distance_m.min() > GATE_REACH_M:
            return []
        best = int(np.argmin(distance_m))
        x_m, y_m = lines[best, 0] + share[best] * (lines[best, 1] - lines[best, 0])
        length_m = float(graph.length_m[2 * usable[best]])
        sides = [(2 * int(usable[best]) + side, abs(side - float(share[best])) * length_m) for side in (0, 1)]
        return [(arc, gone_m, (float(x_m), float(y_m))) for arc, gone_m in sides if is_open[arc]]
