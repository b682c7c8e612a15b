"""Reservations: asked for and confirmed. Changes of one are in changing.py."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from accounts.models import User, Vehicle
from core.actors import Actor
from core.db import operation
from core.errors import NotFound
from core.ledger import record
from core.machine import advance, begin
from core.prepared import Prepared
from reservations.errors import (
    HoldExpired,
    LaneClosed,
    SlotFrozen,
    SlotFull,
    SlotPast,
    SlotTooFar,
    UnknownSlot,
    WrongCargo,
)
from reservations.models import Reservation, Slot
from reservations.queries.slots import nearest_free

_SLOT = Prepared(
    lambda ref: Slot.objects.select_related("policy", "lane__port", "lane__yard").filter(ref=ref).order_by(),
    ref="\x00ref",
)
_OWN_VEHICLE = Prepared(
    lambda ref, user_id: Vehicle.objects.of_person(user_id).filter(ref=ref).order_by(), ref="\x00ref", user_id=-1
)


@operation
def request_reservation(
    *,
    slot_ref: str,
    vehicle_ref: str,
    cargo_kind: str,
    driver: User | None,
    confirm: bool = True,
    now: datetime,
    actor: Actor,
) -> Reservation:
    """This will take a place for a vehicle of the driver's (new → confirmed; new → requested with a hold when not `confirm`).

    Raises UnknownSlot, NotFound (vehicle), SlotPast, SlotTooFar, LaneClosed, WrongCargo, SlotFrozen, SlotFull (with the nearest
    free slots), VehicleHasAReservation.
    """
    slot = bookable_slot(slot_ref, now=now)
    if cargo_kind not in slot.lane.cargo_kinds:
        raise WrongCargo
    vehicle = _vehicle(vehicle_ref, driver)
    take(slot, now)
    reservation = begin(
        Reservation,
        "confirmed" if confirm else "requested",
        lane=slot.lane,
        slot=slot,
        vehicle=vehicle,
        driver=driver,
        organisation_id=vehicle.organisation_id,
        cargo_kind=cargo_kind,
        hold_until=None if confirm else now + timedelta(minutes=slot.policy.hold_minutes),
        created_at=now,
    )
    kind = "reservation.confirmed" if confirm else "reservation.requested"
    record_reservation(
        reservation, kind, vehicle=vehicle.ref, cargo_kind=cargo_kind, units=1, hold_until=_iso(reservation.hold_until)
    )
    return reservation


@operation
def confirm_reservation(*, ref: str, now: datetime, actor: Actor) -> Reservation:
    """This will turn a held place into a promise (requested → confirmed). Raises HoldExpired, WrongState."""
    reservation = found(ref)
    if reservation.state == "requested" and reservation.hold_until and reservation.hold_until <= now:
        raise HoldExpired(hold_minutes=reservation.slot.policy.hold_minutes)
    advance(reservation, "confirmed", hold_until=None)
    record_reservation(reservation, "reservation.confirmed")
    return reservation


# ------------------------------------------------------------- steps, used by other operations of this app


def found(ref: str) -> Reservation:
    """This will return a reservation with its slot, lane, port and yard. No lock: whoever moves it compares and sets."""
    related = ("slot__policy", "lane__port", "lane__yard", "slot__lane", "vehicle")
    row = Reservation.objects.select_related(*related).filter(ref=ref).first()
    if row is None:
        raise NotFound(field="reservation")
    return row


def end(reservation: Reservation, state: str, *, now: datetime, reason: str = "", **facts: Any) -> None:
    """This will end a reservation that gives its place back, and record it. Slot before reservation: docs/locking.md."""
    Slot.objects.give_back(reservation.slot_id, units=reservation.units)
    advance(reservation, state, still={"slot_id": reservation.slot_id}, ended_at=now, hold_until=None)
    kind = {"unplaced": "reservation.expired"}.get(state, f"reservation.{state}")
    record_reservation(reservation, kind, reason=reason, **facts)


def bookable_slot(ref: str, *, now: datetime) -> Slot:
    """This will return a slot that may be reserved now, with lane, port, yard and policy read in one query."""
    slot = _SLOT.get(ref=ref)
    if slot is None:
        raise UnknownSlot
    if slot.ends_at <= now:
        raise SlotPast
    if slot.starts_at > now + timedelta(days=slot.policy.horizon_days):
        raise SlotTooFar(horizon_days=slot.policy.horizon_days)
    if not slot.lane.is_open and slot.service_date <= now.astimezone(slot.lane.port.tz).date():
        raise LaneClosed(reason=slot.lane.closed_reason)
    return slot


def take(slot: Slot, now: datetime) -> None:
    if not Slot.objects.take(slot.pk):
        raise _no_room(slot, now)


def _no_room(slot: Slot, now: datetime) -> Exception:
    if Slot.objects.filter(pk=slot.pk, is_frozen=True).exists():
        return SlotFrozen()
    return SlotFull(**nearest_free(slot, now=now))


def _vehicle(ref: str, driver: User | None) -> Vehicle:
    vehicle = (
        Vehicle.objects.filter(ref=ref).first() if driver is None else _OWN_VEHICLE.get(ref=ref, user_id=driver.pk)
    )
    if vehicle is None:
        raise NotFound(field="vehicle")
    return vehicle


def record_reservation(reservation: Reservation, kind: str, /, *, reason: str = "", **facts: Any) -> None:
    record(
        reservation.lane.yard.stream,
        kind,
        visit_ref=reservation.visit_ref,
        reason=reason,
        policy_version=reservation.slot.policy.version,
        reservation=reservation.ref,
        lane=reservation.lane.code,
        slot=reservation.slot.ref,
        **facts,
    )


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
