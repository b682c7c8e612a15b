"""What the far side accepts: an hourly rate of each lane, entered by staff or sent by the counterpart's own client."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from core.actors import Actor
from core.db import operation
from core.ledger import record
from yards.errors import RateInThePast, RateNotValid, RateTooFar, UnknownLane
from yards.models import FarSideRate, Lane, RateSource
from yards.operations.bays import lock_yard

MOST_PER_HOUR = 1000
AHEAD_DAYS = 60
CLOCK_SKEW = timedelta(minutes=10)  # another side's clock may be behind; then the rate counts from now
Follower = Callable[[Lane, datetime], object]
_followers: list[Follower] = []


def follow(callback: Follower) -> None:
    """This will call `callback(lane, now)` inside the transaction of each new rate, the yard locked: what upper floors plan follows it."""
    _followers.append(callback)


@operation
def enter_far_side_rate(
    *,
    lane_code: str,
    units_per_hour: int | None,
    valid_from: datetime,
    source: str = RateSource.STAFF.value,
    note: str = "",
    now: datetime,
    actor: Actor,
) -> FarSideRate:
    """This will note how many vehicles an hour the far side accepts of a lane from a moment on; None: no limit known, 0: nobody.

    The rows are the history: the same rate said again is fresh again. Calls, waits and the plans of slots follow at once.
    Raises UnknownLane, RateNotValid, RateInThePast, RateTooFar.
    """
    _check_rate(units_per_hour)
    lane = _locked(lane_code)
    rate = FarSideRate.objects.create(
        lane=lane,
        units_per_hour=units_per_hour,
        valid_from=_from_when(valid_from, now),
        source=RateSource(source).value,
        entered_by=actor.ref,
        entered_at=now,
        note=note.strip()[:200],
    )
    record(
        lane.yard.stream,
        "far_side.rate",
        reason=rate.note,
        lane=lane.code,
        units_per_hour=units_per_hour,
        valid_from=rate.valid_from.isoformat(),
        source=rate.source,
    )
    for callback in _followers:
        callback(lane, now)
    return rate


def _locked(lane_code: str) -> Lane:
    lane = Lane.objects.select_related("yard", "port").filter(code=lane_code).first()
    if lane is None:
        raise UnknownLane
    lock_yard(lane.yard_id)
    return lane


def _check_rate(rate: int | None) -> None:
    is_number = isinstance(rate, int) and not isinstance(rate, bool)
    if rate is not None and not (is_number and 0 <= rate <= MOST_PER_HOUR):
        raise RateNotValid(most=MOST_PER_HOUR)


def _from_when(valid_from: datetime, now: datetime) -> datetime:
    if valid_from < now - CLOCK_SKEW:
        raise RateInThePast
    if valid_from > now + timedelta(days=AHEAD_DAYS):
        raise RateTooFar(days=AHEAD_DAYS)
    return max(valid_from, now)
