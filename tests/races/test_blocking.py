"""Two writers meet in a yard: a zone is blocked, or a plan takes effect, while trucks are called and let in."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from audit.auditor import Auditor
from core.machine import begin
from reservations.operations import call_next, check_in_walk_up
from tests.races import blocking, world
from yards.errors import NoBayThatFits
from yards.layouts.plan import Plan, PlanGate, PlanZone
from yards.models import Bay, Gate, Layout, Stay, Yard, Zone
from yards.operations import put_in_force

CALLERS = 12


@pytest.fixture
def yard(transactional_db: None) -> Yard:
    world.lay_out()
    return Yard.objects.get(code=world.PORT)


def test_block_zone__while_trucks_are_called_and_let_in__nobody_is_given_a_blocked_bay(yard: Yard) -> None:
    said = blocking.run()
    assert sum(said.values()) == blocking.TRUCKS + 4
    assert set(said) <= {"done", "no_bay_that_fits"}, said
    assert (blocking.doubled(), blocking.held_in_vain()) == (0, 0)
    assert [str(finding) for finding in Auditor().findings()] == []


def test_in_force__while_trucks_are_called__nobody_is_given_a_bay_that_is_gone(yard: Yard) -> None:
    """The new plan has no bay at all: each call came before it and stands, or after it and found none."""
    for truck in world.register(CALLERS):
        walk_up = {"lane_code": "MOHAN-IN1", "vehicle_ref": truck.ref, "cargo_kind": "general", "driver": None}
        check_in_walk_up(**walk_up, now=world.NOW, actor=world.TESTER)
    layout = _without_bays(yard)
    start = threading.Barrier(CALLERS + 1)
    threads = [threading.Thread(target=_call, args=(start,)) for _ in range(CALLERS)]
    threads.append(threading.Thread(target=_take_effect, args=(layout.ref, start)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Bay.objects.filter(yard=yard, retired_at=None).count() == 0
    assert Layout.objects.get(ref=layout.ref).state == "in_force"
    unsaid = "no ledger entry made it"  # the draft of this test was laid into the table
    assert [line for line in map(str, Auditor().findings()) if unsaid not in line] == []
    assert Stay.objects.filter(state="held").count() <= CALLERS


def _without_bays(yard: Yard) -> Layout:
    gates = tuple(PlanGate(g.code, g.kind, g.x_m, g.y_m) for g in Gate.objects.filter(yard=yard))
    zones = tuple(PlanZone(z.code, z.name_en, z.name_zh, z.colour, z.shape) for z in Zone.objects.filter(yard=yard))
    plan = Plan((101.69, 21.18), yard.width_m, yard.depth_m, zones=zones, gates=gates)
    made = {"made_at": world.NOW, "changed_at": world.NOW}
    version = yard.layouts.count() + 1
    return begin(Layout, "draft", yard=yard, version=version, document={}, plan=plan.as_json(), **made)


def _call(start: threading.Barrier) -> None:
    start.wait()
    try:
        call_next(lane_code="MOHAN-IN1", now=world.NOW, actor=world.TESTER)
    except NoBayThatFits:
        pass  # it came after the plan
    finally:
        connection.close()


def _take_effect(ref: str, start: threading.Barrier) -> None:
    start.wait()
    try:
        put_in_force(ref=ref, now=world.NOW, actor=world.TESTER)
    finally:
        connection.close()
