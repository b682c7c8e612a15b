"""A day of a port in figures. Reads rows and the ledger only; nothing here decides anything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from math import ceil
from typing import Any

from django.db.models import Count, Q, Sum

from core.models import LedgerEntry
from reservations.models import QueueEntry, Reservation, ReservationState, Slot
from yards.models import Lane, Port

PERCENTILES = (50, 80, 95)
HOURS = 24
#: no entry stands behind one whose time is later by more than this (waits for a lock and sweeps last seconds; a demo's clock runs 60-fold)
OUT_OF_ORDER = timedelta(hours=1)


@dataclass(frozen=True)
class Spread:
    """How long something took over a day, in minutes; `count` is 0 and the values None where nothing was measured."""

    count: int
    low_min: int | None  # half took no longer (50th percentile)
    high_min: int | None  # 80th
    top_min: int | None  # 95th


@dataclass(frozen=True)
class SlotUse:
    """Places of a day's slots: `planned` by staff, `taken` by reservations and walk-ups."""

    planned: int
    taken: int

    @property
    def percent(self) -> int | None:
        return round(100 * self.taken / self.planned) if self.planned else None


@dataclass
class LaneDay:
    """One lane's day; `wait` runs from check-in to the call, `turn` from admission to leaving the yard."""

    lane: Lane
    arrivals: int
    exits: int
    withdrawn: int
    no_shows: int
    wait: Spread
    turn: Spread
    slots: SlotUse


@dataclass
class Day:
    """A port's day in its own time zone: 24 figures per list, one per hour."""

    port: Port
    date: date
    begins_at: datetime
    ends_at: datetime
    arrivals: list[int]
    calls: list[int]
    exits: list[int]
    missed: int
    wait: Spread
    turn: Spread
    slots: SlotUse
    no_shows: int
    lanes: list[LaneDay] = field(default_factory=list)

    @property
    def total_arrivals(self) -> int:
        return sum(self.arrivals)

    @property
    def total_calls(self) -> int:
        return sum(self.calls)

    @property
    def total_exits(self) -> int:
        return sum(self.exits)


def day_of(*, port: Port, service_date: date) -> Day:
    """This will count a port's day: who came, was called and left, how long it took, and how the slots were used.

    Hours are the port's. Calls and missed calls come from the ledger (a truck called twice counts twice), the rest from rows.
    """
    begins_at, ends_at = bounds(port=port, service_date=service_date)
    lanes = list(Lane.objects.filter(port=port).select_related("yard").order_by("code"))
    trucks = _trucks(port, begins_at, ends_at)
    events = _events({lane.yard.stream for lane in lanes}, begins_at, ends_at)
    slots, no_shows = _slot_use(lanes, service_date), _no_shows(lanes, service_date)

    def hourly(moments: Iterable[datetime | None]) -> list[int]:
        return _by_hour((at for at in moments if at and begins_at <= at < ends_at), begins_at)

    day = Day(
        port=port,
        date=service_date,
        begins_at=begins_at,
        ends_at=ends_at,
        arrivals=hourly(truck["arrived_at"] for truck in trucks),
        calls=hourly(at for kind, at in events if kind == "queue.called"),
        exits=hourly(truck["ended_at"] for truck in trucks if truck["state"] == "exited"),
        missed=sum(kind == "queue.missed" for kind, _ in events),
        wait=_waits(trucks, begins_at, ends_at),
        turn=_turns(trucks, begins_at, ends_at),
        slots=SlotUse(sum(use.planned for use in slots.values()), sum(use.taken for use in slots.values())),
        no_shows=sum(no_shows.values()),
    )
    for lane in lanes:
        own = [truck for truck in trucks if truck["lane_id"] == lane.pk]
        day.lanes.append(_lane_day(lane, own, day, slots.get(lane.pk, SlotUse(0, 0)), no_shows.get(lane.pk, 0)))
    return day


def bounds(*, port: Port, service_date: date) -> tuple[datetime, datetime]:
    """This will return the moments at which a date begins and ends in the port's time zone."""
    start = datetime.combine(service_date, time.min, tzinfo=port.tz)
    return start, datetime.combine(service_date + timedelta(days=1), time.min, tzinfo=port.tz)


def spread(values_min: Iterable[float]) -> Spread:
    """This will give the 50th, 80th and 95th percentiles by nearest rank: each is a wait that somebody really had."""
    ordered = sorted(values_min)
    ranks = [round(ordered[ceil(p / 100 * len(ordered)) - 1]) if ordered else None for p in PERCENTILES]
    return Spread(len(ordered), *ranks)


