"""Forty receivers, twelve of them bad in six ways: how long the healthy ones wait, and that every event comes to an end all may see.

A port's lanes are switched twice a second, which every organisation is told of; two workers relay and deliver every second, as beat has
it, on PostgreSQL. Receivers are real HTTP servers in a process of their own: they hang, drip, refuse, redirect, answer 500 with ten
megabytes, or say that they are gone. Latency is from the ledger entry's moment to the moment a receiver had the whole request. Then the
clock is put forward, two hours at a time, until nothing waits any more.
"""

from __future__ import annotations

from typing import Any

from benchmarks import apart
from tests.parts import postgres

TARGETS = {"healthy_p99_s_at_most": 5.0, "lost": 0, "unverified": 0, "waiting_at_the_end": 0, "out_of_order": 0}


def run(*, full: bool) -> dict[str, Any]:
    """This will play it for 20 seconds (with `full` 120) and return figures, targets and `met`."""
    with postgres.running(durable=True) as url:
        within = apart.environment(url, PORTLANE_WEBHOOK_PRIVATE="1", LOG_LEVEL="CRITICAL")
        found = apart.run("benchmarks.webhooks_day", "--seconds", 120 if full else 20, within=within)
    checks = {
        name: found[name] == TARGETS[name] for name in ("lost", "unverified", "waiting_at_the_end", "out_of_order")
    }
    checks |= {"healthy_p99": found["healthy_s"]["p99"] <= TARGETS["healthy_p99_s_at_most"]}
    checks |= {"some_of_each": min(found["ended"].get(end, 0) for end in ("delivered", "exhausted", "disabled")) > 0}
    for name, value in found.items():
        print(f"{name:>20} {value}")
    return {"met": all(checks.values()), "checks": checks, "figures": found, "targets": TARGETS}
