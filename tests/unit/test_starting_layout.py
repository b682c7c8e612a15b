"""The rule that draws a starting yard, and the rule that plans lanes: pure, no database."""

from __future__ import annotations

from datetime import time
from itertools import combinations, pairwise

import pytest

from yards.seeding import data, lanes, layout

ROAD_PORTS = [port for port in data.ports() if port["kind"] == "road"]
SIZES = sorted({p.bays for p in (*lanes.HUBS.values(), *lanes.BY_POSITIONING.values())})


def corners(bay: layout.BayPlan) -> tuple[float, float, float, float]:
    """West, south, east, north: headings are 0 or 180, so the length runs north."""
    half_w, half_l = bay.width_m / 2, bay.length_m / 2
    return bay.x_m - half_w, bay.y_m - half_l, bay.x_m + half_w, bay.y_m + half_l


def plans_of(port: dict) -> tuple[layout.YardPlan, list[lanes.LanePlan]]:
    profile = lanes.profile_of(code=port["code"], positioning=port["positioning"])
    drawing = layout.draw(bays=profile.bays, entries=profile.entries)
    return drawing, lanes.plan(code=port["code"], profile=profile, cargo_kinds=drawing.cargo_kinds)


@pytest.mark.parametrize("size", SIZES)
def test_draw__every_size__gives_that_many_bays_in_2_to_4_zones(size: int) -> None:
    drawing = layout.draw(bays=size, entries=1)
    codes = [bay.code for zone in drawing.zones for bay in zone.bays]
    assert len(codes) == len(set(codes)) == size
    assert 2 <= len(drawing.zones) <= 4
    assert all(zone.bays for zone in drawing.zones)
    assert len({zone.kind.shape for zone in drawing.zones}) == len({zone.kind.colour for zone in drawing.zones})


@pytest.mark.parametrize("size", SIZES)
def test_draw__every_size__keeps_bays_apart_and_on_the_plan(size: int) -> None:
    drawing = layout.draw(bays=size, entries=2)
    boxes = [corners(bay) for zone in drawing.zones for bay in zone.bays]
    for west, south, east, north in boxes:
        assert west >= layout.ROAD_M
        assert east <= drawing.width_m - layout.ROAD_M
        assert 0 < south < north < drawing.depth_m
    for a, b in combinations(boxes, 2):
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


@pytest.mark.parametrize("size", SIZES)
def test_draw__every_bay__points_at_an_aisle_wide_enough_to_swing(size: int) -> None:
    for zone in layout.draw(bays=size, entries=1).zones:
        south_noses = {corners(b)[3] for b in zone.bays if b.heading_deg == 0}
        north_noses = {corners(b)[1] for b in zone.bays if b.heading_deg == 180}
        assert max(south_noses) + layout.AISLE_M == min(north_noses)


def test_draw__gates__let_each_direction_in_on_one_side_and_out_on_the_other() -> None:
    drawing = layout.draw(bays=90, entries=2)
    for direction in ("inbound", "outbound"):
        entries = [g for g in drawing.gates if (g.kind, g.direction) == ("entry", direction)]
        [way_out] = [g for g in drawing.gates if (g.kind, g.direction) == ("exit", direction)]
        assert len(entries) == 2
        assert {g.x_m for g in entries} == {drawing.width_m - way_out.x_m}
    assert [drawing.entry(direction="inbound", lane_number=n).code for n in (1, 2, 3)] == ["G1", "G2", "G2"]


@pytest.mark.parametrize("port", ROAD_PORTS, ids=lambda p: p["code"])
def test_plan__road_port__has_a_bay_kind_for_all_it_takes(port: dict) -> None:
    drawing, planned = plans_of(port)
    for lane in planned:
        assert set(lane.cargo_kinds) <= set(drawing.cargo_kinds)
        assert lane.units_per_hour > 0
    for direction in ("inbound", "outbound"):
        taken = [kind for lane in planned if lane.direction == direction for kind in lane.cargo_kinds]
        assert sorted(taken) == sorted(drawing.cargo_kinds)  # each kind by exactly one lane a way


def test_plan__all_road_ports__hubs_have_three_lanes_each_way_and_the_others_one() -> None:
    counts = {port["code"]: len(plans_of(port)[1]) for port in ROAD_PORTS}
    assert len(counts) == 18
    assert {code for code, count in counts.items() if count == 6} == {"MOHAN", "HEKOU", "RUILI"}
    assert all(count == 2 for code, count in counts.items() if code not in lanes.HUBS)
    assert sum(counts.values()) == 48


def test_plan__sizes__are_80_to_150_bays_at_hubs_and_16_to_40_elsewhere() -> None:
    for port in ROAD_PORTS:
        bays = lanes.profile_of(code=port["code"], positioning=port["positioning"]).bays
        low, high = (80, 150) if port["code"] in lanes.HUBS else (16, 40)
        assert low <= bays <= high


def test_plan__small_port_without_a_hazmat_bay__takes_no_hazardous_cargo() -> None:
    pianma = next(port for port in ROAD_PORTS if port["code"] == "PIANMA")
    drawing, planned = plans_of(pianma)
    assert not any("hazmat" in bay.equipment for zone in drawing.zones for bay in zone.bays)
    assert not any("hazardous" in lane.cargo_kinds for lane in planned)


def test_plan__mohan_perishables__have_a_window_over_midnight() -> None:
    mohan = next(port for port in ROAD_PORTS if port["code"] == "MOHAN")
    night = [(p.suffix, h) for p in plans_of(mohan)[1] for h in p.hours if h.closes_at <= h.opens_at]
    assert [(suffix, h.opens_at, h.closes_at) for suffix, h in night] == [("IN2", time(22), time(2))]


def test_plan__windows_of_a_lane__do_not_overlap_on_a_day() -> None:
    for port in ROAD_PORTS:
        for lane in plans_of(port)[1]:
            for earlier, later in pairwise(lane.hours):
                assert earlier.closes_at <= later.opens_at
