"""The port's desk: calling is automatic while the lanes are open; people admit who stands at the gate and let out who leaves."""

from __future__ import annotations

from collections import Counter
from typing import Any

from simulator.live import Event, Live
from simulator.port import CannotSimulate, Port
from simulator.wire import Answer, Session

LOOK_EVERY_MIN = 3.0
EARLY = (4, 12)  # hours of the day in which a shut lane is one that has not opened yet
AFTER_HOURS = {"out_of_hours", "holiday"}


class Desk:
    """One operator with the console open."""

    def __init__(self, port: Port, session: Session) -> None:
        self.port, self.session = port, session
        self.waiting: Counter[str] = Counter()
        self.heard = 0
        self.live = Live(
            base_url=port.wire.base_url,
            stream=port.stream,
            audience="staff",
            hear=self._hear,
            look=lambda: None,
            session=session,
        )

    async def open(self) -> None:
        """This will switch automatic calling on in every lane. Raises CannotSimulate when the operator may not."""
        for lane in self.port.lanes:
            answer = await self._post(f"lanes/{lane['code']}/auto-call/", {"on": True})
            if not answer.ok:
                raise CannotSimulate(f"lane {lane['code']}: {answer.code}")

    async def admit(self, entry: str) -> Answer:
        return await self._post(f"entries/{entry}/admit/", {})

    async def let_out(self, entry: str) -> Answer:
        return await self._post(f"entries/{entry}/exit/", {})

    async def work_off(self) -> None:
        """This will call by hand, every few minutes, who still waits in a lane whose hours are over, until cancelled."""
        while True:
            await self.port.clock.minutes(LOOK_EVERY_MIN)
            lanes = [code for code, waiting in self.waiting.items() if waiting > 0]
            if lanes and self._is_evening():
                states = await self.port.states()
                shut = {code for code, shown in states.items() if shown["state"] in AFTER_HOURS}
                for code in shut & set(lanes):
                    while (await self._post(f"lanes/{code}/call/", {})).ok:
                        pass

    def _is_evening(self) -> bool:
        """Who waits before the lanes open in the morning waits for that."""
        return not EARLY[0] <= self.port.clock.now().astimezone(self.port.zone).hour < EARLY[1]

    def _hear(self, event: Event) -> None:
        self.heard += 1
        lane = event["data"].get("lane", "")
        if event["kind"] in ("queue.checked_in", "queue.missed"):
            self.waiting[lane] += 1
        elif event["kind"] == "queue.called":
            self.waiting[lane] -= 1

    async def _post(self, path: str, body: Any) -> Answer:
        return await self.port.wire.post(f"staff/{path}", body, self.session)
