"""Call-forward: who is called next, with a bay that fits held for him, and what a missed call means."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F

from core.actors import Actor
from core.db import operation
from core.errors import WrongState
from core.machine import advance
from reservations.choosing import Chooser
from reservations.errors import LaneClosed, NobodyWaiting
from reservations.models import EntryState, LaneQueue, Policy, QueueEntry
from reservations.operations import promise
from reservations.operations.arrival import lapse_overrides, leave, locked_entry, record_entry
from reservations.operations.pacing import check_supply
from reservations.ordering import Placed, after_class
from reservations.queries.order import load_order
from yards.choosing import Chosen
from yards.errors import NoBayThatFits, UnknownLane
from yards.models import Lane
from yards.operations import bays

#: Calls after which the class pattern stands where it stood.
OUT_OF_TURN = ("override", "offline")
_OF_A_CALL = ("lane__yard", "lane__gate", "vehicle", "reservation__slot__policy")


@operation
def call_next(*, lane_code: str, now: datetime, actor: Actor) -> QueueEntry:
    """This will call the first of the published order for whom a free bay fits, and hold that bay (waiting → called; stay: new → held).

    Who stands before him and fits no free bay is passed over and keeps his place; the ledger names each with the reason.
    Raises UnknownLane, LaneClosed, FarSideFull, ReopeningFull, NobodyWaiting, NoBayThatFits.
    """
    lane = Lane.objects.select_related("yard", "port", "gate").filter(code=lane_code).first()
    if lane is None:
        raise UnknownLane
    yard = bays.lock_yard(lane.yard_id)
    if not Lane.objects.filter(pk=lane.pk, is_open=True).exists():
        raise LaneClosed(reason=lane.closed_reason)
    check_supply(lane, now=now)
    queue, _ = LaneQueue.objects.get_or_create(lane=lane)
    policy = Policy.objects.in_force(port_id=lane.port_id, at=now)
    placed, chosen, passed = _first_that_fits(lane, queue, policy, now)
    entry = QueueEntry.objects.select_related(*_OF_A_CALL).get(ref=placed.candidate.ref)
    enter_call(entry, placed.rule, chosen, passed, queue=queue, policy=policy, now=now)
    bays.hold(yard=yard, chosen=chosen, visit_ref=entry.visit_ref, vehicle_id=entry.vehicle_id, now=now)
    return entry


@operation
def miss(*, entry_ref: str, now: datetime, actor: Actor) -> QueueEntry:
    """This will note a missed call (called → waiting behind the next vehicles; the policy's last miss → withdrawn). The bay comes free.

    Raises NotFound, WrongState.
    """
    entry = locked_entry(entry_ref)
    _miss(entry, now)
    return entry


@operation
def miss_expired(*, entry_ref: str, now: datetime, actor: Actor) -> QueueEntry:
    """This will note a missed call whose time is over, as `miss` does.

    Raises NotFound, and WrongState when it was answered, or missed and called anew, since it was seen to be due.
    """
    entry = locked_entry(entry_ref)
    if entry.call_expires_at is None or entry.call_expires_at > now:
        raise WrongState(state=entry.get_state_display(), to=EntryState.WAITING.label)
    _miss(entry, now)
    return entry


def _miss(entry: QueueEntry, now: datetime) -> None:
    if entry.state != "called":  # a second click must not count as a second miss: waiting → withdrawn is a lawful move
        raise WrongState(state=entry.get_state_display(), to=EntryState.WAITING.label)
    policy = Policy.objects.in_force(port_id=entry.lane.port_id, at=now)
    missed = entry.missed + 1
    if missed >= policy.missed_limit:
        QueueEntry.objects.filter(pk=entry.pk).update(missed=missed)
        entry.missed = missed
        leave(entry, reason="missed_calls", now=now, by_holder=True)
        return
    not_before = entry.lane.queue.calls + policy.missed_behind + 1
    stay = bays.live_stay(entry.visit_ref)
    advance(
        entry, "waiting", missed=missed, not_before_call=not_before, called_at=None, call_expires_at=None, gate=None
    )
    if stay:
        bays.release(yard=entry.lane.yard, stay=stay, now=now, reason="missed_call")
    record_entry(entry, "queue.missed", policy_version=policy.version, missed=missed, not_before_call=not_before)


def _first_that_fits(
    lane: Lane, queue: LaneQueue, policy: Policy, now: datetime
) -> tuple[Placed, Chosen, list[list[str]]]:
    order, entries = load_order(lane, queue=queue, policy=policy)
    if not order:
        raise NobodyWaiting
    chooser = Chooser(lane.yard_id, lane.port, now=now)
    passed: list[list[str]] = []
    for placed in order:
        entry = entries[placed.candidate.ref]
        refusal = chooser.refusal(entry, lane=lane)
        chosen = None if refusal else chooser.choose(entry)
        if chosen:
            return placed, chosen, passed
        passed.append([entry.ref, refusal])
    raise NoBayThatFits


def enter_call(
    entry: QueueEntry,
    rule: str,
    chosen: Chosen,
    passed: list[list[str]],
    *,
    queue: LaneQueue,
    policy: Policy,
    now: datetime,
) -> None:
    """This will note a call (waiting → called) by a rule: pattern, after_missed, or out of turn by override or offline. A step."""
    expires_at = now + timedelta(minutes=policy.call_minutes)
    is_first = entry.first_called_at is None
    first_called_at = now if is_first else entry.first_called_at
    advance(
        entry,
        "called",
        called_at=now,
        first_called_at=first_called_at,
        call_expires_at=expires_at,
        gate=entry.lane.gate,
    )
    override = _use_override(entry) if rule == "override" else None
    lapse_overrides(entry)
    at = (
        queue.pattern_at
        if rule in OUT_OF_TURN
        else after_class(policy.class_pattern, queue.pattern_at, entry.queue_class)
    )
    LaneQueue.objects.filter(pk=queue.pk).update(calls=F("calls") + 1, pattern_at=at)
    record_entry(
        entry,
        "queue.called",
        policy_version=policy.version,
        call=queue.calls + 1,
        rule=rule,
        override=override,
        pattern=policy.class_pattern,
        pattern_at=queue.pattern_at,
        passed=passed,
        bay=chosen.bay_code,
        gate=entry.lane.gate.code,
        call_expires_at=expires_at.isoformat(),
        **{"class": entry.queue_class},
    )
    if is_first:
        promise.judge_first_call(entry, now=now)


def _use_override(entry: QueueEntry) -> str:
    override = entry.overrides.get(state="approved")
    advance(override, "used")
    return str(override.ref)
