"""The ways through yards drawn at random: never longer than a slow reference finds, never against a rule."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.parts.random_yards import random_plan
from tests.parts.slow_ways import SlowWays
from yards.guidance.steps import steps
from yards.guidance.ways import Network, Size, Way, Ways
from yards.layouts.plan import Plan, PlanAisle, Point

PLANS = st.builds(random_plan, st.integers(0, 10**6), strips=st.integers(1, 3), columns=st.integers(2, 7))
SIZES = st.sampled_from([Size(10.0, 2.5, 3.2), Size(16.5, 2.55, 4.0), Size(22.0, 2.6, 4.2)])
some = settings(max_examples=40, deadline=None)


def all_ways(ways: Ways) -> list[Way]:
    plan = ways.plan
    entries = [gate.code for gate in plan.gates if gate.kind == "entry"]
    spot = (plan.width_m / 2, plan.depth_m / 2)
    found = [ways.way_in(start, bay.code) for start in (*entries, spot) for bay in plan.bays]
    found += [ways.way_on(bay.code, step) for step in ("exit", "inspection", "dock") for bay in plan.bays]
    return [way for way in (*found, ways.way_out(spot)) if way is not None]


def on_line(spot: Point, a: Point, b: Point) -> bool:
    return abs(math.dist(a, spot) + math.dist(spot, b) - math.dist(a, b)) < 0.01


def drives(aisle: PlanAisle, a: Point, b: Point) -> bool:
    """True when the aisle leads from a to b."""
    for c, d in pairwise(aisle.line):
        if on_line(a, c, d) and on_line(b, c, d):
            return not aisle.one_way or math.dist(c, a) < math.dist(c, b)
    return False


def open_aisles(plan: Plan, size: Size, blocked: frozenset[str]) -> list[PlanAisle]:
    return [
        aisle
        for aisle in plan.aisles
        if aisle.code not in blocked
        and (not aisle.height_m or aisle.height_m >= size.height_m)
        and (not aisle.width_m or aisle.width_m >= size.width_m + 0.5)
        and (not aisle.max_length_m or aisle.max_length_m >= size.length_m)
    ]


def blocked_of(plan: Plan, pick: int) -> frozenset[str]:
    codes = [aisle.code for aisle in plan.aisles]
    return frozenset({codes[pick % len(codes)]} if pick % 3 else ())


@given(plan=PLANS, size=SIZES, pick=st.integers(0, 50))
@some
def test_ways__random_yard__are_as_short_as_the_slow_reference_finds(plan: Plan, size: Size, pick: int) -> None:
    blocked = blocked_of(plan, pick)
    ways = Network(plan).ways(size, blocked)
    slow = SlowWays(plan, size.length_m, size.width_m, size.height_m, blocked)
    gate = next(gate.code for gate in plan.gates if gate.kind == "entry")
    inward, outward = ways.drive_in_m(gate), ways.onward_m("exit")
    for n in range(pick % 3, len(plan.bays), 3):
        assert inward[n] == pytest.approx(slow.drive_in_m(gate, plan.bays[n]), abs=0.05)
        assert outward[n] == pytest.approx(slow.out_m(plan.bays[n]), abs=0.05)


@given(plan=PLANS, size=SIZES, pick=st.integers(0, 50))
@some
def test_way__random_yard__keeps_to_open_aisles_their_direction_and_turns_it_can_take(
    plan: Plan, size: Size, pick: int
) -> None:
    blocked = blocked_of(plan, pick)
    usable = open_aisles(plan, size, blocked)
    for way in all_ways(Network(plan).ways(size, blocked)):
        first, last = way.driven
        driven = way.line[first : last + 1]
        assert set(way.aisles) <= {aisle.code for aisle in usable}
        for a, b in pairwise(driven):
            assert any(drives(aisle, a, b) for aisle in usable if aisle.code in way.aisles)
        for a, b, c in zip(driven, driven[1:], driven[2:], strict=False):
            turn = math.atan2(c[0] - b[0], c[1] - b[1]) - math.atan2(b[0] - a[0], b[1] - a[1])
            assert abs((math.degrees(turn) + 180) % 360 - 180) <= size.turn_deg


@given(plan=PLANS, size=SIZES)
@some
def test_way__random_yard__length_is_the_sum_of_its_pieces_and_what_the_arrays_say(plan: Plan, size: Size) -> None:
    ways = Network(plan).ways(size)
    for gate in (gate.code for gate in plan.gates if gate.kind == "entry"):
        for bay, metres in zip(plan.bays, ways.drive_in_m(gate), strict=True):
            way = ways.way_in(gate, bay.code)
            assert (way is None) == (not math.isfinite(metres))
            if way:
                assert way.length_m == pytest.approx(sum(math.dist(a, b) for a, b in pairwise(way.line)))
                assert way.length_m == pytest.approx(metres, abs=0.01)
                assert (way.start, way.to, way.line[-1]) == (gate, bay.code, (bay.x_m, bay.y_m))
    for bay, metres in zip(plan.bays, ways.onward_m("exit"), strict=True):
        way = ways.way_out(bay.code)
        assert (way is None) == (not math.isfinite(metres))
        assert way is None or way.length_m == pytest.approx(metres, abs=0.01)


@given(plan=PLANS, size=SIZES, pick=st.integers(1, 50))
@some
def test_ways__one_aisle_more_is_closed__none_gets_shorter(plan: Plan, size: Size, pick: int) -> None:
    network = Network(plan)
    whole, less = network.ways(size), network.ways(size, frozenset({plan.aisles[pick % len(plan.aisles)].code}))
    for step in ("exit", "inspection"):
        assert (less.onward_m(step) >= whole.onward_m(step) - 0.01).all()
    for gate in plan.gates:
        assert (less.drive_in_m(gate.code) >= whole.drive_in_m(gate.code) - 0.01).all()
    assert not (less.reachable & ~whole.reachable).any()


@given(plan=PLANS, size=SIZES)
@some
def test_ways__random_yard_without_limits__reach_every_bay_of_the_vehicles_length(plan: Plan, size: Size) -> None:
    """The outer ring is open to all and each row of it can be driven round: nothing here is a dead end."""
    free = Plan(**(vars(plan) | {"aisles": tuple(PlanAisle(a.code, a.line, width_m=12) for a in plan.aisles)}))
    assert Network(free).ways(size).reachable.all()


@given(plan=PLANS, size=SIZES)
@some
def test_steps__random_yard__tell_the_whole_way(plan: Plan, size: Size) -> None:
    bays = {bay.code: bay for bay in plan.bays}
    for way in all_ways(Network(plan).ways(size)):
        told = steps(plan, way)
        assert told[0].turn == "start"
        assert told[-1].turn.startswith("arrive_")
        assert told[-1].code == way.to
        assert not any(step.turn.startswith(("start", "arrive")) for step in told[1:-1])
        first, last = way.driven
        line = way.line[(0 if way.start else first) : (last + 1 if way.to in bays else None)]
        metres = sum(math.dist(a, b) for a, b in pairwise(line))
        assert sum(step.distance_m for step in told) == pytest.approx(metres, abs=2.5)


def test_random_plan__same_seed__is_the_same_yard() -> None:
    assert random_plan(7) == random_plan(7)
    assert random_plan(7) != random_plan(8)


def test_random_plan__many_seeds__have_every_kind_of_bay_and_limit() -> None:
    plans = [random_plan(seed) for seed in range(40)]
    bays = [bay for plan in plans for bay in plan.bays]
    assert {bay.entry for bay in bays} == {"back_in", "drive_through"}
    assert any(bay.behind for bay in bays)
    aisles = [aisle for plan in plans for aisle in plan.aisles]
    assert any(aisle.one_way for aisle in aisles)
    assert any(aisle.height_m for aisle in aisles)
    assert any(aisle.max_length_m for aisle in aisles)
    unreached = [np.count_nonzero(~Network(plan).ways(Size(22, 2.6, 4.2)).reachable) for plan in plans]
    assert sum(unreached) > 0
