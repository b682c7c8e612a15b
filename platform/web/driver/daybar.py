"""The day bar: one column per start of a slot, how full it is, and what the last rounds gave. A picture beside words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from reservations.queries.asking import Hour, hours_of
from reservations.queries.rounds import chances_by_hour
from yards.models import Lane, Port

COLUMN = 10  # width of a column in the picture's own units
FULL = 60  # height of a full hour; what is wanted beyond stands above it, up to TALLEST
TALLEST = 100
AROUND = 2  # columns on either side of the proposed one
LABELS = 12  # at most so many hours are named under the bar
OUT_OF = 10  # a chance is drawn as so many of ten


@dataclass(frozen=True)
class Column:
    """One start of the day. `x`, `height`: in the picture. `dots`: how many of ten wishes for it were met, None: not known."""

    hour: Hour
    index: int
    time: str
    label: str
    words: str
    chance: str
    dots: int | None

    @property
    def value(self) -> str:
        return self.hour.starts_at.isoformat()

    @property
    def option(self) -> str:
        return f"{self.time} · {self.words}"

    @property
    def x(self) -> int:
        return self.index * COLUMN

    @property
    def height(self) -> int:
        return min(TALLEST, round(self.hour.percent * FULL / 100))

    @property
    def y(self) -> int:
        return TALLEST - self.height

    @property
    def is_over(self) -> bool:
        return self.hour.demand > self.hour.places

    @property
    def is_full(self) -> bool:
        return not self.is_over and self.hour.free == 0


@dataclass(frozen=True)
class Bar:
    """The columns of a day and what is chosen on them (indices)."""

    columns: list[Column]
    first: int
    last: int
    best: int

    @property
    def width(self) -> int:
        return len(self.columns) * COLUMN

    @property
    def window_x(self) -> int:
        return self.first * COLUMN

    @property
    def window_width(self) -> int:
        return (self.last - self.first + 1) * COLUMN

    @property
    def chosen(self) -> Column:
        return self.columns[self.best]

    @property
    def initial(self) -> dict[str, Any]:
        """What the three selects show at first."""
        chosen = {"earliest": self.first, "latest": self.last, "best": self.best}
        return {name: self.columns[at].value for name, at in chosen.items()} if self.columns else {}


def bar_of(
    lanes: Sequence[Lane],
    day: date,
    *,
    with_chances: bool,
    now: datetime,
    chosen: tuple[datetime, datetime, datetime] | None = None,
) -> Bar:
    """This will draw a day of some lanes; `chosen`: earliest, latest and best, else the emptiest hour with room around it."""
    hours = [hour for hour in hours_of(lanes, day, now=now) if hour.starts_at > now]
    step = max(1, -(-len(hours) // LABELS))
    chances = chances_by_hour(lanes, now=now) if with_chances else None
    columns = [_column(hour, at, step, lanes[0].port, chances) for at, hour in enumerate(hours)]
    first, last, best = _indices(hours, chosen) if chosen and hours else _proposal(hours)
    return Bar(columns, first, last, best)


def _column(hour: Hour, at: int, step: int, port: Port, chances: dict[int, dict[str, int]] | None) -> Column:
    local = hour.starts_at.astimezone(port.tz)
    time = f"{local:%H:%M}"
    label = time.removesuffix(":00") if at % step == 0 else ""
    chance = None if chances is None else chances.get(local.hour)
    words = "" if chances is None else chance_words(chance)
    return Column(hour, at, time, label, fullness(hour), words, dots_of(chance))


def fullness(hour: Hour) -> str:
    """This will say how full an hour is."""
    if not hour.places:
        return _("closed")
    if hour.asked:
        return _("%(demand)s want %(places)s places") % {"demand": hour.demand, "places": hour.places}
    return _("%(free)s of %(places)s free") % {"free": hour.free, "places": hour.places}


def chance_words(chance: dict[str, int] | None) -> str:
    """This will say what became of the wishes for an hour in the last rounds."""
    if not chance or not chance["asked"]:
        return _("Nobody asked for this hour in the last rounds: little is known of your chances.")
    last = _("In the last round %(asked)s asked for this hour here; %(placed)s of them got a place.")
    several = _("In the last %(rounds)s rounds %(asked)s asked for this hour here; %(placed)s of them got a place.")
    text = several if chance["rounds"] > 1 else last
    return text % chance


def dots_of(chance: dict[str, int] | None) -> int | None:
    """This will round a chance to so many of ten: never to none while somebody was placed, never to all while somebody was not."""
    if not chance or not chance["asked"]:
        return None
    share = round(OUT_OF * chance["placed"] / chance["asked"])
    return min(max(share, int(chance["placed"] > 0)), OUT_OF - int(chance["placed"] < chance["asked"]))


def _proposal(hours: Sequence[Hour]) -> tuple[int, int, int]:
    """Most room first, then the earlier hour; some hours to either side: a wide window is the better chance."""
    if not hours:
        return 0, 0, 0
    best = min(range(len(hours)), key=lambda at: (hours[at].percent, at))
    return max(0, best - AROUND), min(len(hours) - 1, best + AROUND), best


def _indices(hours: Iterable[Hour], chosen: tuple[datetime, datetime, datetime]) -> tuple[int, int, int]:
    starts = [hour.starts_at for hour in hours]
    earliest, latest, best = (min(range(len(starts)), key=lambda at: abs(starts[at] - moment)) for moment in chosen)
    return earliest, max(earliest, latest), min(max(best, earliest), max(earliest, latest))
