"""The visit in the yard: through the gate, into the bay, to another one, and out again."""

from __future__ import annotations

from datetime import datetime

from core.actors import Actor
from core.db import operation
from core.errors import NotFound
from core.machine import advance
from reservations.errors import HasNoBay, NotInTheYard
from reservations.models import QueueEntry
from reservations.operations.arrival import locked_entry, record_entry
from reservations.operations.booking import record_reservation
from yards.errors import NoBayThatFits
from yards.models import Gate, Stay
from yards.operations import bays


@operation
def admit(*, entry_ref: str, gate_code: str = "", now: datetime, actor: Actor) -> QueueEntry:
    """This will let a called vehicle through the gate (called → admitted). A held bay that was blocked meanwhile is replaced first.

    Raises NotFound, WrongState, NoBayThatFits.
    """
    entry = locked_entry(entry_ref)
    gate = _gate(entry, gate_code)
    advance(entry, "admitted", admitted_at=now, gate=gate, call_expires_at=None)
    stay = bays.live_stay(entry.visit_ref)
    if stay is None:
        raise NoBayThatFits
    need = bays.need_of(entry)
    bays.rehold_if_blocked(yard=entry.lane.yard, stay=stay, need=need, gate=gate, now=now)
    record_entry(entry, "queue.admitted", gate=gate.code)
    return entry


@operation
def occupy(*, entry_ref: str, bay_code: str = "", now: datetime, actor: Actor) -> Stay:
    """This will note that the vehicle stands in its bay (held → occupied), or in the free one that is named instead.

    Raises NotFound, NotInTheYard, HasNoBay, UnknownBay, BayBlocked, BayTaken.
    """
    entry = _inside(entry_ref)
    stay = _stay(entry)
    if bay_code and bay_code != stay.bay.code:
        stay = _move(entry, stay, bay_code, reason="other_bay_than_held", now=now)
    bays.occupy(yard=entry.lane.yard, stay=stay, now=now)
    return stay


@operation
def move(*, entry_ref: str, bay_code: str, reason: str = "", now: datetime, actor: Actor) -> Stay:
    """This will send a called or admitted vehicle to another bay: the old stay is released, a new one held.

    Raises NotFound, HasNoBay, UnknownBay, BayBlocked, BayTaken.
    """
    entry = locked_entry(entry_ref)
    return _move(entry, _stay(entry), bay_code, reason=reason, now=now)


@operation
def release(*, entry_ref: str, now: datetime, actor: Actor) -> QueueEntry:
    """This will free the bay of a vehicle that drives off to the exit (stay → released). Raises NotFound, NotInTheYard, HasNoBay."""
    entry = _inside(entry_ref)
    bays.release(yard=entry.lane.yard, stay=_stay(entry), now=now)
    return entry


@operation
def exit_yard(*, entry_ref: str, now: datetime, actor: Actor) -> QueueEntry:
    """This will end a visit (admitted → exited; reservation: checked_in → completed); a bay still held comes free.

    Raises NotFound, WrongState.
    """
    entry = locked_entry(entry_ref)
    advance(entry, "exited", ended_at=now)
    reservation = entry.reservation
    if reservation:
        reservation.lane = entry.lane
        advance(reservation, "completed", ended_at=now)
        record_reservation(reservation, "reservation.completed")
    stay = bays.live_stay(entry.visit_ref)
    if stay:
        bays.release(yard=entry.lane.yard, stay=stay, now=now)
    record_entry(entry, "queue.exited")
    return entry


def _inside(entry_ref: str) -> QueueEntry:
    entry = locked_entry(entry_ref)
    if entry.state != "admitted":
        raise NotInTheYard(state=str(entry.get_state_display()))
    return entry


def _stay(entry: QueueEntry) -> Stay:
    stay = bays.live_stay(entry.visit_ref)
    if stay is None:
        raise HasNoBay
    return stay


def _move(entry: QueueEntry, old: Stay, bay_code: str, *, reason: str, now: datetime) -> Stay:
    yard = entry.lane.yard
    bays.release(yard=yard, stay=old, now=now, reason=reason or "moved")
    why: dict[str, object] = {"rule": "named_by_a_person", "instead_of": old.bay.code}
    stay = bays.hold_named(
        yard=yard, bay_code=bay_code, visit_ref=entry.visit_ref, vehicle_id=entry.vehicle_id, why=why, now=now
    )
    return stay


def _gate(entry: QueueEntry, gate_code: str) -> Gate:
    if not gate_code:
        return entry.gate or entry.lane.gate
    gate = Gate.objects.filter(yard=entry.lane.yard, code=gate_code).first()
    if gate is None:
        raise NotFound(field="gate")
    return gate
