"""How the day goes, in one line, and how it went."""

from __future__ import annotations

import asyncio
import sys
import time
from collections import Counter
from typing import Any

from simulator.day import Day
from simulator.truck import ENDS, Truck

SAY_EVERY_S = 2.0
SHOWN = ("reserved", "waiting", "called", "in_yard", "out", "no_show", "cancelled", "tomorrow")
#: what the server may show of a truck that ended so, as states of its entry or, without one, of its reservation
SERVER_SHOWS = {
    "out": {"exited"},
    "cancelled": {"cancelled"},
    "no_show": {"no_show", "revoked"},
    "tomorrow": {"confirmed"},
    "withdrawn": {"withdrawn"},
}


async def say_how_it_goes(day: Day) -> None:
    """This will keep one line on stderr up to date until cancelled."""
    seen, at_s = 0, time.monotonic()
    while True:
        await asyncio.sleep(SAY_EVERY_S)
        meter, now_s = day.wire.meter, time.monotonic()
        per_s = (meter.requests - seen) / (now_s - at_s)
        seen, at_s = meter.requests, now_s
        stages = Counter(truck.stage for truck in day.trucks)
        counts = " ".join(f"{stage} {stages[stage]}" for stage in SHOWN)
        local = day.port.clock.now().astimezone(day.port.zone)
        line = f"{local:%a %H:%M} ×{day.port.clock.speed:g} | {counts} | {per_s:.0f} req/s, retries {meter.retries}"
        sys.stderr.write(f"\r{line:<150}" if sys.stderr.isatty() else f"{line}\n")
        sys.stderr.flush()


async def account(day: Day) -> dict[str, Any]:
    """This will ask the server for the end of every truck it acknowledged anything to, and sum the day up."""
    odd: list[str] = []
    for start in range(0, len(day.trucks), 8):
        some = day.trucks[start : start + 8]
        states = await asyncio.gather(*(_shown(truck) for truck in some))
        odd += [_words(truck, state) for truck, state in zip(some, states, strict=True) if not _is_told(truck, state)]
    stages, meter = Counter(truck.stage for truck in day.trucks), day.wire.meter
    doubled = sum(len(set(truck.doubled)) > 1 for truck in day.trucks)
    return {
        "trucks": len(day.trucks),
        "unaccounted": len(odd),
        "double_effects": doubled,
        **{end: stages[end] for end in ENDS},
        "still_there": {stage: n for stage, n in stages.items() if stage not in ENDS},
        "odd": odd[:10],
        "requests": meter.requests,
        "retries": meter.retries,
        "server_errors": meter.server_errors,
        "p50_ms": meter.percentile_ms(0.5),
        "p95_ms": meter.percentile_ms(0.95),
        "p99_ms": meter.percentile_ms(0.99),
        "problems": dict(meter.problems.most_common(12)),
        "live_events": day.desk.heard,
        "sockets_lost": day.port.live.lost + day.desk.live.lost,
    }


async def _shown(truck: Truck) -> str:
    """The state the driver is shown, "" when nothing of his was acknowledged."""
    wire = truck.port.wire
    if truck.entry:
        turn = await wire.get(f"driver/turn/{truck.entry}/", truck.session)
        return str(turn.body["entry"]["state"]) if turn.ok else turn.code
    if truck.reservation:
        found = await wire.get(f"driver/reservations/{truck.reservation}/", truck.session)
        return str(found.body["state"]) if found.ok else found.code
    return ""


def _is_told(truck: Truck, state: str) -> bool:
    """Is the truck's end what the server shows? Without any acknowledgement the server owes nothing."""
    if not (truck.entry or truck.reservation):
        return truck.stage in ("stayed_away", "refused")
    return state in SERVER_SHOWS.get(truck.stage, set())


def _words(truck: Truck, state: str) -> str:
    return f"truck {truck.trip.number} {truck.reservation or truck.entry}: {truck.stage}, server {state or 'silent'} {truck.why}"
