"""One driver with his truck, from the wish to the exit, through the pages' own API."""

from __future__ import annotations

import asyncio
import uuid
from datetime import datetime, timedelta
from typing import Any

from simulator.desk import Desk
from simulator.live import Event, Live
from simulator.plan import Trip
from simulator.port import Port, moment_of
from simulator.wire import Answer, Session

LOOK_EVERY_MIN = 20.0  # at his turn, should the board have said nothing
LOOK_AT_LEAST_S = 5.0
BEFORE_SLOT_MIN = (40.0, 5.0)  # who must wait for his slot comes so long before it
ENDS = ("out", "cancelled", "no_show", "tomorrow", "withdrawn", "stayed_away", "refused")


class Truck:
    """`stage` is where the truck is now; it ends as one of ENDS. `reservation` and `entry` are what the server acknowledged."""

    def __init__(self, trip: Trip, session: Session, port: Port, desk: Desk, *, day_ends_at: datetime) -> None:
        self.trip, self.session, self.port, self.desk, self.day_ends_at = trip, session, port, desk, day_ends_at
        self.lane = port.lane_for(direction=trip.direction, cargo_kind=trip.cargo_kind)
        self.stage = "planned"
        self.vehicle = self.reservation = self.entry = self.why = ""
        self.ticket = 0
        self.slot: dict[str, Any] = {}
        self.doubled: list[str] = []
        self._called: asyncio.Event

    def does(self, habit: str) -> bool:
        return habit in self.trip.habits

    # ---------------------------------------------------------------- the evening before
    async def register(self) -> None:
        """This will register the vehicle."""
        t = self.trip
        body = {
            "country": t.country,
            "plate": t.plate,
            "length_m": str(t.length_m),
            "width_m": "2.55",
            "reefer": t.reefer,
        }
        answer = await self._post("vehicles/", body)
        self.vehicle = answer.body["ref"] if answer.ok else ""
        self.why = answer.code

    # ---------------------------------------------------------------- the day
    async def live(self) -> None:
        """This will play the whole trip."""
        if not self.vehicle:
            self.stage = "refused"
            return
        if not self.does("walks_up"):
            await self.port.clock.until(self.trip.reserves_at)
            await self._reserve()
        if self.reservation:
            await self._come_as_promised()
        else:
            await self.port.clock.until(self.trip.wishes_at)
            await self._walk_up()
        if self.entry:
            await self._follow_the_turn()

    # ---------------------------------------------------------------- a place
    async def _reserve(self) -> None:
        for _ in range(4):  # places go fast: a full slot means another look
            slot = await self._choose_slot()
            if slot is None:
                return
            answer = await self._ask_for(slot["ref"])
            if answer.ok:
                self.slot, self.reservation, self.stage = slot, answer.body["ref"], "reserved"
                return
            self.why = answer.code
            if answer.code not in ("slot_full", "slot_frozen", "slot_past", "organisation_cap"):
                return
            self.port.forget_slots()

    async def _choose_slot(self) -> dict[str, Any] | None:
        """The first free slot that ends after the wished arrival; else the day's last one before it; else the next day's first."""
        today = self.port.local_day(self.trip.wishes_at)
        free = [slot for slot in await self.port.slots(self.lane, today) if slot["free"] > 0]
        later = [slot for slot in free if moment_of(slot["ends_at"]) > self.trip.wishes_at]
        if later:
            return later[0]
        if free:
            return free[-1]
        tomorrow = await self.port.slots(self.lane, today + timedelta(days=1))
        return next((slot for slot in tomorrow if slot["free"] > 0), None)

    async def _ask_for(self, slot: str) -> Answer:
        body = {"slot": slot, "vehicle": self.vehicle, "cargo_kind": self.trip.cargo_kind}
        key = uuid.uuid4().hex
        if self.does("double_clicks"):
            answers = await asyncio.gather(*(self._post("reservations/", body, key=key) for _ in range(2)))
            self.doubled = [answer.body["ref"] for answer in answers if answer.ok]
            return next((answer for answer in answers if answer.ok), answers[0])
        if self.does("loses_net"):
            lost = asyncio.ensure_future(self._post("reservations/", body, key=key))
            await asyncio.sleep(0.03)
            lost.cancel()  # the request may or may not have arrived: the same key will tell
        return await self._post("reservations/", body, key=key)

    async def _come_as_promised(self) -> None:
        starts_at, ends_at = moment_of(self.slot["starts_at"]), moment_of(self.slot["ends_at"])
        if starts_at >= self.day_ends_at:
            self.stage = "tomorrow"
            return
        if self.does("cancels"):
            await self.port.clock.until(starts_at - timedelta(minutes=90))
            answer = await self._post(f"reservations/{self.reservation}/cancel/", {"reason": "load not ready"})
            self.stage, self.why = ("cancelled" if answer.ok else self.stage), answer.code
            return
        if self.does("never_comes"):
            self.stage = "no_show"
            return
        before = BEFORE_SLOT_MIN[0] if self.trip.number % 2 else BEFORE_SLOT_MIN[1]
        arrives_at = max(self.trip.wishes_at, starts_at - timedelta(minutes=before))
        arrives_at = min(arrives_at, ends_at - timedelta(minutes=2))
        await self.port.clock.until(
            ends_at + timedelta(minutes=self.trip.late_min) if self.does("comes_late") else arrives_at
        )
        self._arrived(await self._post("check-in/", {"reservation": self.reservation, "port": self.port.code}))

    async def _walk_up(self) -> None:
        lane = (await self.port.states()).get(self.lane, {"is_open": True})
        if not lane["is_open"]:
            opens_at = moment_of(lane["changes_at"]) if lane["changes_at"] else self.day_ends_at
            if opens_at >= self.day_ends_at:
                self.stage = "stayed_away"
                return
            await self.port.clock.until(opens_at + timedelta(minutes=self.trip.late_min / 3))
        body = {"lane": self.lane, "vehicle": self.vehicle, "cargo_kind": self.trip.cargo_kind}
        self._arrived(await self._post("walk-up/", body))

    def _arrived(self, answer: Answer) -> None:
        self.why = answer.code
        if answer.ok:
            self.entry, self.ticket, self.stage = answer.body["ref"], answer.body["ticket"], "waiting"
        elif not self.reservation:
            self.stage = "refused"

    # ---------------------------------------------------------------- the turn
    async def _follow_the_turn(self) -> None:
        self._called = self.port.call_of(self.lane, self.ticket)
        socket = asyncio.create_task(self._own_socket().follow()) if self.does("own_socket") else None
        try:
            while self.stage in ("waiting", "called"):
                if self.stage == "waiting":
                    await self._wait_for_call()
                if self.stage == "called":
                    await self._drive_in()
        finally:
            if socket:
                socket.cancel()

    def _own_socket(self) -> Live:
        return Live(
            base_url=self.port.wire.base_url,
            stream=self.port.stream,
            audience="driver",
            hear=self._hear,
            look=lambda: None,
            session=self.session,
            since=self.port.live.seq,
        )

    def _hear(self, event: Event) -> None:
        if event.get("mine") and event["kind"] == "queue.called":
            self._called.set()

    async def _wait_for_call(self) -> None:
        patience_s = max(LOOK_AT_LEAST_S, self.port.clock.real_s(timedelta(minutes=LOOK_EVERY_MIN)))
        try:
            async with asyncio.timeout(patience_s):
                await self._called.wait()
            self._called.clear()
            self.stage = "called"
        except TimeoutError:
            turn = await self.port.wire.get(f"driver/turn/{self.entry}/", self.session)
            self._learn(turn.body["entry"]["state"] if turn.ok else "waiting")

    def _learn(self, state: str) -> None:
        self.stage = {"exited": "out", "admitted": "in_yard"}.get(state, state)

    async def _drive_in(self) -> None:
        if self.does("misses_call"):
            await self._sleep_through()
            return
        await self.port.clock.minutes(self.trip.to_gate_min)
        admitted = await self.desk.admit(self.entry)
        if not admitted.ok:  # too late: he reads on his page what became of him
            turn = await self.port.wire.get(f"driver/turn/{self.entry}/", self.session)
            self._learn(turn.body["entry"]["state"] if turn.ok else "waiting")
            return
        self.stage = "in_yard"
        await self.port.clock.minutes(self.trip.to_bay_min)
        await self._post(f"turn/{self.entry}/occupy/", {})
        await self.port.clock.minutes(self.trip.dwell_min)
        left = await self.desk.let_out(self.entry)
        self.stage, self.why = ("out" if left.ok else self.stage), left.code

    async def _sleep_through(self) -> None:
        """He misses one call only; the sweep puts him back behind the next vehicles."""
        self.trip = Trip(**{**self.trip.__dict__, "habits": self.trip.habits - {"misses_call"}})
        await self.port.clock.minutes(float(self.port.rules["call_minutes"]) + 2)
        self.stage = "waiting"

    async def _post(self, path: str, body: Any, *, key: str = "") -> Answer:
        return await self.port.wire.post(f"driver/{path}", body, self.session, key=key)
