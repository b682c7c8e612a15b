"""What signs say: the turn that drivers make there, the bays that are free that way, and nothing of what is shut."""

from __future__ import annotations

import math
from collections import Counter

import pytest

from yards.guidance import signs
from yards.guidance.passing import turn_of
from yards.guidance.signs import Zone
from yards.guidance.steps import steps
from yards.guidance.ways import Network, Size, Ways
from yards.layouts.plan import Plan, PlanAisle, PlanBay, PlanGate, PlanPoint, PlanZone

TRUCK = Size(length_m=10.0, width_m=2.55)


def a_fork(*, points: tuple[PlanPoint, ...] = ()) -> Plan:
    """One road north from the entry; zone A along its west arm, zone B along its east arm, zone C at both ends of the far road.

    The far road closes a ring, so that every bay can be left.
    """
    bays = [bay(f"A-{n}", "A", 60.0 - 15 * n) for n in range(3)] + [
        bay(f"B-{n}", "B", 140.0 + 15 * n) for n in range(3)
    ]
    bays += [bay("C-0", "C", 20.0, 110.0), bay("C-1", "C", 180.0, 110.0)]
    return Plan(
        origin=(101.7, 21.2),
        width_m=200.0,
        depth_m=130.0,
        bays=tuple(bays),
        zones=(PlanZone("A"), PlanZone("B", shape="square"), PlanZone("C", shape="diamond")),
        gates=(PlanGate("G1", "entry", 100.0, 0.0), PlanGate("G2", "exit", 100.0, 130.0)),
        aisles=(
            PlanAisle("road", ((100.0, 0.0), (100.0, 50.0)), one_way=True),
            PlanAisle("west", ((100.0, 50.0), (10.0, 50.0), (10.0, 100.0), (100.0, 100.0)), one_way=True),
            PlanAisle("east", ((100.0, 50.0), (190.0, 50.0), (190.0, 100.0), (100.0, 100.0)), one_way=True),
            PlanAisle("out", ((100.0, 100.0), (100.0, 130.0)), one_way=True),
        ),
        points=points,
    )


def bay(code: str, zone: str, x_m: float, y_m: float = 60.0) -> PlanBay:
    return PlanBay(code, zone, x_m, y_m, 12.0, 3.5, 180.0)


def all_free(plan: Plan) -> list[Zone]:
    return [Zone(z.code, frozenset(b.code for b in plan.bays if b.zone == z.code)) for z in plan.zones]


def ways_of(plan: Plan, blocked: frozenset[str] = frozenset()) -> Ways:
    return Network(plan).ways(TRUCK, blocked)


def shown(plan: Plan, ways: Ways, code: str, zones: list[Zone] | None = None) -> dict[str, signs.Line]:
    place = next(each for each in signs.places(plan, [ways_of(plan)]) if each.code == code)
    turns = signs.turns(plan, [ways], [place])[code]
    return {line.zone: line for line in signs.lines(zones or all_free(plan), turns, place.zones)}


def test_places__none_drawn__are_the_entry_gate_and_where_ways_part() -> None:
    plan = a_fork()
    at = signs.places(plan, [ways_of(plan)])
    assert [(each.code, each.kind, each.x_m, each.y_m) for each in at] == [
        ("G1", "gate", 100.0, 0.0),
        ("J1", "junction", 100.0, 50.0),
    ]
    assert [each.facing_deg for each in at] == [0.0, 0.0]


def test_lines__at_the_fork__point_left_right_and_both_ways() -> None:
    plan = a_fork()
    found = shown(plan, ways_of(plan), "J1")
    assert found["A"] == signs.Line("A", "free", 3, (("left", 3),))
    assert found["B"] == signs.Line("B", "free", 3, (("right", 3),))
    assert found["C"] == signs.Line("C", "free", 2, (("left", 1), ("right", 1)))


def test_lines__at_the_gate__go_straight_on() -> None:
    plan = a_fork()
    assert {line.arrows[0][0] for line in shown(plan, ways_of(plan), "G1").values()} == {"straight"}


