"""One reservation through the API, beside floors B and C, under 8 and 32 clients, on one hot slot and on 100.

Sign-in (session), idempotency, guard, row and ledger entry are all in. Throughput is compared with the floors of the same run;
CPU is user + system of the server processes. Rounds alternate between the servers, so that a busy neighbour meets all alike.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from benchmarks import apart, load
from benchmarks.servers import Server, serving
from tests.parts import postgres

CLIENTS = (8, 32)
TARGETS = {
    "per_s_at_least": 200,
    "cpu_ms_at_most": 5.0,
    "cpu_to_floor_c_at_most": 2.6,
    "p99_ms_at_32_at_most": 250,
    "p99_to_floor_c_at_32_at_most": 3.0,
    "hot_to_wide_at_least": 0.8,
    "statements_at_most": 12,
    "statements_while_held_at_most": 4,
    "cpu_growth_at_most": 1.2,
}


def run(*, full: bool) -> dict[str, Any]:
    """This will measure and return figures, targets and `met`."""
    rounds, batch = (6, 400) if full else (3, 200)
    with postgres.running(durable=True) as url, _django(url):
        from benchmarks import world as worlds

        world = worlds.build(
            drivers=64, trucks=(rounds * batch * 2 + 400) * len(CLIENTS) * (2 if full else 1) + 2000, slots=100
        )
        statements = _statements(world)
        figures = _measure_all(url, world, rounds=rounds, batch=batch)
        if full:
            figures["growth"] = _growth(url, world, worlds, rounds=rounds, batch=batch, before=figures)
        wrong = worlds.wrong_rows()
    return _judged(figures, statements, wrong)


@contextmanager
def _django(url: str) -> Iterator[None]:
    """Settings are read from the environment once, so it is settled before Django starts."""
    os.environ.update(apart.environment(url, DATABASE_CONN_MAX_AGE_S="600", BENCH_DSN=url))
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections

    call_command("migrate", interactive=False, verbosity=0)
    try:
        yield
    finally:
        connections.close_all()


def _measure_all(url: str, world: Any, *, rounds: int, batch: int) -> dict[str, Any]:
    with ExitStack() as stack:
        floors = stack.enter_context(serving("floors", "benchmarks.floor_app:application", os.environ.copy()))
        ours = stack.enter_context(serving("portlane", "config.wsgi:application", os.environ.copy()))
        cases: dict[str, tuple[Server, Callable[[int], list[bytes]]]] = {
            "floor_b": (floors, lambda count: _floor_requests("/b/", count)),
            "floor_c": (floors, lambda count: _floor_requests("/c/", count)),
            "hot": (ours, lambda count: world.requests(count, slots=1)),
            "wide": (ours, lambda count: world.requests(count, slots=100)),
        }
        for server, make in cases.values():
            load.run(server.port, make(50), clients=8)
        return {str(clients): _rounds(cases, clients, rounds, batch) for clients in CLIENTS}


def _rounds(cases: dict[str, Any], clients: int, rounds: int, batch: int) -> dict[str, dict[str, float]]:
    seen = {name: load.Measured() for name in cases}
    cpu_s = dict.fromkeys(cases, 0.0)
    for number in range(rounds):
        print(f"\r{clients} clients, round {number + 1} of {rounds}", end="", file=sys.stderr, flush=True)
        for name, (server, make) in cases.items():
            requests, before = make(batch), server.cpu_s()
            seen[name].add(load.run(server.port, requests, clients=clients))
            cpu_s[name] += server.cpu_s() - before
    print(file=sys.stderr)
    return {name: _figures(seen[name], cpu_s[name]) for name in cases}


def _figures(measured: load.Measured, cpu_s: float) -> dict[str, float]:
    count = len(measured.latencies_ms)
    return {
        "per_s": round(measured.per_s, 1),
        "p50_ms": round(measured.percentile_ms(0.5), 1),
        "p99_ms": round(measured.percentile_ms(0.99), 1),
        "cpu_ms": round(cpu_s * 1000 / count, 2),
        "refused": count - measured.statuses.get(201, 0),
    }


def _floor_requests(path: str, count: int) -> list[bytes]:
    return [load.post(path, b'{"slot": 1, "vehicle": "V%d"}' % n) for n in range(count)]


def _statements(world: Any) -> dict[str, int]:
    """Counts the SQL of one request through the whole stack, and what runs between the guard and the commit."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from benchmarks.world import CSRF, PATH

    def reserve() -> None:
        vehicle, session = next(world.trucks)
        client = Client(HTTP_HOST="127.0.0.1", enforce_csrf_checks=True)
        client.cookies["sessionid"], client.cookies["csrftoken"] = session, CSRF
        answer = client.post(
            PATH,
            {"slot": world.slots[-1].ref, "vehicle": vehicle, "cargo_kind": "general"},
            content_type="application/json",
            headers={"X-CSRFToken": CSRF, "Idempotency-Key": vehicle},
        )
        if answer.status_code != 201:
            raise RuntimeError(f"the API answered {answer.status_code}: {answer.content[:500]!r}")

    reserve()  # the first one makes the yard's stream
    with CaptureQueriesContext(connection) as queries:
        reserve()
    texts = [
        query["sql"] for query in queries if not query["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))
    ]
    guard = next(at for at, text in enumerate(texts) if text.startswith("UPDATE reservations_slot"))
    return {"statements": len(texts), "statements_while_held": len(texts) - guard - 1}


def _growth(url: str, world: Any, worlds: Any, *, rounds: int, batch: int, before: dict[str, Any]) -> dict[str, float]:
    worlds.add_history(ports=99, reservations=1_000_000)
    after = _measure_all(url, world, rounds=rounds, batch=batch)
    # Against the floor of each run, so that a neighbour who came or went meanwhile is left out.
    ratios = [run["8"]["wide"]["cpu_ms"] / run["8"]["floor_c"]["cpu_ms"] for run in (before, after)]
    return {"cpu_ms": after["8"]["wide"]["cpu_ms"], "cpu_growth": round(ratios[1] / ratios[0], 2)}


def _judged(figures: dict[str, Any], statements: dict[str, int], wrong: int) -> dict[str, Any]:
    at8, at32 = figures["8"], figures["32"]
    ratios = {
        "cpu_to_floor_c": round(at8["hot"]["cpu_ms"] / at8["floor_c"]["cpu_ms"], 2),
        "p99_to_floor_c_at_32": round(at32["hot"]["p99_ms"] / at32["floor_c"]["p99_ms"], 2),
        "hot_to_wide": round(at8["hot"]["per_s"] / at8["wide"]["per_s"], 2),
    }
    checks = {
        "per_s": at8["hot"]["per_s"] >= TARGETS["per_s_at_least"],
        "cpu_ms": at8["hot"]["cpu_ms"] <= TARGETS["cpu_ms_at_most"],
        "cpu_to_floor_c": ratios["cpu_to_floor_c"] <= TARGETS["cpu_to_floor_c_at_most"],
        "p99_ms_at_32": at32["hot"]["p99_ms"] <= TARGETS["p99_ms_at_32_at_most"],
        "p99_to_floor_c_at_32": ratios["p99_to_floor_c_at_32"] <= TARGETS["p99_to_floor_c_at_32_at_most"],
        "hot_to_wide": ratios["hot_to_wide"] >= TARGETS["hot_to_wide_at_least"],
        "statements": statements["statements"] <= TARGETS["statements_at_most"],
        "statements_while_held": statements["statements_while_held"] <= TARGETS["statements_while_held_at_most"],
        "every_request_booked": not any(case["refused"] for run in (at8, at32) for case in run.values()),
        "counters_equal_rows": wrong == 0,
    }
    if "growth" in figures:
        checks["cpu_growth"] = figures["growth"]["cpu_growth"] <= TARGETS["cpu_growth_at_most"]
    _table(figures)
    return {
        "met": all(checks.values()),
        "checks": checks,
        **ratios,
        **statements,
        "figures": figures,
        "targets": TARGETS,
    }


def _table(figures: dict[str, Any]) -> None:
    print(f"{'clients':>8} {'case':>8} {'per s':>8} {'p50 ms':>8} {'p99 ms':>8} {'CPU ms':>8}")
    for clients in (str(number) for number in CLIENTS):
        for name, row in figures[clients].items():
            print(f"{clients:>8} {name:>8} {row['per_s']:>8} {row['p50_ms']:>8} {row['p99_ms']:>8} {row['cpu_ms']:>8}")
