"""When a port's rounds are held: the moments of a day's round, and whether one is needed at all."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from django.db.models import Sum

from reservations.models import Allocation, Policy, Slot
from yards.models import Port

LOOKED_BACK_DAYS = 28
WEEK = 7
REMEMBERED = 512  # days of ports


@dataclass(frozen=True)
class Moments:
    """The calendar of one day's round."""

    opens_at: datetime
    closes_at: datetime
    publishes_at: datetime
    instant_at: datetime

    @property
    def are_in_order(self) -> bool:
        """False where the rules leave no time to ask: such a day has no round."""
        return self.opens_at < self.closes_at


def moments_of(policy: Policy, port: Port, day: date) -> Moments:
    """This will count a round's moments from the local midnight with which its day begins."""
    midnight = datetime.combine(day, time(), port.tz)
    closes_at = midnight - timedelta(hours=policy.round_close_hours)
    publishes_at = closes_at + timedelta(minutes=policy.round_publish_minutes)
    return Moments(
        opens_at=midnight - timedelta(hours=policy.round_open_hours),
        closes_at=closes_at,
        publishes_at=publishes_at,
        instant_at=publishes_at + timedelta(minutes=policy.instant_after_minutes),
    )


def expected_percent(port: Port, day: date, *, before: date) -> int:
    """This will forecast how full the fullest hour of a day's fullest lane will be, in percent of its places.

    It is what was taken on the same weekdays of the four weeks before `before` (a local date: what is over changes no more, so that
    the same question has the same answer later). 0 without any history.
    """
    weekdays = [day - timedelta(days=WEEK * weeks) for weeks in range(1, LOOKED_BACK_DAYS // WEEK + 2)]
    since = before - timedelta(days=LOOKED_BACK_DAYS)
    rows = Slot.objects.filter(lane__port=port, service_date__in=[each for each in weekdays if since <= each < before])
    sums = rows.order_by().values_list("lane_id", "starts_at").annotate(Sum("taken"), Sum("capacity"))
    hours: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
    for lane_id, starts_at, taken, capacity in sums:
        hour = hours[lane_id, starts_at.astimezone(port.tz).hour]
        hour[0] += taken
        hour[1] += capacity
    return max((100 * taken // capacity for taken, capacity in hours.values() if capacity), default=0)


def is_wanted(policy: Policy, percent: int) -> bool:
    """This will tell whether a day's places are given by a round: always, never, or when the forecast reaches the threshold."""
    if policy.allocation == Allocation.AUTO:
        return percent >= policy.auto_threshold_percent
    return policy.allocation == Allocation.ROUNDS


def is_due(policy: Policy, port: Port, day: date, *, now: datetime) -> bool:
    """This will tell whether requests for a day that has no round should be open in one: its calendar and its forecast want it."""
    moments = moments_of(policy, port, day)
    if policy.allocation == Allocation.OPEN or not moments.opens_at <= now < moments.closes_at:
        return False
    before = moments.opens_at.astimezone(port.tz).date()
    is_counted = policy.allocation == Allocation.AUTO
    return is_wanted(policy, remembered_percent(port, day, before, int(now.timestamp()) // 60) if is_counted else 0)


@lru_cache(maxsize=REMEMBERED)
def remembered_percent(port: Port, day: date, before: date, minute: int) -> int:
    """This will return `expected_percent`, counted once a minute in each process: every click on a day without a round asks for it."""
    return expected_percent(port, day, before=before)


def policy_for(port: Port, day: date, *, now: datetime) -> Policy:
    """This will return the rules of a day's round: those in force when it opens by themselves, or now if that is earlier.

    Raises NoPolicy.
    """
    present = Policy.objects.in_force(port_id=port.pk, at=now)
    opens_at = moments_of(present, port, day).opens_at
    return (
        Policy.objects.in_force(port_id=port.pk, at=opens_at)
        if opens_at < now and _had_rules(port, opens_at)
        else present
    )


def _had_rules(port: Port, moment: datetime) -> bool:
    return port.policies.filter(effective_from__lte=moment).exists()
