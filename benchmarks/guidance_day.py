"""Days of trucks at the measured yard: who comes when, with what, for how long. A day is known by its seed and its peak occupancy.

Arrivals follow a border's day; stays are log-normal about what the next step takes (longer with power). 2.5 % carry dangerous goods of
four classes, 13 % need power, 6 % a long bay.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from benchmarks.guidance_yard import GATES, STEPS
from yards.guidance.bays import Bays, Floats, Ints
from yards.guidance.needs import Need

DAY_MIN = 1440.0
SPREAD = 0.45
HOURLY = np.array([3, 2, 2, 2, 3, 5, 8, 10, 11, 11, 10, 8, 8, 10, 11, 11, 10, 9, 7, 6, 5, 4, 4, 3], dtype=float)
STEP_SHARE = np.array([0.38, 0.34, 0.05, 0.23])
STEP_MEAN_MIN = np.array([150.0, 240.0, 420.0, 120.0])
POWER_STAYS_LONGER = 1.3
NEEDS = (
    Need(17.1, 2.55),
    Need(19.8, 2.6),
    Need(17.1, 2.55, frozenset({"reefer"})),
    *(Need(17.1, 2.55, frozenset({"hazmat"}), hazard) for hazard in ("3", "5.1", "8", "4.1")),
)
PLAIN, LONG, POWER, DANGEROUS = 0, 1, 2, 3


@dataclass(frozen=True)
class Day:
    """Columns over the trucks in the order they come; `need`, `gate` and `step` are places in NEEDS, GATES and STEPS."""

    at_min: Floats
    stay_min: Floats
    mean_min: Floats
    need: Ints
    gate: Ints
    step: Ints

    def __len__(self) -> int:
        return len(self.at_min)

    @cached_property
    def kind(self) -> Ints:
        """What trucks alike share: need, gate and step."""
        return (self.need * len(GATES) + self.gate) * len(STEPS) + self.step


def day_of(bays: int, occupancy: float, seed: int) -> Day:
    """This will draw the day whose expected occupancy peaks at that share of the bays."""
    random = np.random.default_rng(seed)
    share = HOURLY / HOURLY.sum()
    number = int(occupancy * bays / _peak_per_truck(share))
    at_min = np.sort((random.choice(24, number, p=share) + random.random(number)) * 60)
    step = random.choice(len(STEPS), number, p=STEP_SHARE)
    need = _needs(random, number)
    mean_min = STEP_MEAN_MIN[step] * np.where(need == POWER, POWER_STAYS_LONGER, 1.0)
    stay_min = mean_min * np.exp(random.normal(-(SPREAD**2) / 2, SPREAD, number))
    return Day(at_min, stay_min, mean_min, need, random.integers(0, len(GATES), number), step)


def past_stays(days: list[Day], bays: Bays) -> list[tuple[float, float, tuple[str, ...]]]:
    """This will write days one after another as the yard's books know them: what the demand is counted from."""
    classes = [bays.classes_of(need) for need in NEEDS]
    rows = []
    for number, day in enumerate(days):
        columns = zip(day.at_min.tolist(), day.stay_min.tolist(), day.need.tolist(), strict=True)
        rows += [(number * DAY_MIN + at_min, stay_min, classes[need]) for at_min, stay_min, need in columns]
    return rows


def _needs(random: np.random.Generator, number: int) -> Ints:
    draw, hazard = random.random(number), random.integers(DANGEROUS, len(NEEDS), number)
    kinds = [draw < 0.025, draw < 0.155, draw < 0.215]
    return np.select(kinds, [hazard, np.full(number, POWER), np.full(number, LONG)], PLAIN)


def _peak_per_truck(share: Floats) -> float:
    """The expected occupancy at the day's peak that each truck of the day adds, on the second of two such days."""
    mean_min = float(STEP_SHARE @ STEP_MEAN_MIN)
    still_there = np.exp(-np.arange(0, DAY_MIN, 5) / mean_min)
    arrivals = np.repeat(np.tile(share, 2), 12) / 12
    return float(np.convolve(arrivals, still_there)[: len(arrivals)].max())
