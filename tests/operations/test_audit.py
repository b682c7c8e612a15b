"""The auditor finds what was tampered with. Each test first sees a clean audit of a whole morning, then the finding."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Vehicle
from core.models import LedgerEntry, Stream
from reservations.models import LaneQueue, Override, Policy, QueueEntry, Reservation, Slot
from reservations.operations import measure
from tests.operations import audited_day
from tests.operations.audited_day import COLD_LANE, LANE, Day
from tests.operations.tampering import STREAM, call_facts, entry, findings, forge, found, sql
from yards.models import Bay, Lane, Stay
from yards.operations import switch_lane

SIZE: dict[str, Any] = {"length_m": 17.0, "width_m": 2.55, "reefer": False}
EARLIER = audited_day.NOW - timedelta(hours=3)


@pytest.fixture
def day(db: None) -> Day:
    """A morning at the port, audited clean."""
    day = audited_day.open_port()
    audited_day.live(day)
    assert findings() == []
    return day


def waiting(lane: str = LANE) -> QueueEntry:
    return QueueEntry.objects.filter(lane__code=lane, state="waiting").latest("ticket")


# ---------------------------------------------------------------- the chain
def test_audit__entry_edited__chain_is_broken(day: Day) -> None:
    LedgerEntry.objects.filter(pk=entry("queue.called").pk).update(reason="a friend")
    assert found("chain", "digest differs")


def test_audit__time_of_an_entry_moved__chain_is_broken(day: Day) -> None:
    LedgerEntry.objects.filter(pk=entry("queue.checked_in").pk).update(recorded_at=audited_day.NOW)
    assert found("chain", "digest differs")


def test_audit__entry_deleted__gap_is_named(day: Day) -> None:
    entry("bay.unblocked").delete()
    assert found("chain", "entries between are missing")


def test_audit__last_entry_cut_off__counter_row_tells(day: Day) -> None:
    LedgerEntry.objects.latest("seq").delete()
    assert found("chain", "counter row says")


def test_audit__entry_edited_with_its_digest__link_is_broken(day: Day) -> None:
    row = entry("stay.held")
    LedgerEntry.objects.filter(pk=row.pk).update(digest="0" * 64)
    assert found("chain", "hash does not follow")


def test_audit__head_rewritten__counter_row_tells(day: Day) -> None:
    Stream.objects.filter(key=STREAM).update(head="f" * 64)
    assert found("chain", "another head")


# ---------------------------------------------------------------- counted things
def test_audit__counter_lowered__rows_tell(day: Day) -> None:
    Slot.objects.filter(taken__gt=0).update(taken=0)
    assert found("counts", "rows hold a place")


def test_audit__slot_oversold_in_rows__is_counted(day: Day) -> None:
    slot = Reservation.objects.filter(state="checked_in").first().slot  # type: ignore[union-attr]
    sql("UPDATE reservations_slot SET planned = 0, capacity = 1, taken = 1 WHERE id = %s", slot.pk)
    assert found("counts", "rows hold a place of 1")


def test_audit__ledger_takes_one_place_too_many__position_is_named(day: Day) -> None:
    slot = day.slots()[5]
    for number in range(slot.capacity + 1):
        facts = {
            "vehicle": f"V-{number}",
            "cargo_kind": "general",
            "units": 1,
            "reservation": f"R-{number}",
            "slot": slot.ref,
        }
        forge(kind="reservation.confirmed", **day.by(), visit=f"N-{number}", lane=LANE, **facts)
    assert found("places", f"{slot.capacity + 1} places taken of {slot.capacity} in force")
    assert sum("places taken of" in line for line in findings()) == 1


def test_audit__place_taken_in_a_frozen_slot__is_found(day: Day) -> None:
    slot = Slot.objects.get(is_frozen=True)
    facts = {"vehicle": "V-1", "cargo_kind": "general", "units": 1, "reservation": "R-1", "slot": slot.ref}
    forge(kind="reservation.confirmed", **day.by(), visit="N-1", lane=LANE, **facts)
    assert found("places", "while it was frozen")


def test_audit__capacity_stated_wrongly__is_found(day: Day) -> None:
    slot = day.slots()[5]
    forge(kind="slot.capacity_changed", **day.by(), lane=LANE, slot=slot.ref, planned=1, capacity=99)
    assert found("places", "capacity 99 was stated")


def test_audit__place_given_back_twice__is_found(day: Day) -> None:
    row = Reservation.objects.get(state="cancelled", slot__taken=0)
    forge(kind="reservation.cancelled", **day.by(), reservation=row.ref, lane=LANE, slot=row.slot.ref)
    assert found("places", "more places came back")
    assert found("states", "from cancelled to cancelled")


# ---------------------------------------------------------------- states, vehicles, bays
@pytest.mark.parametrize(
    ("kind", "words"),
    [("queue.exited", "from waiting to exited"), ("queue.admitted", "from waiting to admitted")],
)
def test_audit__step_left_out__is_found(day: Day, kind: str, words: str) -> None:
    row = waiting()
    forge(kind=kind, **day.by(), visit=row.visit_ref, entry=row.ref, lane=LANE, ticket=row.ticket)
    assert found("states", words)


def test_audit__stay_occupied_after_its_release__is_found(day: Day) -> None:
    row = Stay.objects.filter(state="released").first()
    assert row
    forge(kind="stay.occupied", **day.by(), visit=row.visit_ref, stay=row.ref, bay=row.bay.code)
    assert found("states", "from released to occupied")


def test_audit__vehicle_checked_in_twice__is_found_in_the_ledger(day: Day) -> None:
    row = waiting()
    facts: dict[str, Any] = {
        "arrived_at": day.now.isoformat(),
        "promised_at": day.now.isoformat(),
        "slot": None,
        "reservation": None,
    }
    ticket = LaneQueue.objects.get(lane__code=LANE).tickets + 1
    facts |= {"class": "general", "cargo_kind": "general", "late": False, "ticket": ticket, "vehicle": row.vehicle.ref}
    facts |= SIZE
    forge(kind="queue.checked_in", **day.by(), visit="N-1", entry="Q-1", lane=LANE, **facts)
    assert found("vehicle", f"its {row.ref} was live")


def test_audit__vehicle_in_two_live_entries__is_found_in_the_rows(day: Day) -> None:
    sql("DROP INDEX one_open_entry_per_vehicle")
    one, other = QueueEntry.objects.filter(state="waiting")[:2]
    QueueEntry.objects.filter(pk=other.pk).update(vehicle=one.vehicle)
    assert found("vehicle", "has 2 live queue entries")


def test_audit__vehicle_with_two_live_reservations__is_found_in_the_rows(day: Day) -> None:
    sql("DROP INDEX one_live_reservation_per_vehicle")
    one, other = Reservation.objects.filter(state__in=["confirmed", "checked_in"])[:2]
    Reservation.objects.filter(pk=other.pk).update(vehicle=one.vehicle)
    assert found("vehicle", "has 2 live reservations")


def test_audit__two_vehicles_in_a_bay__is_found_in_the_rows(day: Day) -> None:
    sql("DROP INDEX one_live_stay_per_bay")
    one, other = Stay.objects.filter(state__in=["held", "occupied"])[:2]
    Stay.objects.filter(pk=other.pk).update(bay=one.bay)
    assert found("bay", f"bay {one.bay.code} has 2 live stays")


@pytest.mark.parametrize(
    ("stay", "words"),
    [({"state": "held"}, "while"), ({"state": "none"}, "while it was blocked")],
    ids=["taken", "blocked"],
)
def test_audit__bay_given_that_was_not_free__position_is_named(day: Day, stay: dict[str, str], words: str) -> None:
    held = Stay.objects.filter(**stay).first()
    code = held.bay.code if held else Bay.objects.get(blocked_at__isnull=False, yard__code="MOHAN").code
    forge(kind="stay.held", **day.by(), visit="N-1", stay="S-1", bay=code, why={})
    assert found("bay", words)


def test_audit__visit_given_a_second_bay__is_found(day: Day) -> None:
    row = Stay.objects.filter(state="held").first()
    assert row
    forge(kind="stay.held", **day.by(), visit=row.visit_ref, stay="S-1", bay="A-50", why={})
    assert found("bay", "while it had one")


# ---------------------------------------------------------------- the order
def test_audit__last_called_first__passed_over_is_named(day: Day) -> None:
    forge(kind="queue.called", **day.by(), **call_facts(waiting()))
    assert found("order", "was called before")


def test_audit__call_out_of_turn_by_a_made_up_override__is_found(day: Day) -> None:
    forge(kind="queue.called", **day.by(), **call_facts(waiting(), rule="override", override="X-1"))
    assert found("unknown", "X-1")
    assert found("order", "was called before")


def test_audit__override_used_twice__is_found(day: Day) -> None:
    used = Override.objects.get(state="used")
    forge(kind="queue.called", **day.by(), **call_facts(waiting(), rule="override", override=used.ref))
    assert found("states", "from used to used")
    assert found("override", "was not approved for it")


def test_audit__override_approved_by_who_asked__is_found(day: Day) -> None:
    row = waiting()
    facts = {"entry": row.ref, "lane": LANE, "ticket": row.ticket, "override": "X-1"}
    forge(kind="override.asked", **day.by("operator"), reason="a friend", **facts)
    forge(kind="override.approved", **day.by("operator"), reason="a friend", **facts)
    assert found("override", "who asked for it")


def test_audit__override_without_a_reason__is_found(day: Day) -> None:
    row = waiting()
    forge(kind="override.asked", **day.by(), entry=row.ref, lane=LANE, ticket=row.ticket, override="X-1")
    assert found("override", "without a reason")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"call": 99}, "due was"),
        ({"pattern": ["priority"]}, "not in force"),
        ({"rule": "after_missed"}, "it stood there by"),
        ({"override": "X-1"}, "by rule pattern names X-1"),
    ],
)
def test_audit__call_says_what_is_not_so__is_found(day: Day, more: dict[str, Any], words: str) -> None:
    forge(kind="queue.called", **day.by(), **call_facts(waiting(), **more))
    assert any(words in line for line in findings())


def test_audit__call_in_a_closed_lane__is_found(day: Day) -> None:
    forge(kind="lane.closed", **day.by(), lane=LANE, reason="x")
    forge(kind="queue.called", **day.by(), **call_facts(waiting()))
    assert found("order", f"while lane {LANE} was closed")


def test_audit__check_in_at_a_better_time_or_class__is_found(day: Day) -> None:
    slot = day.slots()[0]
    facts: dict[str, Any] = {
        "arrived_at": day.now.isoformat(),
        "promised_at": audited_day.NOW.replace(hour=0).isoformat(),
        "slot": slot.ref,
    }
    ticket = LaneQueue.objects.get(lane__code=LANE).tickets + 7
    facts |= {
        "class": "priority",
        "cargo_kind": "general",
        "late": False,
        "ticket": ticket,
        "vehicle": "V-1",
        "reservation": None,
        **SIZE,
    }
    forge(kind="queue.checked_in", **day.by(), visit="N-1", entry="Q-1", lane=LANE, **facts)
    assert found("order", "was promised")
    assert found("order", "stands in class priority")
    assert found("order", "was due")


def test_audit__missed_call_forgiven__is_found(day: Day) -> None:
    row = QueueEntry.objects.filter(lane__code=LANE, state="called").first()
    assert row
    facts = {"entry": row.ref, "lane": LANE, "ticket": row.ticket, "missed": row.missed + 1, "not_before_call": 0}
    forge(kind="queue.missed", **day.by(), visit=row.visit_ref, **facts)
    assert found("order", "may be called from call 0 on")


# ---------------------------------------------------------------- replay against the tables
TAMPERED: list[tuple[str, Callable[[], Any]]] = [
    ("reservation", lambda: Reservation.objects.filter(state="confirmed").update(state="checked_in")),
    ("entry", lambda: QueueEntry.objects.filter(state="waiting").update(promised_at=EARLIER)),
    ("stay", lambda: Stay.objects.filter(state="held").update(state="occupied")),
    ("slot", lambda: Slot.objects.update(planned=1)),
    ("lane", lambda: Lane.objects.filter(code=LANE).update(is_open=False)),
    ("lane", lambda: LaneQueue.objects.update(calls=99)),
    ("bay", lambda: Bay.objects.filter(blocked_at__isnull=False).update(blocked_at=None)),
    ("bay", lambda: Bay.objects.filter(code="A-50").update(length_m=40)),
    ("override", lambda: Override.objects.update(state="rejected")),
    ("entry", lambda: QueueEntry.objects.filter(not_before_call__gt=0).update(not_before_call=0)),
]


@pytest.mark.parametrize(("what", "tamper"), TAMPERED, ids=[f"{n}-{what}" for n, (what, _) in enumerate(TAMPERED)])
def test_audit__row_changed_behind_the_ledger__is_found(day: Day, what: str, tamper: Callable[[], Any]) -> None:
    tamper()
    assert any(line.startswith("replay: ") and f": {what} " in line and "by the ledger" in line for line in findings())


def test_audit__row_deleted__ledger_tells(day: Day) -> None:
    row = Override.objects.get()
    row.delete()
    assert found("replay", f"override {row.ref} is in the ledger; the table has no such row")


def test_audit__row_smuggled_in__is_found(day: Day) -> None:
    row = Reservation.objects.filter(state="cancelled").first()
    assert row
    row.pk, row.ref, row.visit_ref = None, "R-SMUGGLED", "N-SMUGGLED"
    row.save()
    assert found("replay", "reservation R-SMUGGLED is in the tables; no ledger entry made it")


def test_audit__rules_edited__is_found(day: Day) -> None:
    Policy.objects.filter(version=1).update(class_pattern=["general"])
    assert found("rules", "version 1 of the rules is not what was published")


def test_audit__unheard_of_kind__is_found(day: Day) -> None:
    forge(kind="queue.jumped", **day.by())
    assert found("unknown", "queue.jumped")


# ---------------------------------------------------------------- what a driver may change
def test_audit__vehicle_edited_after_its_visit__stays_clean(day: Day) -> None:
    """Whom a bay fitted is judged by the size that was recorded at check-in or measured, not by what the row says today."""
    switch_lane(lane_code=COLD_LANE, is_open=True, reason="", **day.by())
    too_long = day.arrive(lane=COLD_LANE, cargo="perishable")
    measure(entry_ref=too_long.ref, length_m=30, **day.by())
    day.arrive(lane=COLD_LANE, cargo="perishable")
    assert day.call(COLD_LANE).ref != too_long.ref
    Vehicle.objects.update(length_m=6, width_m=2, reefer=False)
    assert findings() == []


def test_audit__size_on_an_entry_changed_behind_the_ledger__is_found(day: Day) -> None:
    QueueEntry.objects.filter(state="waiting").update(length_m=6)
    assert found("replay", "length_m is 6.0 in the table")
