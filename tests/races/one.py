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
    parser.add_argument("--what", choices=("rush", "mutant", "bay"), required=True)
    options = parser.parse_args()
    _set_up()
    print(json.dumps(_bay() if options.what == "bay" else _rush(options)))
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


def _bay() -> dict[str, Any]:
    from tests.races import bay, world

    world.lay_out()
    return {**bay.run(), "audit_findings": _audit()}


def _audit() -> int:
    from audit.auditor import Auditor

    return sum(1 for _ in Auditor(say=lambda line: print(line, file=sys.stderr)).findings())


if __name__ == "__main__":
    sys.exit(main())
