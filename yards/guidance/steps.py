"""PURE. A way as a driver hears it: turns with the metres before them, what to look for, and where to stop.

A bend of less than SLIGHT_DEG is no turn. Each turn counts the rows and roads on its side that are passed before it, so
that "third row on the left" can be said, and names the building, weighbridge or sign just passed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise

from yards.guidance.landmarks import Landmark, bend_deg, named, passed, row
from yards.guidance.ways import Way
from yards.layouts.plan import BACK_IN, Plan, Point

SLIGHT_DEG, TURN_DEG, SHARP_DEG = 25.0, 60.0, 120.0
AHEAD_DEG = 30.0  # a bay or gate within it is straight ahead
SHORTEST_M = 1.0  # places nearer than this are one: the corner of a hand-drawn line is no turn


@dataclass(frozen=True)
class Step:
    """One thing to do at (`x_m`, `y_m`), `distance_m` after the step before.

    `turn`: start, slight_left, left, sharp_left, slight_right, right, sharp_right, or arrive_left, arrive_right,
    arrive_ahead. `landmark`: what one has just passed, or the point one arrives at. `row`: which turning on that side it
    is, 0 when there is only one way to go; `at_end`: several are passed, and it is where the aisle ends. `zone`: the zone
    it leads into. A start or an arrival has the `kind` (gate, bay, inspection, dock, weighbridge; empty for a mere
    position) and `code` of the place; `back_in` when the bay is backed into.
    """

    turn: str
    distance_m: float
    landmark: Landmark | None
    x_m: float
    y_m: float
    row: int = 0
    at_end: bool = False
    zone: str = ""
    kind: str = ""
    code: str = ""
    back_in: bool = False

    @property
    def icon(self) -> str:
        """The name of the picture that says it without words."""
        if self.turn.startswith("arrive"):
            return f"{'exit' if self.kind == 'gate' else self.kind or 'place'}-{self.turn.removeprefix('arrive_')}"
        return self.turn.replace("_", "-")


def steps(plan: Plan, way: Way) -> tuple[Step, ...]:
    """This will tell a way step by step; the metres of all steps add up to the way's length up to where a bay is entered."""
    line = _line(way)
    kind, code, zone = _place(plan, way.to)
    turns, last = _turns(plan, line, zone)
    return (_start(plan, way, line[0]), *turns, _arrival(plan, way, line[last:], kind, code))


def _line(way: Way) -> list[Point]:
    """The places to drive over: from the gate or bay, or from the aisle next to a mere position, to where it is left."""
    first, last = way.driven
    line = list(way.line[(0 if way.start else first) : (last % len(way.line)) + 1])
    kept = [line[0]]
    for spot in line[1:]:
        if math.dist(kept[-1], spot) >= SHORTEST_M:
            kept.append(spot)
    return kept


def _start(plan: Plan, way: Way, spot: Point) -> Step:
    kind, code, _ = _place(plan, way.start)
    return Step("start", 0.0, None, *spot, kind=kind, code=code)


def _turns(plan: Plan, line: list[Point], zone: str) -> tuple[list[Step], int]:
    """The turns, and where in the line the last one is: a junction may be driven over more than once."""
    found: list[Step] = []
    since = 0
    for n in range(1, len(line) - 1):
        turn = turn_name(bend_deg(line[n - 1], line[n], line[n], line[n + 1]))
        if turn == "straight":
            continue
        run = line[since : n + 1]
        number, at_end = row(plan, run, to_left=turn.endswith("left"))
        found.append(Step(turn, _metres(run), passed(plan, run), *line[n], row=number, at_end=at_end))
        since = n
    if found and zone:
        found[-1] = replace(found[-1], zone=zone)
    return found, since


def _arrival(plan: Plan, way: Way, since: list[Point], kind: str, code: str) -> Step:
    """The last step: at the foot of the bay, beside the point, or through the gate."""
    spot, end = since[-1], way.line[-1]
    came_from = since[-2] if len(since) > 1 else way.line[0]
    deg = bend_deg(came_from, spot, spot, end) if math.dist(spot, end) >= SHORTEST_M and came_from != spot else 0.0
    side = "ahead" if abs(deg) < AHEAD_DEG else "right" if deg > 0 else "left"
    further_m = 0.0 if kind == "bay" else math.dist(spot, end)
    back_in = any(bay.code == code and bay.entry == BACK_IN for bay in plan.bays) if kind == "bay" else False
    own = next((point for point in plan.points if (point.kind, point.code) == (kind, code)), None)
    landmark = named(own) if own else passed(plan, since)
    return Step(f"arrive_{side}", _metres(since) + further_m, landmark, *spot, kind=kind, code=code, back_in=back_in)


def _place(plan: Plan, code: str) -> tuple[str, str, str]:
    """The kind, code and (of a bay) zone of an end of a way; all empty for a mere position."""
    for bay in plan.bays:
        if bay.code == code:
            return "bay", code, bay.zone
    if any(gate.code == code for gate in plan.gates):
        return "gate", code, ""
    return next(((point.kind, code, "") for point in plan.points if point.code == code), ("", "", ""))


def turn_name(deg: float) -> str:
    """This will name a bend, in degrees to the right."""
    size = abs(deg)
    if size < SLIGHT_DEG:
        return "straight"
    strength = "slight_" if size < TURN_DEG else "" if size <= SHARP_DEG else "sharp_"
    return f"{strength}{'right' if deg > 0 else 'left'}"


def _metres(line: list[Point]) -> float:
    return sum(math.dist(a, b) for a, b in pairwise(line))
