"""`manage.py seed`: all 27 ports once, staff's edits and deletions kept, every yard's start in its ledger."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from accounts.models import CARRIER_PEOPLE, Membership, Role, User, Vehicle
from core.actors import system
from core.ledger import entries_since
from core.models import LedgerEntry
from reservations.declarations.models import Declaration
from yards.models import Bay, CalendarDay, Gate, Lane, Port, Window, Yard, Zone
from yards.operations.configuration import bay_facts
from yards.seeding.demo import CARRIER, DRIVERS, PASSWORD, STAFF
from yards.seeding.loader import load_calendar, load_ports

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)
ACTOR = system("seed")


def seed(*flags: str) -> str:
    out = StringIO()
    call_command("seed", *flags, stdout=out)
    return out.getvalue()


def ports(say: Any = lambda line: None) -> int:
    return load_ports(now=NOW, actor=ACTOR, say=say)


def everything() -> dict[str, list[Any]]:
    """All rows of the apps a seed may touch, histories and ledger included."""
    labels = ("yards", "accounts", "core")
    return {
        m._meta.label: list(m._base_manager.order_by("pk").values())
        for a in labels
        for m in apps.get_app_config(a).get_models()
    }


def test_load_ports__empty_database__makes_the_27_with_a_progress_line_each() -> None:
    lines: list[str] = []
    assert ports(lines.append) == 27
    assert len(lines) == 27
    assert Counter(Port.objects.values_list("kind", flat=True)) == {"road": 18, "rail": 2, "air": 4, "water": 3}
    assert not Port.objects.filter(source="").exists()
    assert "MOHAN: Mohan Road, 6 lanes, 120 bays" in lines
    assert "MOHAN-RAIL: Mohan Railway, not a road port" in lines


def test_load_ports__rows__pass_the_models_own_validation() -> None:
    ports()
    load_calendar(now=NOW, actor=ACTOR, say=lambda line: None)
    for model in (Port, Yard, Zone, Gate, Bay, Lane, Window, CalendarDay):
        assert model._base_manager.exists()
        for row in model._base_manager.all():
            row.full_clean(validate_unique=False, validate_constraints=False)


def test_load_ports__other_kinds__stand_without_lane_or_yard() -> None:
    ports()
    assert set(Yard.objects.values_list("port__kind", flat=True)) == {"road"}
    assert Yard.objects.count() == Port.objects.road().count() == 18
    assert set(Lane.objects.values_list("port__kind", flat=True)) == {"road"}


def test_load_ports__each_lane__has_an_entry_gate_and_windows() -> None:
    ports()
    assert Lane.objects.count() == 48
    for lane in Lane.objects.select_related("gate", "yard"):
        assert lane.gate.kind == "entry"
        assert lane.gate.yard_id == lane.yard_id
        assert lane.windows.exists()
    night = Window.objects.get(lane__code="MOHAN-IN2", weekday=4, opens_at__hour=22)
    assert night.closes_at < night.opens_at
    assert not Window.objects.filter(lane__code="PIANMA-IN1", weekday=6).exists()


def test_load_ports__each_road_port__has_its_start_in_the_ledger() -> None:
    ports()
    laid_out, in_force, *configured = entries_since(stream="yard:MOHAN", seq=0, limit=50)
    assert [laid_out.kind, in_force.kind] == ["yard.laid_out", "layout.in_force"]
    bays = Bay.objects.filter(yard__code="MOHAN").order_by("pk").select_related("zone")
    assert laid_out.data["bays"] == [bay_facts(bay) for bay in bays]
    assert [entry.kind for entry in configured] == ["lane.configured"] * 6
    assert {entry.data["lane"] for entry in configured} == set(
        Lane.objects.filter(port__code="MOHAN").values_list("code", flat=True)
    )
    assert LedgerEntry.objects.filter(kind="yard.laid_out").count() == 18
    assert set(LedgerEntry.objects.values_list("actor", flat=True)) == {"system:seed"}


def test_load_ports__each_row__begins_its_history() -> None:
    ports()
    for model in (Port, Yard, Zone, Gate, Bay, Lane, Window):
        assert model.history.filter(history_type="+").count() == model._base_manager.count()
    assert set(Port.history.values_list("history_change_reason", "history_date")) == {("starting data", NOW)}


def test_seed__second_run__changes_nothing() -> None:
    seed()
    before = everything()
    assert "seed: 0 ports, 0 plans, 0 calendar days, 0 people added" in seed()
    assert everything() == before


def test_seed__after_edits_of_staff__keeps_them() -> None:
    seed()
    Port.objects.filter(code="RUILI").update(name_en="Ruili-Jiegao", lat_deg="23.99")
    Lane.objects.filter(code="RUILI-IN1").update(cargo_kinds=["general"])
    Window.objects.filter(lane__code="RUILI-IN1").update(units_per_hour=3)
    Bay.objects.filter(yard__code="RUILI", code="A-01").update(length_m=25)
    before = everything()
    seed()
    assert everything() == before


def test_seed__after_deletions_by_staff__does_not_bring_them_back() -> None:
    seed()
    CalendarDay.objects.get(country="LA", date="2026-03-08").delete()
    Window.objects.filter(lane__code="MOHAN-IN2", opens_at__hour=22).delete()
    Port.objects.get(code="MANGSHI-AIR").delete()
    before = everything()
    seed()
    assert everything() == before


def test_load_ports__one_port_missing__makes_only_that_one() -> None:
    Port.objects.create(
        code="MOHAN", name_en="Ours", name_zh="我们", county_en="", county_zh="", lat_deg=21, lon_deg=101
    )
    assert ports() == 26
    assert Port.objects.get(code="MOHAN").name_en == "Ours"
    assert not Lane.objects.filter(port__code="MOHAN").exists()


def test_load_port__fails_half_way__leaves_no_half_port(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any) -> list[Window]:
        raise RuntimeError("power cut")

    monkeypatch.setattr("yards.seeding.loader._windows", broken)
    with pytest.raises(RuntimeError, match="power cut"):
        ports()
    assert not Port.objects.exists()
    monkeypatch.undo()
    assert ports() == 27


def test_seed_demo__embedded__makes_each_role_and_prints_how_to_sign_in(settings: Any) -> None:
    settings.PORTLANE_EMBEDDED = True
    printed = seed("--demo")
    held = Counter(Membership.objects.values_list("user__email", "role"))
    assert held == {(person.email, person.role): 1 if person.role in CARRIER_PEOPLE else 2 for person in STAFF}
    assert {Role.CUSTOMS, *CARRIER_PEOPLE} <= {person.role for person in STAFF}
    for person in STAFF:
        assert User.objects.get(email=person.email).check_password(PASSWORD)
        assert f"{person.email} " in printed
    for driver in DRIVERS:
        assert not User.objects.get(phone=driver.phone).has_usable_password()
        assert driver.phone in printed


def test_seed_demo__carrier__has_trucks_and_a_declaration_of_each_kind(settings: Any) -> None:
    settings.PORTLANE_EMBEDDED = True
    seed("--demo")
    assert set(Vehicle.objects.values_list("country", "organisation__name")) == {("CN", CARRIER), ("LA", CARRIER)}
    rows = Declaration.objects.order_by("own_reference")
    assert list(rows.values_list("state", "organisation__name")) == [
        (state, CARRIER) for state in ("draft", "needs_fix", "ready")
    ]
    wrong = {row["code"] for row in rows[1].findings if row["level"] == "error"}
    assert len(wrong) == 1, wrong
    Declaration.objects.filter(state="draft").update(own_reference="ours")
    seed("--demo")
    assert Declaration.objects.count() == 3
    call_command("audit", verbosity=0)


def test_seed_demo__second_run__changes_no_person(settings: Any) -> None:
    settings.PORTLANE_EMBEDDED = True
    seed("--demo")
    User.objects.filter(email=STAFF[0].email).update(name="Renamed", is_active=False)
    before = everything()
    seed("--demo")
    assert everything() == before


def test_seed_demo__production__is_refused_before_anything_is_made(settings: Any) -> None:
    settings.DEBUG = settings.PORTLANE_EMBEDDED = False
    with pytest.raises(CommandError, match="PORTLANE_EMBEDDED"):
        seed("--demo")
    assert not Port.objects.exists()
    assert not User.objects.exists()
