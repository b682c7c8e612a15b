"""Which visit is it that a gate has seen? Identity is never guessed: what is not sure goes to a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Device, Vehicle
from accounts.plates import normalise
from core.errors import Conflict, Invalid, NotFound
from reservations import passes
from reservations.inbox.matching import AROUND, taken_for_missed
from reservations.models import QueueEntry, Reservation
from reservations.queries.faults import grace_ends_at, opens_at
from yards.models import Yard

SAME_ARRIVAL = timedelta(seconds=60)


class NobodyExpected(NotFound):
    code = "nobody_expected"
    title = _("Not expected")
    message = _("No live reservation or place in the order belongs to what was read. Send the vehicle to a person.")


class NotSure(Conflict):
    code = "plate_ambiguous"
    title = _("Not sure which vehicle")
    message = _("Vehicles of several countries have this plate. Send the vehicle to a person.")
    field = "plate"


class PassAlone(Conflict):
    code = "pass_alone"
    title = _("Not sure which vehicle")
    message = _("A pass was shown and no plate read with it: a pass can be photographed.")
    field = "plate"


@dataclass(frozen=True)
class Found:
    """An expected vehicle: its open entry, or its reservation when it has not checked in."""

    entry: QueueEntry | None
    reservation: Reservation | None


def by_pass(token: str, *, port_code: str) -> Found:
    """This will find the visit of a pass at a port. Raises PassNotValid, PassOutdated, NobodyExpected."""
    said = passes.read(token)
    rows = Reservation.objects.select_related("lane__port", "vehicle").filter(
        ref=said.reservation_ref, lane__port__code=port_code
    )
    reservation = rows.first()
    if reservation is None:
        raise NobodyExpected
    if passes.serial_of(reservation) != said.serial:
        raise passes.PassOutdated
    return _found(_entries(port_code).filter(vehicle=reservation.vehicle).first(), reservation)


def by_plate(plate: str, *, country: str, port_code: str, seen_at: datetime | None = None) -> Found:
    """This will find the visit of a plate at a port. `seen_at`, when that is told late, finds a promise taken for missed, too.

    Raises NotSure when several countries' vehicles are expected, NobodyExpected.
    """
    vehicles = Vehicle.objects.filter(plate_key=normalise(plate), plate_class="truck")
    if country:
        vehicles = vehicles.filter(country=country.upper())
    entries: list[QueueEntry] = list(_entries(port_code).filter(vehicle__in=vehicles))
    promises: list[Reservation] = list(
        Reservation.objects.live().select_related("lane__port").filter(lane__port__code=port_code, vehicle__in=vehicles)
    )
    if seen_at and not entries and not promises:
        promises = _taken_for_missed(vehicles, port_code, seen_at)
    if len({row.vehicle_id for row in entries} | {row.vehicle_id for row in promises}) > 1:
        raise NotSure
    return _found(entries[0] if entries else None, promises[0] if promises else None)


def at_exit(said: dict[str, Any], device: Device, *, now: datetime) -> tuple[QueueEntry, bool]:
    """This will find whose exit was read, and whether that one was told already: one that left within a minute and was read again.

    Raises NobodyExpected, and NotSure when one left and another one with that plate is still inside; both reading alike, a guess
    would either free a bay that is taken or keep one that is free. Raises PassAlone for a genuine pass, which need not be in the truck
    that leaves, and PassNotValid for any other.
    """
    if "token" in said:
        passes.read(said["token"])
        raise PassAlone
    left = _left(said, device, since=now - SAME_ARRIVAL)
    try:
        inside = read(said, device).entry
    except NobodyExpected:
        inside = None
    if inside is None or (left and inside.state != "admitted"):
        if left is None:
            raise NobodyExpected
        return left, True
    if left and left.vehicle_id != inside.vehicle_id:
        raise NotSure
    return inside, False


def inside(said: dict[str, Any], device: Device) -> QueueEntry | None:
    """This will find whose vehicle was read in the yard: called or inside; None for one that by the books is not here.

    Raises NotSure, PassNotValid, PassOutdated.
    """
    try:
        entry = read(said, device).entry
    except NobodyExpected:
        return None
    return entry if entry and entry.state in ("called", "admitted") else None


def was_inside_then(said: dict[str, Any], device: Device, *, seen_at: datetime) -> bool:
    """This will tell whether a vehicle that is not here any more left only after it was read: a reading that is told late.

    Raises PassNotValid.
    """
    return _left(said, device, since=seen_at) is not None


def yard_of(device: Device, code: str) -> Yard:
    """This will find a yard of the device's port: the one that is named, else the only one. Raises NotFound; Invalid when several
    are there and none is named: bays of two yards bear the same codes."""
    yards = list(Yard.objects.filter(port__code=device.port_code, **({"code": code} if code else {}))[:2])
    if not yards:
        raise NotFound(field="yard")
    if len(yards) > 1:
        raise Invalid(field="yard")
    return yards[0]


def _left(said: dict[str, Any], device: Device, *, since: datetime) -> QueueEntry | None:
    rows = QueueEntry.objects.select_related("lane").filter(
        lane__port__code=device.port_code, state="exited", ended_at__gt=since
    )
    if "token" in said:
        return rows.filter(reservation__ref=passes.read(said["token"]).reservation_ref).first()
    country = {"vehicle__country": said["country"].upper()} if "country" in said else {}
    gone = rows.filter(vehicle__plate_key=normalise(said["plate"]), **country)
    return gone.order_by("-ended_at").first()


def read(said: dict[str, Any], device: Device) -> Found:
    """This will find the visit of what a device has read, at the device's own port."""
    if "token" in said:
        return by_pass(said["token"], port_code=device.port_code)
    return by_plate(
        said["plate"], country=said.get("country", ""), port_code=device.port_code, seen_at=said.get("occurred_at")
    )


def _taken_for_missed(vehicles: QuerySet[Vehicle], port_code: str, seen_at: datetime) -> list[Reservation]:
    """Those in whose time the vehicle was seen; no slot, early check-in and grace included, spans more than `AROUND` each way."""
    rows = Reservation.objects.select_related("lane__port", "slot__policy").filter(
        taken_for_missed(),
        lane__port__code=port_code,
        vehicle__in=vehicles,
        slot__starts_at__range=(seen_at - AROUND, seen_at + AROUND),
    )
    return [row for row in rows if opens_at(row) <= seen_at < grace_ends_at(row)]


def _entries(port_code: str) -> QuerySet[QueueEntry]:
    return QueueEntry.objects.open().select_related("lane", "gate").filter(lane__port__code=port_code)


def _found(entry: QueueEntry | None, reservation: Reservation | None) -> Found:
    if entry is None and reservation is None:
        raise NobodyExpected
    return Found(entry, reservation)
