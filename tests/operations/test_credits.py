"""The port calls too late: the driver is excused of everything and gets one credit."""

from __future__ import annotations

from datetime import timedelta

import pytest

from reservations.models import Credit, QueueEntry
from reservations.operations import change_slot, miss
from tests.cast import Cast
from tests.operations.steps import (
    arrived,
    call,
    entry_now,
    events,
    marks_now,
    recording,
    reserved,
    rules,
    walked_up,
)


def late_call(cast: Cast, entry: QueueEntry, minutes: float) -> QueueEntry:
    """A first call so many minutes after the slot's beginning."""
    cast.clock.moment = cast.slot.starts_at + timedelta(minutes=minutes)
    called = call(cast)
    assert called.pk == entry.pk
    return called


@pytest.mark.parametrize(("minutes", "given"), [(5, 0), (60, 0), (90, 0), (90.1, 1), (400, 1)])
def test_call__after_slot_and_promise__gives_a_credit(cast: Cast, minutes: float, given: int) -> None:
    late_call(cast, arrived(cast, reserved(cast, vehicle=cast.vehicle)), minutes)
    assert Credit.objects.filter(vehicle=cast.vehicle).count() == given


def test_call__too_late__the_credit_says_how_late_and_for_how_long_it_is_good(cast: Cast) -> None:
    reservation = reserved(cast, vehicle=cast.vehicle)
    entry = arrived(cast, reservation)
    with recording(cast) as added:
        late_call(cast, entry, 107.5)
    credit = Credit.objects.get()
    assert (credit.reservation, credit.given_at, credit.used_in) == (reservation, cast.now, None)
    assert credit.expires_at == cast.now + timedelta(days=90)
    (event,) = [each for each in added if each.kind == "credit.given"]
    expected = {"credit": credit.ref, "vehicle": cast.vehicle.ref, "late_minutes": 47, "lane": cast.lane.code}
    assert event.data | expected == event.data
    assert entry_now(entry).first_called_at == cast.now


def test_call__too_late__excuses_the_reservations_marks(cast: Cast) -> None:
    reservation = reserved(cast, slot=cast.slots[1])
    change_slot(ref=reservation.ref, slot_ref=cast.slots[2].ref, **cast.by(cast.driver))
    arrived(cast, reservation)
    cast.clock.moment = cast.slots[2].ends_at + timedelta(minutes=31)
    call(cast)
    assert marks_now() == [("change", "port_was_late")]


def test_call__in_time_then_missed_and_called_late__gives_none(cast: Cast) -> None:
    entry = arrived(cast)
    late_call(cast, entry, 80)
    miss(entry_ref=entry.ref, **cast.by(cast.operator))
    late_call(cast, entry, 200)
    assert (Credit.objects.count(), events("credit.given")) == (0, [])
    assert entry_now(entry).first_called_at == cast.slot.starts_at + timedelta(minutes=80)


def test_call__late_twice__gives_one(cast: Cast) -> None:
    entry = arrived(cast)
    late_call(cast, entry, 200)
    miss(entry_ref=entry.ref, **cast.by(cast.operator))
    late_call(cast, entry, 300)
    assert Credit.objects.count() == len(events("credit.given")) == 1


@pytest.mark.parametrize(("minutes", "given"), [(109, 0), (111, 1)])
def test_call__arrived_within_grace__is_due_so_long_after_the_arrival(cast: Cast, minutes: float, given: int) -> None:
    reservation = reserved(cast)
    cast.clock.forward(minutes=80)
    late_call(cast, arrived(cast, reservation), minutes)
    assert Credit.objects.count() == given


def test_call__walk_up_waits_long__was_promised_nothing(cast: Cast) -> None:
    late_call(cast, walked_up(cast), 400)
    assert Credit.objects.count() == 0


def test_call__rules_promise_more__is_judged_by_the_slots_rules(cast: Cast) -> None:
    rules(cast, promise_minutes=5, credit_days=7)
    late_call(cast, arrived(cast), 66)
    assert Credit.objects.get().expires_at == cast.now + timedelta(days=7)
