"""Requests that come hour by hour: batches that hold room for a forecast of those still to come, against an answer to each click.

Nobody confirmed is ever moved: a batch gives only what is left. The forecast ("phantoms") is another week of the same law, right or
wrong in its volume or by hours; phantoms take room in the batch and are never confirmed. Both sides know nothing of what is to come.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.allocation import baselines
from benchmarks.allocation.instances import HOUR_MIN, Demand, Instance, Ints, Size, as_requests, draw_demand, make
from reservations.allocation import Request, Rule, allocate

AHEAD_H = (1.0, 48.0)  # how long before the preferred time people ask
SPARED_RANKS = 3  # classes 0, 1 and 2 are what the phantoms are for


@dataclass(frozen=True)
class Forecast:
    """How wrong the forecast is."""

    volume: float = 1.0
    late_h: int = 0


FORECASTS = {
    "right": Forecast(),
    "20 % too few": Forecast(volume=0.8),
    "20 % too many": Forecast(volume=1.2),
    "2 h late": Forecast(late_h=2),
    "2 h early": Forecast(late_h=-2),
}


@dataclass(frozen=True)
class Stream:
    """An instance and when each of its requests comes (hours, ascending)."""

    instance: Instance
    comes_h: NDArray[np.float64]


def stream(size: Size, *, load: float, seed: int) -> Stream:
    """This will make an instance whose requests come one to 48 hours ahead."""
    instance = make(size, load=load, seed=seed)
    comes_h = _comes_h(np.random.default_rng([seed, 5]), instance.demand)
    return Stream(replace(instance, came=np.argsort(comes_h, kind="stable")), comes_h)


def first_come(coming: Stream) -> Ints:
    """This will answer each click at once, and return who was refused, by class."""
    demand = coming.instance.demand
    soonest = np.maximum(demand.earliest, np.ceil(coming.comes_h).astype(np.int64))
    now_or_later = replace(coming.instance, demand=replace(demand, earliest=soonest))
    return refused_by_rank(coming.instance, baselines.first_come(now_or_later))


def batches(
    coming: Stream, size: Size, *, seed: int, every_h: int, forecast: Forecast | None, rule: Rule, solver: str
) -> dict[str, Any]:
    """This will give places every `every_h` hours and return who was refused by class, CPU seconds of the slowest and of the mean batch."""
    instance = coming.instance
    phantoms = _phantoms(size, instance, seed=seed, forecast=forecast)
    room = {place.ref: place.room for place in instance.places}
    placed: dict[str, str] = {}
    cpu_s = []
    for now_h in range(-int(AHEAD_H[1]), instance.hours, every_h):
        waiting = _waiting(coming, placed, now_h)
        if not waiting:
            continue
        free = [replace(p, room=room[p.ref]) for p in instance.places if p.starts_min > now_h * HOUR_MIN]
        started_s = time.process_time()
        outcome = allocate([*waiting, *_to_come(phantoms, now_h)], free, rule, key=b"batch %d" % now_h, solver=solver)
        cpu_s.append(time.process_time() - started_s)
        for ref, place in outcome.placed.items():
            placed[ref] = place
            room[place] -= 1
    return {
        "refused": refused_by_rank(instance, placed).tolist(),
        "batch_cpu_s": round(float(np.mean(cpu_s)), 3),
        "slowest_batch_cpu_s": round(max(cpu_s), 3),
        "placed": placed,
    }


def refused_by_rank(instance: Instance, placed: dict[str, str]) -> Ints:
    """This will count who has no place, by class."""
    without = np.array([request.ref not in placed for request in instance.requests])
    return np.bincount(instance.demand.rank[without], minlength=4)


@dataclass(frozen=True)
class _Phantom:
    comes_h: float
    request: Request


def _phantoms(size: Size, instance: Instance, *, seed: int, forecast: Forecast | None) -> list[_Phantom]:
    if forecast is None:
        return []
    rng = np.random.default_rng([seed, 100])
    demand = draw_demand(rng, size, bundles=False)
    count = int(len(demand) * forecast.volume)
    demand = demand.take(np.sort(rng.choice(len(demand), count, replace=count > len(demand))))
    shifted = {
        name: np.clip(getattr(demand, name) + forecast.late_h, 0, instance.hours - 1)
        for name in ("earliest", "latest", "preferred")
    }
    demand = replace(demand, **shifted)
    requests = as_requests(demand, instance.lanes, prefix="phantom", phantoms=True)
    return [_Phantom(at, request) for at, request in zip(_comes_h(rng, demand).tolist(), requests, strict=True)]


def _waiting(coming: Stream, placed: dict[str, str], now_h: int) -> list[Request]:
    here = (coming.comes_h <= now_h) & (coming.instance.demand.latest > now_h)
    requests = (coming.instance.requests[at] for at in np.flatnonzero(here).tolist())
    return [request for request in requests if request.ref not in placed]


def _to_come(phantoms: list[_Phantom], now_h: int) -> Iterator[Request]:
    return (p.request for p in phantoms if p.comes_h > now_h and p.request.latest_min > now_h * HOUR_MIN)


def _comes_h(rng: np.random.Generator, demand: Demand) -> NDArray[np.float64]:
    return demand.preferred.astype(np.float64) - np.clip(rng.gamma(2.0, 6.0, len(demand)), *AHEAD_H)
