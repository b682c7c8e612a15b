"""A port's gates over a bad line: ten thousand events told in disorder must end as in order, ten thousand forged ones count for nothing.

Each way of telling the day runs in a process and on a database of its own (`benchmarks.devices_day`): signed requests, the real inbox, the
port's sweeps and calls, a person who decides doubts; both at once. The auditor looks over both.
"""

from __future__ import annotations

import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from benchmarks import apart

SHORT, FULL = 150, 1900  # trucks: about five and a half events each
FORGED = {False: 1_000, True: 10_000}
SEED = 5


def run(*, full: bool) -> dict[str, Any]:
    """This will tell one day in both ways (with `full` of 10,000 events) and return figures and `met`."""
    trucks = FULL if full else SHORT
    with ThreadPoolExecutor(2) as pool:
        days = [
            pool.submit(_told, line, trucks, forged=forged) for line, forged in (("order", 0), ("bad", FORGED[full]))
        ]
    order, spoilt = (day.result() for day in days)
    ends = {"in order": order.pop("ends"), "bad line": spoilt.pop("ends")}
    others = [truck for truck, end in ends["in order"].items() if ends["bad line"][truck] != end]
    for truck in others[:10]:
        print(truck, *(end[truck] for end in ends.values()), sep="\n  ", file=sys.stderr)
    checks = {
        "same_end": not others,
        "everybody_came_and_left": order["left"] == spoilt["left"] == trucks,
        "no_double_admission": order["double_admissions"] + spoilt["double_admissions"] == 0,
        "nothing_left_open": spoilt["events_open"] + spoilt["stays_left"] == 0,
        "no_barrier_on_doubt": spoilt["opened_on_doubt"] == 0,
        "no_forgery_taken": spoilt["forged_accepted"] == 0,
        "audit_finds_nothing": order["audit_findings"] + spoilt["audit_findings"] == 0,
    }
    return {"met": all(checks.values()), "checks": checks, "figures": {"in order": order, "bad line": spoilt}}


def _told(line: str, trucks: int, *, forged: int) -> dict[str, Any]:
    print(f"{trucks} trucks, line: {line}", file=sys.stderr, flush=True)
    day = ("--trucks", trucks, "--seed", SEED, "--line", line, "--forged", forged)
    with tempfile.TemporaryDirectory(prefix="portlane-devices-") as folder:
        return apart.run("benchmarks.devices_day", *day, within=apart.in_folder(folder, "devices"))
