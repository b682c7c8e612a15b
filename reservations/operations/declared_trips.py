"""Steps: the trips of a declaration: one taken for each vehicle, its class and next step carried along, counted when made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import Vehicle
from core.machine import advance
from reservations.declarations.checks_dangers import class_of, un_of
from reservations.declarations.content import TO_BE_NAMED
from reservations.declarations.errors import DeclarationClosed, DeclarationNotReady, NoTripLeft, UnknownDeclaration
from reservations.declarations.models import Declaration
from reservations.declarations.operations import steps
from reservations.declarations.queries import trips_taken
from reservations.models import QueueEntry, Request, Reservation, Slot
from reservations.queries import declared
from yards.guidance.needs import UNNAMED
from yards.models import CargoKind, Lane


@dataclass(frozen=True)
class Trip:
    """What is known of one trip, and the declaration that says so. `next_step`: "" where it leaves that to the lane."""

    hazard_class: str
    next_step: str = ""
    declaration: Declaration | None = None


def trips_of(
    ref: str, vehicles: Sequence[Vehicle], *, port_id: int, directions: set[str], now: datetime
) -> Declaration:
    """This will return a declaration with a trip left for each vehicle, its row kept (before any slot: docs/locking.md).

    It is one of the vehicle's organisation, or names the vehicle by its plate. Raises as attach_declaration.
    """
    declaration = steps.found(ref)
    if any(not _may_use(declaration, vehicle) for vehicle in vehicles):
        raise UnknownDeclaration
    if declaration.state in Declaration.machine.ends:
        raise DeclarationClosed
    if declaration.port_id != port_id:
        raise _not_for("other_port")
    if directions and declaration.direction not in directions:
        raise _not_for("other_direction")
    if trips_taken(declaration, besides=vehicles) + len(vehicles) > declaration.trips:
        raise NoTripLeft(trips=declaration.trips)
    _name(declaration, vehicles, now=now)
    return declaration


def for_lanes(
    ref: str, vehicles: Sequence[Vehicle], lanes: Sequence[Lane], *, is_asked: bool, now: datetime
) -> Declaration | None:
    """This will return what a wish for these lanes is made with, None where nothing is named. Raises as attach_declaration.

    `is_asked`: a place may be given at once that needs a ready one, so one that names a single vehicle is found.
    """
    directions = sorted({lane.direction for lane in lanes})
    if not ref and is_asked and len(vehicles) == 1:
        named = (declared.ready_for(port=lanes[0].port, direction=each, vehicle=vehicles[0]) for each in directions)
        ref = next(filter(None, named), "")
    return trips_of(ref, vehicles, port_id=lanes[0].port_id, directions={*directions}, now=now) if ref else None


def is_open_to(
    slot: Slot, vehicles: Sequence[Vehicle], cargo_kind: str, declaration: Declaration | None, *, now: datetime
) -> bool:
    """This will tell whether vehicles may be given places of a slot with what is declared: ready, where the port asks for it by now."""
    said = {"cargo_kind": cargo_kind, "direction": slot.lane.direction}
    return not _is_due(slot, cargo_kind, now) or not any(
        declared.lacks(declaration, vehicle=each, **said) for each in vehicles
    )


def declaration_for(ref: str, vehicle: Vehicle, slot: Slot, cargo_kind: str, *, now: datetime) -> Declaration | None:
    """This will return what a place in a slot is taken with. Where the port asks for a ready declaration by now, it must be one:
    the one given, else one that names the vehicle. Raises as attach_declaration, and DeclarationNotReady."""
    lane, is_due = slot.lane, _is_due(slot, cargo_kind, now)
    if not ref and is_due:
        ref = declared.ready_for(port=lane.port, direction=lane.direction, vehicle=vehicle)
    found = trips_of(ref, [vehicle], port_id=lane.port_id, directions={lane.direction}, now=now) if ref else None
    why = declared.lacks(found, vehicle=vehicle, cargo_kind=cargo_kind, direction=lane.direction) if is_due else ""
    if why:
        raise _not_for(why)
    return found


def newly_declared(row: Request | Reservation, slot: Slot, *, now: datetime) -> Declaration | None:
    """This will hold a promise or wish that comes to a slot to what its port asks for by now: its declaration must be ready.

    Where it has none, the one that names its vehicle is returned, to go along from now on. Raises DeclarationNotReady, NoTripLeft.
    """
    if not _is_due(slot, row.cargo_kind, now):
        return None
    if row.declaration is None:
        return declaration_for("", row.vehicle, slot, row.cargo_kind, now=now)
    own = steps.found(row.declaration.ref)
    why = declared.lacks(own, vehicle=row.vehicle, cargo_kind=row.cargo_kind, direction=slot.lane.direction)
    if why:
        raise _not_for(why)
    return None


def follow_vehicle(reservation: Reservation, vehicle: Vehicle, *, now: datetime) -> None:
    """This will make sure that the reservation's declaration names a substitute, or name it where vehicles are named later.

    Raises DeclarationNotReady: it names other vehicles.
    """
    if reservation.declaration_id:
        declaration = steps.found(reservation.declaration.ref)  # type: ignore[union-attr]
        if declaration.state not in Declaration.machine.ends:
            _name(declaration, [vehicle], now=now)


def trip_of(reservation: Reservation, hazard_class: str) -> Trip:
    """This will return what is known of a trip: what was said at arrival first, else what was declared.

    Goods of several classes, or of one that nobody named, are kept apart from everything dangerous.
    """
    declaration = reservation.declaration
    if declaration is None:
        return Trip(hazard_class)
    content: dict[str, Any] = declaration.content
    dangerous = [line for line in content["goods"] if class_of(line) or un_of(line["un_number"])]
    classes = {class_of(line) or UNNAMED for line in dangerous}
    known = "" if not classes else next(iter(classes)) if len(classes) == 1 else UNNAMED
    return Trip(hazard_class or known, str(content["next_step"]), declaration)


def count_trip(entry: QueueEntry, *, now: datetime) -> None:
    """This will count the trip of a visit as made, and end its declaration with the last one (ready → consumed)."""
    if entry.declaration is None:
        return
    declaration = steps.found(entry.declaration.ref)
    made = declaration.trips_made + 1
    if made >= declaration.trips and declaration.state == "ready":
        advance(declaration, "consumed", trips_made=made, ended_at=now, edition=declaration.edition + 1)
        steps.tell(declaration)
    else:
        Declaration.objects.filter(pk=declaration.pk).update(trips_made=made)


def _may_use(declaration: Declaration, vehicle: Vehicle) -> bool:
    return declaration.organisation_id == vehicle.organisation_id or declared.names(declaration, vehicle)


def _name(declaration: Declaration, vehicles: Sequence[Vehicle], *, now: datetime) -> None:
    missing = [vehicle for vehicle in vehicles if not declared.names(declaration, vehicle)]
    if not missing:
        return
    if not declaration.content[TO_BE_NAMED]:
        raise _not_for(declared.why_not_named(declaration))
    fresh = [{"country": row.country, "plate": row.plate, "trailer_plate": ""} for row in missing]
    content = steps.read({**declaration.content, "vehicles": [*declaration.content["vehicles"], *fresh]})
    was = steps.settle(declaration, now=now, changed_at=now, content=content)
    if declaration.state != "draft":
        steps.tell_change(declaration, was)


def _is_due(slot: Slot, cargo_kind: str, now: datetime) -> bool:
    """Whether the port asks for a ready declaration by now. An empty vehicle declares nothing."""
    due_at = declared.due_at(slot)
    return due_at is not None and due_at <= now and cargo_kind != CargoKind.EMPTY


def _not_for(why: str) -> DeclarationNotReady:
    return DeclarationNotReady(why=declared.WHY[why])
