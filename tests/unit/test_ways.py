"""The rules of the road inside a yard, one by one, on yards small enough to draw on a napkin."""

from __future__ import annotations

import numpy as np
import pytest

from tests.parts.small_yards import ENTRY, EXIT, ROAD, bay, road, yard
from yards.guidance.ways import Network, Size, Ways
from yards.layouts.plan import DRIVE_THROUGH, Plan, PlanAisle, PlanGate, PlanPoint, PlanWall

TRUCK = Size(18.0, 2.6, 4.0)
VAN = Size(8.0, 2.3, 3.0)


def ways(plan: Plan, size: Size = TRUCK, *blocked: str) -> Ways:
    return Network(plan).ways(size, frozenset(blocked))


def reached(plan: Plan, size: Size = TRUCK, *blocked: str) -> list[bool]:
    return [bool(each) for each in ways(plan, size, *blocked).reachable]


def test_ways__bay_beside_the_road__metres_in_and_on_are_counted_to_its_middle() -> None:
    found = ways(yard(ROAD, bays=(bay("B", 80),)))
    assert found.drive_in_m("IN").tolist() == [80 + 12 + 9]
    assert found.onward_m("exit").tolist() == [9 + 12 + 120]
    way = found.way_in("IN", "B")
    assert way is not None
    assert way.line == ((0, 0), (80, 0), (80, 12), (80, 21))
    assert (way.length_m, way.aisles, way.start, way.to, way.driven) == (101, ("ROAD",), "IN", "B", (0, 1))
    out = found.way_out("B")
    assert out is not None
    assert (out.line, out.to, out.length_m) == (((80, 21), (80, 12), (80, 0), (200, 0)), "OUT", 141)


def test_ways__one_way_road__is_driven_one_way() -> None:
    plan = yard(road(one_way=True), bays=(bay("B", 80),))
    assert reached(plan) == [True]
    against = yard(road(one_way=True, line=((200.0, 0.0), (0.0, 0.0))), bays=(bay("B", 80),))
    assert reached(against) == [False]
    assert ways(against).way_in("IN", "B") is None
    assert ways(against).way_out("B") is None


def test_ways__only_aisle_closed__nothing_is_reached() -> None:
    found = ways(yard(ROAD, bays=(bay("B", 80),)), TRUCK, "ROAD")
    assert not found.reachable.any()
    assert np.isinf(found.drive_in_m("IN")).all()
    assert np.isinf(found.onward_m("exit")).all()
    assert found.way_in("IN", "B") is None
    assert found.way_in((70.0, 1.0), "B") is None
    assert found.way_out("B") is None
    assert found.way_out((70.0, 1.0)) is None


@pytest.mark.parametrize(
    ("limit", "passes", "stays_out"),
    [
        ({"width_m": 3.1}, Size(18, 2.6), Size(18, 2.61)),
        ({"height_m": 4.0}, Size(18, 2.6, 4.0), Size(18, 2.6, 4.01)),
        ({"max_length_m": 18.0}, Size(18, 2.6), Size(18.01, 2.6)),
        ({"width_m": 0.0, "height_m": 0.0, "max_length_m": 0.0}, Size(40, 9, 9), None),
    ],
)
def test_ways__limit_of_an_aisle__is_kept_to_the_centimetre(
    limit: dict[str, float], passes: Size, stays_out: Size | None
) -> None:
    plan = yard(road(**limit), bays=(bay("B", 80),))
    assert reached(plan, passes) == [True]
    assert stays_out is None or reached(plan, stays_out) == [False]


def test_ways__dead_end_too_short_to_pull_past__is_no_bay_for_a_long_vehicle() -> None:
    """The spur leads 60 m north of the road. Its bays leave 20 m, 10 m and 4 m to pull past."""
    spur = PlanAisle("SPUR", ((100.0, 0.0), (100.0, 60.0)))
    bays = (bay("B40", 121, 40, 270), bay("B50", 121, 50, 270), bay("B56", 121, 56, 270))
    plan = yard(ROAD, spur, bays=bays)
    assert reached(plan, Size(18, 2.6)) == [True, False, False]
    assert reached(plan, Size(20, 2.6)) == [True, False, False]
    assert reached(plan, Size(20.5, 2.6)) == [False, False, False]
    assert reached(plan, VAN) == [True, True, True]  # short enough to reverse
    assert np.isfinite(ways(plan).onward_m("exit")).all()  # getting out is not the matter


