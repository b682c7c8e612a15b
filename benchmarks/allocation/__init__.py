"""The allocation of a round: exact or proven, beside first-come and a priority greedy on the same instances.

Instances are made up by seed. The bound is a linear programme written down here (bound.py); the worth of every outcome is counted
here (measures.py); the verifier of the package, which shares no arithmetic with its solver, checks every outcome, the baselines' too.
CPU seconds of this process, the least of three where it is short: `solve` on arrays, and beside it `allocate` whole with draw and
reasons. Where OR-Tools is installed the flows are measured with both solvers; each must meet its own times.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

from benchmarks.allocation import rows
from benchmarks.allocation.rows import Row

LOADS = (1.0, 0.85)
BAYS = (1.0, 0.85)


def run(*, full: bool) -> dict[str, Any]:
    """This will measure and return figures, targets and `met`; `full` adds the 100k instances."""
    solvers = ["scipy", *(["ortools"] if find_spec("ortools") else [])]
    for solver in solvers:
        rows.core("1k", load=1.0, solver=solver)  # imports are not what is measured
    done = []
    for row in _rows(full, solvers):
        done.append(row)
        failed = ", ".join(name for name, holds in row.checks.items() if not holds)
        print(
            f"{'met ' if row.met else 'NOT '} {row.name:<34} {row.shows}{f' — short of: {failed}' if failed else ''}",
            flush=True,
        )
    return {
        "met": all(row.met for row in done),
        "solvers": solvers,
        "rows": {row.name: {"met": row.met, "checks": row.checks, **row.figures} for row in done},
        "targets": TARGETS,
    }


def _rows(full: bool, solvers: list[str]) -> Iterator[Row]:
    sizes, large = ("1k", "10k", *(["100k"] if full else [])), "100k" if full else "10k"
    best = solvers[-1]
    for size in sizes:
        for load in LOADS:
            for solver in solvers:
                yield rows.core(size, load=load, solver=solver)
    for size in sizes:
        for load in LOADS:
            for bays in BAYS if full else BAYS[1:]:
                yield rows.full(size, load=load, bays=bays, solver=best)
    forecasts = list(rows.rolling.FORECASTS)
    yield from rows.rolled("10k", every_h=1 if full else 2, forecasts=forecasts, solver=best)
    for size in dict.fromkeys(("10k", large)):
        for solver in solvers:
            yield rows.closed(size, load=0.85, solver=solver)
    yield rows.fair("10k", load=1.0, solver=best)


TARGETS = {
    "core_cpu_s": rows.CORE_CPU_S,
    "core_gap": 0,
    "full_cpu_s": rows.FULL_CPU_S,
    "full_refused_over_bound_percent": rows.EXTRA_REFUSED_PERCENT,
    "full_soft_gap_percent": rows.SOFT_GAP_PERCENT,
    "rolling_of_first_come": rows.OF_FIRST_COME,
    "closure_cpu_s": rows.CLOSURE_CPU_S,
    "closure_moves_to_fewest": rows.MOVES_TO_FEWEST,
    "fairness_worst_to_unaware": rows.WORST_TO_UNAWARE,
    "fairness_extra_percent": rows.EXTRA_DISPLACEMENT_PERCENT,
}
