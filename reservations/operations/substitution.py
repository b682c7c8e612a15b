"""Another vehicle or driver for the same promise: inside one organisation, before the cut-off, counted, never to a better place."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import User, Vehicle
from core.actors import Actor
from core.db import operation
from core.errors import Conflict, NotFound
from reservations.errors import (
    AllowanceUsedUp,
    NotSubstitutable,
    TooLateToSubstitute,
    VehicleHasAReservation,
    WrongCargo,
)
from reservations.models import Mark, QueueEntry, Reservation
from reservations.operations import booking, marks
from reservations.operations.changing import ahead, rewrite
from reservations.operations.declared_trips import follow_vehicle
from reservations.queries import faults
from reservations.queries.substitutes import substitute_drivers, substitute_vehicles

VEHICLES_OF_ONE_LOT = 10
MARKS_OF_ONE = 2


@operation
def change_vehicle(
    *, ref: str, vehicle_ref: str, expected_changes: int | None = None, now: datetime, actor: Actor
) -> Reservation:
    """This will give a live reservation to another vehicle of the same organisation, no larger and of the same kind.

    Slot and state stay; passes issued before are out of date; both vehicles use their allowance once, and the organisation one of its
    own: the rule's limit for each ten of its vehicles that ever came, once at least. Raises NotFound,
    TooLateToSubstitute, NotSubstitutable, WrongCargo, VehicleHasAReservation, VehiclePaused, AllowanceUsedUp, WrongState, Conflict,
    DeclarationNotReady (its declaration names other vehicles).
    """
    reservation = ahead(ref, to="confirmed", expected_changes=expected_changes)
    old, new = reservation.vehicle, Vehicle.objects.filter(ref=vehicle_ref).first()
    if new is None:
        raise NotFound(field="vehicle")
    if new.pk == old.pk:
        return reservation
    _before_cutoff(reservation, now)
    _may_replace(reservation, new, now)
    follow_vehicle(reservation, new, now=now)
    excuse = faults.excuse_for_act(reservation, now=now)
    if not excuse:
        marks.allow(reservation, "vehicle_change", vehicle_ids=[old.pk, new.pk], now=now)
        _organisation_has_one_left(reservation, now)
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

    To name the first one, where nobody was named yet, is no change: it is not counted, has no cut-off, and passes stay good.
    Raises NotFound, TooLateToSubstitute, NotSubstitutable, AllowanceUsedUp, WrongState, Conflict.
    """
    reservation = ahead(ref, to="confirmed", expected_changes=expected_changes)
    driver = User.objects.filter(ref=driver_ref, is_active=True).first()
    if driver is None:
        raise NotFound(field="driver")
    if driver.pk == reservation.driver_id:
        return reservation
    if reservation.driver_id is None:
        return _name_first(reservation, driver)
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


def _name_first(reservation: Reservation, driver: User) -> Reservation:
    if not substitute_drivers(reservation).filter(pk=driver.pk).exists():
        raise NotSubstitutable(field="driver")
    nobody = Reservation.objects.filter(pk=reservation.pk, driver=None, state=reservation.state)
    if not nobody.update(driver=driver):
        raise Conflict
    reservation.driver = driver
    booking.record_reservation(reservation, "reservation.driver_changed", driver=driver.ref, excuse="")
    return reservation


def _before_cutoff(reservation: Reservation, now: datetime) -> None:
    minutes = reservation.slot.policy.substitution_cutoff_minutes
    if now > reservation.slot.starts_at - timedelta(minutes=minutes):
        raise TooLateToSubstitute(minutes=minutes)


def _organisation_has_one_left(reservation: Reservation, now: datetime) -> None:
    """A fleet of plates that never come is no fleet of substitutes. Each change has made two marks."""
    policy, organisation_id = reservation.slot.policy, reservation.organisation_id
    since = now - timedelta(days=policy.substitutions_days)
    rows = Mark.objects.counting().filter(kind="vehicle_change", organisation=organisation_id, at__gt=since)
    used = sorted(rows.values_list("at", flat=True))
    came = QueueEntry.objects.filter(vehicle__organisation=organisation_id).order_by().values("vehicle").distinct()
    most = policy.substitutions_limit * max(1, came.count() // VEHICLES_OF_ONE_LOT)
    if len(used) >= most * MARKS_OF_ONE:
        again_at = used[len(used) - most * MARKS_OF_ONE] + timedelta(days=policy.substitutions_days) if most else None
        told = f"{again_at.astimezone(reservation.lane.port.tz):%Y-%m-%d %H:%M %Z}" if again_at else "–"
        raise AllowanceUsedUp(kind="vehicle_change", limit=most, days=policy.substitutions_days, again_at=told)


def _may_replace(reservation: Reservation, new: Vehicle, now: datetime) -> None:
    if not substitute_vehicles(reservation).filter(pk=new.pk).exists():
        raise NotSubstitutable
    if reservation.cargo_kind not in reservation.lane.cargo_kinds:
        raise WrongCargo
    if Reservation.objects.live().filter(vehicle=new).exists():
        raise VehicleHasAReservation
    marks.refuse_paused(new, reservation, now=now)
