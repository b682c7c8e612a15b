"""Which bay: what the choice costs beside the best anybody could do, beside simpler rules on the same days, and how long it takes.

Every rule plays the same days in the same yard of 528 bays; the bound (benchmarks/guidance_bound.py) knows all arrivals and stays
beforehand. Every day our rule plays is checked by a reader that shares no code with it.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from benchmarks import guidance_speed
from benchmarks.guidance_bound import bound_m
from benchmarks.guidance_check import wrong
from benchmarks.guidance_day import Day, day_of, past_stays
from benchmarks.guidance_play import Ground, Outcome, Play, Rule, best_fit_rule, nearest_rule, ours, random_rule
from benchmarks.guidance_yard import SHAPES, yard_of
from yards.guidance.prices import Prices, demand

BAYS = 528
RATIO_AT_MOST = {0.7: 1.06, 0.8: 1.09, 0.9: 1.13}
NO_BAY_PERCENT_AT_MOST = {0.7: 0.3, 0.8: 0.5, 0.9: 1.5}
SPEED_AT_MOST = {
    "choice_us_mean": 100.0,
    "choice_us_p99": 1000.0,
    "with_database_ms": 5.0,
    "plan_704_s": 2.0,
    "plan_3000_s": 10.0,
}
PAST_DAYS = range(900, 912)
SHORT_DAYS, FULL_DAYS = 3, 8
OURS = "ours"


def run(*, full: bool) -> dict[str, Any]:
    """This will measure and return figures, targets and `met`."""
    ground = Ground(yard_of(SHAPES[BAYS]))
    days = range(FULL_DAYS if full else SHORT_DAYS)
    costs = {occupancy: _at(ground, occupancy, days) for occupancy in RATIO_AT_MOST}
    speed = guidance_speed.measured()
    checks = {f"ratio_at_{at}": costs[at][OURS]["ratio"] <= most for at, most in RATIO_AT_MOST.items()}
    checks |= {f"no_bay_at_{at}": costs[at][OURS]["no_bay_%"] <= most for at, most in NO_BAY_PERCENT_AT_MOST.items()}
    checks |= {name: speed[name] <= most for name, most in SPEED_AT_MOST.items()}
    checks["nothing_wrong"] = not any(count for at in costs for count in costs[at][OURS]["wrong"].values())
    figures = {"days": len(days), "costs": {str(at): rows for at, rows in costs.items()}, "speed": speed}
    targets = {"ratio": RATIO_AT_MOST, "no_bay_%": NO_BAY_PERCENT_AT_MOST, **SPEED_AT_MOST}
    return {"met": all(checks.values()), "checks": checks, "figures": figures, "targets": targets}


def _at(ground: Ground, occupancy: float, seeds: range) -> dict[str, dict[str, Any]]:
    """All rules on the days of one occupancy: means over the days."""
    rules = _rules(ground, occupancy)
    played: dict[str, list[tuple[Day, Outcome, float]]] = {name: [] for name in rules}
    for seed in seeds:
        day = day_of(BAYS, occupancy, seed)
        started = time.perf_counter()
        bound = bound_m(ground, day)
        _say(f"occupancy {occupancy:.0%}, day {seed}: {len(day)} trucks, bound {bound / len(day):.0f} m", started)
        for name, rule in rules.items():
            played[name].append((day, Play(ground, day).run(rule), bound))
    rows = {name: _row(days) for name, days in played.items()}
    rows[OURS]["wrong"] = _wrong(ground, played[OURS])
    _table(occupancy, rows)
    return rows


def _rules(ground: Ground, occupancy: float) -> dict[str, Rule]:
    """The rules; ours with what past days say, and with a forecast a fifth too low and too high."""
    bays = ground.bays
    rules = {"random": random_rule(bays, 1), "nearest": nearest_rule(bays), "best fit": best_fit_rule(bays)}
    for name, share in ((OURS, 1.0), ("forecast -20 %", 0.8), ("forecast +20 %", 1.2)):
        past = [day_of(BAYS, occupancy * share, seed) for seed in PAST_DAYS]
        rules[name] = ours(Prices.of(bays, demand(past_stays(past, bays), days=len(past))))
    return rules


def _row(days: list[tuple[Day, Outcome, float]]) -> dict[str, Any]:
    trucks = sum(outcome.trucks for _, outcome, _ in days)
    shares = {
        "no_bay_%": sum(outcome.no_bay for _, outcome, _ in days),
        "blocked_%": sum(outcome.blocked for _, outcome, _ in days),
        "conflicts_%": sum(outcome.conflicts for _, outcome, _ in days),
    }
    return {
        "ratio": round(float(np.mean([outcome.cost_m / bound for _, outcome, bound in days])), 4),
        "drive_m": round(sum(outcome.drive_m for _, outcome, _ in days) / trucks),
        **{name: round(100 * count / trucks, 2) for name, count in shares.items()},
    }


def _wrong(ground: Ground, days: list[tuple[Day, Outcome, float]]) -> dict[str, int]:
    found = [wrong(ground.plan, day, outcome) for day, outcome, _ in days]
    return {kind: sum(one[kind] for one in found) for kind in found[0]}


def _table(occupancy: float, rows: dict[str, dict[str, Any]]) -> None:
    print(f"{occupancy:.0%} occupied at the peak   ratio   drive m  no bay %  blocked %  conflicts %")
    for name, row in rows.items():
        print(
            f"  {name:<22} {row['ratio']:>7.3f} {row['drive_m']:>9} {row['no_bay_%']:>9.2f} {row['blocked_%']:>10.2f}"
            f" {row['conflicts_%']:>12.1f}",
            flush=True,
        )


def _say(what: str, started: float) -> None:
    print(f"{what} ({time.perf_counter() - started:.1f} s)", flush=True)
