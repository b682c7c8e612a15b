"""The driver's small map: it shows the whole way and the own bay, few bytes however large the park, and all of a plan without a way."""

from __future__ import annotations

import gzip
import math
from dataclasses import replace

import pytest

from tests.operations import drawn
from web.driver.waymap import LEAST_SIDE_M, NARROWEST, WIDEST, WayMap, map_of
from yards.guidance.ways import Network, Size
from yards.layouts.plan import Plan, PlanAisle, PlanBay, PlanGate, PlanZone

MOST_BYTES = 12_000  # of path data for 700 bays, as the proxy sends them


def a_park(rows: int = 12, columns: int = 58) -> Plan:
    """Rows of bays along aisles that two roads join: some 700 bays in four zones."""
    zones = [
        PlanZone(code, colour=colour) for code, colour in zip("ABCD", ("blue", "green", "red", "amber"), strict=True)
    ]
    aisles = [
        PlanAisle(f"R{row}", ((20.0, 40 + row * 50.0), (340.0, 40 + row * 50.0)), width_m=24) for row in range(rows)
    ]
    roads = [
        PlanAisle(code, ((x, 10.0), (x, 40 + 50.0 * (rows - 1))), width_m=24) for code, x in (("W", 20.0), ("E", 340.0))
    ]
    return Plan(
        origin=(101.69, 21.18),
        width_m=360,
        depth_m=60 + rows * 50.0,
        zones=tuple(zones),
        bays=tuple(
            PlanBay(
                f"{'ABCD'[row * 4 // rows]}-{row:02}{at:02}",
                "ABCD"[row * 4 // rows],
                45 + at * 5.0,
                60 + row * 50.0,
                18,
                4,
                180.0,
            )
            for row in range(rows)
            for at in range(columns)
        ),
        gates=(PlanGate("G1", "entry", 20, 0), PlanGate("G2", "exit", 340, 0)),
        aisles=(*aisles, *roads),
    )


def box_of(drawing: WayMap) -> tuple[float, ...]:
    return tuple(float(part) for part in drawing.view_box.split())


@pytest.mark.parametrize("bay_code", ["A-0000", "B-0430", "D-1157"])
def test_map_of__way_to_a_bay__is_inside_the_box_whose_shape_suits_a_phone(bay_code: str) -> None:
    park = a_park()
    way = Network(park).ways(Size(17, 2.55)).way_in("G1", bay_code)
    drawing = map_of(park, way=way, bay_code=bay_code)
    left, top, width, height = box_of(drawing)
    points = [tuple(map(float, point.split(","))) for point in drawing.way_points.split()]
    assert all(left <= x <= left + width and top <= y <= top + height for x, y in points)
    assert NARROWEST - 0.02 <= width / height <= WIDEST + 0.02
    assert min(width, height) >= LEAST_SIDE_M - 1
    assert drawing.own
    assert math.dist((drawing.own.x, drawing.own.y), points[-1]) < 10


def test_map_of__700_bays__is_small_on_the_wire() -> None:
    park = a_park()
    way = Network(park).ways(Size(17, 2.55)).way_in("G1", "D-1157")
    drawing = map_of(park, way=way, bay_code="D-1157")
    strokes = "".join(zone.strokes for zone in drawing.zones)
    assert strokes.count("M") > 600
    assert len(gzip.compress((strokes + drawing.row + drawing.aisles).encode())) < MOST_BYTES


@pytest.mark.parametrize("at", [(-145.0, 300.0), (385.0, -40.0)])
def test_map_of__gate_at_the_edge__its_mark_is_not_cut_off(at: tuple[float, float]) -> None:
    park = a_park()
    drawing = map_of(replace(park, gates=(*park.gates, PlanGate("G4", "exit", *at))))
    left, top, width, height = box_of(drawing)
    (mark,) = (mark for mark in drawing.marks if mark.code == "G4")
    assert left <= mark.x - 1.2 * drawing.sign_m
    assert mark.x + 1.2 * drawing.sign_m <= left + width
    assert top <= mark.y - 0.8 * drawing.sign_m
    assert mark.y + 0.8 * drawing.sign_m <= top + height


def test_map_of__no_way__shows_the_whole_plan_and_where_one_is() -> None:
    plan = drawn.a_plan()
    drawing = map_of(plan, here=(100.0, 40.0))
    left, top, width, height = box_of(drawing)
    assert (left <= 0, top <= 0, left + width >= plan.width_m, top + height >= plan.depth_m) == (True,) * 4
    assert (drawing.way, drawing.start) == ("", (100.0, 50.0))


def test_map_of__way_from_the_own_bay__marks_the_start_alone() -> None:
    plan = drawn.a_plan()
    way = Network(plan).ways(Size(17, 2.55)).way_out("A-02")
    assert map_of(plan, way=way, bay_code="A-02").own is None


def test_map_of__start_at_a_gate__its_mark_says_so_and_elsewhere_a_word_on_the_map() -> None:
    plan = drawn.a_plan()
    ways = Network(plan).ways(Size(17, 2.55))
    from_gate, from_bay = ways.way_in("G1", "A-02"), ways.way_out("A-02")
    assert from_gate
    assert from_bay
    assert map_of(plan, way=from_gate, bay_code="A-02").start_label is None
    drawing = map_of(plan, way=from_bay, bay_code="A-02")
    left, top, width, height = box_of(drawing)
    assert drawing.start_label
    assert left < drawing.start_label[0] < left + width
    assert top < drawing.start_label[1] < top + height


def test_map_of__plan_without_bays__is_drawn_empty() -> None:
    assert map_of(Plan((0, 0), 10, 10)).zones == ()
