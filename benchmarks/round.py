"""A whole round on PostgreSQL: 10,000 requests read, allocated, explained and written, as a Celery worker does it.

The world is made by one process and the round held by another, so that the memory measured is the round's own. What is counted
afterwards: places against reservations, ledger entries against requests, and the proof, run once more.
"""

from __future__ import annotations

from typing import Any

from benchmarks import apart
from tests.parts import postgres

TARGETS = {"wall_s_at_most": 15.0, "memory_mb_at_most": 300}
REQUESTS = 10_000
SHORT = 2_000


def run(*, full: bool) -> dict[str, Any]:
    """This will measure and return figures, targets and `met`. In short the same round with 2,000 requests comes first."""
    found = {str(size): _measured(size) for size in ((SHORT, REQUESTS) if full else (REQUESTS,))}
    whole = found[str(REQUESTS)]
    checks = {
        "wall_s": whole["wall_s"] <= TARGETS["wall_s_at_most"],
        "memory_mb": whole["memory_mb"] <= TARGETS["memory_mb_at_most"],
        "progress_shown": all(row["stages"] for row in found.values()),
        "nothing_wrong": not any(row["wrong"] for row in found.values()),
    }
    _table(found)
    return {"met": all(checks.values()), "checks": checks, "figures": found, "targets": TARGETS}


def _measured(size: int) -> dict[str, Any]:
    """On a server of its own; the steps are processes of their own."""
    with postgres.running(durable=True) as url:
        _step("build", url, size)
        figures = _step("hold", url, size)
        return figures | {"wrong": _step("check", url, size)["wrong"]}


def _step(name: str, url: str, size: int) -> dict[str, Any]:
    return apart.run("benchmarks.round_steps", name, size, within=apart.environment(url))


def _table(found: dict[str, dict[str, Any]]) -> None:
    print(
        f"{'requests':>8} {'placed':>7} {'draw s':>7} {'publish s':>9} {'wall s':>7} {'CPU s':>6} {'MB':>5} {'statements':>10}"
    )
    for size, row in found.items():
        print(
            f"{size:>8} {row['placed']:>7} {row['draw_s']:>7} {row['publish_s']:>9} {row['wall_s']:>7} {row['cpu_s']:>6}"
            f" {row['memory_mb']:>5} {row['statements']:>10}"
        )
