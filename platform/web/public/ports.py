"""What the public pages show of ports and lanes, made ready for the templates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.plates import mask
from reservations.models import Slot
from reservations.queries import (
    LaneSummary,
    PortSummary,
    Standing,
    closures_of,
    far_sides_of,
    port_summaries,
    published_order_of,
)
from web import words
from yards.models import CalendarDay, Lane, Port, RateSource
from yards.opening import Cap, Interval
from yards.queries import STAGES_AT_MOST, FarSide, Openings, openings_around, stage_caps

SHOWN_OF_ORDER = 10
SHOWN_FREE = 3
HOLIDAYS_AHEAD = timedelta(days=60)
A_DAY = timedelta(days=1)

STATE_WORDS: dict[str, Promise] = {
    "open": _("open"),
    "closed": _("closed now"),
    "none": _("no queue"),
    "closed_by_staff": _("closed by the port"),
    "closure": _("closed by the port"),
    "far_side": _("the far side takes nobody now"),
    "holiday": _("closed: public holiday"),
    "out_of_hours": _("closed now"),
}


@dataclass(frozen=True)
class PortLine:
    """A port in the list and on the map."""

    summary: PortSummary

    @property
    def port(self) -> Port:
        return self.summary.port

    @property
    def state(self) -> str:
        if not self.summary.lanes:
            return "none"
        return "open" if self.summary.is_open else "closed"

    @property
    def state_words(self) -> Promise:
        return STATE_WORDS[self.state]

    @property
    def opens_at(self) -> datetime | None:
        """When the first of its closed lanes opens by the calendar."""
        known = [
            lane.state.changes_at for lane in self.summary.lanes if lane.state.changes_at and not lane.state.is_open
        ]
        return min(known, default=None)

    @property
    def search(self) -> str:
        """Everything a reader may look for, in lower case."""
        port = self.port
        names = (
            port.name_zh,
            port.name_en,
            port.county_zh,
            port.county_en,
            port.counterpart_zh,
            port.counterpart_en,
            port.code,
        )
        return " ".join([*names, words.country(port.counterpart_country)]).lower()


@dataclass(frozen=True)
class OrderLine:
    """A place in the published order as everybody may see it."""

    position: int
    plate: str
    queue_class: str
    ticket: int
    promised_at: datetime
    overridden: bool


@dataclass(frozen=True)
class LaneLine:
    """A lane on its port's page."""

    summary: LaneSummary
    today: list[Interval]
    free: list[Slot]
    far_side: FarSide | None = None
    order: list[OrderLine] = field(default_factory=list)

    @property
    def lane(self) -> Lane:
        return self.summary.lane

    @property
    def mark(self) -> str:
        return "open" if self.summary.state.is_open else "closed"

    @property
    def state_words(self) -> Promise:
        return STATE_WORDS[self.summary.state.code]

    @property
    def more(self) -> int:
        return max(0, self.summary.waiting - len(self.order))

    @property
    def far_side_said(self) -> str:
        """Where the far side's rate comes from and how old it is."""
        if self.far_side is None:
            return ""
        known = {"source": RateSource(self.far_side.source).label, "age": words.span(_minutes(self.far_side.age))}
        return _now("%(source)s, %(age)s ago") % known

    @property
    def is_open_all_day(self) -> bool:
        """From midnight to midnight by the port's clock, at whatever rates."""
        return sum((piece.ends_at - piece.starts_at for piece in self.today), timedelta()) >= A_DAY

    @property
    def today_other(self) -> str:
        """Today's hours on the far side's clock; empty where both clocks show the same or the lane is open all day."""
        port = self.lane.port
        if not self.today or self.is_open_all_day or not words.other_side_time(self.today[0].starts_at, port):
            return ""
        zone = ZoneInfo(port.counterpart_time_zone)
        spans = [
            f"{piece.starts_at.astimezone(zone):%H:%M}–{piece.ends_at.astimezone(zone):%H:%M}" for piece in self.today
        ]
        return f"{', '.join(spans)} {words.country(port.counterpart_country)}"


