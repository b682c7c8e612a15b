"""Two thousand trucks through the real truck park of 693 bays, from check-in to exit, by the real operations; audited afterwards.

Some stop in the wrong bay, find theirs taken, are bigger than declared; aisles are shut for a while. Everybody must park alone in a bay
that fits and leave again, and the auditor must find nothing. The yard then answers what one choice takes with all that it reads.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PARK = ROOT / "yards" / "data" / "maasvlakte_plaza.geojson"
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
    """One day in a process and on a database of its own."""
    print(f"{TRUCKS} trucks through {plan}", file=sys.stderr, flush=True)
    argv = [sys.executable, "-m", "benchmarks.visits_day", "--trucks", str(TRUCKS), "--seed", "2", "--plan", plan]
    with tempfile.TemporaryDirectory(prefix="portlane-visits-") as folder:
        done = subprocess.run(argv, cwd=ROOT, env=_environment(folder), stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _environment(folder: str) -> dict[str, str]:
    return os.environ | {
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'platform'}",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": "benchmark" * 8,
        "DATABASE_URL": f"sqlite:///{folder}/visits.sqlite3",
        "PORTLANE_DATA_DIR": folder,
        "REDIS_URL": "redis://127.0.0.1:1/0",  # nobody listens: no visit must need it
        "LOG_LEVEL": "ERROR",
    }
