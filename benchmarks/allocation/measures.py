"""What an outcome is worth, counted here from the requests and the rule alone, so that nobody's own figures are believed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import process_time
from typing import TypeVar

import numpy as np

from benchmarks.allocation.instances import HOUR_MIN, Instance
from reservations.allocation import Place, Rule

Result = TypeVar("Result")
ENOUGH_S = 3.0  # of CPU, and a figure is not taken again
BIG_ENOUGH = 20  # requests that make an organisation's mean displacement mean something


@dataclass(frozen=True)
class Worth:
    """`refused` by class; `refuse_cost` + `displacement_cost` + `fill_cost` is the value."""

    refused: tuple[int, ...]
    refuse_cost: int
    displacement_cost: int
    fill_cost: int

    @property
    def value(self) -> int:
        return self.refuse_cost + self.soft

    @property
    def soft(self) -> int:
        return self.displacement_cost + self.fill_cost


def cpu_of(work: Callable[[], Result]) -> tuple[Result, float]:
    """This will return what `work` returns and the CPU seconds (user + system) this process spent on it."""
    began_s = process_time()
    result = work()
    return result, process_time() - began_s


def least_cpu_of(work: Callable[[], Result]) -> tuple[Result, float]:
    """This will do `work` up to three times, while it is short, and return its result and the least CPU seconds: neighbours inflate."""
    result, least_s = cpu_of(work)
    spent_s = least_s
    for _ in range(2):
        if spent_s < ENOUGH_S:
            _, again_s = cpu_of(work)
            least_s, spent_s = min(least_s, again_s), spent_s + again_s
    return result, least_s


def worth(instance: Instance, placed: Mapping[str, str], rule: Rule) -> Worth:
    """This will price an outcome by a rule without levels and shares."""
    starts = {place.ref: place.starts_min for place in instance.places}
    refused, displacement = [0] * len(rule.refuse_cost), 0
    for request in instance.requests:
        if request.ref in placed:
            away_h = abs(starts[placed[request.ref]] - request.preferred_min) // HOUR_MIN
            displacement += rule.displacement_cost_per_hour[request.rank] * away_h
        else:
            refused[request.rank] += 1
    refuse_cost = sum(cost * count for cost, count in zip(rule.refuse_cost, refused, strict=True))
    return Worth(tuple(refused), refuse_cost, displacement, _fill_cost(instance.places, placed, rule))


def _fill_cost(places: Sequence[Place], placed: Mapping[str, str], rule: Rule) -> int:
    given = Counter(placed.values())
    cost = 0
    for place in places:
        below = 0
        for percent, seat_cost in rule.fill_steps:
            top = place.capacity * percent // 100
            cost += seat_cost * max(0, min(given[place.ref], top) - below)
            below = top
    return cost


def worst_mean_displacement_h(instance: Instance, placed: Mapping[str, str]) -> float:
    """This will return the mean displacement (hours of its placed requests) of the organisation that has the longest."""
    starts = {place.ref: place.starts_min for place in instance.places}
    asked = Counter(request.organisation for request in instance.requests)
    away: dict[str, list[int]] = {}
    for request in instance.requests:
        if request.ref in placed and asked[request.organisation] >= BIG_ENOUGH:
            hours = abs(starts[placed[request.ref]] - request.preferred_min) // HOUR_MIN
            away.setdefault(request.organisation, []).append(hours)
    return max(float(np.mean(hours)) for hours in away.values())
