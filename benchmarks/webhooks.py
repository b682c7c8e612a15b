"""Forty receivers, twelve of them bad in six ways: how long the healthy ones wait, and that every event comes to an end all may see.

A port's lanes are switched twice a second, which every organisation is told of; two workers relay and deliver every second, as beat has
it, on PostgreSQL. Receivers are real HTTP servers in a process of their own: they hang, drip, refuse, redirect, answer 500 with ten
megabytes, or say that they are gone. Latency is from the ledger entry's moment to the moment a receiver had the whole request. Then the
clock is put forward, two hours at a time, until nothing waits any more.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.parts import postgres

ROOT = Path(__file__).resolve().parents[1]
TARGETS = {"healthy_p99_s_at_most": 5.0, "lost": 0, "unverified": 0, "waiting_at_the_end": 0, "out_of_order": 0}


def run(*, full: bool) -> dict[str, Any]:
    """This will play it for 20 seconds (with `full` 120) and return figures, targets and `met`."""
    with postgres.running(durable=True) as url:
        argv = [sys.executable, "-m", "benchmarks.webhooks_day", "--seconds", "120" if full else "20"]
        done = subprocess.run(argv, cwd=ROOT, env=_environment(url), stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    checks = {
        name: found[name] == TARGETS[name] for name in ("lost", "unverified", "waiting_at_the_end", "out_of_order")
    }
    checks |= {"healthy_p99": found["healthy_s"]["p99"] <= TARGETS["healthy_p99_s_at_most"]}
    checks |= {"some_of_each": min(found["ended"].get(end, 0) for end in ("delivered", "exhausted", "disabled")) > 0}
    for name, value in found.items():
        print(f"{name:>20} {value}")
    return {"met": all(checks.values()), "checks": checks, "figures": found, "targets": TARGETS}


def _environment(url: str) -> dict[str, str]:
    return os.environ | {
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'platform'}",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": "benchmark" * 8,
        "DATABASE_URL": url,
        "PORTLANE_WEBHOOK_PRIVATE": "1",
        "REDIS_URL": "redis://127.0.0.1:1/0",  # nobody listens: no delivery must need it
        "LOG_LEVEL": "CRITICAL",
    }
