"""Extension: who cannot make it keeps a promise, some hours later."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import Vehicle
from core.actors import Actor
from core.db import operation
from core.errors import DomainError
from reservations.errors import ExtensionNotValid, SlotFull, TooLateToCancel
from reservations.models import Reservation, Slot
from reservations.operations import declared_trips, gates, marks
from reservations.operations.changing import ahead, move
from reservations.queries import faults
from reservations.queries.slots import nearest_free

MENU_HOURS = (4, 6, 8, 10)


@operation
def extend_reservation(
    *, ref: str, hours: int, expected_changes: int | None = None, now: datetime, actor: Actor
) -> Reservation:
    """This will move a live reservation to the first slot of its lane that begins at least `hours` later and has room.

    Until the end of grace, so that nobody has to race for a slot that is lost already; its state stays, the vehicle's allowance
    is used once. Raises ExtensionNotValid, TooLateToCancel after grace, AllowanceUsedUp, SlotFull, WrongState, Conflict, and
    DeclarationNotReady, NoTripLeft where the port asks for a ready declaration by now.
    """
    if hours not in MENU_HOURS:
        raise ExtensionNotValid(menu=", ".join(str(each) for each in MENU_HOURS))
    reservation = ahead(ref, to="confirmed", expected_changes=expected_changes)
    if now >= faults.grace_ends_at(reservation):
        raise TooLateToCancel
    new = first_slot_after(reservation, hours=hours, now=now)
    if new is None:
        raise SlotFull(**nearest_free(reservation.slot, now=now))
    declaration = declared_trips.newly_declared(reservation, new, now=now)
    policy, excuse = reservation.slot.policy, faults.excuse_for_act(reservation, now=now)
    if not excuse:
        marks.allow(reservation, "extension", vehicle_ids=[reservation.vehicle_id], now=now)
    move(reservation, new, declaration=declaration, now=now, excuse=excuse, extended_hours=hours)
    if not excuse:
        marks.make(reservation, "extension", policy=policy, now=now)
    return reservation


def first_slot_after(reservation: Reservation, *, hours: int, now: datetime) -> Slot | None:
    """This will return where an extension leads: a slot that its vehicle could reserve now, so nobody who waits is passed over.

    Before the vehicle's own start, after it gave a place of the slot back, or on a day that a round is to give: the next slot.
    """
    policy = reservation.slot.policy
    earliest = reservation.slot.starts_at + timedelta(hours=hours)
    until = now + timedelta(days=policy.horizon_days)
    slots = reservation.lane.slots.with_room().filter(starts_at__gte=earliest, starts_at__lte=until)
    refs = slots.not_over(now).open_to_all(now).order_by("starts_at").values_list("ref", flat=True)
    return next((slot for ref in refs if (slot := _open_to(reservation.vehicle, ref, now))), None)


def _open_to(vehicle: Vehicle, slot_ref: str, now: datetime) -> Slot | None:
    try:
        slot = gates.bookable_slot(slot_ref, now=now)
        gates.applicant(vehicle.ref, slot=slot, driver=None, now=now, is_new=False)
    except DomainError:
        return None
    return slot
