"""Reservations that change: moved to another slot, given up by the holder, taken back by the port."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from core.actors import Actor
from core.db import operation
from core.errors import Conflict, WrongState
from reservations.declarations.models import Declaration
from reservations.errors import TooLateToCancel, UnknownSlot, WrongCargo
from reservations.models import Reservation, ReservationState, Slot
from reservations.operations import booking, declared_trips, gates, marks
from reservations.owners import Owner, key_of
from reservations.queries import faults
from yards.errors import ReasonNeeded


@operation
def change_slot(
    *, ref: str, slot_ref: str, expected_changes: int | None = None, now: datetime, actor: Actor
) -> Reservation:
    """This will move a live reservation to another slot of its yard; its state stays, and the vehicle's allowance is used once.

    `expected_changes`: how many changes the caller has seen; another number means somebody else was first. Raises Conflict then,
    TooLateToCancel once its slot has begun, AllowanceUsedUp, WrongState once it has ended or checked in, and what
    request_reservation raises for the new slot: its declaration must be ready where the port asks for that by now.
    """
    reservation = ahead(ref, to="confirmed", expected_changes=expected_changes)
    old, new = reservation.slot, gates.bookable_slot(slot_ref, now=now)
    if old.starts_at <= now:
        raise TooLateToCancel
    if new.pk == old.pk:
        return reservation
    if new.lane.yard_id != old.lane.yard_id:
        raise UnknownSlot
    if reservation.cargo_kind not in new.lane.cargo_kinds:
        raise WrongCargo
    gates.applicant(reservation.vehicle.ref, slot=new, driver=None, now=now, is_new=False)
    declaration = declared_trips.newly_declared(reservation, new, now=now)
    excuse = faults.excuse_for_act(reservation, now=now)
    if not excuse:
        marks.allow(reservation, "change", vehicle_ids=[reservation.vehicle_id], now=now)
    move(reservation, new, declaration=declaration, now=now, excuse=excuse)
    if not excuse:
        marks.make(reservation, "change", policy=old.policy, now=now)
    return reservation


@operation
def cancel_reservation(*, ref: str, reason: str = "", now: datetime, actor: Actor) -> Reservation:
    """This will give a reservation up and its place back (requested or confirmed → cancelled); late, it counts as a strike.

    Raises TooLateToCancel after its slot, WrongState once the vehicle has checked in (withdraw it instead).
    """
    reservation = ahead(ref, to="cancelled")
    if reservation.slot.ends_at <= now:
        raise TooLateToCancel
    is_promise = reservation.state == "confirmed"
    late = faults.is_past_cutoff(reservation, now=now)
    excuse = faults.excuse_for_act(reservation, now=now) if late and is_promise else ""
    booking.end(reservation, "cancelled", now=now, reason=reason, late=late, excuse=excuse)
    if excuse:
        marks.excuse_all([reservation.pk], reason=excuse, now=now)
    elif late and is_promise:
        marks.make(reservation, "late_cancel", now=now)
    return reservation


@operation
def revoke_reservation(*, ref: str, reason: str, now: datetime, actor: Actor) -> Reservation:
    """This will take a reservation back on the port's side, without any penalty (requested or confirmed → revoked).

    What was counted on the way to it counts no more.
    """
    if not reason.strip():
        raise ReasonNeeded
    reservation = ahead(ref, to="revoked")
    booking.end(reservation, "revoked", now=now, reason=reason)
    marks.excuse_all([reservation.pk], reason=reason, now=now)
    return reservation


# ------------------------------------------------------------- steps, used by other operations of this app


def ahead(ref: str, *, to: str, expected_changes: int | None = None) -> Reservation:
    """This will return a reservation whose vehicle has not checked in: afterwards it is the queue entry that is withdrawn.

    Raises NotFound, WrongState, Conflict when it was changed since its caller looked.
    """
    reservation = booking.found(ref)
    if reservation.state not in ("requested", "confirmed"):
        raise WrongState(state=reservation.get_state_display(), to=ReservationState(to).label)
    if expected_changes not in (None, reservation.changes):
        raise Conflict
    return reservation


def move(
    reservation: Reservation, new: Slot, *, now: datetime, declaration: Declaration | None = None, **facts: Any
) -> None:
    """This will move a reservation's place to another slot and record it. Raises SlotFull, SlotFrozen, OrganisationCap, Conflict."""
    old = reservation.slot
    _swap_places(old, new, key_of(reservation), now)
    resettle(reservation, new, declaration, **facts)


def resettle(reservation: Reservation, new: Slot, declaration: Declaration | None, **facts: Any) -> None:
    """This will write down that a reservation has a place in another slot, which was taken for it. Raises Conflict.

    `declaration`: what it is declared by from now on (None: as before).
    """
    old = reservation.slot
    rewrite(reservation, slot=new, lane=new.lane, **({"declaration": declaration} if declaration else {}))
    facts |= {"from_slot": old.ref, "from_lane": old.lane.code}
    booking.record_reservation(reservation, "reservation.changed", **facts)
    if declaration:
        booking.record_reservation(reservation, "reservation.declared", declaration=declaration.ref)


def rewrite(reservation: Reservation, **fields: Any) -> None:
    """This will set fields of a reservation and count the change: passes issued before are out of date.

    Raises Conflict when somebody else moved or changed it first.
    """
    changed = {**fields, "changes": reservation.changes + 1}
    seen = {"state": reservation.state, "slot": reservation.slot_id, "changes": reservation.changes}
    if not Reservation.objects.filter(pk=reservation.pk, **seen).update(**changed):
        raise Conflict
    for name, value in changed.items():
        setattr(reservation, name, value)


def _swap_places(old: Slot, new: Slot, owner: Owner, now: datetime) -> None:
    """Both counters move in the order of their ids, so that opposite moves cannot lock each other out."""
    for slot in sorted((old, new), key=lambda each: each.pk):
        if slot is new:
            booking.take(new, owner, now=now)
        else:
            Slot.objects.give_back(old.pk)
