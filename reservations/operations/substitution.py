"""Another vehicle or driver for the same promise: inside one organisation, before the cut-off, counted, never to a better place."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import User, Vehicle
from core.actors import Actor
from core.db import operation
from core.errors import NotFound
from reservations.errors import NotSubstitutable, TooLateToSubstitute, VehicleHasAReservation, WrongCargo
from reservations.models import Reservation
from reservations.operations import booking, marks
from reservations.operations.changing import ahead, rewrite
from reservations.queries import faults
from reservations.queries.substitutes import substitute_drivers, substitute_vehicles


@operation
def change_vehicle(
    *, ref: str, vehicle_ref: str, expected_changes: int | None = None, now: datetime, actor: Actor
) -> Reservation:
    """This will give a live reservation to another vehicle of the same organisation, no larger and of the same kind.

    Slot and state stay; passes issued before are out of date; both vehicles use their allowance once. Raises NotFound,
    TooLateToSubstitute, NotSubstitutable, WrongCargo, VehicleHasAReservation, VehiclePaused, AllowanceUsedUp, WrongState, Conflict.
    """
    reservation = ahead(ref, to="confirmed", expected_changes=expected_changes)
    old, new = reservation.vehicle, Vehicle.objects.filter(ref=vehicle_ref).first()
    if new is None:
        raise NotFound(field="vehicle")
    if new.pk == old.pk:
        return reservation
    _before_cutoff(reservation, now)
    _may_replace(reservation, new, now)
    excuse = faults.excuse_for_act(reservation, now=now)
    if not excuse:
        marks.allow(reservation, "vehicle_change", vehicle_ids=[old.pk, new.pk], now=now)
    rewrite(reservation, vehicle=new)
    booking.record_reservation(
        reservation, "reservation.vehicle_changed", from_vehicle=old.ref, vehicle=new.ref, excuse=excuse
    )
    for vehicle in () if excuse else (old, new):
        marks.make(reservation, "vehicle_change", vehicle=vehicle, now=now)
    return reservation


@operation
def change_driver(
    *, ref: str, driver_ref: str, expected_changes: int | None = None, now: datetime, actor: Actor
) -> Reservation:
    """This will give a live reservation to another driver of its vehicle, or of a vehicle of the same organisation.

    Raises NotFound, TooLateToSubstitute, NotSubstitutable, AllowanceUsedUp, WrongState, Conflict.
    """
    reservation = ahead(ref, to="confirmed", expected_changes=expected_changes)
    driver = User.objects.filter(ref=driver_ref, is_active=True).first()
    if driver is None:
        raise NotFound(field="driver")
    if driver.pk == reservation.driver_id:
        return reservation
    _before_cutoff(reservation, now)
    if not substitute_drivers(reservation).filter(pk=driver.pk).exists():
        raise NotSubstitutable(field="driver")
    excuse = faults.excuse_for_act(reservation, now=now)
    if not excuse:
        marks.allow(reservation, "driver_change", vehicle_ids=[reservation.vehicle_id], now=now)
    rewrite(reservation, driver=driver)
    booking.record_reservation(reservation, "reservation.driver_changed", driver=driver.ref, excuse=excuse)
    if not excuse:
        marks.make(reservation, "driver_change", now=now)
    return reservation


def _before_cutoff(reservation: Reservation, now: datetime) -> None:
    minutes = reservation.slot.policy.substitution_cutoff_minutes
    if now > reservation.slot.starts_at - timedelta(minutes=minutes):
        raise TooLateToSubstitute(minutes=minutes)


def _may_replace(reservation: Reservation, new: Vehicle, now: datetime) -> None:
    if not substitute_vehicles(reservation).filter(pk=new.pk).exists():
        raise NotSubstitutable
    if reservation.cargo_kind not in reservation.lane.cargo_kinds:
        raise WrongCargo
    if Reservation.objects.live().filter(vehicle=new).exists():
        raise VehicleHasAReservation
    marks.refuse_paused(new, reservation, now=now)
