"""Reading never raises and loses nothing, whatever the file holds."""

from __future__ import annotations

import json
import math
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.parts.plan_files import collection
from yards.findings import words
from yards.layouts.checks import check
from yards.layouts.features import KINDS, POINTS, READ
from yards.layouts.geojson import read, write
from yards.layouts.plan import Plan, PlanBay, PlanZone
from yards.layouts.plane import Plane
from yards.layouts.propose import aisles

NAMES = sorted({name for names in READ.values() for name in names} | {"kind", "code", "vehicle_type", "type", "osm_id"})
# Endless numbers and NUL are refused at once (test_layouts_bad_input.py): here they would hide everything else.
texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
scalars = st.none() | st.booleans() | numbers | texts | st.sampled_from(KINDS)
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=3))
degrees = st.floats(-200, 200) | st.integers(-(10**20), 10**20)
positions = st.lists(degrees, min_size=2, max_size=3)
near = st.tuples(st.floats(101.0, 101.01), st.floats(21.0, 21.01)).map(list)
coordinates = (
    values
    | positions
    | near
    | st.lists(positions | near, max_size=6)
    | st.lists(st.lists(near, max_size=7), max_size=2)
)
geometries = values | st.fixed_dictionaries(
    {"type": st.sampled_from(["Point", "LineString", "Polygon", "MultiPolygon"]), "coordinates": coordinates}
)
said = st.dictionaries(st.sampled_from(NAMES), values, max_size=8) | st.fixed_dictionaries(
    {"kind": st.sampled_from(KINDS), "code": texts},
    optional={name: values for name in NAMES if name not in ("kind", "code")},
)
features = values | st.fixed_dictionaries({"type": st.just("Feature"), "geometry": geometries, "properties": said})


@given(data=st.binary(max_size=200))
def test_read__any_bytes__never_raises(data: bytes) -> None:
    reading = read(data)
    assert reading.plan is not None or any(finding.level == "error" for finding in reading.findings)


@settings(max_examples=80, deadline=None)
@given(rows=st.lists(features, max_size=8), members=st.dictionaries(texts, values, max_size=3))
def test_read__any_features__never_raises_and_every_finding_is_a_sentence(rows: list[Any], members: Any) -> None:
    reading = read(json.dumps(members | collection(*rows)).encode())
    found = list(reading.findings)
    if reading.plan is None:
        assert any(finding.level == "error" for finding in found)
    else:
        found += check(reading.plan)
        aisles(reading.plan)
        assert Plan.from_json(json.loads(json.dumps(reading.plan.as_json()))) == reading.plan
    for finding in found:
        assert words(finding.level, finding.code, finding.where, finding.figures)
        json.dumps(finding.as_json(), allow_nan=False)


@settings(max_examples=100, deadline=None)
@given(rows=st.lists(features, max_size=8))
def test_read__any_features__keeps_what_they_said(rows: list[Any]) -> None:
    reading = read(json.dumps(collection(*rows)).encode())
    if reading.document is None:
        return
    came, went = json.loads(json.dumps(rows)), reading.document["features"]
    assert len(went) == len(came)
    for was, now in zip(came, went, strict=True):
        if was == now:
            continue
        assert {**was, "properties": None} == {**now, "properties": None}
        told = {name: value for name, value in was["properties"].items() if value not in (None, "")}
        assert {name: now["properties"][name] for name in told} == told


@settings(max_examples=200, deadline=None)
@given(
    lon=st.floats(-179, 179),
    lat=st.floats(-70, 70),
    x_m=st.floats(0, 3_000),
    y_m=st.floats(0, 3_000),
)
def test_plane__there_and_back__is_the_same_place_to_a_centimetre(
    lon: float, lat: float, x_m: float, y_m: float
) -> None:
    plane = Plane((lon, lat))
    assert math.dist(plane.metres(*plane.degrees((x_m, y_m))), (x_m, y_m)) < 0.01


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(
        st.builds(
            PlanBay,
            code=st.uuids().map(lambda ref: f"A-{str(ref)[:8]}"),
            zone=st.just("A"),
            x_m=st.floats(30, 900),
            y_m=st.floats(30, 900),
            length_m=st.floats(3, 40).map(lambda metres: round(metres, 2)),
            width_m=st.floats(2, 10).map(lambda metres: round(metres, 2)),
            heading_deg=st.floats(0, 359.9),
            entry=st.sampled_from(["back_in", "drive_through"]),
            equipment=st.sampled_from([(), ("reefer",), ("hazmat", "dock")]),
            segregation_m=st.sampled_from([0.0, 12.0]),
        ),
        max_size=6,
        unique_by=lambda bay: bay.code,
    )
)
def test_write__any_bays__are_read_again_to_a_centimetre(rows: list[PlanBay]) -> None:
    plan = Plan((4.02, 51.93), 1_000.0, 1_000.0, bays=tuple(rows), zones=(PlanZone("A"),))
    again = read(json.dumps(write(plan)).encode()).plan
    assert again is not None
    assert (again.origin, again.width_m, again.depth_m) == (plan.origin, plan.width_m, plan.depth_m)
    for was, now in zip(plan.bays, again.bays, strict=True):
        assert math.dist((was.x_m, was.y_m), (now.x_m, now.y_m)) < 0.01
        places = {"x_m": 0.0, "y_m": 0.0}
        assert vars(was) | places == vars(now) | places


def test_kinds__every_place_to_drive_on_to__can_be_read() -> None:
    assert set(POINTS) < set(KINDS) == set(READ)
