"""Reservations: asked for and confirmed. Changes of one are in changing.py."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from accounts.models import User, Vehicle
from core.actors import Actor
from core.db import operation
from core.errors import NotFound
from core.ledger import record
from core.machine import advance, begin
from reservations.declarations.models import Declaration
from reservations.errors import HoldExpired, OrganisationCap, SlotFrozen, SlotFull, WrongCargo
from reservations.models import Reservation, Slot
from reservations.operations import declared_trips, driving, gates
from reservations.operations.suitability import check_ever_fits
from reservations.owners import Owner, most_of, owner_key
from reservations.queries.slots import nearest_free, nearest_within_share


@operation
def request_reservation(
    *,
    slot_ref: str,
    vehicle_ref: str,
    cargo_kind: str,
    driver: User | None,
    driver_ref: str = "",
    declaration_ref: str = "",
    confirm: bool = True,
    now: datetime,
    actor: Actor,
) -> Reservation:
    """This will take a place for a vehicle of the driver's (new → confirmed; new → requested with a hold when not `confirm`).

    `driver`: who asks, and drives unless `driver_ref` names another or it is a program (operations/driving.py).
    `declaration_ref`: of what it carries (operations/declared.py); it must be ready where the port asks for that by now.
    Raises UnknownSlot, NotFound (vehicle), SlotPast, SlotTooFar, LaneClosed, SlotInRound, WrongCargo, VehiclePaused,
    SlotNotOpenYet, CoolingDown, NoBayEverFits, SlotFrozen, SlotFull (with the nearest free slots), OrganisationCap, VehicleHasAReservation;
    UnknownDeclaration, DeclarationClosed, DeclarationNotReady, NoTripLeft.
    """
    slot = gates.bookable_slot(slot_ref, now=now)
    if cargo_kind not in slot.lane.cargo_kinds:
        raise WrongCargo
    vehicle = gates.applicant(vehicle_ref, slot=slot, driver=driver, now=now)
    check_ever_fits([slot.lane.yard_id], vehicle, cargo_kind, now=now)
    drives = driving.driver_of(driver, vehicle, driver_ref)
    declaration = declared_trips.declaration_for(declaration_ref, vehicle, slot, cargo_kind, now=now)
    owner = owner_key(vehicle.organisation_id, driver.pk if driver else None, vehicle.pk)
    take(slot, owner if gates.shares_with_others(vehicle) else None, now=now)
    hold_until = None if confirm else now + timedelta(minutes=slot.policy.hold_minutes)
    driver_id = drives.pk if drives else None
    said: dict[str, Any] = {"driver_id": driver_id, "cargo_kind": cargo_kind, "declaration": declaration}
    return promise(slot, vehicle, hold_until=hold_until, now=now, **said)


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


def end(
    reservation: Reservation,
    state: str,
    *,
    now: datetime,
    reason: str = "",
    still: Mapping[str, Any] | None = None,
    **facts: Any,
) -> None:
    """This will end a reservation that gives its place back, and record it. Slot before reservation: docs/locking.md.

    `still`: what else must be as it was read, or it raises Conflict.
    """
    Slot.objects.give_back(reservation.slot_id, units=reservation.units)
    advance(reservation, state, still={"slot_id": reservation.slot_id, **(still or {})}, ended_at=now, hold_until=None)
    kind = {"unplaced": "reservation.expired"}.get(state, f"reservation.{state}")
    record_reservation(reservation, kind, reason=reason, **facts)


def promise(
    slot: Slot,
    vehicle: Vehicle,
    *,
    driver_id: int | None,
    cargo_kind: str,
    now: datetime,
    hold_until: datetime | None = None,
    declaration: Declaration | None = None,
    **facts: Any,
) -> Reservation:
    """This will make the reservation of a place that was taken already (new → confirmed, or requested with a hold), and record it."""
    reservation = begin(
        Reservation,
        "requested" if hold_until else "confirmed",
        lane=slot.lane,
        slot=slot,
        vehicle=vehicle,
        driver_id=driver_id,
        organisation_id=vehicle.organisation_id,
        cargo_kind=cargo_kind,
        hold_until=hold_until,
        declaration=declaration,
        created_at=now,
    )
    if declaration:
        facts["declaration"] = declaration.ref
    facts |= {"vehicle": vehicle.ref, "cargo_kind": cargo_kind, "units": 1, "hold_until": _iso(hold_until)}
    record_reservation(reservation, f"reservation.{reservation.state}", **facts)
    return reservation


def take(slot: Slot, owner: Owner | None, *, now: datetime) -> None:
    """This will take a place that anybody may take, within the share of its owner (None: who has this one vehicle only).

    Raises SlotFrozen, SlotFull, OrganisationCap.
    """
    if not Slot.objects.take(slot.pk):
        raise _no_room(slot, now)
    if owner and not gates.within_share(slot, owner):
        raise OrganisationCap(most=most_of(slot), **nearest_within_share(slot, owner, now=now))


def _no_room(slot: Slot, now: datetime) -> Exception:
    if Slot.objects.filter(pk=slot.pk, is_frozen=True).exists():
        return SlotFrozen()
    return SlotFull(**nearest_free(slot, now=now))


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
