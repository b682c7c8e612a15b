"""Moving a reservation to another slot: both counters move, or neither."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.errors import Conflict, NotFound, WrongState
from reservations.errors import SlotFull, SlotPast, TooLateToCancel, UnknownSlot, WrongCargo
from reservations.models import Reservation, Slot
from reservations.operations import booking, cancel_reservation, change_slot
from tests import factories as make
from tests.cast import Cast
from tests.operations.steps import (
    arrived,
    assert_counted,
    changes_nothing,
    events,
    refuses,
    reservation_now,
    reserved,
    taken,
)


def change(cast: Cast, reservation: Reservation, slot: Slot) -> Reservation:
    return change_slot(ref=reservation.ref, slot_ref=slot.ref, **cast.by(cast.driver))


@pytest.mark.parametrize("confirm", [True, False])
@pytest.mark.parametrize(("old_at", "new_at"), [(2, 5), (5, 2)])
def test_change__free_slot__moves_the_place_and_keeps_the_state(
    cast: Cast, old_at: int, new_at: int, confirm: bool
) -> None:
    old, new = cast.slots[old_at], cast.slots[new_at]
    reservation = reserved(cast, slot=old, confirm=confirm)
    change(cast, reservation, new)
    now = reservation_now(reservation)
    assert (now.slot_id, now.changes, now.state) == (new.pk, 1, reservation.state)
    assert (taken(old), taken(new)) == (0, 1)
    assert_counted()
    (entry,) = events("reservation.changed")
    assert (entry.data["from_slot"], entry.data["slot"]) == (old.ref, new.ref)


def test_change__to_another_lane_of_the_port__takes_the_lane_along(cast: Cast) -> None:
    second = make.a_lane(cast.yard, "MOHAN-IN3", gate=cast.gate)
    new = make.a_slot(second, starts_at=cast.now + timedelta(hours=3))
    reservation = reserved(cast, slot=cast.slots[2])
    change(cast, reservation, new)
    assert reservation_now(reservation).lane == second
    (entry,) = events("reservation.changed")
    assert (entry.data["from_lane"], entry.data["lane"]) == (cast.lane.code, second.code)


def test_change__to_its_own_slot__does_nothing(cast: Cast) -> None:
    reservation = reserved(cast, slot=cast.slots[2])
    with changes_nothing():
        change(cast, reservation, cast.slots[2])


def test_change__new_slot_full__keeps_the_old_place(cast: Cast) -> None:
    for _ in range(2):
        reserved(cast, slot=cast.slots[3])
    reservation = reserved(cast, slot=cast.slots[4])
    with refuses(SlotFull):
        change(cast, reservation, cast.slots[3])
    assert_counted()


def test_change__its_slot_has_begun__is_too_late(cast: Cast) -> None:
    reservation = reserved(cast, slot=cast.slots[1])
    cast.clock.forward(hours=1)
    with refuses(TooLateToCancel):
        change(cast, reservation, cast.slots[4])


def test_change__cancelled_or_checked_in__is_refused(cast: Cast) -> None:
    cancelled, here = reserved(cast, slot=cast.slots[2]), reserved(cast, slot=cast.slots[2])
    cancel_reservation(ref=cancelled.ref, **cast.by(cast.driver))
    arrived(cast, here)
    for reservation in (cancelled, here):
        with refuses(WrongState):
            change(cast, reservation, cast.slots[4])


def test_change__slot_of_another_port__is_unknown(cast: Cast) -> None:
    reservation = reserved(cast, slot=cast.slots[3])
    with refuses(UnknownSlot):
        change(cast, reservation, cast.other_slots[4])


def test_change__lane_that_does_not_take_the_cargo__is_refused(cast: Cast) -> None:
    cold = make.a_slot(cast.cold_lane, starts_at=cast.now + timedelta(hours=3))
    reservation = reserved(cast, slot=cast.slots[3])
    with refuses(WrongCargo):
        change(cast, reservation, cold)


def test_change__slot_over_or_unknown__is_refused(cast: Cast) -> None:
    past = make.a_slot(cast.lane, starts_at=cast.now - timedelta(hours=1))
    reservation = reserved(cast, slot=cast.slots[3])
    with refuses(SlotPast):
        change(cast, reservation, past)
    with refuses(UnknownSlot):
        change_slot(ref=reservation.ref, slot_ref="T-000000000", **cast.by(cast.driver))
    with refuses(NotFound):
        change_slot(ref="R-000000000", slot_ref=cast.slots[4].ref, **cast.by(cast.driver))


def test_change__moved_by_somebody_else_meanwhile__is_a_conflict_and_no_counter_drifts(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    reservation = reserved(cast, slot=cast.slots[3])
    reserved(cast, slot=cast.slots[3])  # else the counter's own CHECK would catch a place given back twice
    stale = booking.found(reservation.ref)
    change(cast, reservation, cast.slots[5])
    monkeypatch.setattr(booking, "found", lambda ref: stale)
    for act in (
        lambda: change(cast, reservation, cast.slots[6]),
        lambda: cancel_reservation(ref=reservation.ref, **cast.by(cast.driver)),
    ):
        with refuses(Conflict):
            act()
    assert (taken(cast.slots[3]), taken(cast.slots[5]), taken(cast.slots[6])) == (1, 1, 0)


def test_change__changed_since_the_caller_looked__is_a_conflict(cast: Cast) -> None:
    reservation = reserved(cast, slot=cast.slots[1])
    change_slot(ref=reservation.ref, slot_ref=cast.slots[2].ref, expected_changes=0, **cast.by(cast.driver))
    with refuses(Conflict):
        change_slot(ref=reservation.ref, slot_ref=cast.slots[3].ref, expected_changes=0, **cast.by(cast.driver))
