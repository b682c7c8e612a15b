"""Who gave a place back waits: holds that are dropped and taken again win nothing, and a pause is a pause."""

from __future__ import annotations

from datetime import timedelta

import pytest

from reservations import sweeps
from reservations.errors import CoolingDown, HoldExpired, VehiclePaused
from reservations.models import Mark, Reservation
from reservations.operations import cancel_reservation, change_slot, confirm_reservation
from tests import factories as make
from tests.cast import Cast
from tests.operations.steps import a_truck, refuses, reservation_now, reserved


def gave_up(cast: Cast, **inputs: object) -> Reservation:
    reservation = reserved(cast, slot=cast.slots[3], **inputs)  # type: ignore[arg-type]
    cancel_reservation(ref=reservation.ref, **cast.by(cast.driver))
    return reservation


def test_cool_down__own_place_of_the_same_slot__only_after_the_policys_minutes(cast: Cast) -> None:
    vehicle = gave_up(cast, vehicle=make.a_vehicle(driver=cast.driver)).vehicle
    cast.clock.forward(minutes=29, seconds=59)
    with refuses(CoolingDown):
        reserved(cast, slot=cast.slots[3], vehicle=vehicle)
    cast.clock.forward(seconds=1)
    assert reserved(cast, slot=cast.slots[3], vehicle=vehicle).state == "confirmed"


def test_cool_down__another_truck_of_the_same_organisation__waits_too(cast: Cast) -> None:
    gave_up(cast, vehicle=cast.vehicle)
    with refuses(CoolingDown):
        reserved(cast, slot=cast.slots[3], vehicle=a_truck(cast))
    by_another_account = make.a_dispatcher(cast.carrier)
    with refuses(CoolingDown):
        reserved(cast, slot=cast.slots[3], vehicle=a_truck(cast), driver=by_another_account)


def test_cool_down__others_and_other_slots__are_free_at_once(cast: Cast) -> None:
    vehicle = gave_up(cast).vehicle
    reserved(cast, slot=cast.slots[3], vehicle=make.a_vehicle(driver=cast.driver))
    reserved(cast, slot=cast.slots[4], vehicle=vehicle)


def test_cool_down__change_into_the_slot__is_refused_too(cast: Cast) -> None:
    vehicle = gave_up(cast).vehicle
    other = reserved(cast, slot=cast.slots[5], vehicle=vehicle)
    with refuses(CoolingDown):
        change_slot(ref=other.ref, slot_ref=cast.slots[3].ref, **cast.by(cast.driver))


def test_cool_down__taken_back_by_the_port__there_is_none(cast: Cast) -> None:
    from reservations.operations import revoke_reservation

    reservation = reserved(cast, slot=cast.slots[3])
    revoke_reservation(ref=reservation.ref, reason="bridge works", **cast.by(cast.supervisor))
    assert reserved(cast, slot=cast.slots[3], vehicle=reservation.vehicle).state == "confirmed"


def test_hold__that_ran_out__cannot_be_started_again(cast: Cast) -> None:
    vehicle = make.a_vehicle(driver=cast.driver)
    reserved(cast, slot=cast.slots[3], vehicle=vehicle, confirm=False)
    cast.clock.forward(minutes=5)
    sweeps.sweep_holds(cast.now)
    with refuses(CoolingDown):
        reserved(cast, slot=cast.slots[3], vehicle=vehicle, confirm=False)
    with refuses(CoolingDown):
        reserved(cast, slot=cast.slots[3], vehicle=vehicle)


def test_hold__dropped_before_it_runs_out__cannot_be_started_again_either(cast: Cast) -> None:
    reservation = gave_up(cast, confirm=False)
    with refuses(CoolingDown):
        reserved(cast, slot=cast.slots[3], vehicle=reservation.vehicle, confirm=False)


def test_hold__moved_to_another_slot__goes_on_running(cast: Cast) -> None:
    reservation = reserved(cast, slot=cast.slots[3], confirm=False)
    cast.clock.forward(minutes=4)
    moved = change_slot(ref=reservation.ref, slot_ref=cast.slots[4].ref, **cast.by(cast.driver))
    assert reservation_now(moved).hold_until == reservation.hold_until
    cast.clock.forward(minutes=1)
    with refuses(HoldExpired):
        confirm_reservation(ref=reservation.ref, **cast.by(cast.driver))


@pytest.fixture
def struck(cast: Cast) -> Reservation:
    """A reservation of a truck with as many strikes as lead to a pause, the last an hour ago."""
    reservation = reserved(cast, slot=cast.slots[3])
    for hours in (30, 1):
        Mark.objects.create(
            kind="no_show", vehicle=reservation.vehicle, reservation=reservation, at=cast.now - timedelta(hours=hours)
        )
    return reservation


def test_pause__too_many_strikes__cannot_reserve_until_it_is_over(cast: Cast, struck: Reservation) -> None:
    cancel_reservation(ref=struck.ref, **cast.by(cast.driver))
    with refuses(VehiclePaused, limit=2, days=30):
        reserved(cast, slot=cast.slots[4], vehicle=struck.vehicle)
    reserved(cast, slot=cast.slots[4], vehicle=a_truck(cast))  # the organisation's other trucks are not paused


def test_pause__promise_made_before__may_still_be_moved(cast: Cast, struck: Reservation) -> None:
    assert change_slot(ref=struck.ref, slot_ref=cast.slots[4].ref, **cast.by(cast.driver)).slot == cast.slots[4]


def test_pause__strike_excused__is_over(cast: Cast, struck: Reservation) -> None:
    cancel_reservation(ref=struck.ref, **cast.by(cast.driver))
    Mark.objects.filter(vehicle=struck.vehicle).update(excused_at=cast.now, excused_reason="landslide")
    assert reserved(cast, slot=cast.slots[4], vehicle=struck.vehicle).state == "confirmed"