@dataclass(frozen=True)
class Notice:
    """A closure as the public reads it. `reopening`: its stages that are not past."""

    closure: Any  # with the counts of closures_of
    now: datetime
    reopening: list[Cap]

    @property
    def is_over(self) -> bool:
        return self.closure.ends_at is not None and self.closure.ends_at <= self.now

    @property
    def has_touched(self) -> bool:
        """Whether somebody had a place then."""
        return bool(self.closure.moved or self.closure.lost)


def port_lines(*, now: datetime) -> list[PortLine]:
    """This will sum up all ports: open ones first, hubs before the others, then by name in the reader's language."""
    rank = {"open": 0, "closed": 1, "none": 2}
    weight = {"hub": 0, "national": 1, "ordinary": 2}
    return sorted(
        (PortLine(row) for row in port_summaries(now=now)),
        key=lambda line: (rank[line.state], weight.get(line.port.positioning, 3), line.port.name),
    )


def found(lines: Iterable[PortLine], text: str) -> list[PortLine]:
    """This will keep the ports whose names hold every word of the text."""
    wanted = text.lower().split()
    return [line for line in lines if all(word in line.search for word in wanted)]


def lane_lines(port: Port, *, now: datetime) -> list[LaneLine]:
    """This will describe the lanes of a port: state, wait, hours of today, next free slots, head of the order."""
    [summary] = port_summaries(now=now, codes=[port.code])
    lanes = [row.lane for row in summary.lanes]
    openings, rates = openings_around(lanes, now), far_sides_of(port, lanes, now=now)
    return [
        LaneLine(
            row,
            _today(row.lane, openings, now),
            free_slots_from(row, now=now),
            rates.get(row.lane.pk),
            order_lines(row.lane, now=now, openings=openings),
        )
        for row in summary.lanes
    ]


def order_lines(
    lane: Lane, *, now: datetime, openings: Openings | None = None, most: int = SHOWN_OF_ORDER, skip: int = 0
) -> list[OrderLine]:
    """This will return `most` places of a lane's published order after the first `skip`, plates masked."""
    return [_order_line(row) for row in islice(published_order_of(lane, now=now, openings=openings), skip, skip + most)]


def _order_line(row: Standing) -> OrderLine:
    entry = row.entry
    return OrderLine(
        row.position,
        mask(entry.vehicle.plate),
        entry.queue_class,
        entry.ticket,
        entry.promised_at,
        row.rule == "override",
    )


def free_slots_from(row: LaneSummary, *, now: datetime) -> list[Slot]:
    """This will return the next slots with room; none of today while the port's staff keep the lane closed (a closure freezes its own)."""
    slots = Slot.objects.filter(lane=row.lane).not_over(now).with_room().order_by("starts_at").select_related("policy")
    if row.state.code == "closed_by_staff":
        slots = slots.filter(service_date__gt=now.astimezone(row.lane.port.tz).date())
    return [slot for slot in slots[:SHOWN_FREE] if slot.starts_at <= now + timedelta(days=slot.policy.horizon_days)]


def _minutes(age: timedelta) -> int:
    return max(0, int(age.total_seconds() // 60))


def _today(lane: Lane, openings: Openings, now: datetime) -> list[Interval]:
    day = now.astimezone(lane.port.tz).date()
    return [piece for piece in openings.of(lane) if piece.starts_at.astimezone(lane.port.tz).date() == day]


def closures_ahead(port: Port, *, now: datetime) -> list[Notice]:
    """This will return a port's closures in force, to come, or reopening in stages, the nearest first."""
    rows = closures_of(port).exclude(state="undone").order_by("starts_at")
    recent = rows.filter(Q(ends_at=None) | Q(ends_at__gt=now - STAGES_AT_MOST))
    notices = [
        Notice(row, now, [cap for cap in stage_caps(row.stages) if cap.ends_at and cap.ends_at > now]) for row in recent
    ]
    return [each for each in notices if not each.is_over or each.reopening]


def holidays_near(port: Port, *, day: date) -> list[CalendarDay]:
    """This will return the next public holidays and make-up workdays of both sides."""
    countries = [code for code in ("CN", port.counterpart_country) if code]
    return list(CalendarDay.objects.filter(country__in=countries, date__range=(day, day + HOLIDAYS_AHEAD)))
