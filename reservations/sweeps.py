"""Deadlines are rows, swept every few seconds: holds, no-shows, missed calls, automatic calls, slots ahead.

Each row is its own operation, so one that fails, however it fails, leaves the others alone; a lost tick is made up by the next.
Who has been due longest comes first: a batch that is full never puts the same row off again and again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from core.actors import Actor, system
from core.db import operation
from core.errors import DomainError
from reservations.models import QueueEntry, Reservation
from reservations.operations import arrival, booking, call_next, generate_slots_of
from reservations.operations.calling import miss_expired
from reservations.queries.faults import grace_ends_at
from yards.models import Lane
from yards.queries import lane_state, openings_around

log = logging.getLogger(__name__)
SWEEPER = system("sweeper")
CALLER = system("caller")
BATCH = 500


def sweep_holds(now: datetime) -> int:
    """This will free the places whose hold is over (requested → unplaced)."""
    due = Reservation.objects.filter(state="requested", hold_until__lte=now).order_by("hold_until")
    return _each(due.values_list("ref", flat=True), lambda ref: expire_hold(ref=ref, now=now, actor=SWEEPER))


def sweep_no_shows(now: datetime) -> int:
    """This will end reservations whose vehicle did not come within slot and grace: no_show, or revoked when the lane was shut meanwhile."""
    past = Reservation.objects.filter(state="confirmed", slot__ends_at__lte=now).select_related("slot__policy")
    due = [r.ref for r in past.order_by("slot__ends_at") if grace_ends_at(r) <= now]
    return _each(due, lambda ref: end_unarrived(ref=ref, now=now, actor=SWEEPER))


def sweep_missed_calls(now: datetime) -> int:
    """This will note calls that nobody answered in time."""
    due = QueueEntry.objects.filter(state="called", call_expires_at__lte=now).order_by("call_expires_at")
    return _each(due.values_list("ref", flat=True), lambda ref: miss_expired(entry_ref=ref, now=now, actor=SWEEPER))


def call_lanes(now: datetime) -> int:
    """This will call in every lane that calls automatically and is open, as long as bays are free."""
    lanes = list(
        Lane.objects.filter(auto_call=True, is_open=True, entries__state="waiting").distinct().select_related("port")
    )
    openings = openings_around(lanes, now, days=1)
    open_lanes = [lane for lane in lanes if lane_state(lane, openings, now).is_open]
    return sum(_call_while_possible(lane.code, now) for lane in open_lanes)


def generate_all_slots(now: datetime) -> int:
    """This will bring every lane's slots up to the horizon; returns how many were added."""
    added = 0
    for code in Lane.objects.values_list("code", flat=True):
        try:
            added += generate_slots_of(lane_code=code, now=now, actor=system("generator")).added
        except Exception:
            log.exception("slots of lane %s could not be generated", code)
    return added


@operation
def expire_hold(*, ref: str, now: datetime, actor: Actor) -> None:
    """This will free one held place (requested → unplaced). Raises WrongState when it was confirmed meanwhile."""
    booking.end(booking.found(ref), "unplaced", now=now)


@operation
def end_unarrived(*, ref: str, now: datetime, actor: Actor) -> None:
    """This will end one reservation nobody came for (confirmed → no_show, or revoked when its lane was shut in its time)."""
    arrival.end_unarrived(booking.found(ref), now=now)


def _call_while_possible(lane_code: str, now: datetime) -> int:
    calls = 0
    while calls < BATCH:
        try:
            call_next(lane_code=lane_code, now=now, actor=CALLER)
        except DomainError:
            return calls
        except Exception:
            log.exception("lane %s could not be called", lane_code)
            return calls
        calls += 1
    return calls


def _each(refs: Iterable[str], act: Callable[[str], Any]) -> int:
    done = 0
    for ref in list(refs)[:BATCH]:
        try:
            act(ref)
            done += 1
        except DomainError as reason:
            log.info("sweep left %s alone: %s", ref, reason.code)
        except Exception:
            log.exception("sweep failed at %s", ref)
    return done