def test_lines__held_and_taken_bays__are_not_counted_and_none_left_is_full() -> None:
    plan = a_fork()
    zones = [Zone("A", frozenset({"A-1"})), Zone("B", frozenset()), Zone("C", frozenset(), "evacuate")]
    found = shown(plan, ways_of(plan), "J1", zones)
    assert [(line.state, line.free, line.arrows) for line in found.values()] == [
        ("free", 1, (("left", 1),)),
        ("full", 0, ()),
        ("evacuate", 0, ()),
    ]


def test_lines__the_west_arm_is_closed__lead_nobody_there_and_no_sign_moves() -> None:
    plan = a_fork()
    ways = ways_of(plan, frozenset({"west"}))
    found = shown(plan, ways, "J1")
    assert (found["A"].state, found["A"].arrows) == ("closed", ())
    assert found["C"].arrows == (("right", 1),)


def test_lines__a_zone_to_which_no_way_comes_by__is_not_on_the_sign() -> None:
    plan = a_fork(points=(PlanPoint("S-1", "sign", 15.0, 75.0),))
    assert set(shown(plan, ways_of(plan), "S-1")) == {"C"}


def test_places__signs_drawn__are_those_alone_and_announce_the_turn_ahead() -> None:
    plan = a_fork(points=(PlanPoint("S-1", "sign", 106.0, 35.0, "Fork", "岔口"), PlanPoint("P-1", "post", 100.0, 20.0)))
    at = signs.places(plan, [ways_of(plan)])
    assert [(each.code, each.kind, each.facing_deg, each.name_zh) for each in at] == [("S-1", "sign", 0.0, "岔口")]
    assert shown(plan, ways_of(plan), "S-1")["A"].arrows == (("left", 3),)


def test_places__a_sign_where_nobody_comes_by__says_no_direction() -> None:
    plan = a_fork(points=(PlanPoint("S-9", "sign", 60.0, 128.0),))
    at = signs.places(plan, [ways_of(plan)])
    assert at[0].facing_deg is None
    assert signs.turns(plan, [ways_of(plan)], at) == {"S-9": {}}


@pytest.mark.parametrize(
    ("before", "after", "turn"),
    [
        (0, 10, "straight"),
        (0, 330, "slight_left"),
        (350, 80, "right"),
        (90, 0, "left"),
        (0, 140, "sharp_right"),
        (90, 280, "sharp_left"),
    ],
)
def test_turn_of__bearings__names_side_and_sharpness(before: float, after: float, turn: str) -> None:
    assert turn_of(before, after) == turn


def test_turns__every_sign_and_bay__are_what_the_driver_on_his_way_does_there() -> None:
    """The law of signs: whoever follows the way he was given makes the turn that the sign shows for his zone."""
    plan = a_fork()
    ways = ways_of(plan)
    at = signs.places(plan, [ways])
    turns = signs.turns(plan, [ways], at)
    told: Counter[str] = Counter()
    for place in at:
        for each in plan.bays:
            way = ways.way_in("G1", each.code)
            assert way is not None
            told[place.code] += 1
            assert turns[place.code][each.code] == turn_at(way.line, (place.x_m, place.y_m)), (place.code, each.code)
            here = [
                step.turn for step in steps(plan, way) if math.dist((step.x_m, step.y_m), (place.x_m, place.y_m)) < 1
            ]
            assert here in ([turns[place.code][each.code]], ["start"])
    assert told == {"G1": 8, "J1": 8}


def turn_at(line: tuple[tuple[float, float], ...], spot: tuple[float, float]) -> str:
    """What a driver does at a corner of his way, worked out apart from the signs: by the side the next point lies on."""
    here = next(n for n, point in enumerate(line) if math.dist(point, spot) < 0.6)
    if here == 0:
        return "straight"
    (ax, ay), (bx, by), (cx, cy) = line[here - 1], line[here], line[here + 1]
    side = (bx - ax) * (cy - by) - (by - ay) * (cx - bx)
    if abs(side) < 1e-6:
        return "straight"
    return "left" if side > 0 else "right"