def written_between(*, stream: str, begins_at: datetime, ends_at: datetime) -> Q:
    """This will return the condition for a stream's entries of a span of time, `ends_at` excluded, without reading the whole ledger.

    The ledger has no index on time, and its times grow with its gapless seq only roughly: a command's time is taken before it waits
    for its turn, and a sweep writes many entries of one time. So seq is bisected with a margin, and the time decides.
    """
    first = _bisect(stream, begins_at - OUT_OF_ORDER)
    last = _bisect(stream, ends_at + OUT_OF_ORDER)
    return Q(stream__key=stream, seq__gt=first, seq__lte=last, recorded_at__gte=begins_at, recorded_at__lt=ends_at)


def _bisect(stream: str, moment: datetime) -> int:
    """Some seq that was written before a moment, and its next was not; 0 when the first was not."""
    newest = LedgerEntry.objects.filter(stream__key=stream).order_by("-seq").values_list("seq", flat=True).first() or 0
    low, high = 0, newest
    while low < high:
        middle = (low + high + 1) // 2
        at = LedgerEntry.objects.filter(stream__key=stream, seq=middle).values_list("recorded_at", flat=True).get()
        low, high = (middle, high) if at < moment else (low, middle - 1)
    return low


# ---------------------------------------------------------------- reading
def _trucks(port: Port, begins_at: datetime, ends_at: datetime) -> list[dict[str, Any]]:
    """Everybody who came, was called, admitted or left within the day."""
    within = Q()
    for name in ("arrived_at", "called_at", "admitted_at", "ended_at"):
        within |= Q(**{f"{name}__gte": begins_at, f"{name}__lt": ends_at})
    fields = ("lane_id", "state", "arrived_at", "called_at", "admitted_at", "ended_at")
    return list(QueueEntry.objects.filter(within, lane__port=port).order_by().values(*fields))


def _events(streams: set[str], begins_at: datetime, ends_at: datetime) -> list[tuple[str, datetime]]:
    found: list[tuple[str, datetime]] = []
    for stream in streams:
        rows = LedgerEntry.objects.filter(written_between(stream=stream, begins_at=begins_at, ends_at=ends_at))
        found += rows.filter(kind__in=["queue.called", "queue.missed"]).values_list("kind", "recorded_at")
    return found


def _slot_use(lanes: list[Lane], service_date: date) -> dict[int, SlotUse]:
    rows = Slot.objects.filter(lane__in=lanes, service_date=service_date).order_by().values("lane_id")
    totals = rows.annotate(all_planned=Sum("planned"), all_taken=Sum("taken"))
    return {row["lane_id"]: SlotUse(row["all_planned"], row["all_taken"]) for row in totals}


def _no_shows(lanes: list[Lane], service_date: date) -> dict[int, int]:
    """By the date of the slot that was not used, not by the moment the sweeper said so."""
    rows = Reservation.objects.filter(
        slot__lane__in=lanes, slot__service_date=service_date, state=ReservationState.NO_SHOW
    )
    counted = rows.order_by().values("slot__lane_id").annotate(number=Count("pk"))
    return {row["slot__lane_id"]: row["number"] for row in counted}


# ---------------------------------------------------------------- counting
def _by_hour(moments: Iterable[datetime], begins_at: datetime) -> list[int]:
    counts = [0] * HOURS
    for at in moments:
        counts[at.astimezone(begins_at.tzinfo).hour] += 1
    return counts


def _waits(trucks: list[dict[str, Any]], begins_at: datetime, ends_at: datetime) -> Spread:
    called = [t for t in trucks if t["called_at"] and begins_at <= t["called_at"] < ends_at]
    return spread((t["called_at"] - t["arrived_at"]).total_seconds() / 60 for t in called)


def _turns(trucks: list[dict[str, Any]], begins_at: datetime, ends_at: datetime) -> Spread:
    left = [t for t in trucks if t["state"] == "exited" and t["admitted_at"] and begins_at <= t["ended_at"] < ends_at]
    return spread((t["ended_at"] - t["admitted_at"]).total_seconds() / 60 for t in left)


def _lane_day(lane: Lane, trucks: list[dict[str, Any]], day: Day, slots: SlotUse, no_shows: int) -> LaneDay:
    def within(at: datetime | None) -> bool:
        return at is not None and day.begins_at <= at < day.ends_at

    return LaneDay(
        lane=lane,
        arrivals=sum(within(truck["arrived_at"]) for truck in trucks),
        exits=sum(truck["state"] == "exited" and within(truck["ended_at"]) for truck in trucks),
        withdrawn=sum(truck["state"] == "withdrawn" and within(truck["ended_at"]) for truck in trucks),
        no_shows=no_shows,
        wait=_waits(trucks, day.begins_at, day.ends_at),
        turn=_turns(trucks, day.begins_at, day.ends_at),
        slots=slots,
    )
