"""PURE. What it costs those who come later that a bay of a scarce class is taken now. Metres.

State-dependent shadow price (Ott and Krishnan 1992, separable routing): with n of a class's C bays in use and an offered load of rho, one
more taken costs in the mean NO_BAY_M * B(rho, C) / B(rho, n) of those to come, B being Erlang's loss formula. Erlang's B is computed
by its recursion in logarithms: with a thousand bays the plain one underflows. rho is AHEAD times the peak that past days had in the
coming four hours; 0.9 to 1.5 instead of 1.2 changes the whole cost by no more than 2 %.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from yards.guidance.bays import PLAIN, Bays, Floats

NO_BAY_M = 2500.0  # a truck that finds no bay that fits
BEST_FIT_M = 400.0  # no history: each class a vehicle takes without need
AHEAD = 1.2
LEAST_LOAD = 0.5
HOURS, DAY_MIN, LOOK_MIN, SAMPLE_MIN = 24, 1440.0, 240.0, 30.0

Demand = Mapping[str, Sequence[float]]


def demand(rows: Iterable[tuple[float, float, Sequence[str]]], *, days: int) -> dict[str, list[float]]:
    """This will return, for each class and hour of the day, how many vehicles of it stood in the yard at the peak of the next four
    hours, in the mean of past days.

    Rows: (arrival in minutes since midnight of the first day, minutes of stay, classes it needed).
    """
    by_class: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for arrived_min, stay_min, classes in rows:
        for name in classes:
            by_class[name].append((arrived_min, arrived_min + stay_min))
    return {name: _peaks(np.array(stays), days) for name, stays in by_class.items()} if days > 0 else {}


def _peaks(stays: Floats, days: int) -> list[float]:
    arrived, left = np.sort(stays[:, 0]), np.sort(stays[:, 1])
    starts = np.arange(days)[:, None, None] * DAY_MIN + np.arange(HOURS)[None, :, None] * 60.0
    instants = starts + np.arange(0.0, LOOK_MIN, SAMPLE_MIN)
    standing = np.searchsorted(arrived, instants, side="right") - np.searchsorted(left, instants, side="right")
    means: list[float] = standing.max(axis=2).mean(axis=0).tolist()
    return means


@dataclass(frozen=True)
class Prices:
    """A price for each class, hour and number in use. `tables[class]` is of shape (24, bays + 1); without history it is fixed."""

    tables: tuple[Floats, ...]
    loads: Demand
    has_history: bool

    @classmethod
    def of(cls, bays: Bays, history: Demand | None) -> Prices:
        """This will build the tables from `demand`; none of it gives the best-fit rule: a fixed price for each class not needed."""
        if not history:
            return cls(tuple(_fixed(name) for name in bays.class_names), {}, False)
        nobody = [0.0] * HOURS
        tables = tuple(shadow(np.array(history.get(c, nobody)) * AHEAD, bays.classes[c]) for c in bays.class_names)
        return cls(tables, history, True)

    def at(self, hour: int, in_use: Floats) -> Floats:
        """This will return the price of one more bay of each class, in the order of the bays' class names."""
        number = (min(int(n), table.shape[1] - 1) for n, table in zip(in_use, self.tables, strict=True))
        return np.array([table[hour, n] for n, table in zip(number, self.tables, strict=True)])


def shadow(loads: Floats, bays: int) -> Floats:
    """This will return the price by hour and number in use, of shape (hours, bays + 1), for the load of each hour."""
    log_b = log_erlang_b(np.maximum(loads, LEAST_LOAD), bays)
    prices: Floats = NO_BAY_M * np.exp(log_b[:, -1:] - log_b)
    return prices


def log_erlang_b(loads: Floats, bays: int) -> Floats:
    """This will return the logarithm of Erlang's loss B(load, n) for each load and n = 0 … bays.

    B(n) = load B(n-1) / (n + load B(n-1)), B(0) = 1.
    """
    log_b = np.zeros((len(loads), bays + 1))
    log_load = np.log(loads)
    for n in range(1, bays + 1):
        log_b[:, n] = log_load + log_b[:, n - 1] - np.log(n + loads * np.exp(log_b[:, n - 1]))
    return log_b


def _fixed(name: str) -> Floats:
    return np.full((HOURS, 1), 0.0 if name == PLAIN else BEST_FIT_M)
