"""What becomes of an event's row: it is settled, waits on, or a person is asked (the machine GATE_EVENT)."""

from __future__ import annotations

import contextlib
from datetime import datetime, timedelta
from typing import Any

from core.actors import Actor
from core.db import operation
from core.errors import Conflict
from core.ledger import record
from core.machine import advance
from reservations.inbox.evidence import step_of
from reservations.inbox.receiving import PATIENCE
from reservations.inbox.steps import Step
from reservations.models import GateEvent, QueueEntry
from reservations.operations import note_reading
from yards.errors import UnknownPlace

#: waits for a piece that was not told yet; told late, it ends the wait, and a doubt that came of it
OF_WAITING = ("not_arrived", "not_called", "not_admitted", "exit_not_told", "nobody_expected")
URGENT = ("nobody_expected", "other_yard")  # a vehicle stands there
MOVES = ("checked_in", "admitted", "exited")
WORD_HOLDS = timedelta(hours=24)  # what a person has said waits so long for the visit to come so far


def settle(
    event: GateEvent, to: str, outcome: str, *, entry: QueueEntry | None = None, now: datetime, actor: Actor
) -> bool:
    """This will end an event (waiting or doubt → applied or void), and tell whether its visit moved by it."""
    try:
        end_event(event=event, to=to, outcome=outcome, entry=entry, now=now, actor=actor)
    except Conflict:  # somebody else has settled it: what was done is done
        return False
    return to == "applied" and outcome in MOVES


def lacks(event: GateEvent, what: str, *, now: datetime, actor: Actor) -> bool:
    """This will let an event wait for what it lacks while it may; then a person is asked, or it is let go."""
    is_over = event.wait_until is not None and event.wait_until <= now
    if step_of(event) is Step.BE_SEEN and (is_over or what == "other_yard"):
        return _ghost(event, now=now, actor=actor)
    if event.decided_by_id and is_over:
        return settle(event, "void", "unexplained", now=now, actor=actor)
    if not event.decided_by_id and (is_over or what in URGENT):
        return ask(event, what, now=now, actor=actor)
    if event.state == "waiting":
        kept = GateEvent.objects.filter(pk=event.pk, state="waiting")
        kept.exclude(reason=what, vehicle=event.vehicle).update(reason=what, vehicle=event.vehicle)
    elif event.reason != what:  # a piece came late: what comes after it may follow by itself
        patience(event=event, reason=what, until=now + PATIENCE, now=now, actor=actor)
    return False


def doubted(event: GateEvent, why: str, *, now: datetime, actor: Actor) -> bool:
    """This will put a reading that is not sure before a person; one inside the yard, which moves nobody, is let go."""
    if step_of(event) is Step.BE_SEEN:
        return settle(event, "void", "unsure", now=now, actor=actor)
    return ask(event, why, now=now, actor=actor)


def ask(event: GateEvent, why: str, *, now: datetime, actor: Actor) -> bool:
    """This will ask a person (waiting → doubt), once."""
    if event.state == "waiting":
        try:
            ask_person(event=event, why=why, now=now, actor=actor)
        except Conflict:
            return False
    elif event.reason != why:
        GateEvent.objects.filter(pk=event.pk, state="doubt").update(reason=why, vehicle=event.vehicle)
    return False


@operation
def end_event(
    *, event: GateEvent, to: str, outcome: str, entry: QueueEntry | None, now: datetime, actor: Actor
) -> None:
    """This will end an event (waiting or doubt → applied or void). Raises Conflict when somebody else did."""
    found: dict[str, Any] = {"vehicle": event.vehicle or (entry and entry.vehicle), "entry": entry}
    advance(event, to, outcome=outcome, reason="", settled_at=now, wait_until=None, **found)


@operation
def ask_person(*, event: GateEvent, why: str, now: datetime, actor: Actor) -> None:
    """This will put an event before a person (waiting → doubt). Raises Conflict when somebody else moved it."""
    advance(event, "doubt", reason=why, wait_until=None, vehicle=event.vehicle)
    seen: dict[str, Any] = {"event": event.ref, "kind": event.kind, "way": event.way, "gate": event.gate_code}
    record(event.yard.stream, "gate.doubted", reason=why, **seen)


@operation
def patience(*, event: GateEvent, reason: str, until: datetime, now: datetime, actor: Actor) -> None:
    """This will let a doubt wait again (doubt → waiting). Raises Conflict when somebody else moved it."""
    advance(event, "waiting", reason=reason, wait_until=until, vehicle=event.vehicle)


def _ghost(event: GateEvent, *, now: datetime, actor: Actor) -> bool:
    """As a sensor would say it: a vehicle nobody let in that stands in a bay puts that bay in doubt."""
    if event.place_kind == "bay":
        said: dict[str, Any] = {"kind": "bay", "code": event.place_code, "taken": 1, "seen_at": event.occurred_at}
        with contextlib.suppress(UnknownPlace):
            note_reading(yard_code=event.yard.code, **said, now=now, actor=actor)
    return settle(event, "void", "ghost", now=now, actor=actor)
