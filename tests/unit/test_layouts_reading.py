"""A plan read from GeoJSON and written back: what is understood, and that nothing of the file is lost."""

from __future__ import annotations

import json
import math

import pytest

from tests.parts.plan_files import area, bay, box, collection, line, point, reading_of, small_yard
from tests.parts.random_yards import random_plan
from yards.layouts.geojson import read, write
from yards.layouts.plan import Finding, Plan

NEAR_M = 0.01


def codes(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.code for finding in findings]


def said_by(plan: Plan) -> list[dict[str, object]]:
    """What a written plan says of each feature, without its place."""
    return [feature["properties"] for feature in write(plan)["features"]]


def plan_of(*features: object, **members: object) -> Plan:
    plan = reading_of(*features, **members).plan
    assert plan is not None
    return plan


def test_read__our_own_vocabulary__says_nothing_and_keeps_the_document() -> None:
    zone = area((90, 10), (110, 10), (110, 40), (90, 40), kind="zone", code="A", colour="red", shape="diamond")
    document = collection(*small_yard(bay("A-1", 100)), zone, name="A yard")
    reading = read(json.dumps(document).encode())
    assert reading.findings == ()
    assert reading.document == document


def test_read__a_bay__has_its_place_size_and_ways() -> None:
    [one] = plan_of(
        bay("A-1", 100, entry="drive_through", equipment=["reefer"], behind="A-2", segregation_m=12), bay("A-2", 110)
    ).bays[:1]
    assert (one.code, one.zone, one.length_m, one.width_m, one.heading_deg) == ("A-1", "A", 20, 4, 180)
    assert (one.entry, one.equipment, one.behind, one.segregation_m) == ("drive_through", ("reefer",), "A-2", 12)
    assert one.outline == ()  # it is drawn as the rectangle it says it is
    assert math.dist((one.x_m, one.y_m), (2, 10)) < NEAR_M  # metres begin at the south-west corner of what is drawn


def test_read__an_aisle_a_gate_a_place_and_a_wall__are_parts_of_the_plan() -> None:
    plan = plan_of(
        *small_yard(bay("A-1", 100)),
        line("aisle", (50, 0), (50, 80), code="R2", one_way=True, height_m=4.2, max_length_m=12, speed_kmh=10),
        point("weighbridge", 60, 5, code="W1", name_en="Weighbridge", name_zh="地磅"),
        line("wall", (0, -10), (200, -10)),
        box(150, 60, kind="wall"),
    )
    aisle = plan.aisles[1]
    assert (aisle.one_way, aisle.height_m, aisle.max_length_m, aisle.speed_kmh) == (True, 4.2, 12, 10)
    assert [(gate.code, gate.kind) for gate in plan.gates] == [("IN", "entry"), ("OUT", "exit")]
    assert [(p.code, p.kind, p.name_zh) for p in plan.points] == [("W1", "weighbridge", "地磅")]
    assert [(len(wall.line), wall.closed) for wall in plan.walls] == [(2, False), (4, True)]


def test_read__a_survey_without_kinds__is_laid_out_by_zone_and_row() -> None:
    spaces = [box(10 + 5 * n, y, vehicle_type="truck", osm_id=n) for y in (20, 80) for n in range(3)]
    reading = reading_of(area((0, 0), (40, 0), (40, 100), (0, 100), type="parking_area", name="P"), *spaces)
    assert reading.plan is not None
    assert [b.code for b in reading.plan.bays] == ["A-004", "A-005", "A-006", "A-001", "A-002", "A-003"]
    assert {b.zone for b in reading.plan.bays} == {"A"}
    assert all(abs(b.length_m - 20) < NEAR_M and abs(b.width_m - 4) < NEAR_M for b in reading.plan.bays)
    assert all(b.heading_deg % 180 == pytest.approx(0, abs=0.1) for b in reading.plan.bays)
    told = codes(reading.findings)
    assert {"codes_given", "names_written", "ignored_properties"} <= set(told)
    assert told.count("size_from_outline") == told.count("missing_heading") == 6


def test_read__a_survey_without_kinds__is_read_the_same_from_what_it_became() -> None:
    first = reading_of(*[box(10 + 5 * n, 20, vehicle_type="truck") for n in range(3)])
    again = read(json.dumps(first.document).encode())
    assert again.plan == first.plan
    assert again.document == first.document
    assert "names_written" not in codes(again.findings)


def test_read__foreign_properties_and_features__are_kept_and_told() -> None:
    tree = {"type": "Feature", "geometry": None, "properties": {"kind": "tree"}}
    document = collection(bay("A-1", 100, osm_id=7), tree, note={"by": "survey"})
    reading = read(json.dumps(document).encode())
    told = {finding.code: finding.figures for finding in reading.findings}
    assert told["ignored_properties"] == {"names": "osm_id"}
    assert told["ignored_features"] == {"count": 1}
    assert told["ignored_members"] == {"names": "note"}
    assert reading.document == document


def test_read__heights_and_holes__are_not_read_and_do_no_harm() -> None:
    with_hole = bay("A-1", 100)
    ring = with_hole["geometry"]["coordinates"][0]
    with_hole["geometry"]["coordinates"] = [[[*position, 812.5] for position in ring], ring]
    assert plan_of(with_hole).bays == plan_of(bay("A-1", 100)).bays


def test_read__slanted_bay__has_the_length_of_its_side_and_the_room_between_them() -> None:
    [one] = plan_of(area((0, 0), (5, 0), (20, 15), (15, 15), kind="bay", code="A-1")).bays
    assert one.length_m == pytest.approx(math.hypot(15, 15), abs=NEAR_M)
    assert one.width_m == pytest.approx(5 / math.sqrt(2), abs=NEAR_M)
    assert one.heading_deg == pytest.approx(45, abs=0.1)
    assert len(one.outline) == 4


@pytest.mark.parametrize("seed", range(12))
def test_write__a_yard_drawn_at_random__is_read_again_to_a_centimetre(seed: int) -> None:
    plan = random_plan(seed)
    reading = read(json.dumps(write(plan)).encode())
    assert reading.plan is not None
    assert reading.findings == ()
    assert said_by(reading.plan) == said_by(plan)
    for was, now in zip(plan.bays, reading.plan.bays, strict=True):
        assert math.dist((was.x_m, was.y_m), (now.x_m, now.y_m)) < NEAR_M
        assert (was.outline == ()) == (now.outline == ())
    for mine, yours in zip(plan.aisles, reading.plan.aisles, strict=True):
        assert all(math.dist(a, b) < NEAR_M for a, b in zip(mine.line, yours.line, strict=True))


def test_write__attribution__goes_out_with_the_plan() -> None:
    plan = plan_of(bay("A-1", 100), attribution="© OpenStreetMap contributors, ODbL 1.0")
    assert write(plan)["attribution"] == "© OpenStreetMap contributors, ODbL 1.0"
