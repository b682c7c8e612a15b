"""A port's days and their rounds as a picture: moments on one time line, requests against places, how full each hour is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reservations.models import Round
from reservations.round_figures import Hour, Watched
from yards.models import Port

LEAST_SPAN = timedelta(hours=24)
FULL, MOST = 70.0, 100.0  # of a column's height: what stands above FULL is wanted beyond the places
BEFORE_NOW = timedelta(hours=12)  # of the past that the line shows
#: From which moment to which a round is in what state, and the shape of that part of the line.
PARTS: tuple[tuple[str, str, str, Promise], ...] = (
    ("asking", "opens_at", "closes_at", _("requests are taken")),
    ("drawing", "closes_at", "publishes_at", _("drawn")),
    ("result", "publishes_at", "instant_at", _("result is out")),
)
#: A state's shape and the colour class it has on all pages of the desk.
SHAPES = {
    "announced": ("todo", "none"), "open": ("open", "open"), "closed": ("now", "call"), "drawn": ("now", "call"),
    "published": ("done", "good"), "failed": ("bad", "bad"), "void": ("none", "none"),
}  # fmt: skip


@dataclass(frozen=True)
class Part:
    """A stretch of the line, in percent of its length."""

    code: str
    words: str
    starts: float
    width: float


@dataclass(frozen=True)
class Column:
    """One hour of a day as a column in a square of 100; as many as there are places stand at the height of FULL."""

    hour: Hour
    x: float
    width: float
    height: float
    is_over: bool

    @property
    def top(self) -> float:
        return round(MOST - self.height, 1)


@dataclass(frozen=True)
class Day:
    """A line of the calendar."""

    watched: Watched
    parts: list[Part]
    columns: list[Column]


@dataclass(frozen=True)
class Calendar:
    """Days on one time line. `marks`: midnights of the port, as (percent, moment); `now_at`: where now is."""

    days: list[Day]
    marks: list[tuple[float, datetime]]
    now_at: float


def laid_out(port: Port, days: Sequence[Watched], *, now: datetime) -> Calendar:
    """This will put days on a common time line from a little before now to the end of the last one's round."""
    begins_at = now - BEFORE_NOW
    ends_at = max([row.round.instant_at for row in days if row.round] + [now + LEAST_SPAN]) + timedelta(hours=6)
    line = _Line(begins_at, ends_at)
    return Calendar(
        [Day(row, _parts(row.round, line) if row.round else [], columns(row.hours)) for row in days],
        [(line.at(midnight), midnight) for midnight in _midnights(port, begins_at, ends_at)],
        line.at(now),
    )


def columns(hours: Sequence[Hour]) -> list[Column]:
    """This will draw the hours of a day side by side."""
    width = MOST / max(1, len(hours))
    return [
        Column(hour, round(n * width, 2), round(width * 0.8, 2), round(_height(hour), 1), hour.percent > 100)
        for n, hour in enumerate(hours)
    ]


def _height(hour: Hour) -> float:
    return min(MOST, FULL * hour.percent / 100)


class _Line:
    """Moments as percent of a span."""

    def __init__(self, begins_at: datetime, ends_at: datetime) -> None:
        self.begins_at, self.whole_s = begins_at, (ends_at - begins_at).total_seconds()

    def at(self, moment: datetime) -> float:
        share = (moment - self.begins_at).total_seconds() / self.whole_s
        return round(100 * min(1.0, max(0.0, share)), 2)


def _parts(row: Round, line: _Line) -> list[Part]:
    if row.state == "void":
        return []
    found = []
    for code, begins, ends, words in PARTS:
        starts, stops = line.at(getattr(row, begins)), line.at(getattr(row, ends))
        if stops > starts:
            found.append(Part(code, str(words), starts, round(stops - starts, 2)))
    return found


def _midnights(port: Port, begins_at: datetime, ends_at: datetime) -> list[datetime]:
    day = begins_at.astimezone(port.tz).date()
    found: list[datetime] = []
    while True:
        day += timedelta(days=1)
        midnight = datetime.combine(day, time(0), tzinfo=port.tz)
        if midnight >= ends_at:
            return found
        found.append(midnight)
