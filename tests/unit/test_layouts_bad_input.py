"""Plan files that are wrong: each is told by a finding of its own, and none raises."""

from __future__ import annotations

import json
from typing import Any

import pytest

from core.api.paths import CodeConverter
from tests.parts.plan_files import PLANE, area, bay, box, collection, line, point, reading_of, small_yard
from yards.findings import WORDS, words
from yards.layouts.check_codes import IN_ADDRESSES
from yards.layouts.checks import check
from yards.layouts.geojson import read
from yards.layouts.plan import Finding
from yards.layouts.plane import Plane

FAR = "1" + "0" * 400


def swapped(feature: dict[str, Any]) -> dict[str, Any]:
    [ring] = feature["geometry"]["coordinates"]
    return feature | {"geometry": {"type": "Polygon", "coordinates": [[[lat, lon] for lon, lat in ring]]}}


def moved(feature: dict[str, Any]) -> dict[str, Any]:
    """The same feature at Rotterdam, where both ways round lie on the globe."""
    there = Plane((4.02, 51.93))
    [ring] = feature["geometry"]["coordinates"]
    return feature | {
        "geometry": {"type": "Polygon", "coordinates": [[there.degrees(PLANE.metres(*corner)) for corner in ring]]}
    }


def told(data: bytes) -> list[Finding]:
    """What reading says, and of a plan that could be read, what checking says."""
    reading = read(data)
    return [*reading.findings, *(check(reading.plan) if reading.plan else ())]


def told_of(*features: Any) -> dict[str, Finding]:
    return {finding.code: finding for finding in told(json.dumps(collection(*features)).encode())}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_json"),
        (b"{", "not_json"),
        (b"\xff\xfe\x00", "not_json"),
        (b"PK\x03\x04 a shapefile", "not_json"),
        (b"[" * 200_000, "not_json"),
        (b'{"type":"FeatureCollection","features":[' + b"[" * 90 + b"]" * 90 + b"]}", "unsound_values"),
        (b'{"type":"FeatureCollection","features":[],"x":NaN}', "unsound_values"),
        (b'{"type":"FeatureCollection","features":[],"x":1e999}', "unsound_values"),
        (b'{"type":"FeatureCollection","features":[],"x":"\\u0000"}', "unsound_values"),
        (b'{"type":"FeatureCollection","features":[],"x":"\\ud800"}', "unsound_values"),
        (b"null", "not_geojson"),
        (b"[]", "not_geojson"),
        (b'{"type":"Feature","features":[]}', "not_geojson"),
        (b'{"type":"FeatureCollection","features":{}}', "not_geojson"),
        (b'{"type":"FeatureCollection","features":[' + b"0," * 20_000 + b"0]}", "too_many_features"),
    ],
)
def test_read__not_a_plan_file__is_one_error(data: bytes, code: str) -> None:
    reading = read(data)
    assert (reading.document, reading.plan) == (None, None)
    assert [(finding.level, finding.code) for finding in reading.findings] == [("error", code)]


def test_read__latitude_first_off_the_globe__is_said() -> None:
    assert "swapped_coordinates" in told_of(*[swapped(bay(f"A-{n}", 5 * n)) for n in range(4)])


def test_read__latitude_first_and_on_the_globe__is_told_by_the_sizes_stated() -> None:
    features = [moved(bay(f"A-{n}", 5 * n)) for n in range(4)]
    assert "swapped_coordinates" not in told_of(*features)
    assert told_of(*[swapped(feature) for feature in features])["swapped_coordinates"].level == "error"


def test_read__metres_of_a_projection__are_one_error() -> None:
    ring = [[447_400, 6_783_000], [447_404, 6_783_000], [447_404, 6_783_020], [447_400, 6_783_020]]
    features = [bay(f"A-{n}", 5 * n) | {"geometry": {"type": "Polygon", "coordinates": [ring]}} for n in range(9)]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}
    found = told(json.dumps(collection(*features, crs=crs)).encode())
    assert [(each.level, each.code) for each in found] == [("error", "not_degrees")]


def test_read__an_outline_with_a_hole__is_noted() -> None:
    holed = bay("A-1", 100)
    holed["geometry"]["coordinates"] *= 2
    finding = told_of(*small_yard(holed))["holes_ignored"]
    assert (finding.level, finding.where) == ("note", "bay A-1")


