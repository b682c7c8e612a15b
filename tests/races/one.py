"""One run of the races on the database named by DATABASE_URL, in a process of its own: `python -m tests.races.one`."""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import Any


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--attempts", type=int, required=True)
    parser.add_argument("--clients", type=int, required=True)
    parser.add_argument("--slots", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--races", type=int, required=True)
    parser.add_argument(
        "--what", choices=("rush", "mutant", "bay", "straying", "closing", "closing_mutant"), required=True
    )
    options = parser.parse_args()
    _set_up()
    run = {"bay": _bay, "straying": _straying, "closing": _closing, "closing_mutant": _closing}.get(options.what, _rush)
    print(json.dumps(run(options)))
    return 0


def _set_up() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def _rush(options: argparse.Namespace) -> dict[str, Any]:
    from contextlib import nullcontext

    from tests.races import mutant, rush, world

    places = max(1, round(0.3 * options.attempts / options.slots))  # three of ten attempts can be met
    hot = world.build(slots=options.slots, places=places, trucks=options.attempts)
    with mutant.without_guard() if options.what == "mutant" else nullcontext(lambda slot: None) as before:
        started_s = time.monotonic()
        journal = rush.run(hot, attempts=options.attempts, clients=options.clients, seed=options.seed, before=before)
        took_s = time.monotonic() - started_s
    counted = rush.verdict(hot, journal)
    return {
        **counted,
        "per_s": round(options.attempts / took_s, 1),
        "audit_findings": _audit(),
        "said": dict(journal.said),
    }


def _closing(options: argparse.Namespace) -> dict[str, Any]:
    from contextlib import nullcontext

    from tests.races import closing

    world = closing.lay_out(trucks=options.races * closing.CLIENTS)
    with closing.without_freeze() if options.what == "closing_mutant" else nullcontext():
        journal = closing.run(world, races=options.races, clients=closing.CLIENTS, seed=options.seed)
    said = dict(journal.said)
    counted = {
        "inside": said.pop("inside", 0),
        "answered_twice": closing.answered_twice(),
        "gave_up": said.pop("gave up", 0),
    }
    return {"races": options.races, **counted, "audit_findings": _audit(), "said": said}


def _bay(options: argparse.Namespace) -> dict[str, Any]:
    from tests.races import bay, world

    world.lay_out()
    return {**bay.run(), "audit_findings": _audit()}


def _straying(options: argparse.Namespace) -> dict[str, Any]:
    from tests.races import straying, world

    world.lay_out()
    return {**straying.run(), "audit_findings": _audit()}


def _audit() -> int:
    from audit.auditor import Auditor

    return sum(1 for _ in Auditor(say=lambda line: print(line, file=sys.stderr)).findings())


if __name__ == "__main__":
    sys.exit(main())
