"""The time bar of a truck: what it asked for, was promised and did, laid out over a day round now. Minutes are the picture's units."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reservations.queries.fleet_board import Truck

BEFORE = timedelta(hours=6)
LENGTH = timedelta(hours=24)
LABEL_EVERY_H = 3
STEP_MIN = 5  # "until now" moves on in such steps, so that a picture stays the same while nothing happens

NAMES: dict[str, Promise] = {
    "wish": _("asked for"),
    "slot": _("place"),
    "waiting": _("waiting"),
    "called": _("called"),
    "yard": _("in the yard"),
    "bay": _("in the bay"),
    "out": _("left"),
}


@dataclass(frozen=True)
class Span:
    """One stretch of the bar: `kind` is one of NAMES."""

    kind: str
    x: int
    width: int
    hours: str

    @property
    def name(self) -> str | Promise:
        return NAMES[self.kind]


@dataclass(frozen=True)
class Window:
    """The stretch of time that all bars of a board show. `zone`: the clock that its hours are named by."""

    starts_at: datetime
    now: datetime
    zone: ZoneInfo

    @classmethod
    def around(cls, now: datetime, zone: ZoneInfo) -> Window:
        """This will begin at a labelled hour, BEFORE now."""
        start = (now - BEFORE).astimezone(zone).replace(minute=0, second=0, microsecond=0)
        return cls(start - timedelta(hours=start.hour % LABEL_EVERY_H), now, zone)

    @property
    def width(self) -> int:
        return LENGTH // timedelta(minutes=1)

    @property
    def now_x(self) -> int:
        return self.x(self.now) // STEP_MIN * STEP_MIN

    @property
    def labels(self) -> list[tuple[str, bool]]:
        """The hours under the bar; with the first of a new day it is said that it is one."""
        count = LENGTH // timedelta(hours=LABEL_EVERY_H)
        hours = [(self.starts_at + timedelta(hours=LABEL_EVERY_H * at)).astimezone(self.zone) for at in range(count)]
        return [(f"{hour:%H}", hour.hour == 0) for hour in hours]

    def x(self, moment: datetime) -> int:
        """This will return where a moment lies, moved to the edge when it lies outside."""
        minutes = (moment - self.starts_at) // timedelta(minutes=1)
        return min(max(0, minutes), self.width)

    def span(self, kind: str, since: datetime, until: datetime | None) -> Iterator[Span]:
        """This will lay out a stretch of time (`until` None: it goes on), nothing when it lies outside."""
        left, right = self.x(since), self.x(until) if until else max(self.x(since), self.now_x)
        if right > left or (self.starts_at <= since and left < self.width):
            until_words = f"{until.astimezone(self.zone):%H:%M}" if until else ""
            yield Span(kind, left, max(right - left, 4), f"{since.astimezone(self.zone):%H:%M}–{until_words}")


def spans_of(truck: Truck, window: Window) -> list[Span]:
    """This will lay a truck out: wish and place as outlines, what really happened as filled stretches over them."""
    return [*_planned(truck, window), *_happened(truck, window)]


def _planned(truck: Truck, window: Window) -> Iterator[Span]:
    if truck.request:
        yield from window.span("wish", truck.request.earliest_at, truck.request.latest_at)
    slots = (truck.request.slot if truck.request else None, truck.reservation.slot if truck.reservation else None)
    for slot in slots:
        if slot:
            yield from window.span("slot", slot.starts_at, slot.ends_at)


def _happened(truck: Truck, window: Window) -> Iterator[Span]:
    entry = truck.entry
    if entry is None:
        return
    yield from window.span("waiting", entry.arrived_at, entry.called_at or entry.ended_at)
    if entry.called_at:
        yield from window.span("called", entry.called_at, entry.admitted_at or entry.ended_at)
    if entry.admitted_at:
        yield from window.span("yard", entry.admitted_at, entry.ended_at)
    for stay in truck.stays:
        if stay.occupied_at:
            yield from window.span("bay", stay.occupied_at, stay.released_at)
    if entry.ended_at:
        yield from window.span("out", entry.ended_at, entry.ended_at)