def test_read__a_bay_in_two_zones__is_taken_into_the_first_and_told() -> None:
    zones = [area((30, 0), (70, 0), (70, 60), (30, 60), kind="zone", code=code) for code in ("B", "C")]
    features = [*zones, bay("A-1", 50, zone=None), bay("A-2", 60, zone="C"), bay("A-3", 90, zone=None)]
    found = [each for each in told(json.dumps(collection(*features)).encode()) if each.code == "in_two_zones"]
    assert [(each.level, each.where) for each in found] == [("warning", "bay A-1")]
    assert found[0].figures == {"zones": "B, C", "taken": "B"}


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("length_m", "20", "bad_number"),
        ("length_m", True, "bad_number"),
        ("length_m", -3, "bad_number"),
        ("width_m", 1e300, "bad_number"),
        ("width_m", [4], "bad_number"),
        ("heading_deg", {}, "bad_number"),
        ("segregation_m", int(FAR), "bad_number"),
        ("zone", ["A"], "bad_text"),
        ("zone", "A" * 11, "bad_text"),
        ("behind", 5.5, "bad_text"),
        ("entry", "sideways", "bad_choice"),
        ("entry", [], "bad_choice"),
        ("equipment", 5, "bad_choice"),
        ("equipment", ["rocket"], "bad_choice"),
        ("equipment", [[]], "bad_choice"),
    ],
)
def test_read__a_value_of_the_wrong_kind__is_told_at_its_bay(name: str, value: Any, code: str) -> None:
    finding = told_of(bay("A-1", 100, **{name: value}))[code]
    assert (finding.where, finding.figures["name"]) == ("bay A-1", name)


@pytest.mark.parametrize(
    "geometry",
    [
        None,
        [],
        "Polygon",
        {},
        {"type": ["Polygon"]},
        {"type": "Point", "coordinates": [101.68, 21.18]},
        {"type": "MultiPolygon", "coordinates": []},
        {"type": "GeometryCollection", "geometries": []},
    ],
)
def test_read__a_bay_that_is_no_polygon__is_an_error_at_it(geometry: Any) -> None:
    finding = told_of({"type": "Feature", "geometry": geometry, "properties": {"kind": "bay", "code": "A-1"}})
    assert finding["bad_geometry"].where == "bay A-1"


@pytest.mark.parametrize(
    "coordinates",
    [
        None,
        [],
        [[]],
        [[[101, 21]]],
        [[[101, 21], [101, 21], [101, 21], [101, 21]]],
        [[[101], [102], [103]]],
        [[["101", "21"], ["102", "21"], ["102", "22"]]],
        [[[True, False], [True, True], [False, False]]],
        [[[101, 21], [102, 21], [102, 95]]],
        [[[1e308, 21], [102, 21], [102, 22]]],
        [[[int(FAR), 21], [102, 21], [102, 22]]],
        [[{"lon": 101}, [102, 21], [102, 22]]],
        {"0": [101, 21]},
    ],
)
def test_read__coordinates_of_no_use__are_an_error_at_their_bay(coordinates: Any) -> None:
    geometry = {"type": "Polygon", "coordinates": coordinates}
    good = bay("A-2", 50)
    found = told_of({"type": "Feature", "geometry": geometry, "properties": {"kind": "bay", "code": "A-1"}}, good, good)
    assert found["bad_coordinates"].where == "bay A-1"


def test_read__one_bad_feature__loses_nothing_else() -> None:
    broken = {"type": "Feature", "geometry": {}, "properties": {"kind": "bay", "code": "A-1"}}
    reading = reading_of(broken, bay("A-2", 50))
    assert reading.plan is not None
    assert [b.code for b in reading.plan.bays] == ["A-2"]
    assert reading.document is not None
    assert reading.document["features"][0] == broken


def test_read__missing_heading__is_taken_from_the_longest_side_and_said() -> None:
    finding = told_of(bay("A-1", 100, heading_deg=None))["missing_heading"]
    assert (finding.level, finding.where, finding.figures) == ("warning", "bay A-1", {"heading_deg": 0})


def test_read__gate_without_a_kind_and_zone_not_drawn__are_told() -> None:
    found = told_of(point("gate", 0, 0, code="G1"), bay("A-1", 100))
    assert found["gate_without_kind"].where == "gate G1"
    assert found["zone_made"].where == "zone A"


