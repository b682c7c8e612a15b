"""Making something of what was taken in: one operation of the visit, then the event's own row. Any of it may be run twice.

An operation that went through while its row was not settled (a crash between the two) is found done when the event is looked at again:
who is checked in is `here`, who was let in is `inside`, who left is gone. So nobody is admitted or let out twice, whatever is repeated.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q

from accounts.models import Vehicle
from core.actors import Actor
from core.errors import Busy, Conflict, DomainError
from reservations.inbox import settling
from reservations.inbox.evidence import known_of, step_of
from reservations.inbox.in_time import end_strike
from reservations.inbox.matching import Roster, identify
from reservations.inbox.steps import Act, Known, Step, Verdict, decide, promise_at
from reservations.models import GateEvent, QueueEntry
from reservations.operations import admit, check_in, exit_yard, measure, note_sighting
from reservations.states import GATE_EVENT
from yards.errors import UnknownPlace
from yards.models import Gate

TRIES = 4  # somebody else moved the visit meanwhile, or a person's word needs two steps: look again


def apply(event: GateEvent, *, roster: Roster, now: datetime, actor: Actor) -> bool:
    """This will do what an event leads to as things stand now, and tell whether its visit moved. A busy database leaves it waiting."""
    if event.state not in GATE_EVENT.live:
        return False
    try:
        return _apply(event, roster=roster, now=now, actor=actor)
    except Busy:
        return False


def apply_all(events: Iterable[GateEvent], *, roster: Roster, now: datetime, actor: Actor) -> None:
    """This will apply events in the order they happened; one that moves a visit wakes those that waited for it."""
    who: dict[str, Any] = {"roster": roster, "now": now, "actor": actor}
    for event in sorted(events, key=lambda each: (each.occurred_at, each.pk)):
        if apply(event, **who):
            assert event.vehicle
            while any(apply(each, **who) for each in sleepers(event.vehicle, since=event.occurred_at)):
                pass


def sleepers(vehicle: Vehicle, *, since: datetime) -> list[GateEvent]:
    """This will return what waits for a vehicle's visit to move, doubts that a piece told late may end included."""
    told_after = Q(state="doubt", reason__in=settling.OF_WAITING, occurred_at__gte=since)
    whose = Q(vehicle=vehicle) | Q(vehicle=None, plate_key=vehicle.plate_key)
    return list(rows().filter(whose, Q(state="waiting") | told_after).order_by("occurred_at", "pk"))


def rows() -> Any:
    """This will return the events with all that is read of them."""
    return GateEvent.objects.select_related("device", "yard__port", "vehicle", "entry")


def _apply(event: GateEvent, *, roster: Roster, now: datetime, actor: Actor) -> bool:
    who: dict[str, Any] = {"now": now, "actor": actor}
    if event.plate_class != "truck":
        return settling.settle(event, "void", "other", **who)
    if not event.device.is_active and not event.decided_by_id:
        return settling.ask(event, "device_revoked", **who)
    if not _is_its_own(event) and not event.decided_by_id:
        return settling.doubted(event, "not_its_gate", **who)
    match = identify(event, roster)
    if match.doubt:
        return settling.doubted(event, match.doubt, **who)
    if match.vehicle is None:
        return settling.lacks(event, "nobody_expected" if step_of(event) is Step.ARRIVE else "not_arrived", **who)
    event.vehicle = match.vehicle
    return _of_vehicle(event, match.vehicle, who)


def _is_its_own(event: GateEvent) -> bool:
    """A device speaks for the gate it was enrolled at, and for what is read and weighed in that gate's yard: one that was taken over
    moves nobody elsewhere."""
    own = event.device.gate_code
    if event.gate_code == own:
        return True
    return event.kind in ("zone", "weighbridge") and Gate.objects.filter(yard=event.yard_id, code=own).exists()


def _of_vehicle(event: GateEvent, vehicle: Vehicle, who: dict[str, Any]) -> bool:
    trouble = ""
    for _ in range(TRIES):
        known = known_of(vehicle, port_code=event.yard.port.code, at=event.occurred_at)
        verdict = decide(step_of(event), event.occurred_at, known, yard_id=event.yard_id)
        before = _by_word(event, known, verdict)
        if verdict.act is None and before is None:
            return _nothing_to_do(event, verdict, who)
        try:
            entry = _do(before or verdict, event, who)
        except Busy:
            raise
        except Conflict as overtaken:  # its state was another by the time the yard was locked
            trouble = overtaken.code
        except UnknownPlace:
            return settling.settle(event, "void", "ghost", **who)
        except DomainError as refused:
            return settling.ask(event, refused.code, **who)
        else:
            if before is None:
                return settling.settle(event, "applied", verdict.outcome, entry=entry, **who)
    return settling.ask(event, trouble, **who)


def _nothing_to_do(event: GateEvent, verdict: Verdict, who: dict[str, Any]) -> bool:
    if verdict.lacks:
        return settling.lacks(event, verdict.lacks, **who)
    if event.way == "in":
        end_strike(event, **who)
    entry = QueueEntry.objects.filter(ref=verdict.ref).first()
    return settling.settle(event, "void", verdict.outcome, entry=entry, **who)


def _by_word(event: GateEvent, known: Known, verdict: Verdict) -> Verdict | None:
    """A person who has said whose this is has said, too, that it came: what nobody told of before is caught up with."""
    if not event.decided_by_id:
        return None
    promise = promise_at(event.occurred_at, known.promises)
    if verdict.lacks == "not_arrived" and promise:
        return Verdict(act=Act.CHECK_IN, ref=promise.ref)
    if verdict.lacks == "not_admitted" and known.open and known.open.state == "called":
        return Verdict(act=Act.ADMIT, ref=known.open.ref)
    return None


def _do(verdict: Verdict, event: GateEvent, who: dict[str, Any]) -> QueueEntry:
    at = event.occurred_at
    if verdict.act is Act.CHECK_IN:
        return check_in(reservation_ref=verdict.ref, port_code=event.yard.port.code, seen_at=at, **who)
    if verdict.act is Act.ADMIT:
        return _admitted(verdict.ref, event, who)
    if verdict.act is Act.EXIT:
        return exit_yard(entry_ref=verdict.ref, **who)
    if verdict.act is Act.MEASURE:
        return _measured(verdict.ref, event, who)
    place = {"kind": event.place_kind, "code": event.place_code, "source": "device", "seen_at": at}
    return note_sighting(entry_ref=verdict.ref, **place, **who).entry


def _admitted(ref: str, event: GateEvent, who: dict[str, Any]) -> QueueEntry:
    """Where it was seen to come in; one that was seen elsewhere came in where it was called to."""
    entry = admit(entry_ref=ref, gate_code=event.gate_code if event.way == "in" else "", **who)
    if entry.state != "admitted":  # no bay fits what was measured: it stays outside
        raise Conflict
    return entry


def _measured(ref: str, event: GateEvent, who: dict[str, Any]) -> QueueEntry:
    if event.length_m is None and event.width_m is None:
        return QueueEntry.objects.get(ref=ref)
    return measure(entry_ref=ref, length_m=event.length_m, width_m=event.width_m, **who)
