"""A plan as SVG parts: north is up, names stand upright, arrows point the way of driving."""

from __future__ import annotations

import pytest

from web.drawing import Frame, draw, outline_of, upright_deg
from yards.layouts.plan import DRIVE_THROUGH, Plan, PlanAisle, PlanBay, PlanGate, PlanZone

NORTH = PlanBay("A-01", "A", x_m=10, y_m=30, length_m=20, width_m=4, heading_deg=0)
EAST = PlanBay("A-02", "A", x_m=50, y_m=30, length_m=20, width_m=4, heading_deg=90)


def plan(**parts: object) -> Plan:
    return Plan(origin=(103.0, 21.0), width_m=100, depth_m=40, **parts)  # type: ignore[arg-type]


def test_draw__bay_facing_north__is_as_high_as_it_is_long_and_north_is_up() -> None:
    (part,) = draw(plan(bays=(NORTH,))).bays
    assert part.points == "8,0 12,0 12,20 8,20"
    assert (part.x, part.y) == (10, 10)


def test_draw__bay_facing_east__lies() -> None:
    (part,) = draw(plan(bays=(EAST,))).bays
    xs, ys = zip(*(map(float, corner.split(",")) for corner in part.points.split()), strict=True)
    assert (min(xs), max(xs), min(ys), max(ys)) == (40, 60, 8, 12)
    assert part.place == "translate(50 10)"


def test_draw__bay_with_an_outline_of_its_own__is_drawn_by_that() -> None:
    skewed = PlanBay("B", "A", 5, 5, 10, 4, 0, outline=((0, 0), (4, 0), (6, 10), (2, 10)))
    assert outline_of(skewed) == skewed.outline
    assert draw(plan(bays=(skewed,))).bays[0].points == "0,40 4,40 6,30 2,30"


@pytest.mark.parametrize(("turn", "upright"), [(-90, 90), (0, 0), (90, 90), (135, -45), (180, 0), (269, 89), (270, 90)])
def test_upright_deg__any_turn__never_stands_on_its_head(turn: float, upright: float) -> None:
    assert upright_deg(turn) == upright


def test_draw__bay_driven_through__has_a_mark_at_both_ends() -> None:
    through = PlanBay("A-03", "A", 50, 30, 20, 4, 0, entry=DRIVE_THROUGH)
    back_in, driven = (part.noses.count("M") for part in draw(plan(bays=(NORTH, through))).bays)
    assert (back_in, driven) == (1, 2)


def test_draw__bay_facing_north__has_its_mark_at_the_upper_end() -> None:
    assert draw(plan(bays=(NORTH,))).bays[0].noses == "M8.8 1.2L10 0L11.2 1.2"


def test_draw__one_way_aisle__has_arrows_the_way_of_driving_and_a_two_way_one_none() -> None:
    south = PlanAisle("N1", ((5, 40), (5, 0)), one_way=True)
    both = PlanAisle("N2", ((0, 5), (100, 5)))
    first, second = draw(plan(aisles=(south, both))).aisles
    assert first.arrows == ("translate(5 20) rotate(90)",)
    assert second.arrows == ()
    assert second.path == "M0 35L100 35"


def test_arrows__long_line_round_a_corner__are_evenly_spread_and_turn_with_it() -> None:
    placed = Frame(400, 200).arrows([(0, 0), (80, 0), (80, 80)], every_m=40)
    assert [place.split(")")[0] for place in placed] == [
        "translate(20 200",
        "translate(60 200",
        "translate(80 180",
        "translate(80 140",
    ]
    assert all("rotate(-90)" in place for place in placed[2:])


def test_draw__zone_without_outline__has_its_sign_amid_its_bays() -> None:
    (zone,) = draw(plan(bays=(NORTH, EAST), zones=(PlanZone("A", "North side", colour="red", shape="diamond"),))).zones
    assert (zone.x, zone.y, zone.points, zone.name) == (30, 10, "", "North side")


def test_box_around__a_line__holds_it_with_its_margin() -> None:
    assert Frame(100, 40).box_around([(10, 10), (30, 30)], margin_m=5) == "5 5 30 30"


def test_draw__empty_plan_and_gate_on_the_edge__stay_within_the_view_box() -> None:
    drawn = draw(plan(gates=(PlanGate("G1", "entry", 0, 0),)))
    assert drawn.view_box == "-6 -6 112 52"
    assert drawn.gates[0].place == "translate(0 40)"
    assert draw(plan()).bays == ()
