"""Disruption: lanes are shut for an interval in one act, opened again in stages, or the act is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from accounts.models import User
from core.actors import Actor
from core.db import operation
from core.errors import WrongState
from core.ledger import record
from core.machine import advance, begin
from reservations.errors import EndsBeforeStart, NotLonger, UnknownClosure
from reservations.operations import closing, returning
from reservations.operations.closing import Stages
from reservations.operations.dispositions import carry_out
from reservations.operations.generating import follow_supply
from yards.errors import ReasonNeeded
from yards.models import Closure, ClosureState, Lane
from yards.operations.bays import lock_yard
from yards.operations.far_side import CLOCK_SKEW


@operation
def declare_closure(
    *,
    port_code: str,
    scope: str,
    lane_codes: Sequence[str],
    starts_at: datetime,
    ends_at: datetime | None,
    stages: Stages = (),
    reason: str,
    user: User | None,
    now: datetime,
    actor: Actor,
) -> Closure:
    """This will shut lanes for `[starts_at, ends_at)` (new → in_force; `ends_at` None: until further notice).

    In this one transaction calls stop, slots inside are frozen, offers inside go back to standby, and every reservation inside gets
    one disposition: moved to the nearest free slot in the old order, or, with no place left, revoked into the standby order without
    any penalty; who is here keeps its place. Raises ReasonNeeded, UnknownPort, UnknownLane, NothingToClose, ClosureInThePast,
    EndsBeforeStart, StagesNotValid.
    """
    if not reason.strip():
        raise ReasonNeeded
    outline = closing.outline_of(
        port_code=port_code,
        scope=scope,
        lane_codes=lane_codes,
        starts_at=starts_at,
        ends_at=ends_at,
        stages=stages,
        now=now,
    )
    _lock_yards(outline.lanes)
    closure = begin(
        Closure,
        "in_force",
        port=outline.port,
        scope=outline.scope,
        starts_at=outline.starts_at,
        ends_at=outline.ends_at,
        stages=outline.stages,
        reason=reason.strip()[:500],
        declared_by=user,
        declared_at=now,
    )
    closure.lanes.set(outline.lanes)
    _record(
        closure, "closure.declared", outline.lanes, starts_at=outline.starts_at.isoformat(), scope=str(outline.scope)
    )
    closing.locked_slots_ahead(outline.lanes, now)
    follow_supply(outline.lanes, now=now, reason="reopening")
    slots = closing.slots_ahead(outline.lanes, now)
    shut = list(closing.inside(outline, slots).values())
    carry_out(closure, outline, closing.decide(outline, slots, now=now), shut, now=now)
    return closure


@operation
def lift_closure(
    *, ref: str, ends_at: datetime, stages: Stages = (), reason: str = "", now: datetime, actor: Actor
) -> Closure:
    """This will end a closure at a moment from now on, not later than said (in_force → lifted), reopening in `stages`.

    Until that moment it may be said anew (lifted → lifted), stages included.

    Slots after it give places again, to the standby order first; everybody keeps the order he has. Raises UnknownClosure, WrongState,
    EndsBeforeStart, NotLonger, StagesNotValid.
    """
    closure, lanes = _locked(ref)
    if closure.state == "lifted" and closure.is_over(now):
        raise WrongState(state=closure.get_state_display(), to=ClosureState.LIFTED.label)
    if ends_at < now - CLOCK_SKEW or max(ends_at, now) <= closure.starts_at:
        raise EndsBeforeStart
    if closure.ends_at is not None and ends_at > closure.ends_at:
        raise NotLonger
    ends_at = max(ends_at, now)
    kept = closing.checked_stages(stages, ends_at)
    advance(closure, "lifted", ends_at=ends_at, stages=kept, lifted_at=now)
    _record(closure, "closure.lifted", lanes, reason=reason.strip())
    closing.locked_slots_ahead(lanes, now)
    follow_supply(lanes, now=now, reason="reopening")
    return closure


@operation
def undo_closure(*, ref: str, reason: str, now: datetime, actor: Actor) -> Closure:
    """This will take a closure back while nobody has come by a new slot (in_force → undone): all have the places they had before.

    Who gave his place up, or chose another one himself, keeps what he chose. Raises ReasonNeeded, UnknownClosure, WrongState,
    CannotUndo (with the reservation that cannot have its place back, and why).
    """
    if not reason.strip():
        raise ReasonNeeded
    closure, lanes = _locked(ref)
    advance(closure, "undone", lifted_at=now)
    _record(closure, "closure.undone", lanes, reason=reason.strip())
    closing.locked_slots_ahead(lanes, now)
    follow_supply(lanes, now=now, reason="reopening")
    returning.restore(closure, reason=reason.strip(), now=now)
    return closure


def _locked(ref: str) -> tuple[Closure, list[Lane]]:
    """A closure and its lanes, read once their yards are locked."""
    lanes = list(Lane.objects.filter(closures__ref=ref).select_related("yard", "port").order_by("pk"))
    if not lanes:
        raise UnknownClosure
    _lock_yards(lanes)
    return Closure.objects.select_related("port").get(ref=ref), lanes


def _lock_yards(lanes: Sequence[Lane]) -> None:
    for yard_id in sorted({lane.yard_id for lane in lanes}):
        lock_yard(yard_id)


def _record(closure: Closure, kind: str, lanes: Sequence[Lane], *, reason: str = "", **facts: Any) -> None:
    """One entry in the stream of each yard it concerns, with that yard's lanes."""
    for stream, group in groupby(sorted(lanes, key=lambda lane: lane.yard.code), key=lambda lane: lane.yard.stream):
        record(
            stream,
            kind,
            reason=reason or closure.reason,
            closure=closure.ref,
            lanes=[lane.code for lane in group],
            ends_at=closure.ends_at.isoformat() if closure.ends_at else None,
            stages=closure.stages,
            **facts,
        )
