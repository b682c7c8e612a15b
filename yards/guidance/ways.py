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
from yards.guidance.network_ends import REACH_M, Ends, Outward
from yards.guidance.network_joints import doors
from yards.guidance.network_trees import Driving
from yards.layouts.plan import BACK_IN, Plan, PlanAisle, Point

LONG_M = 12.0  # the longest single truck (Directive 96/53/EC, GB 1589); longer ones are combinations
TURN_DEG, LONG_TURN_DEG = 150.0, 120.0
ROOM_M = 0.5  # that an aisle must be wider than the vehicle


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
    an end that is a mere position has no code. `driven` are the first and the last place in the line that are on an aisle."""

    line: tuple[Point, ...]
    length_m: float
    aisles: tuple[str, ...]
    start: str
    to: str
    driven: tuple[int, int] = (0, -1)


class Network:
    """The aisles of one plan with all that joins them: built once per layout, asked for ways per size and blocked aisles."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        spots = [*((gate.x_m, gate.y_m) for gate in plan.gates), *((point.x_m, point.y_m) for point in plan.points)]
        self.graph, nodes = build(plan, [(spot, REACH_M) for spot in spots])
        self.gate_nodes, self.point_nodes = nodes[: len(plan.gates)], nodes[len(plan.gates) :]
        self.entered, self.left = doors(plan, self.graph)
        self.bay_index = {bay.code: n for n, bay in enumerate(plan.bays)}
        self.heading_deg = np.array([bay.heading_deg for bay in plan.bays])
        self.backed = np.array([bay.entry == BACK_IN for bay in plan.bays], dtype=bool)

    @cached_property
    def bay_aisles(self) -> tuple[str, ...]:
        """The code of the aisle each bay is entered from, in plan order; empty where none is seen."""
        pieces = self.entered.piece.tolist()
        return tuple(self.plan.aisles[self.graph.aisle[piece]].code if piece >= 0 else "" for piece in pieces)

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


