"""A day of arrivals from observed queue lengths. The rule (docs/simulate.md):

1. One crossing's observations are taken in order. Between two of them the queue grew by `d` trucks in `h` hours while
   the crossing served at an assumed pace of `s` trucks an hour, so `max(0, d + s * h)` trucks arrived.
2. `s` is the crossing's steep but usual fall: the 90th percentile of the hourly falls of its queue. It is the least
   service that explains nearly all falls without negative arrivals.
3. Intervals are cut at local midnights; the parts inside the chosen day, scaled to the wanted number of trucks, are the
   day's rate: constant within an interval, jumping between them.
4. Given its number of trucks, a Poisson process of that rate is a sample of independent moments with that density:
   they are drawn by a seeded generator and sorted.
"""

from __future__ import annotations

import csv
import itertools
import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

SHIPPED = Path(__file__).parent / "data" / "dpsu_trucks.csv"
OBSERVED_IN = ZoneInfo("Europe/Kyiv")
LONGEST_GAP_H = 12.0  # over a longer hole in the observations nothing is known
WHOLE_DAY_H = 23.9
STEEP = 0.9


class NoSuchDay(ValueError):
    """The file has no observations from which that day could be made."""


@dataclass(frozen=True)
class Observation:
    """`trucks` waiting at `at` (aware)."""

    at: datetime
    trucks: int


@dataclass(frozen=True)
class Stretch:
    """`weight` trucks arrived evenly from `begins_h` to `ends_h`, in hours after the day's local midnight."""

    begins_h: float
    ends_h: float
    weight: float


def read(path: Path) -> dict[str, list[Observation]]:
    """This will read a file with the columns observed_at, crossing, trucks_waiting: the observations of each crossing in order."""
    found: dict[str, dict[datetime, int]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            at = datetime.fromisoformat(row["observed_at"].replace("Z", "+00:00"))
            found.setdefault(row["crossing"], {})[at] = int(row["trucks_waiting"])
    return {name: [Observation(at, n) for at, n in sorted(rows.items())] for name, rows in found.items()}


def usual(crossings: dict[str, list[Observation]]) -> tuple[str, date]:
    """This will choose the crossing with the longest queues and, of its days observed around the clock, the one of median arrivals."""
    name = max(crossings, key=lambda key: sum(one.trucks for one in crossings[key]) / len(crossings[key]))
    days = sorted({one.at.astimezone(OBSERVED_IN).date() for one in crossings[name]})
    whole = {day: stretches(crossings[name], day) for day in days}
    known = [day for day, parts in whole.items() if sum(part.ends_h - part.begins_h for part in parts) > WHOLE_DAY_H]
    if not known:
        raise NoSuchDay("no crossing was observed through a whole day")
    known.sort(key=lambda day: sum(part.weight for part in whole[day]))
    return name, known[len(known) // 2]


def served_per_hour(observations: Iterable[Observation]) -> float:
    """This will return the assumed service of rule 2, in trucks an hour."""
    falls = sorted(
        (before.trucks - after.trucks) / _hours(before.at, after.at)
        for before, after in itertools.pairwise(observations)
        if after.trucks < before.trucks and _hours(before.at, after.at) <= LONGEST_GAP_H
    )
    return falls[int(STEEP * (len(falls) - 1))] if falls else 0.0


def stretches(observations: list[Observation], day: date) -> list[Stretch]:
    """This will return the arrivals of one local day by rules 1 and 3."""
    pace = served_per_hour(observations)
    midnight = datetime.combine(day, time(), OBSERVED_IN)
    end = datetime.combine(day + timedelta(days=1), time(), OBSERVED_IN)
    parts = []
    for before, after in itertools.pairwise(observations):
        hours = _hours(before.at, after.at)
        begins, ends = max(before.at, midnight), min(after.at, end)
        if begins >= ends or hours > LONGEST_GAP_H:
            continue
        arrived = max(0.0, after.trucks - before.trucks + pace * hours)
        parts.append(Stretch(_hours(midnight, begins), _hours(midnight, ends), arrived * _hours(begins, ends) / hours))
    return parts


def draw(parts: list[Stretch], *, trucks: int, seed: int) -> list[timedelta]:
    """This will draw `trucks` sorted arrival moments (time after midnight) by rule 4; the same seed gives the same day."""
    if not any(part.weight for part in parts):
        raise NoSuchDay("nobody arrived on that day")
    dice = random.Random(seed)  # noqa: S311  (a repeatable sample is wanted, not a secret)
    chosen = dice.choices(parts, weights=[part.weight for part in parts], k=trucks)
    return sorted(timedelta(hours=dice.uniform(part.begins_h, part.ends_h)) for part in chosen)


def _hours(begins: datetime, ends: datetime) -> float:
    return (ends.timestamp() - begins.timestamp()) / 3600
