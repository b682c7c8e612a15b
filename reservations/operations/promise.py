"""The port's side of the promise: who is called too late is excused of everything and gets a credit. A step of the call."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.ledger import record
from reservations import conduct
from reservations.models import Credit, QueueEntry
from reservations.operations import marks
from reservations.queries import faults


def judge_first_call(entry: QueueEntry, *, now: datetime) -> None:
    """This will compare an entry's first call with what was promised: too late, its reservation's marks are excused and a credit given."""
    reservation = entry.reservation
    if reservation is None:
        return
    due = faults.due_by(entry, reservation)
    if not conduct.is_port_late(entry.first_called_at, due=due, now=now):
        return
    marks.excuse_all([reservation.pk], reason=faults.PORT_WAS_LATE, now=now)
    policy = reservation.slot.policy
    credit = Credit.objects.create(
        vehicle=entry.vehicle,
        reservation=reservation,
        given_at=now,
        expires_at=now + timedelta(days=policy.credit_days),
    )
    late_minutes = (now - due) // timedelta(minutes=1) + policy.promise_minutes
    _record(entry, credit, late_minutes=late_minutes)


def _record(entry: QueueEntry, credit: Credit, *, late_minutes: int) -> None:
    """`late_minutes`: from the slot's end, or from an arrival within grace."""
    reservation = credit.reservation
    record(
        entry.lane.yard.stream,
        "credit.given",
        visit_ref=entry.visit_ref,
        policy_version=reservation.slot.policy.version,
        lane=entry.lane.code,
        reservation=reservation.ref,
        entry=entry.ref,
        credit=credit.ref,
        vehicle=entry.vehicle.ref,
        late_minutes=late_minutes,
        expires_at=credit.expires_at.isoformat(),
    )
