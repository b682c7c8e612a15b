"""One day of trucks through a yard on the database named by DATABASE_URL: `python -m benchmarks.visits_day`."""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import Any


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trucks", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--plan", required=True, help="a GeoJSON file, or `random`")
    print(json.dumps(_day(parser.parse_args())))
    return 0


def _day(options: argparse.Namespace) -> dict[str, Any]:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from audit.auditor import Auditor
    from tests.parts.yard_day import YardDay

    plan = _plan(options)
    began_s = time.monotonic()
    day = YardDay(plan, trucks=options.trucks, seed=options.seed).play()
    took_s = time.monotonic() - began_s
    findings = [str(each) for each in Auditor().findings()]
    for line in (*day.broken[:5], *findings[:5]):
        print(line, file=sys.stderr)
    counts = dict(sorted(day.counts.items()))
    told = {"bays": len(plan.bays), "seconds": round(took_s, 1), "choice_ms": _choice_ms()}
    return {**told, **counts, "broken": len(day.broken), "audit_findings": len(findings)}


def _plan(options: argparse.Namespace) -> Any:
    if options.plan == "random":
        from tests.parts.random_yards import random_plan

        return random_plan(options.seed, strips=10, columns=35)
    from pathlib import Path

    from yards.layouts.geojson import read

    return read(Path(options.plan).read_bytes()).plan


def _choice_ms() -> dict[str, float]:
    """One choice with all it reads, in the yard as the day has left it: the median and the slowest of fifty."""
    from reservations.choosing import Chooser
    from reservations.models import QueueEntry
    from tests.parts.yard_day import MIDNIGHT

    related = ("lane__yard", "lane__port", "lane__gate", "gate")
    took_ms = []
    for entry in QueueEntry.objects.select_related(*related).order_by("-pk")[:50]:
        began_s = time.perf_counter()
        Chooser(entry.lane.yard_id, entry.lane.port, now=MIDNIGHT, without=()).choose(entry)
        took_ms.append((time.perf_counter() - began_s) * 1000)
    took_ms.sort()
    return {"median": round(took_ms[len(took_ms) // 2], 2), "most": round(took_ms[-1], 2)}


if __name__ == "__main__":
    sys.exit(main())
