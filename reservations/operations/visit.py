"""The visit in the yard: through the gate, into the bay, to another one, and out again."""

from __future__ import annotations

from datetime import datetime

from core.actors import Actor
from core.db import operation
from core.errors import NotFound, WrongState
from core.machine import advance
from reservations.errors import HasNoBay, NotInTheYard
from reservations.models import EntryState, QueueEntry
from reservations.operations.arrival import locked_entry, record_entry
from reservations.operations.booking import record_reservation
from reservations.operations.declared_trips import count_trip
from reservations.operations.evacuations import join
from reservations.operations.guiding import chooser_of, clear_behind, confirmed, replace_stay
from reservations.operations.measuring import correct
from reservations.operations.straying import stand_in_another
from yards.errors import BayDoesNotFit, BayTaken, NoBayThatFits
from yards.models import Gate, Sighting, Stay
from yards.operations import bays


@operation
def admit(
    *,
    entry_ref: str,
    gate_code: str = "",
    length_m: float | None = None,
    width_m: float | None = None,
    hazard_class: str | None = None,
    now: datetime,
    actor: Actor,
) -> QueueEntry:
    """This will let a called vehicle through the gate (called → admitted), its bay confirmed: one that was blocked, cut off or taken
    off the plan meanwhile, or does not fit what was measured at the gate (metres; class of dangerous goods), is replaced first.

    Where no bay fits what was measured it is returned still called: it stays outside, and what was measured is kept.
    Raises NotFound, WrongState, MeasureNotValid, NoBayThatFits (nothing new was measured, and its bay cannot be used).
    """
    entry = locked_entry(entry_ref)
    gate = _gate(entry, gate_code)
    if entry.state != "called":
        raise WrongState(state=str(entry.get_state_display()), to=EntryState.ADMITTED.label)
    stay = bays.live_stay(entry.visit_ref)
    if stay is None:
        raise NoBayThatFits
    entry.gate = gate  # the ways are asked from where it really enters
    is_new = correct(entry, length_m=length_m, width_m=width_m, hazard_class=hazard_class, stay=stay)
    try:
        confirmed(entry, stay, now=now)
    except NoBayThatFits:
        if not is_new:
            raise
        return entry
    advance(entry, "admitted", admitted_at=now, gate=gate, call_expires_at=None)
    record_entry(entry, "queue.admitted", gate=gate.code)
    return entry


@operation
def occupy(*, entry_ref: str, bay_code: str = "", source: str = "driver", now: datetime, actor: Actor) -> Stay:
    """This will note that the vehicle stands in its bay (held → occupied), or in the other one that is named.

    By the rule `wrong_bay` of the port it may stay in another bay that is free, or only held for somebody else, and fits; who held it is
    sent elsewhere at once, and so is who was on the way to the bay behind it. Else it is guided on.
    `source`: who saw it (driver, qr, device, staff), kept in the stay's `why`.
    Raises NotFound, NotInTheYard, HasNoBay, WrongState, UnknownBay, WrongBay (both bays named, nothing changed).
    """
    entry = _inside(entry_ref)
    stay = _stay(entry)
    if bay_code and bay_code != stay.bay.code:
        stay = stand_in_another(entry, stay, bay_code, source=source, now=now)
    bays.occupy(yard=entry.lane.yard, stay=stay, now=now)
    clear_behind(entry.lane.yard, stay, now=now)
    join(entry.lane.yard, stay)
    return stay


@operation
def move(*, entry_ref: str, bay_code: str, reason: str = "", now: datetime, actor: Actor) -> Stay:
    """This will send a called or admitted vehicle to another bay: the old stay is released, a new one held.

    A person's word goes before the rules: with a reason, even a bay that the vehicle does not fit by the books; the stay keeps what
    spoke against it. Raises NotFound, HasNoBay, UnknownBay, BayBlocked, BayTaken, BayDoesNotFit (no reason given).
    """
    entry = locked_entry(entry_ref)
    stay, bay = _stay(entry), bays.bay_to_hold(entry.lane.yard, bay_code)
    chooser = chooser_of(entry, now=now)
    against = chooser.option(entry, bay.code).refused
    if "taken" in against or bay == stay.bay:
        raise BayTaken
    if against and not reason.strip():
        raise BayDoesNotFit(bay=bay.code, against=list(against))
    chosen = chooser.named(entry, bay, rule="named_by_a_person", against=against)
    return replace_stay(entry, stay, chosen, reason=reason.strip() or "moved", now=now)


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
    count_trip(entry, now=now)  # before the reservation: docs/locking.md
    reservation = entry.reservation
    if reservation:
        reservation.lane = entry.lane
        advance(reservation, "completed", ended_at=now)
        record_reservation(reservation, "reservation.completed")
    stay = bays.live_stay(entry.visit_ref)
    if stay:
        bays.release(yard=entry.lane.yard, stay=stay, now=now)
    Sighting.objects.filter(visit_ref=entry.visit_ref).delete()
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


def _gate(entry: QueueEntry, gate_code: str) -> Gate:
    if not gate_code:
        return entry.gate or entry.lane.gate
    gate = Gate.objects.filter(yard=entry.lane.yard, code=gate_code).first()
    if gate is None:
        raise NotFound(field="gate")
    return gate
