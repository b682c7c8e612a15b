"""What everybody at the port can see: its lanes and rules, its free slots, and the wall's board that says who is called."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from core import clock
from simulator.live import Event, Live
from simulator.times import Clock
from simulator.wire import Wire

SLOTS_KEPT_S = 2.0  # as long as the answer's Cache-Control allows
SPEED_WATCHED_S = 2.0
ABOUT = 0.1


class CannotSimulate(Exception):
    """The server or the port is not ready for a day; the message says why."""


class Port:
    """One port as its public pages tell it."""

    def __init__(self, wire: Wire, code: str) -> None:
        self.wire, self.code = wire, code
        self.lanes: list[dict[str, Any]] = []
        self.rules: dict[str, Any] = {}
        self.zone = ZoneInfo("UTC")
        self.stream = ""
        self.clock: Clock
        self.live: Live
        self._slots: dict[tuple[str, date], tuple[float, list[dict[str, Any]]]] = {}
        self._called: dict[tuple[str, int], asyncio.Event] = defaultdict(asyncio.Event)
        self._looking: set[asyncio.Task[None]] = set()

    # ---------------------------------------------------------------- once
    async def open(self) -> None:
        """This will read the port and set our clock by its board. Raises CannotSimulate."""
        page = await self.wire.get(f"public/ports/{self.code}/")
        if not page.ok or not page.body["lanes"] or not page.body["policy"]:
            raise CannotSimulate(f"port {self.code}: {page.code or 'it has no lanes or no rules yet'}")
        self.lanes, self.rules = [shown["lane"] for shown in page.body["lanes"]], page.body["policy"]
        self.zone = ZoneInfo(page.body["time_zone"])
        first = await self.board()
        began_s = time.monotonic()
        await asyncio.sleep(SPEED_WATCHED_S)
        second = await self.board()
        passed_s = (moment_of(second["as_of"]) - moment_of(first["as_of"])).total_seconds()
        speed = _exact(passed_s / (time.monotonic() - began_s))
        self.clock = Clock(moment_of(second["as_of"]), time.monotonic(), speed)
        self.stream, seq = next(iter(second["streams"].items()))
        self.live = Live(
            base_url=self.wire.base_url,
            stream=self.stream,
            audience="public",
            hear=self._hear,
            look=self._look,
            since=seq,
        )

    async def board(self) -> dict[str, Any]:
        answer = await self.wire.get(f"public/ports/{self.code}/board/")
        if not answer.ok:
            raise CannotSimulate(f"the board of {self.code} does not answer: {answer.code}")
        board: dict[str, Any] = answer.body
        return board

    def lane_for(self, *, direction: str, cargo_kind: str) -> str:
        """This will return the code of the lane for a direction and cargo. Raises CannotSimulate."""
        fitting = (
            lane["code"] for lane in self.lanes if lane["direction"] == direction and cargo_kind in lane["cargo_kinds"]
        )
        code = next(fitting, None)
        if code is None:
            raise CannotSimulate(f"no lane of {self.code} takes {cargo_kind} {direction}")
        return str(code)

    async def states(self) -> dict[str, dict[str, Any]]:
        """This will read which lanes are open now, and why not."""
        page = await self.wire.get(f"public/ports/{self.code}/")
        return {shown["lane"]["code"]: shown for shown in page.body["lanes"]} if page.ok else {}

    # ---------------------------------------------------------------- slots
    async def slots(self, lane: str, day: date) -> list[dict[str, Any]]:
        """This will return a lane's coming slots of a local day, as a browser's cache would: fresh after two seconds."""
        read_s, slots = self._slots.get((lane, day), (-SLOTS_KEPT_S, []))
        if time.monotonic() - read_s >= SLOTS_KEPT_S:
            answer = await self.wire.get(f"public/ports/{self.code}/lanes/{lane}/slots/?date={day.isoformat()}")
            slots = answer.body["slots"] if answer.ok else []
            self._slots[(lane, day)] = time.monotonic(), slots
        return slots

    def forget_slots(self) -> None:
        """This will make the next look at slots a fresh one."""
        self._slots.clear()

    def local_day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    # ---------------------------------------------------------------- the wall's board
    def call_of(self, lane: str, ticket: int) -> asyncio.Event:
        """This will return the event that is set when the board calls that ticket."""
        return self._called[lane, ticket]

    def _hear(self, event: Event) -> None:
        if event["kind"] == "queue.called":
            self._called[event["data"]["lane"], event["data"]["ticket"]].set()

    def _look(self) -> None:
        task = asyncio.create_task(self._read_board())
        self._looking.add(task)
        task.add_done_callback(self._looking.discard)

    async def _read_board(self) -> None:
        for lane in (await self.board())["lanes"]:
            for line in lane["called"]:
                self._called[lane["lane"]["code"], line["ticket"]].set()


def _exact(measured: float) -> float:
    """The speed we were started with, when the server's is about that; else what was measured, as a whole number."""
    told = clock.speed()
    return told if abs(measured / told - 1) < ABOUT else float(max(1, round(measured)))


def moment_of(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)
