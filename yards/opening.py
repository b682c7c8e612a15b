"""PURE. When a lane is open: weekday windows, public holidays and make-up workdays of both sides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MONDAY = 0


@dataclass(frozen=True)
class Rule:
    """A weekday window in local time; `closes_at` not after `opens_at` means the next morning; `valid_until` is exclusive."""

    weekday: int
    opens_at: time
    closes_at: time
    units_per_hour: int
    valid_from: date
    valid_until: date | None = None

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)


@dataclass(frozen=True, order=True)
class Interval:
    """Half-open `[starts_at, ends_at)` in UTC with a rate in vehicles per hour."""

    starts_at: datetime
    ends_at: datetime
    units_per_hour: int

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)


def open_on(rules: Iterable[Rule], *, day: date, tz: ZoneInfo, days_off: Mapping[date, bool]) -> list[Interval]:
    """This will return the open intervals that begin on a local day, in order.

    `days_off[day]` is True for a holiday the lane observes (closed) and False for a make-up workday (opens as on a Monday).
    """
    if days_off.get(day):
        return []
    weekday = MONDAY if days_off.get(day) is False else day.weekday()
    found = [_interval(rule, day, tz) for rule in rules if rule.weekday == weekday and rule.holds_on(day)]
    return sorted(interval for interval in found if interval.starts_at < interval.ends_at)


def _interval(rule: Rule, day: date, tz: ZoneInfo) -> Interval:
    closing_day = day if rule.closes_at > rule.opens_at else day + timedelta(days=1)
    starts_at = datetime.combine(day, rule.opens_at, tz).astimezone(UTC)
    return Interval(starts_at, datetime.combine(closing_day, rule.closes_at, tz).astimezone(UTC), rule.units_per_hour)


def disjoint(intervals: Iterable[Interval]) -> list[Interval]:
    """This will put intervals in order and cut each where the one before still runs: no moment is open twice."""
    apart: list[Interval] = []
    for piece in sorted(intervals):
        starts_at = max(piece.starts_at, apart[-1].ends_at) if apart else piece.starts_at
        if starts_at < piece.ends_at:
            apart.append(Interval(starts_at, piece.ends_at, piece.units_per_hour))
    return apart


def split(interval: Interval, *, minutes: int) -> list[Interval]:
    """This will cut an interval into pieces of `minutes`; a remainder stays as a shorter last piece."""
    step = timedelta(minutes=minutes)
    pieces = []
    start = interval.starts_at
    while start < interval.ends_at:
        pieces.append(Interval(start, min(start + step, interval.ends_at), interval.units_per_hour))
        start += step
    return pieces


def at(intervals: Sequence[Interval], moment: datetime) -> Interval | None:
    """This will return the interval that covers a moment, None when closed."""
    return next((piece for piece in intervals if piece.starts_at <= moment < piece.ends_at), None)


def after(intervals: Sequence[Interval], moment: datetime) -> Interval | None:
    """This will return the first interval that begins after a moment, None when none is known."""
    return next((piece for piece in intervals if piece.starts_at > moment), None)
