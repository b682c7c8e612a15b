"""Steps that send a vehicle to another bay than the one it has: for use inside another operation, which holds the yard's lock."""

from __future__ import annotations

from datetime import datetime

from reservations.models import QueueEntry
from yards.models import Stay
from yards.operations import bays


def send_elsewhere(
    entry: QueueEntry, stay: Stay, *, reason: str, now: datetime, near: tuple[float, float] | None = None
) -> Stay:
    """This will give a vehicle the best other bay that is free (stay: held or occupied → released; another one: new → held).

    `reason` is why, as a code; `near`: where it drives from, (x, y) on the plan, else its gate. `entry.lane` must be loaded.
    Raises NoBayThatFits; then the caller's transaction must not go on, or it must keep the stay by releasing nothing (savepoint).
    """
    gate = entry.gate or entry.lane.gate
    return bays.rehold(
        yard=entry.lane.yard, stay=stay, need=bays.need_of(entry), gate=gate, reason=reason, near=near, now=now
    )
