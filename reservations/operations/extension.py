"""Extension: who cannot make it keeps a promise, some hours later."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from core.actors import Actor
from core.db import operation
from reservations.errors import ExtensionNotValid, SlotFull, TooLateToCancel
from reservations.models import Reservation, Slot
from reservations.operations import marks
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
    is used once. Raises ExtensionNotValid, TooLateToCancel after grace, AllowanceUsedUp, SlotFull, WrongState, Conflict.
    """
    if hours not in MENU_HOURS:
        raise ExtensionNotValid(menu=", ".join(str(each) for each in MENU_HOURS))
    reservation = ahead(ref, to="confirmed", expected_changes=expected_changes)
    if now >= faults.grace_ends_at(reservation):
        raise TooLateToCancel
    new = first_slot_after(reservation, hours=hours, now=now)
    if new is None:
        raise SlotFull(**nearest_free(reservation.slot, now=now))
    policy, excuse = reservation.slot.policy, faults.excuse_for_act(reservation, now=now)
    if not excuse:
        marks.allow(reservation, "extension", vehicle_ids=[reservation.vehicle_id], now=now)
    move(reservation, new, now=now, excuse=excuse, extended_hours=hours)
    if not excuse:
        marks.make(reservation, "extension", policy=policy, now=now)
    return reservation


def first_slot_after(reservation: Reservation, *, hours: int, now: datetime) -> Slot | None:
    """This will return where an extension leads: bookable by everybody now, so nobody who waits for a place is passed over."""
    policy = reservation.slot.policy
    earliest = reservation.slot.starts_at + timedelta(hours=hours)
    slots = reservation.lane.slots.with_room().filter(
        Q(opens_at=None) | Q(opens_at__lte=now),
        starts_at__gte=earliest,
        starts_at__lte=now + timedelta(days=policy.horizon_days),
    )
    return slots.not_over(now).select_related("policy", "lane__port", "lane__yard").order_by("starts_at").first()
