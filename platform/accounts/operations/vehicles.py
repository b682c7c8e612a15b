"""Vehicles: who registers one, and what happens when its plate is known already (docs/rights.md)."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

from accounts import plates
from accounts.errors import (
    CountryNotValid,
    PlateClassNotValid,
    PlateNotValid,
    SizeNotValid,
    UnknownVehicle,
    VehicleOfAnotherOrganisation,
    VehicleOfSeveralDrivers,
)
from accounts.models import CARRIER_ROLES, Organisation, PlateClass, User, Vehicle
from accounts.texts import one_line
from core.actors import Actor
from core.db import operation

LENGTH_M = (Decimal("2.0"), Decimal("40.0"))
WIDTH_M = (Decimal("1.00"), Decimal("6.00"))
USUAL_LENGTH_M, USUAL_WIDTH_M = Decimal("17.0"), Decimal("2.55")
Metres = Decimal | float | str


@operation
def register_vehicle(
    *,
    user: User,
    country: str,
    plate: str,
    now: datetime,
    actor: Actor,
    plate_class: str = "truck",
    length_m: Metres = USUAL_LENGTH_M,
    width_m: Metres = USUAL_WIDTH_M,
    reefer: bool = False,
    organisation: Organisation | None = None,
) -> Vehicle:
    """This will link the person to the vehicle of that country, class and plate, which is made when it is new.

    A driver becomes one of its drivers; carrier staff register it for their organisation (of several: the one named, else the
    first). A known vehicle keeps its size.
    Raises PlateNotValid, CountryNotValid, PlateClassNotValid, SizeNotValid, and VehicleOfAnotherOrganisation for a vehicle
    that belongs to an organisation the person is not of.
    """
    organisation = _organisation_of(user, organisation)
    sizes = {"length_m": length_m, "width_m": width_m, "reefer": reefer}
    vehicle = _known_or_new(country, plate, plate_class, {**checked(sizes), "organisation": organisation})
    _may_link(vehicle, user, organisation)
    if user.is_driver:
        vehicle.drivers.add(user)
    elif organisation and vehicle.organisation_id is None:
        _adopt(vehicle, organisation)
    return vehicle


@operation
def find_or_create_vehicle(
    *,
    country: str,
    plate: str,
    now: datetime,
    actor: Actor,
    plate_class: str = "truck",
    length_m: Metres = USUAL_LENGTH_M,
    width_m: Metres = USUAL_WIDTH_M,
    reefer: bool = False,
) -> Vehicle:
    """This will return the vehicle a clerk sees at the gate, made when it is new. It gains no driver and no organisation.

    Raises PlateNotValid, CountryNotValid, PlateClassNotValid, SizeNotValid.
    """
    sizes = {"length_m": length_m, "width_m": width_m, "reefer": reefer}
    return _known_or_new(country, plate, plate_class, checked(sizes))


@operation
def update_vehicle(*, user: User, ref: str, now: datetime, actor: Actor, **changes: Any) -> Vehicle:
    """This will change `length_m`, `width_m` or `reefer` of a vehicle of the person's own; its plate never changes.

    A vehicle with several drivers is not one driver's to change: its organisation's office does, or the back office.
    Raises UnknownVehicle, SizeNotValid, VehicleOfSeveralDrivers.
    """
    seen = Vehicle.objects.visible_to(user).filter(ref=ref).first()
    if seen is None:
        raise UnknownVehicle
    vehicle = Vehicle.objects.select_for_update().get(pk=seen.pk)  # who links himself meanwhile waits
    new = {name: value for name, value in checked(changes).items() if getattr(vehicle, name) != value}
    if new:
        _may_resize(vehicle, user)
        Vehicle.objects.filter(pk=vehicle.pk).update(**new)
        vehicle.refresh_from_db()
    return vehicle


# ---------------------------------------------------------------- checks
def checked(sizes: dict[str, Any]) -> dict[str, Any]:
    """This will return the sizes that are named, in metres and within what drives on roads. Raises SizeNotValid."""
    values: dict[str, Any] = {}
    if "length_m" in sizes:
        values["length_m"] = _metres(sizes["length_m"], LENGTH_M, "length_m").quantize(Decimal("0.1"))
    if "width_m" in sizes:
        values["width_m"] = _metres(sizes["width_m"], WIDTH_M, "width_m").quantize(Decimal("0.01"))
    if "reefer" in sizes:
        values["reefer"] = bool(sizes["reefer"])
    return values


def _metres(value: Metres, bounds: tuple[Decimal, Decimal], field: str) -> Decimal:
    least, most = bounds
    try:
        size = Decimal(str(value))
    except ArithmeticError:
        size = Decimal("NaN")
    if not (size.is_finite() and least <= size <= most):
        raise SizeNotValid(field=field, least=str(least), most=str(most))
    return size


def _identity(country: str, plate: str, plate_class: str) -> tuple[plates.PlateIdentity, str]:
    typed = one_line(plate) if len(plate) <= 4 * plates.MAX_LENGTH else ""
    who = plates.identity(country=country, plate_class=plate_class, plate=typed)
    if not re.fullmatch("[A-Z]{2}", who.country):
        raise CountryNotValid
    if plate_class not in PlateClass.values:
        raise PlateClassNotValid(choices=", ".join(PlateClass.values))
    if not who.key or max(len(typed), len(who.key)) > plates.MAX_LENGTH:
        raise PlateNotValid(most=plates.MAX_LENGTH)
    return who, typed


# ---------------------------------------------------------------- rows
def _known_or_new(country: str, plate: str, plate_class: str, fields: dict[str, Any]) -> Vehicle:
    who, typed = _identity(country, plate, plate_class)
    key = key_for(who.key, fields.get("organisation"))
    if len(key) > plates.MAX_LENGTH:
        raise PlateNotValid(most=plates.MAX_LENGTH)
    vehicle, _ = Vehicle.objects.get_or_create(
        country=who.country, plate_class=who.plate_class, plate_key=key, defaults={"plate": typed, **fields}
    )
    return vehicle


def key_for(key: str, organisation: Organisation | None) -> str:
    """This will return the key a plate is kept under: a sandbox's vehicles never take a plate from the real ones.

    No plate's own key has a colon.
    """
    return f"{organisation.pk}:{key}" if organisation and organisation.is_sandbox else key


def _organisation_of(user: User, named: Organisation | None) -> Organisation | None:
    own = user.memberships.filter(role__in=CARRIER_ROLES)
    membership = (own.filter(organisation=named) if named else own).order_by("pk").first()
    return membership.organisation if membership else None


def _may_link(vehicle: Vehicle, user: User, organisation: Organisation | None) -> None:
    theirs = vehicle.organisation_id in (None, organisation and organisation.pk)
    if not theirs and not vehicle.drivers.filter(pk=user.pk).exists():
        raise VehicleOfAnotherOrganisation


def _may_resize(vehicle: Vehicle, user: User) -> None:
    """Whoever typed a plate is not thereby its owner, and the size decides who finds a bay."""
    is_office = (
        user.memberships.filter(organisation=vehicle.organisation_id).exists() if vehicle.organisation_id else False
    )
    if not is_office and vehicle.drivers.exclude(pk=user.pk).exists():
        raise VehicleOfSeveralDrivers


def _adopt(vehicle: Vehicle, organisation: Organisation) -> None:
    """A vehicle without an organisation and without a driver of its own may join one; others are settled in the back office."""
    if vehicle.drivers.exists():
        raise VehicleOfAnotherOrganisation
    Vehicle.objects.filter(pk=vehicle.pk, organisation=None).update(organisation=organisation)
    vehicle.organisation = organisation