def test_ways__drive_through_bay_at_the_end_of_a_spur__needs_no_room_past_it() -> None:
    spur = PlanAisle("SPUR", ((100.0, 0.0), (100.0, 60.0)))
    plan = yard(ROAD, spur, bays=(bay("B", 121, 56, 90, entry=DRIVE_THROUGH),))
    assert ways(plan).way_in("IN", "B") is not None


def test_ways__room_round_the_corner__counts_as_room_to_pull_past() -> None:
    spur = PlanAisle("SPUR", ((100.0, 0.0), (100.0, 60.0)))
    corner = PlanAisle("CORNER", ((100.0, 60.0), (90.0, 60.0)))
    plan = yard(ROAD, spur, corner, bays=(bay("B50", 121, 50, 270),))
    assert reached(plan, Size(18, 2.6)) == [True]
    assert reached(plan, Size(18, 2.6), "CORNER") == [False]


def test_ways__bay_behind_on_the_same_aisle__is_reached_round_the_block_not_by_turning_back() -> None:
    """Standing 20 m past the bay on a one-way road, one drives on and round."""
    loop = PlanAisle("LOOP", ((150.0, 0.0), (150.0, -60.0), (50.0, -60.0), (50.0, 0.0)))
    found = ways(yard(road(one_way=True), loop, bays=(bay("B", 100),)))
    way = found.way_in((120.0, 0.0), "B")
    assert way is not None
    assert way.length_m == 30 + 60 + 100 + 60 + 50 + 21
    assert way.aisles == ("ROAD", "LOOP", "ROAD")
    ahead = found.way_in((90.0, 0.0), "B")
    assert ahead is not None
    assert ahead.length_m == 10 + 21


def test_ways__past_the_bay_on_a_one_way_road_without_a_loop__there_is_no_way_back() -> None:
    found = ways(yard(road(one_way=True), bays=(bay("B", 80),)))
    assert found.way_in((120.0, 0.0), "B") is None
    assert found.way_out((120.0, 0.0)) is not None


@pytest.mark.parametrize(("x_m", "length_m"), [(150.0, 70 + 21), (80.0, 21), (30.0, 50 + 21)])
def test_ways__position_on_a_two_way_road__leads_either_way_from_there(x_m: float, length_m: float) -> None:
    found = ways(yard(ROAD, bays=(bay("B", 80),)))
    way, out = found.way_in((x_m, 3.0), "B"), found.way_out((x_m, 3.0))
    assert way is not None
    assert out is not None
    assert (way.line[:2], way.length_m) == (((x_m, 3), (x_m, 0)), 3 + length_m)
    assert out.length_m == 3 + 200 - x_m


def test_ways__exit_behind_the_bay__backing_in_turns_the_truck_round() -> None:
    gates = (ENTRY, PlanGate("OUT", "exit", 0.0, 5.0))
    found = ways(yard(ROAD, bays=(bay("B", 80),), gates=gates))
    assert found.reachable.all()
    through = ways(yard(ROAD, bays=(bay("B", 80, heading_deg=0, entry=DRIVE_THROUGH),), gates=gates))
    assert not through.reachable.any()  # no aisle at its nose, and no turning in the road


@pytest.mark.parametrize(
    ("deg", "truck", "van"), [(90, True, True), (119, True, True), (125, False, True), (155, False, False)]
)
def test_ways__sharp_turn__is_taken_by_short_vehicles_only(deg: float, truck: bool, van: bool) -> None:
    """From the end of the road an aisle leads back at an angle; the exit is at its end."""
    angle = np.radians(90 + deg)
    end = (float(200 + 90 * np.sin(angle)), float(90 * np.cos(angle)))
    plan = yard(
        ROAD, PlanAisle("BACK", ((200.0, 0.0), end)), gates=(ENTRY, PlanGate("OUT", "exit", *end)), bays=(bay("B", 80),)
    )
    assert reached(plan, TRUCK) == [truck]
    assert reached(plan, VAN) == [van]