class Ways:
    """The ways of one size of vehicle; arrays run over `plan.bays` in plan order, infinite where there is no way."""

    def __init__(self, network: Network, size: Size, blocked: frozenset[str]) -> None:
        self.network, self.size, self.plan = network, size, network.plan
        self._driving = Driving(network.graph, network.open_arcs(size, blocked), size.turn_deg)
        past_m = np.where(network.backed, size.past_m, 0.0)
        self._entering = entering(self._driving, network.entered, network.heading_deg, past_m, size.turn_deg)
        self._leaving = leaving(self._driving, network.left, network.heading_deg, size.turn_deg)
        self._ends = Ends(self.plan, network.graph, self._driving, network.gate_nodes, network.point_nodes)

    # ------------------------------------------------------------------ metres over all bays

    @cached_property
    def reachable(self) -> Bools:
        """True where some entry gate leads in and a way leads out."""
        inside: Bools = np.isfinite(self._entering.best_m(self._ends.inward[1].least_m))
        return inside & np.isfinite(self.onward_m("exit"))

    def drive_in_m(self, gate_code: str) -> Floats:
        """This will return the metres from an entry gate to each bay's middle; infinite from a gate that is not on the plan."""
        rows, tree = self._ends.inward
        if gate_code not in rows:
            return np.full(len(self.plan.bays), np.inf)
        return self._entering.best_m(tree.cost_m[rows[gate_code]])

    def onward_m(self, next_step: str, gate: str = "") -> Floats:
        """This will return the metres from each bay to an exit (to `gate`, where one is named), over that point of kind
        `next_step` which makes it shortest; a plan without such a point: straight to the exit."""
        return self._leaving.best_m(self._ends.outward(next_step, gate).tree.least_m)

    # ------------------------------------------------------------------ single ways

    def way_in(self, start: str | Point, bay_code: str) -> Way | None:
        """This will lead to a bay from an entry gate, or from a position (the nearest open aisle, driving either way)."""
        bay = self.network.bay_index.get(bay_code)
        if bay is None:
            return None
        return self._from_gate(start, bay) if isinstance(start, str) else self._from_position(start, bay)

    def way_on(self, start: str | Point, next_step: str, gate: str = "") -> Way | None:
        """This will lead from a bay or a position to the point of kind `next_step` that makes the way over it to an exit (to
        `gate`, where one is named) shortest, as `onward_m` does; a plan without such a point: to the exit."""
        outward = self._ends.outward(next_step, gate)
        return self._from_bay(start, outward) if isinstance(start, str) else self._from_spot_on(start, outward)

    def way_out(self, start: str | Point, gate: str = "") -> Way | None:
        """This will lead from a bay or a position to the nearest exit (to `gate`, where one is named)."""
        return self.way_on(start, "exit", gate)

    def _from_gate(self, code: str, bay: int) -> Way | None:
        rows, tree = self._ends.inward
        if code not in rows:
            return None
        arc, cost_m = self._entering.best_arc(tree.cost_m[rows[code]], bay)
        if not math.isfinite(cost_m):
            return None
        arcs = tree.before(rows[code], arc)
        gate = next(gate for gate in self.plan.gates if gate.code == code)
        line = [*self._nodes(arcs, "tail"), self._foot(bay)]
        return self._way([(gate.x_m, gate.y_m)], line, self._into(bay), arcs=arcs, start=code, to=self._code(bay))

    def _from_position(self, spot: Point, bay: int) -> Way | None:
        found = [self._from_arc(arc, gone_m, bay) for arc, gone_m, _ in self._ends.near(spot)]
        if not found or not math.isfinite(min(found)[0]):
            return None
        arcs, foot = min(found)[1], self._ends.near(spot)[0][2]
        line = [foot, *self._nodes(arcs[1:], "tail"), self._foot(bay)]
        return self._way([spot], line, self._into(bay), arcs=arcs, start="", to=self._code(bay))

    def _from_arc(self, arc: int, gone_m: float, bay: int) -> tuple[float, list[int]]:
        """The metres and arcs to a bay from the place `gone_m` along an arc: ahead on it, or by the arcs after it."""
        left_m = float(self.network.graph.length_m[arc]) - gone_m
        tree = self._driving.tree([[(after, left_m) for after in self._driving.arcs_after(arc)]])
        last, cost_m = self._entering.best_arc(tree.cost_m[0], bay)
        on_it = np.where(self._entering.arcs[bay] == arc, self._entering.added_m[bay], np.inf).min()
        ahead_m = float(on_it) - gone_m
        if math.isfinite(ahead_m) and ahead_m >= self.network.entered.stub_m[bay] - 1e-6:
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
        door = self.network.left
        line = [tuple(door.foot[bay]), *self._nodes(arcs, "head")]
        off = [self._middle(bay), tuple(door.mouth[bay])]
        return self._way(off, line, [place], arcs=arcs, start=bay_code, to=code)

    def _from_spot_on(self, spot: Point, outward: Outward) -> Way | None:
        found = [(outward.tree.least_m[arc] - gone_m, arc, foot) for arc, gone_m, foot in self._ends.near(spot)]
        if not found or not math.isfinite(min(found)[0]):
            return None
        _, arc, foot = min(found)
        arcs, end = outward.tree.after(arc)
        code, place = outward.ends[end]
        return self._way([spot], [foot, *self._nodes(arcs, "head")], [place], arcs=arcs, start="", to=code)

    def _way(
        self, off: list[Point], line: list[Point], into: list[Point], *, arcs: list[int], start: str, to: str
    ) -> Way:
        """A way from its places before the aisles, on them and after them."""
        line = _distinct(line)
        off = [spot for spot in _distinct(off) if not _same(spot, line[0])]
        into = [spot for spot in _distinct(into) if not _same(spot, line[-1])]
        whole = tuple((float(x), float(y)) for x, y in (*off, *line, *into))
        codes = (self.plan.aisles[self.network.graph.aisle[arc // 2]].code for arc in arcs)
        length_m = sum(math.dist(a, b) for a, b in pairwise(whole))
        driven = (len(off), len(off) + len(line) - 1)
        return Way(whole, length_m, tuple(code for code, _ in groupby(codes)), start, to, driven)

    def _nodes(self, arcs: list[int], end: str) -> list[Point]:
        return [tuple(spot) for spot in self.network.graph.nodes[getattr(self.network.graph, end)[arcs]]]

    def _into(self, bay: int) -> list[Point]:
        return [tuple(self.network.entered.mouth[bay]), self._middle(bay)]

    def _foot(self, bay: int) -> Point:
        return tuple(self.network.entered.foot[bay])

    def _middle(self, bay: int) -> Point:
        return self.plan.bays[bay].x_m, self.plan.bays[bay].y_m

    def _code(self, bay: int) -> str:
        return self.plan.bays[bay].code


def _same(a: Point, b: Point) -> bool:
    return math.dist(a, b) < 0.001


def _distinct(line: list[Point]) -> list[Point]:
    return [line[0], *(b for a, b in pairwise(line) if not _same(a, b))]
