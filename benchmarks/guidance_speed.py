"""How long guidance takes: one choice among 2,000 bays, the same with its database, and a plan read, checked and made ready for ways."""

from __future__ import annotations

import json
import time
from typing import Any

import numpy as np

from benchmarks import apart
from benchmarks.guidance_day import NEEDS, day_of, past_stays
from benchmarks.guidance_play import Ground, Play
from benchmarks.guidance_yard import GATES, SHAPES, STEPS, yard_of
from tests.parts import postgres
from yards.guidance.bays import Bays
from yards.guidance.choice import Ask, choose
from yards.guidance.prices import Prices, demand
from yards.guidance.roads import Roads
from yards.guidance.state import State
from yards.guidance.ways import Network, Size
from yards.layouts import checks, geojson

CHOICE_BAYS, OCCUPANCY = 2000, 0.9
PLANS = (704, 3000)


def measured() -> dict[str, Any]:
    """This will measure all of it; a choice in processor time of its thread, which a busy neighbour does not add to."""
    figures = _choices()
    figures |= _with_database()
    for bays in PLANS:
        figures |= _plan(bays)
    print("  ".join(f"{name} {value}" for name, value in figures.items()), flush=True)
    return figures


def _choices() -> dict[str, float]:
    """A day of 2,000 bays played; what is timed is the choice alone."""
    ground = Ground(yard_of(SHAPES[CHOICE_BAYS]))
    past = [day_of(CHOICE_BAYS, OCCUPANCY, seed) for seed in (900, 901)]
    prices = Prices.of(ground.bays, demand(past_stays(past, ground.bays), days=len(past)))
    took: list[float] = []

    def rule(ask: Ask, bays: Bays, state: State, roads: Roads) -> str | None:
        started = time.thread_time()
        choice = choose(ask, bays, state, roads, prices)
        took.append(time.thread_time() - started)
        return choice.code if choice else None

    Play(ground, day_of(CHOICE_BAYS, OCCUPANCY, 0)).run(rule)
    return {
        "choice_us_mean": round(float(np.mean(took)) * 1e6, 1),
        "choice_us_p99": round(float(np.percentile(took, 99)) * 1e6, 1),
    }


def _with_database() -> dict[str, float]:
    """On a durable PostgreSQL of its own; the choices are made by a process of their own."""
    print("a yard of 2,000 bays with its past is written to a database", flush=True)
    with postgres.running(durable=True) as url:
        return apart.run("benchmarks.guidance_database", within=apart.environment(url))


def _plan(bays: int) -> dict[str, float]:
    """The plan's file read and checked, and the ways of every size, gate and next step found."""
    data = json.dumps(geojson.write(yard_of(SHAPES[bays]))).encode()
    started = time.perf_counter()
    reading = geojson.read(data)
    if reading.plan is None or any(one.level == "error" for one in checks.check(reading.plan)):
        raise RuntimeError("the measured yard is not a good plan")
    network = Network(reading.plan)
    for size in {Size(need.length_m, need.width_m) for need in NEEDS}:
        ways = network.ways(size)
        for gate in GATES:
            for step in STEPS:
                Roads.by_ways(ways, gate=gate, next_step=step)
    return {f"plan_{bays}_s": round(time.perf_counter() - started, 2)}
