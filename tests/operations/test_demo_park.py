"""The demonstration yard: loaded once, as every other yard is, and staffed by the demo people."""

from __future__ import annotations

import json

import pytest
from django.core.management import call_command

from accounts.models import Membership
from core.actors import system
from tests.cast import NOW
from yards.layouts.geojson import read
from yards.models import Bay, Lane, Layout, Port
from yards.plans import layout_in_force, plan_of
from yards.seeding.demo import load_people
from yards.seeding.park import FILE, load_park

pytestmark = pytest.mark.django_db
BY = {"now": NOW, "actor": system("test")}


def test_load_park__new__has_its_plan_in_force_and_rows_that_follow_it() -> None:
    assert load_park(**BY)
    [layout] = Layout.objects.filter(yard__code="DEMO")
    plan = read(FILE.read_bytes()).plan
    assert plan
    assert (layout.state, layout.version) == ("in_force", 1)
    assert plan_of(layout) == plan_of(layout_in_force(layout.yard_id) or layout)
    assert {(bay.code, bay.zone.code, bay.entry) for bay in Bay.objects.select_related("zone")} == {
        (bay.code, bay.zone, bay.entry) for bay in plan.bays
    }
    again = read(json.dumps(layout.document).encode()).plan
    assert again
    assert [bay.code for bay in again.bays] == [bay.code for bay in plan.bays]


def test_load_park__twice_or_removed_by_staff__is_not_loaded_again() -> None:
    load_park(**BY)
    assert not load_park(**BY)
    Port.objects.filter(code="DEMO").update(code="RENAMED")
    assert not load_park(**BY)


def test_load_park__its_lanes__take_every_cargo_day_and_night_both_ways() -> None:
    load_park(**BY)
    for direction in ("inbound", "outbound"):
        lanes = Lane.objects.filter(port__code="DEMO", direction=direction)
        assert {kind for lane in lanes for kind in lane.cargo_kinds} == {
            *("general", "perishable", "hazardous", "bulk", "empty", "ecommerce")
        }
        assert all(lane.windows.count() == 7 for lane in lanes)
    assert set(Lane.objects.filter(next_step="inspection").values_list("code", flat=True)) == {"DEMO-IN2", "DEMO-OUT2"}


def test_load_people__demo__work_at_the_port_and_at_the_yard() -> None:
    load_people(**BY)
    assert set(Membership.objects.filter(role="operator").values_list("port_code", flat=True)) == {"MOHAN", "DEMO"}


def test_seed__demo__leaves_the_ledgers_clean() -> None:
    load_park(**BY)
    call_command("audit", verbosity=0)
