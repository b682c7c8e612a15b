"""PURE. What a vehicle has left of an allowance, and when strikes pause its reserving. All of it follows from moments and the rules.

A mark counts from its moment for `days` days, that end excluded; an excused one is not among what these functions are given.
Every strike that is at least the `limit`-th of those that count at its moment pauses reserving for `block_days` from then on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Allowance:
    """`frees_at`: when one more comes free than now; None while nothing is used, or where the rule allows none at all."""

    used: int
    limit: int
    days: int
    frees_at: datetime | None

    @property
    def left(self) -> int:
        return max(0, self.limit - self.used)


def allowance(marks: Iterable[datetime], *, limit: int, days: int, now: datetime) -> Allowance:
    """This will count the marks of the last `days` days against `limit`."""
    span = timedelta(days=days)
    counting = sorted(at for at in marks if at <= now < at + span)
    # Under a rule made stricter meanwhile more may be used than there is now: the surplus has to run out first.
    next_free = max(0, len(counting) - limit)
    frees_at = counting[next_free] + span if next_free < len(counting) else None
    return Allowance(len(counting), limit, days, frees_at)


def pause(strikes: Iterable[datetime], *, limit: int, days: int, block_days: int, now: datetime) -> datetime | None:
    """This will return until when reserving is paused, None when it is not."""
    span, times = timedelta(days=days), sorted(at for at in strikes if at <= now)
    until = None
    for number, at in enumerate(times, start=1):
        counting = sum(1 for other in times[:number] if at < other + span)
        if counting >= limit:
            until = at + timedelta(days=block_days)
    return until if until and now < until else None


def due_by(*, slot_ends_at: datetime, arrived_at: datetime, promise_minutes: int) -> datetime:
    """This will return until when the port has to call: so long after the slot's end, or after an arrival within grace."""
    return max(slot_ends_at, arrived_at) + timedelta(minutes=promise_minutes)


def is_port_late(first_called_at: datetime | None, *, due: datetime, now: datetime) -> bool:
    """This will tell whether the port has called too late, or has not called by then."""
    return (first_called_at or now) > due
