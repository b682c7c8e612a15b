"""Whether what a vehicle carries is declared, and what is wrong where it is not: codes, and their words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Vehicle
from reservations.declarations.checks_transport import identity_of
from reservations.declarations.models import Declaration
from reservations.declarations.queries import trips_taken
from reservations.models import Reservation, Slot
from yards.models import CargoKind, Port

WHY: dict[str, str | Promise] = {
    "none": _("no declaration is attached"),
    "draft": _("it has not been given in"),
    "needs_fix": _("something in it must be mended"),
    "submitted": _("something in it is still awaited"),
    "on_hold": _("the port or customs has put it on hold"),
    "consumed": _("all its trips are made"),
    "withdrawn": _("it was withdrawn"),
    "other_port": _("it is for another port"),
    "other_direction": _("it is for the other direction"),
    "other_vehicle": _("it names other vehicles"),
    "no_vehicle": _("it names no vehicle yet: name yours in it, or say that vehicles are named later"),
}


def lacks(declaration: Declaration | None, *, vehicle: Vehicle, cargo_kind: str, direction: str) -> str:
    """This will return a code of WHY, or "" when the trip is declared and ready. An empty vehicle declares nothing."""
    if cargo_kind == CargoKind.EMPTY:
        return ""
    if declaration is None:
        return "none"
    if declaration.state != "ready":
        return str(declaration.state)
    if declaration.direction != direction:
        return "other_direction"
    return "" if names(declaration, vehicle) else why_not_named(declaration)


def lack_of(reservation: Reservation) -> str:
    """This will return what a reservation's declaration lacks: a code of WHY, or ""."""
    lane = reservation.lane
    return lacks(
        reservation.declaration,
        vehicle=reservation.vehicle,
        cargo_kind=reservation.cargo_kind,
        direction=lane.direction,
    )


def names(declaration: Declaration, vehicle: Vehicle) -> bool:
    """This will tell whether a declaration names a vehicle, by country and plate."""
    wanted = (vehicle.country, vehicle.plate_key)
    return any(identity_of(row) == wanted for row in declaration.content.get("vehicles", []))


def why_not_named(declaration: Declaration) -> str:
    """This will return the code of WHY for a vehicle that a declaration does not name."""
    return "other_vehicle" if declaration.content.get("vehicles") else "no_vehicle"


def due_at(slot: Slot) -> datetime | None:
    """This will return by when a laden vehicle's declaration must be ready for a slot; None where its port does not ask."""
    hours = slot.policy.declaration_hours
    return slot.starts_at - timedelta(hours=hours) if hours else None


def ready_for(*, port: Port, direction: str, vehicle: Vehicle) -> str:
    """This will return the oldest ready declaration at a port that names the vehicle and has a trip left, "" for none.

    Whoever declares for another's vehicle names its plate: so the driver has nothing to type.
    """
    wanted = (vehicle.country, vehicle.plate_key)
    naming = [pk for pk, named in _ready(port, direction) if wanted in named]
    rows = Declaration.objects.filter(pk__in=naming).order_by("created_at", "pk").defer("content", "findings")
    return next((row.ref for row in rows if trips_taken(row, besides=[vehicle]) < row.trips), "")


def named_by_ready(*, port: Port, direction: str) -> set[tuple[str, str]]:
    """This will return every vehicle that a ready declaration at a port names, by country and plate, trips left or not."""
    return {identity for _pk, named in _ready(port, direction) for identity in named}


def _ready(port: Port, direction: str) -> Iterator[tuple[int, set[tuple[str, str]]]]:
    """Only the vehicles of each are read: its goods may be two hundred lines."""
    rows = Declaration.objects.filter(port=port, direction=direction, state="ready").order_by()
    for pk, vehicles in rows.values_list("pk", "content__vehicles"):
        yield pk, {identity_of(row) for row in vehicles or []}
