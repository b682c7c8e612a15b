"""A person says whose a doubtful event is, or that it is nobody's."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import Vehicle
from core.actors import Actor
from core.db import operation
from core.errors import NotFound, WrongState
from core.ledger import record
from core.machine import advance
from core.once import Once
from reservations.inbox.applying import apply_all, rows
from reservations.inbox.matching import Roster
from reservations.inbox.settling import WORD_HOLDS
from reservations.models import GateEvent, GateEventState, QueueEntry, Reservation
from yards.errors import ReasonNeeded


def decide_doubt(
    *,
    event_ref: str,
    port_code: str,
    entry_ref: str = "",
    reservation_ref: str = "",
    reason: str,
    now: datetime,
    actor: Actor,
    once: Once | None = None,
) -> GateEvent:
    """This will take an event for the named entry's or reservation's vehicle and apply it (doubt → waiting → applied, void or waiting on),
    or with neither named for nobody's (doubt → void).

    The caller has checked that the person may `gate.attend` at that port. Raises NotFound (the event, or whose it is said to be, at that
    port), WrongState (no doubt any more), ReasonNeeded. What the visit refuses makes it a doubt again, its `reason` the refusal's code.
    """
    said = {"event_ref": event_ref, "port_code": port_code, "entry_ref": entry_ref, "reservation_ref": reservation_ref}
    take_word(**said, reason=reason, now=now, actor=actor, once=once)
    event: GateEvent = rows().get(ref=event_ref)
    apply_all([event], roster=Roster.of(port_code, now=now), now=now, actor=actor)
    event.refresh_from_db()
    return event


@operation
def take_word(
    *,
    event_ref: str,
    port_code: str,
    entry_ref: str,
    reservation_ref: str,
    reason: str,
    now: datetime,
    actor: Actor,
) -> GateEvent:
    """This will keep a person's word on a doubt (doubt → waiting; → void for nobody's), to be applied next.

    Raises NotFound, WrongState, ReasonNeeded.
    """
    if not reason.strip():
        raise ReasonNeeded
    event: GateEvent | None = rows().filter(ref=event_ref, yard__port__code=port_code).first()
    if event is None:
        raise NotFound(field="event")
    vehicle = _vehicle(entry_ref, reservation_ref, port_code)
    if event.state != "doubt":
        raise WrongState(state=str(event.get_state_display()), to=GateEventState.APPLIED.label)
    word: dict[str, Any] = {"decided_by_id": actor.user_id, "decided_at": now, "note": reason.strip()[:500]}
    if vehicle:
        advance(event, "waiting", vehicle=vehicle, wait_until=now + WORD_HOLDS, **word)
    else:
        advance(event, "void", outcome="not_ours", settled_at=now, vehicle=None, **word)
    whose: dict[str, Any] = {"entry": entry_ref or None, "reservation": reservation_ref or None}
    record(event.yard.stream, "gate.decided", reason=reason.strip()[:500], event=event.ref, kind=event.kind, **whose)
    return event


def _vehicle(entry_ref: str, reservation_ref: str, port_code: str) -> Vehicle | None:
    """Raises NotFound for one that is not of that port."""
    if not entry_ref and not reservation_ref:
        return None
    model = QueueEntry if entry_ref else Reservation
    found = model.objects.select_related("vehicle").filter(ref=entry_ref or reservation_ref, lane__port__code=port_code)
    row = found.first()
    if row is None:
        raise NotFound(field="entry" if entry_ref else "reservation")
    vehicle: Vehicle = row.vehicle
    return vehicle
