"""PURE. What the guidance signs of a yard say: per zone which way from here, and how many bays are free that way.

A sign faces the traffic that comes to it from the entry gates; its arrows are the turns that drivers who are led to a bay make
there. One zone may lie both ways: then each arrow has its own count, so that a sign never contradicts what a driver was told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from yards.guidance.passing import ON_THE_SPOT_M, Pass, Passages, bearing_deg, near_deg, turn_of
from yards.guidance.ways import Way, Ways
from yards.layouts.plan import Plan, Point

FREE, FULL, CLOSED, EVACUATE = "free", "full", "closed", "evacuate"
ARMS = 3  # a junction has at least so many
STANDS_WITHIN_M = 15.0  # from the aisle whose traffic reads a drawn sign
LOOKS_AHEAD_M = 25.0  # a drawn sign announces the next turn within this


@dataclass(frozen=True)
class Place:
    """Where a sign stands: `kind` is sign (drawn on the plan), gate or junction (derived). It is read by traffic that drives
    towards `facing_deg`, None where no way from a gate passes."""

    code: str
    kind: str
    x_m: float
    y_m: float
    facing_deg: float | None = None
    name_en: str = ""
    name_zh: str = ""


@dataclass(frozen=True)
class Zone:
    """What is to be said of a zone: the codes of its free bays, and whether it is shut (closed or evacuate)."""

    code: str
    free: frozenset[str]
    shut: str = ""


@dataclass(frozen=True)
class Line:
    """One zone on a sign. `arrows` are (turn, free bays that way), most first; none where no way leads there."""

    zone: str
    state: str
    free: int
    arrows: tuple[tuple[str, int], ...] = ()


def places(plan: Plan, ways: Ways) -> tuple[Place, ...]:
    """This will return where signs stand: as drawn, else at the entry gates and at junctions where ways to bays part.

    `ways` are those of the yard with nothing blocked: signs do not move when an aisle is closed. Junctions are numbered by
    how far from a gate they are.
    """
    passages = _passages(plan, ways)
    drawn = [Place(p.code, "sign", p.x_m, p.y_m, None, p.name_en, p.name_zh) for p in plan.points if p.kind == "sign"]
    if drawn:
        return tuple(_facing(place, passages) for place in drawn)
    gates = [Place(gate.code, "gate", gate.x_m, gate.y_m) for gate in plan.gates if gate.kind == "entry"]
    met = [(gone_m, spot) for spot in _junctions(ways) if (gone_m := _parts_at(spot, passages)) is not None]
    junctions = [Place(f"J{n}", "junction", *spot) for n, (_, spot) in enumerate(sorted(met), start=1)]
    return tuple(_facing(place, passages) for place in (*gates, *junctions))


def turns(plan: Plan, ways: Ways, at: Iterable[Place]) -> dict[str, dict[str, str]]:
    """This will return, per sign, the turn to each bay that can be reached: that of the way in from the gate where it passes
    the sign, else that of the way from the sign itself."""
    passages = _passages(plan, ways)
    return {place.code: _turns_at(place, plan, ways, passages) for place in at}


def lines(zones: Iterable[Zone], turn_to: Mapping[str, str]) -> tuple[Line, ...]:
    """This will write a sign: zones in their order; bays to which no way leads now are not free for who stands here."""
    return tuple(_line(zone, turn_to) for zone in zones)


def _line(zone: Zone, turn_to: Mapping[str, str]) -> Line:
    if zone.shut:
        return Line(zone.code, zone.shut, 0)
    counted = Counter(turn_to[bay] for bay in zone.free if bay in turn_to)
    free = sum(counted.values())
    return Line(
        zone.code, FREE if free else FULL, free, tuple(sorted(counted.items(), key=lambda item: (-item[1], item[0])))
    )


# ---------------------------------------------------------------- where ways part
def _passages(plan: Plan, ways: Ways) -> Passages:
    """The ways in to every bay, from each entry gate that leads there."""
    gates = [gate.code for gate in plan.gates if gate.kind == "entry"]
    return Passages((bay.code, way.line) for bay in plan.bays for gate in gates if (way := ways.way_in(gate, bay.code)))


def _junctions(ways: Ways) -> Iterable[Point]:
    graph = ways.network.graph
    arms = np.bincount(np.concatenate([graph.start, graph.end]), minlength=len(graph.nodes))
    return [(float(x), float(y)) for x, y in graph.nodes[arms >= ARMS]]


def _parts_at(spot: Point, passages: Passages) -> float | None:
    """How far into the yard a spot is, None unless ways that come to it alike go on differently."""
    passing = [seen for _, seen in passages.at(spot, ON_THE_SPOT_M)]
    facing = _most(passing)
    mine = [seen for seen in passing if facing is not None and near_deg(seen.before_deg, facing)]
    return min(seen.gone_m for seen in mine) if len({seen.turn(ON_THE_SPOT_M) for seen in mine}) > 1 else None


def _facing(place: Place, passages: Passages) -> Place:
    passing = passages.at((place.x_m, place.y_m), _reach_m(place))
    return replace(place, facing_deg=_most([seen for _, seen in passing]))


def _turns_at(place: Place, plan: Plan, ways: Ways, passages: Passages) -> dict[str, str]:
    if place.facing_deg is None:
        return {}
    spot, ahead_m = (place.x_m, place.y_m), LOOKS_AHEAD_M if place.kind == "sign" else ON_THE_SPOT_M
    found: dict[str, str] = {}
    for bay, seen in passages.at(spot, _reach_m(place)):
        if near_deg(seen.before_deg, place.facing_deg):
            found.setdefault(bay, seen.turn(ahead_m))
    for each in plan.bays:
        way = None if each.code in found else ways.way_in(spot, each.code)
        if way:
            found[each.code] = turn_of(place.facing_deg, _leaves_deg(way))
    return found


def _reach_m(place: Place) -> float:
    return STANDS_WITHIN_M if place.kind == "sign" else ON_THE_SPOT_M


def _leaves_deg(way: Way) -> float:
    """The bearing of a way once it is on its aisle."""
    on_aisle = way.line[1:] if len(way.line) > 2 else way.line
    return bearing_deg(*on_aisle[:2])


def _most(passing: list[Pass]) -> float | None:
    """The bearing that most come with, to five degrees; None of none."""
    counted = Counter(round(seen.before_deg / 5) * 5 % 360 for seen in passing)
    return float(min(counted, key=lambda each: (-counted[each], each))) if counted else None
