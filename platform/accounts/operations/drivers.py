"""Drivers of an organisation: whoever may drive its vehicles. Named by phone by its office; the driver may leave again himself.

A driver's account opens with his phone alone, so naming him gives him a right and takes none: he signs in when he likes. His name is
his own: an organisation that names a number is not told who stands behind it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext, override

from accounts import sms
from accounts.errors import DriverNotPossible, UnknownDriver, UnknownVehicle, VehiclesNeeded
from accounts.limits import Limit
from accounts.models import Organisation, User, Vehicle
from accounts.phones import e164
from core.actors import Actor
from core.db import operation

MOST_VEHICLES = 200
#: Who names numbers one after the other is not looking for his drivers.
PER_ORGANISATION = Limit("driver.named", most=500, window_s=3600)
PER_PHONE = Limit("driver.named.phone", most=5, window_s=3600)


@operation
def name_driver(
    *, organisation: Organisation, phone: str, vehicles: Iterable[str], now: datetime, actor: Actor
) -> User:
    """This will let the person of a phone number drive the named vehicles of the organisation, and tell him so by message the first time.

    Vehicles that he may drive already stay his. Raises the errors of a phone number, VehiclesNeeded, UnknownVehicle,
    DriverNotPossible, TooMany.
    """
    number, chosen = e164(phone), _fleet(organisation, vehicles)
    PER_ORGANISATION.take(organisation.ref, now=now)
    driver = _person(number, organisation)
    if not driver.is_active or driver.memberships.exists():
        raise DriverNotPossible
    is_new = not driver.vehicles.filter(organisation=organisation).exists()
    driver.vehicles.add(*chosen)
    if is_new and not organisation.is_sandbox:
        _tell(driver, organisation, now)
    return with_fleet(driver, organisation)


@operation
def set_vehicles_of_driver(
    *, organisation: Organisation, ref: str, vehicles: Iterable[str], now: datetime, actor: Actor
) -> User:
    """This will make the named vehicles all those of the organisation that its driver may drive; none: he drives for it no more.

    Reservations in his name stay his. Raises UnknownDriver, UnknownVehicle, VehiclesNeeded (more than 200).
    """
    driver = driver_of(ref, organisation)
    wanted = _fleet(organisation, vehicles, may_be_none=True)
    had = driver.vehicles.filter(organisation=organisation)
    driver.vehicles.remove(*had.exclude(pk__in=[vehicle.pk for vehicle in wanted]))
    driver.vehicles.add(*wanted)
    return with_fleet(driver, organisation)


@operation
def leave_vehicle(*, user: User, ref: str, now: datetime, actor: Actor) -> None:
    """This will take a driver off a vehicle at his own wish. Reservations in his name stay his. Raises UnknownVehicle."""
    vehicle = user.vehicles.filter(ref=ref).first()
    if vehicle is None:
        raise UnknownVehicle
    user.vehicles.remove(vehicle)


def driver_of(ref: str, organisation: Organisation) -> User:
    """This will return a driver of the organisation's vehicles; raises UnknownDriver."""
    driver = User.objects.filter(ref=ref, vehicles__organisation=organisation).first()
    if driver is None:
        raise UnknownDriver
    return driver


def with_fleet(driver: User, organisation: Organisation) -> User:
    """This will put those vehicles of the organisation that the driver may drive on him, as `fleet`."""
    driver.fleet = list(driver.vehicles.filter(organisation=organisation))  # type: ignore[attr-defined]
    return driver


def _person(number: str, organisation: Organisation) -> User:
    """The person of a number; a sandbox's driver is made up, whoever has that number."""
    if organisation.is_sandbox:
        known = User.objects.filter(phone=None, name=number, vehicles__organisation=organisation).first()
        return known or User.objects.create_user(name=number, language=settings.LANGUAGE_CODE)
    fields = {"language": settings.LANGUAGE_CODE, "password": "!"}
    return User.objects.get_or_create(phone=number, defaults=fields)[0]


def _fleet(organisation: Organisation, refs: Iterable[str], *, may_be_none: bool = False) -> list[Vehicle]:
    wanted = set(refs)
    if (not may_be_none and not wanted) or len(wanted) > MOST_VEHICLES:
        raise VehiclesNeeded(most=MOST_VEHICLES)
    found = list(Vehicle.objects.filter(organisation=organisation, ref__in=wanted))
    if len(found) < len(wanted):
        raise UnknownVehicle
    return found


def _tell(driver: User, organisation: Organisation, now: datetime) -> None:
    PER_PHONE.take(str(driver.phone), now=now)
    with override(driver.language):
        text = gettext(
            "%(organisation)s has named you as a driver of its vehicles. Sign in at %(address)s to see them, or to leave."
        ) % {"organisation": organisation.name, "address": settings.PORTLANE_PUBLIC_URL}
    sms.send_sms(phone=str(driver.phone), text=text, language=driver.language, now=now)