def test_ways__bend_inside_an_aisle__is_a_turn_like_any_other() -> None:
    plan = yard(
        road(line=((0.0, 0.0), (150.0, 0.0), (60.0, -40.0))),
        bays=(bay("B", 80),),
        gates=(ENTRY, PlanGate("OUT", "exit", 60, -40)),
    )
    assert reached(plan, TRUCK) == [False]


def test_ways__drive_through_bay__is_entered_at_its_tail_and_left_at_its_nose() -> None:
    north = PlanAisle("NORTH", ((0.0, 42.0), (200.0, 42.0)))
    join = PlanAisle("JOIN", ((0.0, 0.0), (0.0, 42.0)))
    bays = (bay("UP", 80, heading_deg=0, entry=DRIVE_THROUGH), bay("DOWN", 90, heading_deg=180, entry=DRIVE_THROUGH))
    found = ways(yard(ROAD, north, join, bays=bays))
    up, down = found.way_in("IN", "UP"), found.way_in("IN", "DOWN")
    assert up is not None
    assert up.aisles == ("ROAD",)
    assert down is not None
    assert down.aisles == ("JOIN", "NORTH")
    out = found.way_out("UP")
    assert out is not None
    assert out.aisles == ("NORTH", "JOIN", "ROAD")
    assert reached(yard(ROAD, north, join, bays=bays), TRUCK, "NORTH") == [False, False]


def test_ways__bay_set_at_a_slant__is_entered_and_left_by_turns_the_vehicle_can_take() -> None:
    """Into the first bay one must turn back by 140 degrees, out of the second as well."""
    into = bay("INTO", 73, 18, 310, entry=DRIVE_THROUGH)
    out_of = bay("OUT_OF", 113, 18, 230)
    plan = yard(road(one_way=True), bays=(into, out_of))
    assert [ways(plan, size).way_in("IN", "INTO") is None for size in (TRUCK, VAN)] == [True, False]
    assert [ways(plan, size).way_out("OUT_OF") is None for size in (TRUCK, VAN)] == [True, False]


def test_ways__bay_with_an_aisle_at_its_nose_only__cannot_be_driven_through() -> None:
    assert reached(yard(ROAD, bays=(bay("B", 80, entry=DRIVE_THROUGH),))) == [False]


def test_ways__bay_behind_another__is_joined_through_the_one_it_names() -> None:
    front, rear = bay("FRONT", 80), bay("REAR", 80, 39.5)
    assert reached(yard(ROAD, bays=(front, rear))) == [True, False]
    named = bay("REAR", 80, 39.5, behind="FRONT")
    found = ways(yard(ROAD, bays=(front, named)))
    assert found.reachable.all()
    assert found.drive_in_m("IN")[1] == pytest.approx(80 + 39.5)


def test_ways__wall_before_the_mouth__hides_the_aisle() -> None:
    fence = PlanWall(((70.0, 6.0), (90.0, 6.0)))
    assert reached(yard(ROAD, bays=(bay("B", 80), bay("C", 100)), walls=(fence,))) == [False, True]


def test_ways__wall_across_the_road__is_no_road() -> None:
    house = PlanWall(((110.0, -5.0), (120.0, -5.0), (120.0, 5.0), (110.0, 5.0)), closed=True)
    assert reached(yard(ROAD, bays=(bay("B", 80),), walls=(house,))) == [False]


def test_ways__aisle_too_far_from_the_mouth__is_not_joined() -> None:
    assert reached(yard(ROAD, bays=(bay("NEAR", 80, 38.9), bay("FAR", 100, 39.1)))) == [True, False]


