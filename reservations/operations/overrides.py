"""A call out of order needs a reason and a second person; both stand in the ledger for ever."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from core.actors import Actor
from core.db import operation
from core.errors import NotFound, WrongState
from core.machine import advance, begin
from reservations.errors import SamePerson
from reservations.models import EntryState, Override, QueueEntry
from reservations.operations.arrival import locked_entry, record_entry
from yards.errors import ReasonNeeded


@operation
def ask_override(*, entry_ref: str, reason: str, user: User, now: datetime, actor: Actor) -> Override:
    """This will ask that a waiting vehicle be called next (new → pending). Raises NotFound, ReasonNeeded, WrongState, OverrideWaiting."""
    if not reason.strip():
        raise ReasonNeeded
    entry = locked_entry(entry_ref)
    _still_waits(entry)
    override = begin(Override, "pending", entry=entry, reason=reason.strip(), asked_by=user, asked_at=now)
    record_entry(entry, "override.asked", reason=override.reason, override=override.ref)
    return override


@operation
def decide_override(*, ref: str, approve: bool, user: User, now: datetime, actor: Actor) -> Override:
    """This will approve or refuse an override (pending → approved | rejected).

    Raises NotFound, SamePerson, WrongState (decided already, or approved for a vehicle that no longer waits).
    """
    override = Override.objects.select_related("entry").filter(ref=ref).first()
    if override is None:
        raise NotFound(field="override")
    if override.asked_by_id == user.pk:
        raise SamePerson
    entry = locked_entry(override.entry.ref)
    if approve:
        _still_waits(entry)
    state = "approved" if approve else "rejected"
    advance(override, state, decided_by=user, decided_at=now)
    record_entry(
        entry, f"override.{state}", reason=override.reason, override=override.ref, asked_by=override.asked_by.ref
    )
    return override


def _still_waits(entry: QueueEntry) -> None:
    if entry.state != "waiting":
        raise WrongState(state=entry.get_state_display(), to=EntryState.CALLED.label)
