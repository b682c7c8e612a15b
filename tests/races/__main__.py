"""`make races`: the rush at length on SQLite and PostgreSQL, the same rush without its guard, forty racers on one bay, drivers who
stop in the wrong one while bays are blocked, reported and changed, and two hundred closures racing those who reserve.

One table row per run on stderr, one JSON line last on stdout; exit 1 when something was oversold, lost, doubled or shown as
locked, when a racer on the bay won twice, when a promise stands inside a closure, when the auditor found something, or when a
mutant (no guard, no freeze) was not seen to fail.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from tests.parts import postgres

ROOT = Path(__file__).resolve().parents[2]
MUST_BE_0 = [
    "oversold",
    "lost",
    "duplicates",
    "false_full",
    "counters_wrong",
    "locked_errors",
    "other_errors",
    "audit_findings",
]
ASTRAY = ["without_a_bay", "doubled", "held_while_blocked", "audit_findings"]
TOTALS = ["attempts", "oversold", "lost", "duplicates", "locked_errors"]
MUTANT_ATTEMPTS, MUTANT_RACES = 2000, 10
DATABASES = ("sqlite", "postgresql")


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.races", description=__doc__.splitlines()[0] if __doc__ else ""
    )
    parser.add_argument("--attempts", type=int, default=20_000)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--slots", type=int, default=100)
    parser.add_argument("--races", type=int, default=200, help="closures against reservations")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=DATABASES, action="append", help="default: both")
    options = parser.parse_args()
    outcome = {name: _on(name, options) for name in options.database or DATABASES}
    held = all(one["held"] for one in outcome.values())
    totals = {name: sum(one[name] for one in outcome.values()) for name in TOTALS}
    caught = all(one["mutant_caught"] for one in outcome.values())
    print(
        json.dumps({"held": held, **totals, "mutant_caught": caught, "clients": options.clients, "databases": outcome})
    )
    return 0 if held else 1


def _on(name: str, options: argparse.Namespace) -> dict[str, Any]:
    """Six runs, each on a fresh database."""
    few = {"attempts": min(options.attempts, MUTANT_ATTEMPTS), "races": min(options.races, MUTANT_RACES)}
    short = argparse.Namespace(**{**vars(options), **few})
    wanted = {"rush": options, "mutant": short, "bay": options, "straying": options}
    wanted |= {"closing": options, "closing_mutant": short}
    with _databases(name) as fresh:
        rush, mutant, bay, straying, closing, unfrozen = (_one(fresh(what), what, how) for what, how in wanted.items())
    said = rush.pop("said")
    one_wins = bay["winners"] == bay["called"] == bay["told_called"] == 1 and bay["told_no_bay"] == bay["racers"] - 1
    caught = mutant["oversold"] > 0 and mutant["audit_findings"] > 0
    caught = caught and unfrozen["inside"] > 0
    shut = not any(closing[key] for key in ("inside", "answered_twice", "gave_up", "audit_findings"))
    alone = straying["accepted"] == straying["standing_in_it"] == 1 and not any(straying[key] for key in ASTRAY)
    held = (
        not any(rush[key] for key in MUST_BE_0) and one_wins and not bay["audit_findings"] and caught and shut and alone
    )
    result = {
        "held": held,
        "attempts": options.attempts,
        **rush,
        "mutant_caught": caught,
        "mutant_oversold": mutant["oversold"],
    }
    result["bay_winners"] = bay["winners"]
    result |= {"closure_races": closing["races"], "inside_closures": closing["inside"]}
    result["inside_without_freeze"] = unfrozen["inside"]
    print(f"{name}: {result}\n{name}: answers {said}", file=sys.stderr)
    return result


def _one(url: str, what: str, options: argparse.Namespace) -> dict[str, Any]:
    argv = [sys.executable, "-m", "tests.races.one", "--what", what]
    argv += [
        part
        for key in ("attempts", "clients", "slots", "races", "seed")
        for part in (f"--{key}", str(getattr(options, key)))
    ]
    with tempfile.TemporaryDirectory(prefix="portlane-races-") as folder:
        done = subprocess.run(
            argv, cwd=ROOT, env=_environment(url, folder), stdout=subprocess.PIPE, text=True, check=True
        )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _environment(url: str, folder: str) -> dict[str, str]:
    return os.environ | {
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'platform'}",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": "a-key-for-the-races-only-" + "x" * 40,
        "PORTLANE_EMBEDDED": "1",
        "PORTLANE_DATA_DIR": folder,
        "PORTLANE_CLOCK": "",
        "LOG_LEVEL": "ERROR",
        "DATABASE_URL": url,
        "REDIS_URL": "redis://127.0.0.1:1/0",  # nobody there: no race may need it
    }


@contextmanager
def _databases(name: str) -> Iterator[Any]:
    """Yields a function that makes an empty database and returns its URL; all are gone after the block."""
    if name == "sqlite":
        with tempfile.TemporaryDirectory(prefix="portlane-races-") as folder:
            yield lambda what: f"sqlite:///{folder}/{what}.sqlite3"
        return
    with postgres.running() as server:
        made: list[str] = []
        yield lambda what: _create(server, f"races_{what}_{os.getpid()}", made)
        with psycopg.connect(server, autocommit=True) as link:
            for database in made:
                link.execute(f'DROP DATABASE "{database}" WITH (FORCE)')


def _create(server: str, database: str, made: list[str]) -> str:
    with psycopg.connect(server, autocommit=True) as link:
        link.execute(f'CREATE DATABASE "{database}"')
    made.append(database)
    head, _, query = server.partition("?")
    return f"{head.rpartition('/')[0]}/{database}" + (f"?{query}" if query else "")


if __name__ == "__main__":
    sys.exit(main())
