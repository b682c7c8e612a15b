"""A day of two thousand trucks, and then part of the port is shut: by the real operation, on PostgreSQL, audited afterwards.

Two cases: four lanes in ten for eight hours, and the whole port for six. Every truck is reserved by the real operation as well.
All who are inside must have one answer within a minute of the order, nobody may stand inside, of two who asked for the same the one
promised earlier must not come later, and the auditor must find nothing.
"""

from __future__ import annotations

import sys
from typing import Any

from benchmarks import apart
from tests.parts import postgres

TRUCKS = 2000
CASES = {"lanes_40_percent_8_h": (40, 8), "port_6_h": (100, 6)}
TARGETS = {"seconds": 60.0, "inversions": 0, "inside": 0, "unanswered": 0, "answered_twice": 0, "audit_findings": 0}


def run(*, full: bool) -> dict[str, Any]:
    """This will play both cases (with `full` on three days each) and return figures, targets and `met`."""
    seeds = (1, 2, 3) if full else (1,)
    rows = {
        f"{name}_day_{seed}": played(percent, hours, seed) for seed in seeds for name, (percent, hours) in CASES.items()
    }
    _table(rows)
    checks = {f"{name}_{key}": row[key] <= most for name, row in rows.items() for key, most in TARGETS.items()}
    checks |= {f"{name}_trucks": row["trucks"] >= TRUCKS and row["met"] > 0 for name, row in rows.items()}
    return {"met": all(checks.values()), "checks": checks, "figures": rows, "targets": TARGETS}


def played(percent: int, hours: int, seed: int, trucks: int = TRUCKS) -> dict[str, Any]:
    """One case on a server of its own."""
    print(f"{percent} % of the lanes for {hours} h, day {seed}", file=sys.stderr, flush=True)
    wanted = {"percent": percent, "hours": hours, "seed": seed, "trucks": trucks}
    arguments = [part for name, value in wanted.items() for part in (f"--{name}", value)]
    with postgres.running(durable=True) as url:
        return apart.run("benchmarks.disruption_day", *arguments, within=apart.environment(url))


def _table(rows: dict[str, Any]) -> None:
    columns = ("trucks", "met", "moved", "standby", "here", "seconds", "inversions", "inside", "audit_findings")
    print(" ".join([f"{'case':>28}", *(f"{name:>14}" for name in columns)]))
    for name, row in rows.items():
        print(" ".join([f"{name:>28}", *(f"{row[column]:>14}" for column in columns)]))