@pytest.mark.parametrize(
    ("code", "where", "features"),
    [
        ("no_bays", "", small_yard()),
        ("duplicate_code", "bay A-1", small_yard(bay("A-1", 50), bay("A-1", 80))),
        ("duplicate_code", "bay G1", [*small_yard(bay("G1", 50)), point("gate", 9, 0, code="G1", gate="entry")]),
        ("duplicate_code", "bay W1", [*small_yard(bay("W1", 50)), point("weighbridge", 9, 0, code="W1")]),
        ("bad_code", "bay A/01", small_yard(bay("A/01", 50))),
        ("bad_code", "zone B 1", small_yard(bay("A-1", 50, zone="B 1"))),
        ("bad_code", "aisle 甲", [*small_yard(bay("A-1", 50)), line("aisle", (0, 5), (9, 5), code="甲")]),
        ("duplicate_code", "aisle R1", [*small_yard(bay("A-1", 50)), line("aisle", (0, 5), (9, 5), code="R1")]),
        ("self_crossing", "bay A-1", [area((0, 0), (4, 20), (4, 0), (0, 20), kind="bay", code="A-1")]),
        (
            "self_crossing",
            "zone A",
            [bay("A-1", 50), area((0, 0), (4, 20), (4, 0), (0, 20), kind="zone", code="A")],
        ),
        ("overlap", "bay A-1", small_yard(bay("A-1", 50), bay("A-2", 52))),
        ("overlap", "bay A-1", small_yard(bay("A-1", 50), bay("A-2", 50))),
        ("two_yards", "", small_yard(bay("A-1", 50), bay("A-2", 9_000))),
        ("behind_unknown", "bay A-1", small_yard(bay("A-1", 50, behind="A-9"))),
        ("behind_itself", "bay A-1", small_yard(bay("A-1", 50, behind="A-1"))),
        ("no_entry", "", [feature for feature in small_yard(bay("A-1", 50)) if feature["properties"]["code"] != "IN"]),
        ("no_exit", "", [feature for feature in small_yard(bay("A-1", 50)) if feature["properties"]["code"] != "OUT"]),
        ("none_reachable", "", [*small_yard()[1:], line("aisle", (0, 500), (9, 500), code="R1"), bay("A-1", 50)]),
    ],
)
def test_check__a_plan_that_cannot_be_used__is_an_error_there(code: str, where: str, features: list[Any]) -> None:
    finding = told_of(*features)[code]
    assert (finding.level, finding.where) == ("error", where)


@pytest.mark.parametrize(
    ("code", "where", "features"),
    [
        ("no_aisles", "", [bay("A-1", 50)]),
        ("aisle_in_wall", "aisle R1", [*small_yard(bay("A-1", 50)), line("wall", (150, -5), (150, 5))]),
        ("aisle_in_wall", "aisle R1", [*small_yard(bay("A-1", 50)), box(150, 0, kind="wall")]),
        ("aisle_through_bay", "aisle R1", small_yard(bay("A-1", 50), bay("A-2", 80, 0))),
        ("unreachable", "bay C-31", small_yard(bay("A-1", 50), bay("C-31", 120, 400))),
        ("size_differs", "bay A-1", small_yard(bay("A-1", 50, length_m=12))),
    ],
)
def test_check__a_plan_with_a_flaw__is_a_warning_there(code: str, where: str, features: list[Any]) -> None:
    finding = told_of(*features)[code]
    assert (finding.level, finding.where) == ("warning", where)


def test_codes__what_addresses_take__is_what_plans_may_use() -> None:
    assert IN_ADDRESSES.pattern == CodeConverter.regex


def test_check__a_vehicle_too_long_for_the_aisle__cannot_reach_its_bay() -> None:
    short = [line("aisle", (100, 0), (100, 60), code="R2", max_length_m=12), bay("B-1", 112, 50, heading_deg=270)]
    finding = told_of(*small_yard(bay("A-1", 50)), *short)["unreachable"]
    assert (finding.where, finding.figures) == ("bay B-1", {"length_m": "20"})


def test_check__neighbours_that_touch__are_no_fault() -> None:
    assert told_of(*small_yard(*[bay(f"A-{n}", 50 + 4 * n) for n in range(5)])).keys() == {"zone_made"}


@pytest.mark.parametrize("count", [1, 3_000])
def test_check__one_bay_or_three_thousand__are_read(count: int) -> None:
    bays = [bay(f"A-{n}", 4.5 * (n % 500), 24 + 60 * (n // 500)) for n in range(count)]
    reading = reading_of(*small_yard(*bays))
    assert reading.plan is not None
    assert len(reading.plan.bays) == count
    assert "overlap" not in {finding.code for finding in check(reading.plan)}


def test_words__every_finding_met_here__has_a_sentence() -> None:
    found = told_of(*small_yard(bay("A-1", 50, entry="x", length_m="x", behind=1.5), bay("A-1", 52), bay("A-3", 9_000)))
    for finding in found.values():
        assert finding.code in WORDS
        assert "%(" not in words(finding.level, finding.code, finding.where, finding.figures)
