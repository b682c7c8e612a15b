"""The first plan of a yard: made with the yard, or given later to one that is still as it was drawn."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from core.actors import system
from core.ledger import entries_since
from core.models import LedgerEntry
from yards import plans
from yards.guidance.ways import Size
from yards.layouts.geojson import read
from yards.layouts.plan import Plan
from yards.models import Bay, Gate, Layout, Yard, Zone
from yards.seeding import data
from yards.seeding import plans as first_plans
from yards.seeding.loader import load_port

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)
ACTOR = system("seed")


@pytest.fixture
def mohan() -> Yard:
    fields = next(row for row in data.ports() if row["code"] == "MOHAN")
    load_port(now=NOW, actor=ACTOR, fields=fields)
    return Yard.objects.get(code="MOHAN")


def give() -> list[str]:
    said: list[str] = []
    assert first_plans.give_plans(now=NOW, actor=ACTOR, say=said.append) == len(said)
    return said


def rows(plan: Plan) -> dict[str, tuple[Any, ...]]:
    return {
        b.code: (b.zone, b.x_m, b.y_m, b.length_m, b.width_m, b.heading_deg, b.entry, b.equipment) for b in plan.bays
    }


def test_load_port__road_port__has_a_plan_in_force_that_is_its_rows(mohan: Yard) -> None:
    layout = Layout.objects.get(yard=mohan)
    assert (layout.state, layout.version, layout.in_force_at, layout.findings) == ("in_force", 1, NOW, [])
    plan = Plan.from_json(layout.plan)
    assert rows(plan) == {
        b.code: (b.zone.code, b.x_m, b.y_m, b.length_m, b.width_m, b.heading_deg, b.entry, tuple(b.equipment))
        for b in mohan.bays.select_related("zone")
    }
    assert {(g.code, g.kind, g.x_m, g.y_m) for g in plan.gates} == set(
        mohan.gates.values_list("code", "kind", "x_m", "y_m")
    )
    assert plan.origin == (float(mohan.port.lon_deg), float(mohan.port.lat_deg))
    assert {point.kind for point in plan.points} == {"inspection", "weighbridge", "post", "sign"}


def test_load_port__ledger__tells_that_the_plan_is_in_force_after_the_bays_it_shows(mohan: Yard) -> None:
    laid_out, in_force, *_ = entries_since(stream=mohan.stream, seq=0, limit=50)
    assert (laid_out.kind, in_force.kind) == ("yard.laid_out", "layout.in_force")
    layout = Layout.objects.get(yard=mohan)
    assert in_force.data == {"layout": layout.ref, "version": 1, "came": 0, "changed": 0, "went": 0}


def test_load_port__document__is_understood_as_the_plan_it_was_written_from(mohan: Yard) -> None:
    layout = Layout.objects.get(yard=mohan)
    reading = read(json.dumps(layout.document).encode())
    assert [finding for finding in reading.findings if finding.level == "error"] == []
    assert reading.plan is not None
    understood, drawn = reading.plan, Plan.from_json(layout.plan)
    assert {bay.code for bay in understood.bays} == {bay.code for bay in drawn.bays}
    assert {aisle.code: aisle.width_m for aisle in understood.aisles} == {a.code: a.width_m for a in drawn.aisles}
    for mine, theirs in zip(sorted(drawn.bays, key=str), sorted(understood.bays, key=str), strict=True):
        assert (theirs.x_m, theirs.y_m) == pytest.approx((mine.x_m, mine.y_m), abs=0.5)
        assert (theirs.length_m, theirs.width_m) == pytest.approx((mine.length_m, mine.width_m), abs=0.05)


def test_load_port__ways__reach_every_bay(mohan: Yard) -> None:
    layout = plans.layout_in_force(mohan.pk)
    assert layout is not None
    assert plans.ways_of(layout, Size(18, 2.6, 4.2)).reachable.all()


def test_give_plans__yard_of_an_old_installation__gets_the_plan_it_was_drawn_by(mohan: Yard) -> None:
    was = Layout.objects.get(yard=mohan)
    was.delete()
    Zone.objects.filter(yard=mohan, code="A").update(name_en="Dry goods", colour="purple")
    Bay.objects.filter(yard=mohan, code="A-02").update(blocked_at=NOW, blocked_reason="oil")
    assert give() == ["MOHAN: plan with aisles"]
    layout = Layout.objects.get(yard=mohan)
    assert rows(Plan.from_json(layout.plan)) == rows(Plan.from_json(was.plan))
    [zone] = [zone for zone in Plan.from_json(layout.plan).zones if zone.code == "A"]
    assert (zone.name_en, zone.colour) == ("Dry goods", "purple")  # as staff named it since
    assert LedgerEntry.objects.filter(kind="layout.in_force").count() == 2
    assert give() == []


@pytest.mark.parametrize(
    "change",
    [
        lambda: Bay.objects.filter(code="A-01").update(length_m=25),
        lambda: Bay.objects.filter(code="A-01").update(x_m=1),
        lambda: Bay.objects.filter(code="A-01").update(equipment=["reefer"]),
        lambda: Bay.objects.filter(code="A-01").update(retired_at=NOW),
        lambda: Bay.objects.get(code="A-01").delete(),
        lambda: Gate.objects.filter(code="G1").update(y_m=1),
    ],
)
def test_give_plans__bays_or_gates_changed_since__leaves_the_drawing_to_people(mohan: Yard, change: Any) -> None:
    Layout.objects.all().delete()
    change()
    assert give() == []
    assert not Layout.objects.exists()


def test_give_plans__yard_with_a_version_of_its_own__is_left_alone(mohan: Yard) -> None:
    Layout.objects.update(state="draft")
    assert give() == []


def test_give_plans__yard_that_no_rule_draws__is_left_alone(mohan: Yard) -> None:
    Layout.objects.all().delete()
    mohan.port.code, mohan.port.positioning = "ELSEWHERE", ""
    mohan.port.save()
    assert give() == []


def test_seed__whole__gives_every_yard_one_plan_and_says_so() -> None:
    out = StringIO()
    call_command("seed", stdout=out)
    assert "seed: 27 ports, 0 plans, " in out.getvalue()
    assert set(Layout.objects.values_list("state", "version")) == {("in_force", 1)}
    assert Layout.objects.count() == Yard.objects.count() == 18
