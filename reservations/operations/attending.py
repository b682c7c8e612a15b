"""What a person at a gate did while it had no net, taken into the books after: who was let in or refused, and how long it was cut off.

Nothing here judges anybody. What the books cannot take in is kept as a conflict until a person has settled it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from core.actors import Actor
from core.db import operation
from core.errors import NotFound, WrongState
from core.ledger import record
from core.machine import advance
from core.models import LedgerEntry
from reservations.choosing import Chooser
from reservations.errors import LaneClosed
from reservations.gate_spans import check_length
from reservations.models import EntryState, LaneQueue, Mark, Policy, QueueEntry
from reservations.operations import calling, marks
from reservations.operations.arrival import locked_entry, record_entry
from reservations.operations.guiding import confirmed, hold_for
from reservations.operations.pacing import check_supply
from reservations.queries import faults
from yards.errors import NoBayThatFits, ReasonNeeded
from yards.models import Gate, Lane, Stay
from yards.operations import bays


@operation
def note_gate_offline(
    *, yard_code: str, gate_code: str, since: datetime, until: datetime, now: datetime, actor: Actor
) -> int:
    """This will record that a gate's page had no net from `since` until `until`, and excuse those it may have kept out meanwhile.

    Returns how many marks count no more: no-shows and lost calls of the lanes of this gate that were noted while it was cut off.
    Raises NotFound, IntervalNotValid.
    """
    gate = _gate(yard_code, gate_code)
    check_length(since, until, now=now)
    record(gate.yard.stream, "gate.offline", gate=gate.code, since=since.isoformat(), until=until.isoformat())
    if until - since < faults.OFFLINE_EXCUSES_FROM:
        return 0
    rows = Mark.objects.counting().filter(kind__in=["no_show", "late_cancel"], reservation__lane__gate=gate)
    rows = rows.filter(at__gte=since, at__lte=now).select_related("reservation__slot__policy", "reservation__lane")
    excused = [mark.reservation_id for mark in rows if faults.meets(mark.reservation, since, until)]
    marks.excuse_all(excused, reason=faults.GATE_WAS_SILENT, now=now)
    return len(excused)


@operation
def let_in_offline(*, entry_ref: str, gate_code: str, seen_at: datetime, now: datetime, actor: Actor) -> QueueEntry:
    """This will take into the books that a vehicle was let in while the gate had no net (called → admitted).

    One that still waited by the books is called by the rule `offline`, before the others, since it is inside (waiting → called →
    admitted; a bay is held for it). `gate.offline` must have been recorded before: the audit looks for it.
    Raises NotFound, WrongState (not waiting nor called), LaneClosed, FarSideFull, ReopeningFull, NoBayThatFits.
    """
    entry = locked_entry(entry_ref)
    gate = _gate(entry.lane.yard.code, gate_code)
    if entry.state not in ("waiting", "called"):
        raise WrongState(state=str(entry.get_state_display()), to=EntryState.ADMITTED.label)
    if entry.state == "waiting":
        _call_as_let_in(entry, gate, now=now)
    stay = bays.live_stay(entry.visit_ref)
    if stay is None:
        raise NoBayThatFits
    entry.gate = gate
    confirmed(entry, stay, now=now)
    advance(entry, "admitted", admitted_at=now, gate=gate, call_expires_at=None)
    record_entry(entry, "queue.admitted", gate=gate.code, seen_at=seen_at.isoformat())
    return entry


@operation
def refuse_at_gate(
    *,
    yard_code: str,
    gate_code: str,
    entry_ref: str = "",
    reservation_ref: str = "",
    reason: str,
    seen_at: datetime,
    now: datetime,
    actor: Actor,
) -> None:
    """This will record that a person refused a vehicle at a gate, and why. Its reservation and its place stay as they are.

    Raises NotFound, ReasonNeeded.
    """
    gate = _gate(yard_code, gate_code)
    if not reason.strip():
        raise ReasonNeeded
    facts: dict[str, Any] = {
        "entry": entry_ref or None,
        "reservation": reservation_ref or None,
        "seen_at": seen_at.isoformat(),
    }
    record(
        gate.yard.stream,
        "gate.refused",
        visit_ref=_visit(entry_ref),
        reason=reason.strip()[:500],
        gate=gate.code,
        **facts,
    )


@operation
def note_gate_conflict(
    *,
    yard_code: str,
    gate_code: str,
    conflict: str,
    act: str,
    why: str,
    reason: str,
    entry_ref: str = "",
    reservation_ref: str = "",
    seen_at: datetime,
    now: datetime,
    actor: Actor,
) -> None:
    """This will keep what was done at a gate and the books cannot take in, for a person. `conflict`: the act's own id; `why`: the code
    and `reason` the words of the rule that spoke against it.

    Raises NotFound.
    """
    gate = _gate(yard_code, gate_code)
    facts: dict[str, Any] = {
        "entry": entry_ref or None,
        "reservation": reservation_ref or None,
        "seen_at": seen_at.isoformat(),
    }
    record(
        gate.yard.stream,
        "gate.conflict",
        reason=reason[:500],
        gate=gate.code,
        conflict=conflict,
        act=act,
        why=why,
        **facts,
    )


@operation
def settle_gate_conflict(
    *, yard_code: str, gate_code: str, conflict: str, reason: str, now: datetime, actor: Actor
) -> None:
    """This will note that a person has settled a conflict, and how. Raises NotFound, WrongState (settled already), ReasonNeeded."""
    gate = _gate(yard_code, gate_code)
    if not reason.strip():
        raise ReasonNeeded
    bays.lock_yard(gate.yard_id)
    told = LedgerEntry.objects.filter(
        stream__key=gate.yard.stream, kind__in=["gate.conflict", "gate.settled"], data__conflict=conflict
    )
    kinds = set(told.values_list("kind", flat=True))
    if "gate.conflict" not in kinds:
        raise NotFound(field="conflict")
    if "gate.settled" in kinds:
        raise WrongState(state="settled", to="settled")
    record(gate.yard.stream, "gate.settled", reason=reason.strip()[:500], gate=gate.code, conflict=conflict)


def _call_as_let_in(entry: QueueEntry, gate: Gate, *, now: datetime) -> Stay:
    """It stands inside, whoever's turn it was: the order goes on behind it as after an override."""
    if not Lane.objects.filter(pk=entry.lane_id, is_open=True).exists():
        raise LaneClosed(reason=entry.lane.closed_reason)
    check_supply(entry.lane, now=now)
    queue, _ = LaneQueue.objects.get_or_create(lane=entry.lane)
    entry.gate = gate
    chosen = Chooser(entry.lane.yard_id, entry.lane.port, now=now).choose(entry)
    if chosen is None:
        raise NoBayThatFits
    policy = Policy.objects.in_force(port_id=entry.lane.port_id, at=now)
    calling.enter_call(entry, "offline", chosen, [], queue=queue, policy=policy, now=now)
    return hold_for(entry, chosen, now=now)


def _gate(yard_code: str, gate_code: str) -> Gate:
    gate = Gate.objects.select_related("yard__port").filter(yard__code=yard_code, code=gate_code).first()
    if gate is None:
        raise NotFound(field="gate")
    return gate


def _visit(entry_ref: str) -> str:
    return QueueEntry.objects.filter(ref=entry_ref).values_list("visit_ref", flat=True).first() or ""