def test_ways__first_bay_beside_a_nearer_road__opens_to_the_aisle_ahead() -> None:
    """The aisle ahead is 12 m away, the side road 8 m; it was drawn with a point 9 m away, more or less ahead."""
    side = PlanAisle("SIDE", ((72.0, 0.0), (72.0, 7.0), (72.0, 60.0)))
    network = Network(yard(ROAD, side, bays=(bay("B", 80),)))
    assert network.bay_aisles == ("ROAD",)


def test_ways__next_step__leads_over_the_point_that_makes_it_shortest_and_on_to_an_exit() -> None:
    points = (PlanPoint("I1", "inspection", 150, 0), PlanPoint("I2", "inspection", 20, 0))
    found = ways(yard(ROAD, bays=(bay("B", 80),), points=points))
    assert found.onward_m("inspection").tolist() == [141]
    on = found.way_on("B", "inspection")
    assert on is not None
    assert (on.to, on.length_m) == ("I1", 91)
    assert found.way_on("B", "dock") == found.way_out("B")  # no dock on the plan
    ahead = found.way_on((120.0, 3.0), "inspection")
    assert ahead is not None
    assert (ahead.to, ahead.length_m) == ("I1", 33)
    assert found.way_on((160.0, 3.0), "inspection") is None  # it is past both, and turns nowhere
    assert found.way_on((120.0, 3.0), "dock") == found.way_out((120.0, 3.0))


def test_ways__point_in_a_dead_end__turns_nobody_round_unless_it_stands_off_the_aisle() -> None:
    on_it = PlanPoint("I", "inspection", 20, 0)
    off_it = PlanPoint("I", "inspection", 20, 15)
    with_it = [ways(yard(ROAD, bays=(bay("B", 80),), points=(point,))) for point in (on_it, off_it)]
    assert np.isinf(with_it[0].onward_m("inspection")).all()
    assert with_it[0].way_on("B", "inspection") is None
    assert with_it[1].onward_m("inspection").tolist() == [21 + 60 + 15 + 15 + 180]


def test_ways__two_exits__nearest_unless_one_is_named() -> None:
    near = PlanGate("NEAR", "exit", 90, -10)
    found = ways(yard(ROAD, bays=(bay("B", 80),), gates=(ENTRY, EXIT, near)))
    nearest, named = found.way_out("B"), found.way_out("B", gate="OUT")
    assert nearest is not None
    assert nearest.to == "NEAR"
    assert named is not None
    assert named.to == "OUT"
    assert found.onward_m("exit", "OUT").tolist() == [141]
    assert np.isinf(found.onward_m("exit", "NOWHERE")).all()


def test_ways__nothing_to_drive_on__says_so() -> None:
    for plan in (yard(), yard(bays=(bay("B", 80),)), yard(ROAD), yard(ROAD, bays=(bay("B", 80),), gates=())):
        found = ways(plan)
        assert not found.reachable.any()
        assert np.isinf(found.drive_in_m("IN")).all()
        assert found.way_in("IN", "B") is None
        assert found.way_on("B", "inspection") is None


def test_ways__unknown_codes__have_no_way() -> None:
    found = ways(yard(ROAD, bays=(bay("B", 80),)))
    assert found.way_in("OUT", "B") is None  # no entry
    assert found.way_in("IN", "X") is None
    assert found.way_out("X") is None
    assert found.way_in((100.0, 90.0), "B") is None  # 90 m from any aisle
    assert np.isinf(found.drive_in_m("X")).all()


def test_ways__exit_at_the_very_point__is_reached_over_it() -> None:
    point = PlanPoint("I", "inspection", 200, 0)
    found = ways(yard(ROAD, bays=(bay("B", 80),), points=(point,)))
    assert found.onward_m("inspection").tolist() == [141]


def test_ways__lines_that_end_a_hand_away__are_joined() -> None:
    crooked = PlanAisle("SPUR", ((100.0, 0.4), (100.0, 60.0)))
    apart = PlanAisle("SPUR", ((100.0, 0.7), (100.0, 60.0)))
    bays = (bay("B", 121, 30, 270),)
    assert reached(yard(ROAD, crooked, bays=bays)) == [True]
    assert reached(yard(ROAD, apart, bays=bays)) == [False]
