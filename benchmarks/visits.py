"""Two thousand trucks through the real truck park of 693 bays, from check-in to exit, by the real operations; audited afterwards.

Some stop in the wrong bay, find theirs taken, are bigger than declared; aisles are shut for a while. Everybody must park alone in a bay
that fits and leave again, and the auditor must find nothing. The yard then answers what one choice takes with all that it reads.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import apart

PARK = apart.ROOT / "yards" / "data" / "maasvlakte_plaza.geojson"
TRUCKS = 2000
TARGETS = {"broken": 0, "never_in": 0, "audit_findings": 0}
CHOICE_MS = 5.0


def run(*, full: bool) -> dict[str, Any]:
    """This will play the day (with `full` a yard drawn at random as well) and return figures, targets and `met`."""
    plans = [str(PARK), "random"] if full else [str(PARK)]
    rows = {Path(plan).stem: _played(plan) for plan in plans}
    checks = {f"{name}_{key}": row[key] <= most for name, row in rows.items() for key, most in TARGETS.items()}
    for name, row in rows.items():
        checks[f"{name}_everybody_parked"] = row["parked"] == row["left"] == row["checked_in"] > 0
        checks[f"{name}_choice"] = row["choice_ms"]["median"] <= CHOICE_MS
    return {
        "met": all(checks.values()),
        "checks": checks,
        "figures": rows,
        "targets": TARGETS | {"choice_ms": CHOICE_MS},
    }


def _played(plan: str) -> dict[str, Any]:
    """One day on a database of its own."""
    print(f"{TRUCKS} trucks through {plan}", file=sys.stderr, flush=True)
    day = ("--trucks", TRUCKS, "--seed", 2, "--plan", plan)
    with tempfile.TemporaryDirectory(prefix="portlane-visits-") as folder:
        return apart.run("benchmarks.visits_day", *day, within=apart.in_folder(folder, "visits"))
