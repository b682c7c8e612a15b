"""Proposed aisles: every bay is reached by them, none is driven through."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from yards.guidance.ways import Network, Size
from yards.layouts import propose
from yards.layouts.check_shapes import outline_of
from yards.layouts.checks import check
from yards.layouts.crossings import Barriers
from yards.layouts.geojson import read
from yards.layouts.plan import Plan, PlanBay, PlanGate, PlanWall
from yards.seeding.park import FILE


def _park() -> Plan:
    plan = read(FILE.read_bytes()).plan
    assert plan
    return replace(plan, aisles=())


def _rows(count: int) -> Plan:
    """Two rows of bays that face each other over 24 m, in the cast of a starting yard."""
    bays = [PlanBay(f"A-{n:02d}", "A", 10 + 4.0 * n, 9, 18, 3.5, 0) for n in range(count)]
    bays += [PlanBay(f"A-{count + n:02d}", "A", 10 + 4.0 * n, 51, 18, 3.5, 180) for n in range(count)]
    gates = (PlanGate("G1", "entry", -15, 30), PlanGate("G2", "exit", 25 + 4.0 * count, 30))
    return Plan((100.0, 22.0), 20 + 4.0 * count, 60, tuple(bays), (), gates)


@pytest.mark.parametrize("plan", [_park(), _rows(12)], ids=["park", "rows"])
def test_aisles__bays_alone__are_proposed_through_no_bay(plan: Plan) -> None:
    aisles = propose.aisles(plan)
    bays = Barriers([(outline_of(bay), True) for bay in plan.bays])
    assert aisles
    assert [aisle.code for aisle in aisles if bays.crossed(aisle.line)] == []
    assert len({aisle.code for aisle in aisles}) == len(aisles)


def test_aisles__two_rows_that_face_each_other__let_every_truck_in_and_out() -> None:
    plan = _rows(12)
    plan = replace(plan, aisles=propose.aisles(plan))
    assert Network(plan).ways(Size(17, 2.55)).reachable.all()
    assert [finding.code for finding in check(plan) if finding.level == "error"] == []


def test_aisles__the_park__hang_together() -> None:
    """Whatever way each bay is taken: from some gate a small truck comes to nearly every mouth."""
    plan = _park()
    plan = replace(plan, aisles=propose.aisles(plan))
    assert Network(plan).ways(Size(8, 2.55)).reachable.mean() > 0.7


def test_aisles__a_wall_between__is_not_driven_through() -> None:
    wall = PlanWall(((-20.0, 30.0), (34.0, 30.0)))
    plan = replace(_rows(12), walls=(wall,))
    walls = Barriers([(wall.line, False)])
    assert [aisle.code for aisle in propose.aisles(plan) if walls.crossed(aisle.line)] == []


def _turned(count: int, apart_m: float) -> Plan:
    """Bays of which no two beside each other have the same heading."""
    bays = [
        PlanBay(f"A-{n}", "A", apart_m * (n % 30), apart_m * (n // 30), 18, 3.5, 47 * n % 360) for n in range(count)
    ]
    return Plan((100.0, 22.0), 1_000, 1_000, tuple(bays))


@pytest.mark.parametrize("plan", [_turned(600, 30), _turned(5_000, 0)], ids=["mixed", "on one spot"])
def test_aisles__bays_in_no_rows__are_too_irregular(plan: Plan) -> None:
    began = time.thread_time()
    with pytest.raises(propose.TooIrregular):
        propose.aisles(plan)
    assert time.thread_time() - began < 10


@pytest.mark.parametrize("count", [0, 1])
def test_aisles__no_bay_or_one__do_not_fail(count: int) -> None:
    plan = replace(_rows(1), bays=_rows(1).bays[:count])
    assert (len(propose.aisles(plan)) > 0) == (count > 0)
