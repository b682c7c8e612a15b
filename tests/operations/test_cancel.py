"""Giving a reservation up: the place comes back, and the record says whether it was in time."""

from __future__ import annotations

import pytest

from core.errors import NotFound, WrongState
from reservations.errors import TooLateToCancel
from reservations.operations import cancel_reservation
from tests.cast import Cast
from tests.operations.steps import (
    arrived,
    assert_counted,
    events,
    last_event,
    refuses,
    reservation_now,
    reserved,
    taken,
)


@pytest.mark.parametrize("confirm", [True, False])
def test_cancel__before_its_slot__gives_the_place_back(cast: Cast, confirm: bool) -> None:
    reservation = reserved(cast, slot=cast.slots[3], confirm=confirm)
    cancel_reservation(ref=reservation.ref, reason="no cargo", **cast.by(cast.driver))
    now = reservation_now(reservation)
    assert (now.state, now.ended_at, now.hold_until) == ("cancelled", cast.now, None)
    assert taken(cast.slots[3]) == 0
    assert_counted()
    entry = last_event()
    assert (entry.kind, entry.reason, entry.data["late"]) == ("reservation.cancelled", "no cargo", False)


@pytest.mark.parametrize(("minutes", "late"), [(120, False), (121, True), (239, True)])
def test_cancel__around_the_cut_off__is_recorded_as_late_only_after_it(cast: Cast, minutes: int, late: bool) -> None:
    reservation = reserved(cast, slot=cast.slots[3])  # begins in three hours, cut-off an hour before
    cast.clock.forward(minutes=minutes)
    cancel_reservation(ref=reservation.ref, **cast.by(cast.driver))
    assert [event.data["late"] for event in events("reservation.cancelled")] == [late]


def test_cancel__slot_is_over__is_too_late(cast: Cast) -> None:
    reservation = reserved(cast)
    cast.clock.forward(hours=1)
    with refuses(TooLateToCancel):
        cancel_reservation(ref=reservation.ref, **cast.by(cast.driver))


def test_cancel__second_click__gives_one_place_back(cast: Cast) -> None:
    reserved(cast, slot=cast.slots[3])
    reservation = reserved(cast, slot=cast.slots[3])
    cancel_reservation(ref=reservation.ref, **cast.by(cast.driver))
    with refuses(WrongState):
        cancel_reservation(ref=reservation.ref, **cast.by(cast.driver))
    assert taken(cast.slots[3]) == 1


def test_cancel__already_checked_in__is_refused_so_that_the_visit_can_end(cast: Cast) -> None:
    reservation = reserved(cast)
    arrived(cast, reservation)
    with refuses(WrongState):
        cancel_reservation(ref=reservation.ref, **cast.by(cast.driver))


def test_cancel__then_the_vehicle__may_reserve_again(cast: Cast) -> None:
    reservation = reserved(cast, vehicle=cast.vehicle, slot=cast.slots[3])
    cancel_reservation(ref=reservation.ref, **cast.by(cast.driver))
    assert reserved(cast, vehicle=cast.vehicle, slot=cast.slots[4]).state == "confirmed"


def test_cancel__unknown__is_not_found(cast: Cast) -> None:
    with refuses(NotFound):
        cancel_reservation(ref="R-000000000", **cast.by(cast.driver))
