"""`manage.py simulate`: a day of trucks as clients of a running server; a live line on stderr, one JSON line last (docs/simulate.md)."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from argparse import ArgumentParser
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from simulator import arrivals, chaos, report
from simulator.day import Day
from simulator.people import CannotSignIn
from simulator.port import CannotSimulate, Port
from simulator.wire import NoAnswer, Wire

REFUSALS = (CannotSimulate, CannotSignIn, NoAnswer, arrivals.NoSuchDay, OSError)


class Command(BaseCommand):
    """Speaks HTTP and WebSocket only: what it sees is what a driver and the desk see."""

    help = "Play a day of trucks against a running server. Exit 1 when a truck's end is not what the server shows."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--base-url", "--url", default="http://127.0.0.1:8000", help="the server (default port 8000 here)"
        )
        parser.add_argument("--port", default="MOHAN", help="code of the port (default MOHAN)")
        parser.add_argument(
            "--arrivals", type=Path, default=arrivals.SHIPPED, help="observed counts (default: those shipped)"
        )
        parser.add_argument(
            "--crossing", default="", help="a crossing of that file (default: the one with the longest queues)"
        )
        parser.add_argument(
            "--day", type=date.fromisoformat, default=None, help="a day of that file (default: a usual one)"
        )
        parser.add_argument("--trucks", type=int, default=2000, help="scale the day to so many trucks (default 2000)")
        parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same day (default 1)")
        parser.add_argument(
            "--minutes", type=float, default=1620, help="end so long after midnight at the latest (default 1620)"
        )
        parser.add_argument(
            "--speed", type=float, default=None, help="refuse to begin unless the server's time runs so fast"
        )
        parser.add_argument("--operator", default="operator@demo.example", help="e-mail of a person of the desk")
        parser.add_argument("--password", default="portlane-demo-2026", help="that person's password")
        parser.add_argument(
            "--chaos", type=int, metavar="PID", default=0, help="kill children of this `manage.py up` meanwhile"
        )

    def handle(self, **options: Any) -> None:
        began_s = time.monotonic()
        try:
            outcome = asyncio.run(_simulate(options))
        except REFUSALS as problem:
            raise CommandError(str(problem)) from None
        except KeyboardInterrupt:
            raise CommandError("stopped") from None
        outcome["wall_s"] = round(time.monotonic() - began_s, 1)
        self.stdout.write(json.dumps(outcome, ensure_ascii=False))
        if outcome["unaccounted"] or outcome["double_effects"]:
            sys.exit(1)


async def _simulate(options: dict[str, Any]) -> dict[str, Any]:
    moments = _moments(options)
    async with Wire(options["base_url"]) as wire:
        port = Port(wire, options["port"])
        await port.open()
        if options["speed"] and abs(port.clock.speed / options["speed"] - 1) > 0.1:
            raise CannotSimulate(
                f"the server's time runs {port.clock.speed:g} times as fast, not {options['speed']:g} times"
            )
        day = Day(wire, port, operator=(options["operator"], options["password"]))
        await day.prepare(moments, seed=options["seed"])
        killed: list[str] = []
        others = [report.say_how_it_goes(day)] + ([chaos.strike(options["chaos"], killed)] if options["chaos"] else [])
        tasks = [asyncio.create_task(other) for other in others]
        await day.play(minutes=options["minutes"])
        for task in tasks:
            task.cancel()
        outcome = await report.account(day)
    return {**outcome, "speed": port.clock.speed, "killed": killed}


def _moments(options: dict[str, Any]) -> list[timedelta]:
    crossings = arrivals.read(options["arrivals"])
    crossing, day = arrivals.usual(crossings)
    crossing, day = options["crossing"] or crossing, options["day"] or day
    if crossing not in crossings:
        raise arrivals.NoSuchDay(f"{options['arrivals']} has no crossing {crossing}")
    return arrivals.draw(arrivals.stretches(crossings[crossing], day), trucks=options["trucks"], seed=options["seed"])
