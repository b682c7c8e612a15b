"""PURE. What the guidance signs of a yard say: per zone which way from here, and how many bays are free that way.

A sign faces the traffic that comes to it from the entry gates; its arrows are the turns that drivers who are led to a bay make
there. One zone may lie both ways: then each arrow has its own count, so that a sign never contradicts what a driver was told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from yards.guidance.passing import ON_THE_SPOT_M, Pass, Passages, near_deg
from yards.guidance.ways import Ways
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
    zones: frozenset[str] = frozenset()  # to which some way leads past this sign while nothing is blocked


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


def places(plan: Plan, ways: Sequence[Ways]) -> tuple[Place, ...]:
    """This will return where signs stand: as drawn, else at the entry gates and at junctions where ways to bays part.

    `ways` are those of the yard with nothing blocked, of long vehicles before short ones: signs do not move when an aisle is
    closed. Junctions are numbered by
    how far from a gate they are.
    """
    passages = _passages(plan, ways)
    drawn = [Place(p.code, "sign", p.x_m, p.y_m, None, p.name_en, p.name_zh) for p in plan.points if p.kind == "sign"]
    if drawn:
        return tuple(_facing(place, plan, passages) for place in drawn)
    gates = [Place(gate.code, "gate", gate.x_m, gate.y_m) for gate in plan.gates if gate.kind == "entry"]
    met = [(gone_m, spot) for spot in _junctions(ways[0]) if (gone_m := _parts_at(spot, passages)) is not None]
    junctions = [Place(f"J{n}", "junction", *spot) for n, (_, spot) in enumerate(sorted(met), start=1)]
    return tuple(_facing(place, plan, passages) for place in (*gates, *junctions))


def turns(plan: Plan, ways: Sequence[Ways], at: Iterable[Place]) -> dict[str, dict[str, str]]:
    """This will return, per sign, the turn that a driver makes there who comes by on his way in to a bay, by bay. A bay that
    the vehicles of the first `ways` do not reach is looked up in the next."""
    passages = _passages(plan, ways)
    return {place.code: _turns_at(place, passages) for place in at}


def lines(zones: Iterable[Zone], turn_to: Mapping[str, str], shown: Collection[str]) -> tuple[Line, ...]:
    """This will write a sign of the zones `shown`, in their order. Free bays to which no way leads past it now do not count:
    with no other left the zone is closed for who stands here."""
    return tuple(_line(zone, turn_to) for zone in zones if zone.code in shown)


def _line(zone: Zone, turn_to: Mapping[str, str]) -> Line:
    if zone.shut:
        return Line(zone.code, zone.shut, 0)
    counted = Counter(turn_to[bay] for bay in zone.free if bay in turn_to)
    free = sum(counted.values())
    return Line(
        zone.code,
        FREE if free else CLOSED if zone.free else FULL,
        free,
        tuple(sorted(counted.items(), key=lambda item: (-item[1], item[0]))),
    )


# ---------------------------------------------------------------- where ways part
def _passages(plan: Plan, ways: Sequence[Ways]) -> Passages:
    """The ways in to every bay, from each entry gate that leads there."""
    gates = [gate.code for gate in plan.gates if gate.kind == "entry"]
    return Passages((bay.code, line) for bay in plan.bays for line in _lines_to(bay.code, gates, ways))


def _lines_to(bay: str, gates: list[str], ways: Sequence[Ways]) -> list[tuple[Point, ...]]:
    found = ([way.line for gate in gates if (way := each.way_in(gate, bay))] for each in ways)
    return next((lines for lines in found if lines), [])


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


def _facing(place: Place, plan: Plan, passages: Passages) -> Place:
    passing = passages.at((place.x_m, place.y_m), _reach_m(place))
    facing, zone_of = _most([seen for _, seen in passing]), {bay.code: bay.zone for bay in plan.bays}
    led = {zone_of[bay] for bay, seen in passing if facing is not None and near_deg(seen.before_deg, facing)}
    return replace(place, facing_deg=facing, zones=frozenset(led))


def _turns_at(place: Place, passages: Passages) -> dict[str, str]:
    found: dict[str, str] = {}
    ahead_m = LOOKS_AHEAD_M if place.kind == "sign" else ON_THE_SPOT_M
    for bay, seen in passages.at((place.x_m, place.y_m), _reach_m(place)):
        if place.facing_deg is not None and near_deg(seen.before_deg, place.facing_deg):
            found.setdefault(bay, seen.turn(ahead_m))
    return found


def _reach_m(place: Place) -> float:
    return STANDS_WITHIN_M if place.kind == "sign" else ON_THE_SPOT_M


def _most(passing: list[Pass]) -> float | None:
    """The bearing that most come with, to five degrees; None of none."""
    counted = Counter(round(seen.before_deg / 5) * 5 % 360 for seen in passing)
    return float(min(counted, key=lambda each: (-counted[each], each))) if counted else None
