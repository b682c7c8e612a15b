"""Reservations that change: moved to another slot, given up by the holder, taken back by the port."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.actors import Actor
from core.db import operation
from core.errors import Conflict, WrongState
from reservations.errors import TooLateToCancel, UnknownSlot, WrongCargo
from reservations.models import Reservation, ReservationState, Slot
from reservations.operations import booking
from yards.errors import ReasonNeeded


@operation
def change_slot(
    *, ref: str, slot_ref: str, expected_changes: int | None = None, now: datetime, actor: Actor
) -> Reservation:
    """This will move a live reservation to another slot of its yard; its state stays.

    `expected_changes`: how many changes the caller has seen; another number means somebody else was first. Raises Conflict then,
    TooLateToCancel once its slot has begun, WrongState once it has ended or checked in, and what request_reservation raises
    for the new slot.
    """
    reservation = _ahead(ref, to="confirmed")
    if expected_changes not in (None, reservation.changes):
        raise Conflict
    old, new = reservation.slot, booking.bookable_slot(slot_ref, now=now)
    if old.starts_at <= now:
        raise TooLateToCancel
    if new.pk == old.pk:
        return reservation
    if new.lane.yard_id != old.lane.yard_id:
        raise UnknownSlot
    if reservation.cargo_kind not in new.lane.cargo_kinds:
        raise WrongCargo
    _swap_places(old, new, now)
    changed = {"slot": new, "lane": new.lane, "changes": reservation.changes + 1}
    seen = {"state": reservation.state, "slot": old, "changes": reservation.changes}
    unmoved = Reservation.objects.filter(pk=reservation.pk, **seen)
    if not unmoved.update(**changed):
        raise Conflict
    for name, value in changed.items():
        setattr(reservation, name, value)
    booking.record_reservation(reservation, "reservation.changed", from_slot=old.ref, from_lane=old.lane.code)
    return reservation


@operation
def cancel_reservation(*, ref: str, reason: str = "", now: datetime, actor: Actor) -> Reservation:
    """This will give a reservation up and its place back (requested or confirmed → cancelled).

    Raises TooLateToCancel after its slot, WrongState once the vehicle has checked in (withdraw it instead).
    """
    reservation = _ahead(ref, to="cancelled")
    if reservation.slot.ends_at <= now:
        raise TooLateToCancel
    cutoff = reservation.slot.starts_at - timedelta(minutes=reservation.slot.policy.cancel_cutoff_minutes)
    booking.end(reservation, "cancelled", now=now, reason=reason, late=now > cutoff)
    return reservation


@operation
def revoke_reservation(*, ref: str, reason: str, now: datetime, actor: Actor) -> Reservation:
    """This will take a reservation back on the port's side, without any penalty (requested or confirmed → revoked)."""
    if not reason.strip():
        raise ReasonNeeded
    reservation = _ahead(ref, to="revoked")
    booking.end(reservation, "revoked", now=now, reason=reason)
    return reservation


def _ahead(ref: str, *, to: str) -> Reservation:
    """A reservation whose vehicle has not checked in: afterwards it is the queue entry that is withdrawn."""
    reservation = booking.found(ref)
    if reservation.state not in ("requested", "confirmed"):
        raise WrongState(state=reservation.get_state_display(), to=ReservationState(to).label)
    return reservation


def _swap_places(old: Slot, new: Slot, now: datetime) -> None:
    """Both counters move in the order of their ids, so that opposite moves cannot lock each other out."""
    for slot in sorted((old, new), key=lambda each: each.pk):
        if slot is new:
            booking.take(new, now)
        else:
            Slot.objects.give_back(old.pk)
