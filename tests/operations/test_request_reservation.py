"""Asking for a place: one conditional count, one live reservation per vehicle, and every refusal says what to do next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Vehicle
from core.errors import NotFound
from reservations.errors import (
    LaneClosed,
    SlotFrozen,
    SlotFull,
    SlotPast,
    SlotTooFar,
    UnknownSlot,
    VehicleHasAReservation,
    WrongCargo,
)
from reservations.models import Reservation, Slot
from reservations.operations import change_capacity, freeze_slot, request_reservation
from tests import factories as make
from tests.cast import Cast
from tests.operations.steps import a_truck, assert_counted, events, last_event, refuses, reserved, taken
from yards.operations import switch_lane


def test_request__free_place__is_confirmed_counted_and_recorded(cast: Cast) -> None:
    reservation = reserved(cast, vehicle=cast.vehicle)
    assert (reservation.state, reservation.hold_until, reservation.slot_id) == ("confirmed", None, cast.slot.pk)
    assert reservation.organisation == cast.carrier
    assert taken(cast.slot) == 1
    assert_counted()
    entry = last_event()
    assert (entry.kind, entry.actor, entry.visit_ref) == (
        "reservation.confirmed",
        cast.driver.ref,
        reservation.visit_ref,
    )
    assert entry.policy_version == 1
    assert entry.data == {
        "reservation": reservation.ref,
        "lane": cast.lane.code,
        "slot": cast.slot.ref,
        "vehicle": cast.vehicle.ref,
        "cargo_kind": "general",
        "units": 1,
        "hold_until": None,
    }


def test_request__without_confirming__holds_the_place_for_the_policys_minutes(cast: Cast) -> None:
    reservation = reserved(cast, confirm=False)
    assert reservation.state == "requested"
    assert reservation.hold_until == cast.now + timedelta(minutes=5)
    assert taken(cast.slot) == 1
    assert last_event().kind == "reservation.requested"
    assert last_event().data["hold_until"] == reservation.hold_until.isoformat()


def test_request__ledger_entry__holds_no_plate_name_or_phone(cast: Cast) -> None:
    reserved(cast, vehicle=cast.vehicle)
    text = str(last_event().data)
    assert not any(secret in text for secret in (cast.vehicle.plate, cast.driver.name, str(cast.driver.phone)))


def test_request__slot_full__names_the_nearest_earlier_and_later_with_room(cast: Cast) -> None:
    eleven, noon, one, two = cast.slots[1:5]
    for slot in (noon, noon, one, one):
        reserved(cast, slot=slot)
    named = {"earlier": _named(eleven), "later": _named(two)}
    with refuses(SlotFull, **named):
        reserved(cast, slot=noon)


def test_request__everything_full__says_that_there_is_no_other(cast: Cast) -> None:
    Slot.objects.filter(lane=cast.lane).exclude(pk=cast.slot.pk).update(is_frozen=True)
    reserved(cast), reserved(cast)
    with refuses(SlotFull, earlier=None, later=None):
        reserved(cast)


def _named(slot: Slot) -> dict[str, str]:
    return {"ref": slot.ref, "starts_at": slot.starts_at.isoformat()}


def test_request__capacity_cut_below_taken__is_full_even_after_one_left(cast: Cast) -> None:
    reserved(cast), reserved(cast)
    change_capacity(slot_ref=cast.slot.ref, planned=1, reason="one lane less", **cast.by(cast.supervisor))
    with refuses(SlotFull):
        reserved(cast)


def test_request__unknown_slot__is_not_found(cast: Cast) -> None:
    with refuses(UnknownSlot):
        request_reservation(
            slot_ref="T-000000000",
            vehicle_ref=cast.vehicle.ref,
            cargo_kind="general",
            driver=cast.driver,
            **cast.by(cast.driver),
        )


def test_request__slot_that_runs__is_possible_until_it_ends(cast: Cast) -> None:
    cast.clock.forward(minutes=59)
    reserved(cast)
    cast.clock.forward(minutes=1)
    with refuses(SlotPast):
        reserved(cast)


def test_request__beyond_the_horizon__is_too_far(cast: Cast) -> None:
    far = make.a_slot(cast.lane, starts_at=cast.now + timedelta(days=3))
    farther = make.a_slot(cast.lane, starts_at=cast.now + timedelta(days=3, hours=1))
    reserved(cast, slot=far)
    with refuses(SlotTooFar, horizon_days=3):
        reserved(cast, slot=farther)


def test_request__frozen_slot__is_refused_as_frozen_not_as_full(cast: Cast) -> None:
    freeze_slot(slot_ref=cast.slot.ref, frozen=True, reason="fog", **cast.by(cast.supervisor))
    with refuses(SlotFrozen):
        reserved(cast)


def test_request__lane_closed_by_staff__today_is_refused_and_tomorrow_is_not(cast: Cast) -> None:
    switch_lane(lane_code=cast.lane.code, is_open=False, reason="landslide", **cast.by(cast.operator))
    with refuses(LaneClosed, reason="landslide"):
        reserved(cast)
    reserved(cast, slot=cast.slots[8])


def test_request__slot_over_midnight__belongs_to_the_day_it_starts_when_its_lane_is_closed(cast: Cast) -> None:
    night = make.a_slot(cast.lane, starts_at=datetime(2026, 3, 2, 15, 30, tzinfo=UTC))  # 23:30 in Yunnan
    assert night.service_date.isoformat() == "2026-03-02"
    switch_lane(lane_code=cast.lane.code, is_open=False, reason="landslide", **cast.by(cast.operator))
    with refuses(LaneClosed):
        reserved(cast, slot=night)
    cast.clock.moment = datetime(2026, 3, 2, 16, 10, tzinfo=UTC)  # 00:10 of the 3rd, the slot still runs
    with refuses(LaneClosed):
        reserved(cast, slot=night)


@pytest.mark.parametrize("cargo_kind", ["perishable", "no_such_kind", ""])
def test_request__cargo_the_lane_does_not_take__is_refused(cast: Cast, cargo_kind: str) -> None:
    with refuses(WrongCargo):
        reserved(cast, cargo_kind=cargo_kind)


def test_request__vehicle_of_another_carrier__is_not_found(cast: Cast) -> None:
    with refuses(NotFound):
        reserved(cast, vehicle=cast.other_vehicle)


def test_request__second_live_reservation_of_a_vehicle__is_refused_also_elsewhere(cast: Cast) -> None:
    reserved(cast, vehicle=cast.vehicle)
    with refuses(VehicleHasAReservation):
        reserved(cast, vehicle=cast.vehicle, slot=cast.slots[3])
    with refuses(VehicleHasAReservation):
        reserved(cast, vehicle=cast.vehicle, slot=cast.other_slots[3])
    assert Reservation.objects.count() == 1


def test_request__held_place__counts_as_live(cast: Cast) -> None:
    reserved(cast, vehicle=cast.vehicle, confirm=False)
    with refuses(VehicleHasAReservation):
        reserved(cast, vehicle=cast.vehicle, slot=cast.slots[3])


def test_request__same_plate_of_two_countries__are_two_vehicles(cast: Cast) -> None:
    plates = [a_truck(cast, plate="ABC1234", country=country) for country in ("CN", "LA")]
    for vehicle in plates:
        reserved(cast, vehicle=vehicle)
    assert Vehicle.objects.filter(plate_key="ABC1234").count() == 2
    assert taken(cast.slot) == len(events("reservation.confirmed")) == 2
