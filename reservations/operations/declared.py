"""Reservations and the declaration of what their vehicles carry: attached, or taken off again."""

from __future__ import annotations

from datetime import datetime

from core.actors import Actor
from core.db import operation
from core.errors import Conflict
from reservations.declarations.models import Declaration
from reservations.models import Reservation
from reservations.operations import booking, changing
from reservations.operations.declared_trips import trips_of


@operation
def attach_declaration(*, reservation_ref: str, declaration_ref: str, now: datetime, actor: Actor) -> Reservation:
    """This will say what a reserved vehicle carries ("": take that back); the reservation's state stays.

    The declaration need not be ready yet. Where it leaves its vehicles to be named, this names one. Raises NotFound, WrongState
    (checked in or ended), UnknownDeclaration, DeclarationClosed, DeclarationNotReady (another port, direction or vehicles), NoTripLeft.
    """
    reservation = changing.ahead(reservation_ref, to="confirmed")
    attach(reservation, declaration_ref, now=now)
    return reservation


# ------------------------------------------------------------- steps, used by other operations of this app


def attach(reservation: Reservation, ref: str, *, now: datetime) -> None:
    """This will attach a declaration ("": none) and record it. Raises as attach_declaration, and Conflict."""
    lane, found = reservation.lane, None
    if ref:
        found = trips_of(ref, [reservation.vehicle], port_id=lane.port_id, directions={lane.direction}, now=now)
    _set(reservation, found)
    booking.record_reservation(reservation, "reservation.declared", declaration=found.ref if found else None)


def _set(reservation: Reservation, declaration: Declaration | None) -> None:
    """A ready one ends the warnings; any other wins no time: to attach drafts in turn is no way to keep a place undeclared."""
    is_ready = declaration is not None and declaration.state == "ready"
    warned_at = None if is_ready else reservation.declaration_warned_at
    unmoved = Reservation.objects.filter(pk=reservation.pk, state=reservation.state, vehicle=reservation.vehicle_id)
    if not unmoved.update(declaration=declaration, declaration_warned_at=warned_at):
        raise Conflict
    reservation.declaration, reservation.declaration_warned_at = declaration, warned_at
