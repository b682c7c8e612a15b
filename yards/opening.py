"""PURE. When a lane is open and how fast: weekday windows, holidays and make-up workdays of both sides, closures, and caps of its rate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
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
    """Half-open `[starts_at, ends_at)` in UTC with a rate in vehicles per hour; `limit` says what lowered it:
    far_side, reopening, bays or ""."""

    starts_at: datetime
    ends_at: datetime
    units_per_hour: int
    limit: str = ""

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


# ---------------------------------------------------------------- what takes supply away
@dataclass(frozen=True)
class Shut:
    """A closure of `[starts_at, ends_at)`; `ends_at` None: until further notice."""

    starts_at: datetime
    ends_at: datetime | None
    reason: str = ""

    def covers(self, moment: datetime) -> bool:
        return self.starts_at <= moment and (self.ends_at is None or moment < self.ends_at)

    def meets(self, starts_at: datetime, ends_at: datetime) -> bool:
        """This will tell whether any moment of an interval is shut."""
        return self.starts_at < ends_at and (self.ends_at is None or starts_at < self.ends_at)


@dataclass(frozen=True)
class Cap:
    """At most `units_per_hour` in `[starts_at, ends_at)`; None: without end. `reason` is a code: far_side, reopening or bays."""

    starts_at: datetime
    ends_at: datetime | None
    units_per_hour: int
    reason: str

    def covers(self, moment: datetime) -> bool:
        return self.starts_at <= moment and (self.ends_at is None or moment < self.ends_at)


def rate_caps(rates: Sequence[tuple[datetime, int | None]], *, now: datetime, since: datetime) -> list[Cap]:
    """This will turn a far side's rates, as (valid from, vehicles an hour; None: no limit) in order, into caps, each until the next.

    The one in force now holds from `since` on, whenever it was said: who repeats himself does not plan the running hour anew.
    """
    starts = [since if starts_at <= now else starts_at for starts_at, _ in rates]
    ends: list[datetime | None] = [*starts, None][1:]
    spans = zip(starts, ends, rates, strict=True)
    return [Cap(start, end, rate, "far_side") for start, end, (_, rate) in spans if rate is not None and start != end]


def lowest(caps: Iterable[Cap], moment: datetime) -> Cap | None:
    """This will return the cap that binds at a moment: the lowest of those that cover it."""
    return min((cap for cap in caps if cap.covers(moment)), key=lambda cap: cap.units_per_hour, default=None)


def without(intervals: Iterable[Interval], shuts: Sequence[Shut]) -> list[Interval]:
    """This will cut closures out of intervals; what is left keeps its rate."""
    pieces = list(intervals)
    for shut in shuts:
        pieces = [part for piece in pieces for part in _around(piece, shut)]
    return pieces


def _around(piece: Interval, shut: Shut) -> list[Interval]:
    if not shut.meets(piece.starts_at, piece.ends_at):
        return [piece]
    parts = [replace(piece, ends_at=shut.starts_at)] if piece.starts_at < shut.starts_at else []
    if shut.ends_at is not None and shut.ends_at < piece.ends_at:
        parts.append(replace(piece, starts_at=shut.ends_at))
    return parts


def capped(intervals: Iterable[Interval], caps: Sequence[Cap]) -> list[Interval]:
    """This will split intervals where caps begin and end, and lower each part's rate to the lowest cap on it, naming it in `limit`."""
    edges = sorted({edge for cap in caps for edge in (cap.starts_at, cap.ends_at) if edge is not None})
    return [_lowered(part, caps) for piece in intervals for part in _parts(piece, edges)]


def _parts(piece: Interval, edges: Sequence[datetime]) -> list[Interval]:
    cuts = [piece.starts_at, *(edge for edge in edges if piece.starts_at < edge < piece.ends_at), piece.ends_at]
    return [replace(piece, starts_at=start, ends_at=end) for start, end in pairwise(cuts)]


def _lowered(part: Interval, caps: Sequence[Cap]) -> Interval:
    cap = lowest(caps, part.starts_at)
    if cap is None or cap.units_per_hour >= part.units_per_hour:
        return part
    return replace(part, units_per_hour=cap.units_per_hour, limit=cap.reason)


def within(intervals: Iterable[Interval], starts_at: datetime, ends_at: datetime) -> list[Interval]:
    """This will return what of the intervals lies in `[starts_at, ends_at)`."""
    clipped = (replace(i, starts_at=max(i.starts_at, starts_at), ends_at=min(i.ends_at, ends_at)) for i in intervals)
    return [piece for piece in clipped if piece.starts_at < piece.ends_at]


def runs_until(intervals: Sequence[Interval], moment: datetime) -> datetime | None:
    """This will return when the unbroken run of intervals around a moment ends, None when closed then."""
    end = None
    for piece in intervals:
        if piece.starts_at <= moment < piece.ends_at or piece.starts_at == end:
            end = piece.ends_at
    return end
