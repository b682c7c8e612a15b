"""The auditor and guidance: plans, blocks, evacuations, sensors and measured vehicles; clean as lived, found when tampered with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from core.machine import begin
from core.models import LedgerEntry
from reservations import operations as do
from reservations.models import QueueEntry
from tests.operations import audited_day
from tests.operations.audited_day import Day
from tests.operations.tampering import call_facts, entry, findings, forge, found, rewrite
from yards.layouts.plan import Plan, PlanAisle, PlanBay, PlanGate, PlanZone
from yards.models import Bay, Evacuation, Gate, Layout, Sensed, Stay, Zone
from yards.operations import put_in_force
from yards.operations.layouts import schedule_layout, unschedule_layout


@pytest.fixture
def day(db: None) -> Day:
    """A morning in which guidance does each of its things once, audited clean."""
    day = audited_day.open_port()
    _guided(day)
    assert findings() == []
    return day


def _plan(day: Day) -> Plan:
    """The yard as it was seeded, one straight aisle before each row: enough of a plan to be followed."""
    bays = [
        PlanBay(b.code, b.zone.code, b.x_m, b.y_m, b.length_m, b.width_m, b.heading_deg, equipment=tuple(b.equipment))
        for b in Bay.objects.filter(yard=day.yard).select_related("zone").order_by("code")
    ]
    zones = [PlanZone(z.code, z.name_en, z.name_zh, z.colour, z.shape) for z in Zone.objects.filter(yard=day.yard)]
    gates = [PlanGate(g.code, g.kind, g.x_m, g.y_m) for g in Gate.objects.filter(yard=day.yard).order_by("code")]
    aisles = [PlanAisle("M1", ((0.0, 3.0), (day.yard.width_m, 3.0)), width_m=12.0)]
    whole = Plan((101.69, 21.18), day.yard.width_m, day.yard.depth_m)
    return replace(whole, bays=tuple(bays), zones=tuple(zones), gates=tuple(gates), aisles=tuple(aisles))


def _saved(day: Day, plan: Plan) -> Layout:
    """A plan as `save_layout` keeps it, and its entry."""
    known = Layout.objects.count()
    row = begin(
        Layout,
        "draft",
        yard=day.yard,
        version=known + 1,
        document={},
        plan=plan.as_json(),
        made_at=day.now,
        changed_at=day.now,
    )
    forge(kind="layout.saved", **day.by("supervisor"), layout=row.ref, version=row.version, policy=0)
    return row


def _parked(day: Day, **truck: Any) -> QueueEntry:
    row = day.arrive(**truck)
    called = day.call()
    do.admit(entry_ref=called.ref, **day.by())
    do.occupy(entry_ref=called.ref, **day.by())
    day.later(minutes=3)
    return row


def _guided(day: Day) -> None:
    _sensors(day)
    _measured(day)
    _zones(day)
    _plans(day)


def _plans(day: Day) -> None:
    """The plan comes last: its one aisle reaches no bay, and nobody is called any more."""
    day.arrive(), day.arrive()
    first = _saved(day, _plan(day))
    put_in_force(ref=first.ref, **day.by("supervisor"))
    plan = _plan(day)
    second = _saved(day, replace(plan, bays=tuple(bay for bay in plan.bays if bay.code != "A-50")))
    schedule_layout(ref=second.ref, takes_effect_at=day.now, **day.by("supervisor"))
    unschedule_layout(ref=second.ref, **day.by("supervisor"))
    put_in_force(ref=second.ref, **day.by("supervisor"))
    place = {"yard_code": "MOHAN", "aisle_code": "M1"}
    do.block_aisle(**place, reason="ice", **day.by())
    do.unblock_aisle(**place, **day.by())
    do.block_aisle(**place, reason="ice", **day.by())


def _zones(day: Day) -> None:
    _parked(day), _parked(day)
    day.arrive()
    called = day.call()
    evacuation = do.order_evacuation(yard_code="MOHAN", zone_code="A", reason="fire", **day.by("supervisor"))
    assert len(evacuation.order) == 2
    day.later(minutes=5)
    do.end_evacuation(ref=evacuation.ref, **day.by("supervisor"))
    do.admit(entry_ref=called.ref, **day.by())
    do.note_sighting(
        entry_ref=called.ref, kind="bay", code="A-44", source="device", seen_at=day.now, **day.by("device")
    )
    do.block_zone(yard_code="MOHAN", zone_code="B", reason="cleaning", **day.by())
    do.order_evacuation(yard_code="MOHAN", zone_code="C", reason="leak", **day.by("supervisor"))


def _measured(day: Day) -> None:
    row = day.arrive()
    do.measure(entry_ref=row.ref, length_m=17.8, width_m=2.6, hazard_class=None, **day.by())
    day.call()
    day.later(minutes=1)


def _sensors(day: Day) -> None:
    for code, readings in (("A-41", (1, 0)), ("A-42", (1,))):
        for taken in readings:
            day.later(seconds=30)
            reading = {"kind": "bay", "code": code, "taken": taken, "seen_at": day.now}
            do.note_reading(yard_code="MOHAN", **reading, **day.by("device"))


# ---------------------------------------------------------------- given what may not be given
@pytest.mark.parametrize(
    ("bay", "words"), [("A-50", "while it was off the plan"), ("B-01", "while zone B was blocked")]
)
def test_audit__bay_given_that_nobody_may_be_sent_to__is_found(day: Day, bay: str, words: str) -> None:
    forge(kind="stay.held", **day.by(), visit="N-1", stay="S-1", bay=bay, hazard="", why={})
    assert found("bay", words)


def test_audit__chosen_bay_does_not_fit_the_vehicle_as_measured__is_found(day: Day) -> None:
    measured = entry("queue.measured")
    rewrite(measured, length_m=19.5)
    QueueEntry.objects.filter(ref=measured.data["entry"]).update(length_m=19.5)
    assert found("bay", "which it does not fit")


def test_audit__person_named_a_bay_that_does_not_fit__is_his_right(day: Day) -> None:
    held = entry("stay.held")
    rewrite(held, why={"rule": "named_by_a_person", "against": ["too_short"]})
    assert findings() == []


def test_audit__measured_size_undone_behind_the_ledger__is_found(day: Day) -> None:
    QueueEntry.objects.filter(ref=entry("queue.measured").data["entry"]).update(length_m=17)
    assert found("replay", "length_m is 17.0 in the table, 17.8 by the ledger")


# ---------------------------------------------------------------- the order, with reasons beside size
@pytest.mark.parametrize(("why", "excused"), [("no_bay_that_fits", False), ("segregation", True), ("no_way", True)])
def test_audit__passed_over_with_a_reason__is_excused_where_the_reason_can_be(
    day: Day, why: str, excused: bool
) -> None:
    first, second = QueueEntry.objects.filter(state="waiting").order_by("ticket")
    facts = call_facts(second) | {"passed": [[first.ref, why]]}
    forge(kind="queue.called", **day.by(), **facts)
    assert found("order", f"was called before {first.ref}") is not excused


def test_audit__no_way_in_a_yard_that_never_had_a_plan__is_no_reason(db: None) -> None:
    day = audited_day.open_port()
    LedgerEntry.objects.filter(kind="layout.in_force").delete()
    first, second = day.arrive(), day.arrive()
    facts = call_facts(QueueEntry.objects.get(pk=second.pk)) | {"passed": [[first.ref, "no_way"]]}
    forge(kind="queue.called", **day.by(), **facts)
    assert found("order", f"was called before {first.ref}")


# ---------------------------------------------------------------- plans, blocks, evacuations, sensors
def _evacuation() -> Evacuation:
    return Evacuation.objects.get(state="ordered")


def _layout() -> Layout:
    return Layout.objects.get(state="in_force")


FORGED: list[tuple[str, str, str, Callable[[], dict[str, Any]]]] = [
    ("layout.scheduled", "states", "in_force to scheduled", lambda: {"layout": _layout().ref, "version": 2}),
    ("layout.discarded", "layout", "is version 3, 7 is stated", lambda: {"layout": _layout().ref, "version": 7}),
    ("layout.saved", "layout", "which was given before", lambda: {"layout": "Y-1", "version": 1}),
    ("layout.in_force", "unknown", "names what no entry", lambda: {"layout": "Y-1"}),
    ("bay.retired", "bay", "off the plan twice", lambda: {"bay": "A-50"}),
    ("aisle.blocked", "block", "was blocked while it was", lambda: {"aisle": "M1", "reason": "x"}),
    ("aisle.blocked", "block", "without a reason", lambda: {"aisle": "M2"}),
    ("zone.unblocked", "block", "while it was not blocked", lambda: {"zone": "D"}),
    ("zone.unblocked", "evacuation", "while it was emptied", lambda: {"zone": "C"}),
    (
        "evacuation.ordered",
        "evacuation",
        "was emptied and not blocked",
        lambda: {"evacuation": "E-1", "zone": "D", "leave": 0, "reason": "x"},
    ),
    (
        "evacuation.ordered",
        "evacuation",
        "stood in zone A, 0 were told",
        lambda: {"evacuation": "E-1", "zone": "A", "leave": 0, "reason": "x"},
    ),
    ("evacuation.ended", "states", "from ended to ended", lambda: _ended()),
    ("stay.evacuate", "evacuation", "did not stand there", lambda: _told_to_leave()),
    ("stay.astray", "bay", "which was not in bay", lambda: {"stay": _stay().ref, "bay": "A-44"}),
    ("place.doubted", "place", "was doubted while it was", lambda: {"place": "bay", "code": "A-42"}),
    ("place.agreed", "place", "while nothing was doubted", lambda: {"place": "bay", "code": "A-41"}),
]


def _stay() -> Stay:
    stay = Stay.objects.filter(state="occupied").order_by("pk").first()
    assert stay
    return stay


def _ended() -> dict[str, Any]:
    return {"evacuation": Evacuation.objects.get(state="ended").ref, "zone": "A"}


def _told_to_leave() -> dict[str, Any]:
    stay = _stay()
    return {"stay": stay.ref, "bay": stay.bay.code, "evacuation": _evacuation().ref, "number": 1, "gate": ""}


@pytest.mark.parametrize(
    ("kind", "check", "words", "facts"), FORGED, ids=[f"{n}-{row[0]}" for n, row in enumerate(FORGED)]
)
def test_audit__entry_that_cannot_be__is_found(
    day: Day, kind: str, check: str, words: str, facts: Callable[[], dict[str, Any]]
) -> None:
    forge(kind=kind, **day.by(), **facts())
    assert found(check, words)


def test_audit__somebody_was_left_out_of_the_order__is_found(day: Day) -> None:
    told = entry("stay.evacuate")
    rewrite(told, number=1)
    assert found("evacuation", "was told number 1")


TAMPERED: list[tuple[str, Callable[[], Any]]] = [
    ("layout", lambda: Layout.objects.filter(state="replaced").update(state="discarded")),
    ("layout", lambda: Layout.objects.filter(state="replaced", version=2).update(version=9)),
    ("evacuation", lambda: Evacuation.objects.filter(state="ordered").update(state="ended")),
    ("bay", lambda: Bay.objects.filter(code="A-50").update(retired_at=None)),
    ("bay", lambda: Bay.objects.filter(code="A-49").update(zone=Zone.objects.get(code="B", yard__code="MOHAN"))),
]


@pytest.mark.parametrize(("what", "tamper"), TAMPERED, ids=[f"{n}-{what}" for n, (what, _) in enumerate(TAMPERED)])
def test_audit__row_changed_behind_the_ledger__is_found(day: Day, what: str, tamper: Callable[[], Any]) -> None:
    tamper()
    assert any(line.startswith("replay: ") and f": {what} " in line and "by the ledger" in line for line in findings())


def test_audit__block_or_doubt_lifted_behind_the_ledger__is_found(day: Day) -> None:
    day.yard.blocks.filter(kind="aisle").update(unblocked_at=day.now)
    assert found("replay", "block aisle M1 is in the ledger; the table has no such row")
    Sensed.objects.update(doubted_at=day.now)
    assert found("replay", "doubt bay A-41 is in the tables; no ledger entry made it")
