"""A whole day: everybody is registered the evening before, then each plays his own trip."""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime, time, timedelta

from simulator import people, plan
from simulator.desk import Desk
from simulator.port import Port
from simulator.truck import Truck
from simulator.wire import Wire

AT_ONCE = 16
MORNING = 12  # a server whose clock shows less has its day before it; later, the day is the next one
NO_SHOW_SWEEP_MIN = 10.0


class Day:
    """One port's day of `moments` (arrivals after local midnight)."""

    def __init__(self, wire: Wire, port: Port, *, operator: tuple[str, str]) -> None:
        """`operator`: e-mail and password of a person of the desk."""
        self.wire, self.port, self.operator = wire, port, operator
        self.trucks: list[Truck] = []
        self.desk: Desk
        self.midnight: datetime

    async def prepare(self, moments: list[timedelta], *, seed: int) -> None:
        """This will sign everybody in and register the trucks; whose moment is past already comes right away."""
        clock = self.port.clock
        self.desk = Desk(self.port, await people.sign_in_staff(self.wire, *self.operator))
        await self.desk.open()
        local = clock.now().astimezone(self.port.zone)
        day = local.date() if local.hour < MORNING else local.date() + timedelta(days=1)
        self.midnight = datetime.combine(day, time(), self.port.zone)
        draft = plan.trips([self.midnight + moment for moment in moments], seed=seed, not_before=clock.now())
        _say(f"signing in {len(draft)} drivers; it is {local:%A %H:%M} at {self.port.code}")
        sessions = await people.sign_in_drivers(self.wire, [trip.phone for trip in draft])
        # The evening goes on while people sign in: nobody wishes for what is past by then.
        trips = plan.trips([max(self.midnight + m, clock.now()) for m in moments], seed=seed, not_before=clock.now())
        ends_at = self.midnight + timedelta(days=1)
        self.trucks = [Truck(trip, sessions[trip.phone], self.port, self.desk, day_ends_at=ends_at) for trip in trips]
        for start in range(0, len(self.trucks), AT_ONCE):
            await asyncio.gather(*(truck.register() for truck in self.trucks[start : start + AT_ONCE]))
        _say(f"all registered; {self.midnight:%A, %d %B %Y} at {self.port.code}, time ×{clock.speed:g}")

    async def play(self, *, minutes: float) -> None:
        """This will play the day until every trip has ended, at most `minutes` of the server's time after midnight."""
        helpers = [self.port.live.follow(), self.desk.live.follow(), self.desk.work_off()]
        tasks = [asyncio.create_task(helper) for helper in helpers]
        trips = [asyncio.create_task(truck.live(), name=str(truck.trip.number)) for truck in self.trucks]
        left_s = self.port.clock.real_s(self.midnight + timedelta(minutes=minutes) - self.port.clock.now())
        _, late = await asyncio.wait(trips, timeout=left_s)
        for task in (*late, *tasks):
            task.cancel()
        done = await asyncio.gather(*trips, return_exceptions=True)
        for truck, outcome in zip(self.trucks, done, strict=True):
            if isinstance(outcome, Exception):
                truck.why = f"{type(outcome).__name__}: {outcome}"
        await self._until_swept()

    async def _until_swept(self) -> None:
        """Who never came is told so by the sweep, after slot and grace."""
        due = [datetime.fromisoformat(truck.slot["ends_at"]) for truck in self.trucks if truck.stage == "no_show"]
        if due:
            grace = timedelta(minutes=float(self.port.rules["grace_minutes"]) + NO_SHOW_SWEEP_MIN)
            await self.port.clock.until(max(due) + grace)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
