"""A day at a gate whose line is bad: what its devices saw is known, how it is told is not. Told in any way it must come to the same end.

Every truck has a reservation, comes in its slot, is called, passes the barrier, is read in the yard, weighed now and then, and leaves.
`play` tells it all by signed requests to the API, in order or as `Line` spoils it, with the sweeps and calls of a port in between and a
person who decides doubts by what he sees out of the window. One seed, one day.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db.models import Count

from accounts.models import Device
from core import clock
from core.actors import Actor, system
from core.db import operation
from core.errors import DomainError
from core.ledger import record
from core.models import LedgerEntry
from reservations import inbox, sweeps
from reservations.models import GateEvent, Mark, QueueEntry, Reservation
from reservations.operations import call_next, generate_slots_of, publish_policy, request_reservation
from tests import factories as make
from tests.cast import StoppedClock
from tests.parts.gate_device import SignedClient, key_for
from yards.models import Gate, Lane, Sighting, Stay, Yard
from yards.operations.configuration import bay_facts, lane_facts

MIDNIGHT = datetime(2026, 3, 1, 16, 0, tzinfo=UTC)  # in Yunnan
TICK, DECIDES_EVERY = timedelta(minutes=1), 5
TAIL = timedelta(hours=8)  # the last word is six hours late, and somebody may have to decide
READ_AS = {"0": "O", "8": "B", "1": "I", "5": "S", "2": "Z", "6": "G"}
BEFORE, ROOM = MIDNIGHT - timedelta(hours=1), 200  # vehicles an hour of a lane
API = "/api/v1/gate/events/"
DESK = system("desk")


@dataclass(frozen=True)
class Line:
    """How events are told: shares of them that come twice, misread or hours late, and how far the rest is shuffled."""

    shuffled: timedelta = timedelta(0)
    twice: float = 0.0
    misread: float = 0.0
    late: float = 0.0
    late_by: timedelta = timedelta(hours=6)


IN_ORDER = Line()
BAD = Line(timedelta(minutes=10), twice=0.20, misread=0.05, late=0.02)


@dataclass
class Seen:
    """One event as a device tells it, `tell_at` then, and whose it is in truth."""

    device: str
    body: dict[str, Any]
    at: datetime
    tell_at: datetime
    reservation: str


@dataclass
class GateDay:
    """Lay out a port on the database at hand, then `play` once. `counts` says what happened on the way."""

    trucks: int
    seed: int
    hours: int = 20
    lanes: int = 6
    counts: Counter[str] = field(default_factory=Counter)

    def lay_out(self) -> None:
        self.dice = random.Random(self.seed)
        clock._demo = StoppedClock(MIDNIGHT)  # type: ignore[assignment]
        self.port = make.a_port("GATEDAY")
        yard = make.a_yard(self.port)
        # Where the word of a barrier may be late, three calls last until the exit's has come.
        rules = {"organisation_share_percent": 100, "horizon_days": 2, "call_minutes": 30}
        when = {"effective_from": BEFORE, "now": BEFORE - timedelta(hours=1)}
        publish_policy(
            port_code=self.port.code, changes=rules, note="the rules of the day", user=None, actor=DESK, **when
        )
        zone = make.a_zone(yard, "A")
        self.bays = [make.a_bay(zone, f"A-{n:03}", length_m=19.0).code for n in range(max(20, self.trucks // 8))]
        self.devices = {}
        for code, kind in (("G1", "entry"), ("G2", "exit"), ("G3", "entry")):  # the third: a reader in the yard
            make.a_gate(yard, code, kind=kind)
            row = Device.objects.create(name=code, port_code=self.port.code, gate_code=code)
            self.devices[code] = SignedClient(key_for(row))
        gate = Gate.objects.get(yard=yard, code="G1")
        self.places = [make.a_lane(yard, f"GD-{n}", gate=gate) for n in range(self.lanes)]
        for lane in self.places:
            make.open_daily(lane, opens_at=time(0), closes_at=time(0), units_per_hour=ROOM)
        _write_down(yard=yard, lanes=self.places, now=BEFORE, actor=DESK)
        for lane in self.places:
            generate_slots_of(lane_code=lane.code, now=BEFORE, actor=DESK)
        self.booked = [self._booked(n) for n in range(self.trucks)]

    def _booked(self, n: int) -> Reservation:
        """Plates are full of what looks alike; of every thirty trucks one has a twin that differs in nothing else."""
        number = f"{n:05d}" if n % 30 != 1 else f"{n - 1:05d}".replace("0", "O", 1)
        hour = n * self.hours // self.trucks
        starts_at, lane = MIDNIGHT + timedelta(hours=hour + 2), self.places[n % self.lanes]
        slot = lane.slots.get(starts_at=starts_at)
        driver = make.a_driver()
        vehicle = make.a_vehicle(driver=driver, plate=f"云J{number}")
        wish = {"slot_ref": slot.ref, "vehicle_ref": vehicle.ref, "cargo_kind": "general", "driver": driver}
        made = request_reservation(**wish, now=MIDNIGHT, actor=driver.actor)
        return Reservation.objects.select_related("slot", "vehicle").get(pk=made.pk)

    # ---------------------------------------------------------------- what happened
    def truth(self) -> list[Seen]:
        """This will return what was seen, in order: each truck's arrival, barrier, readings, weighing, exit."""
        self.numbers: Counter[str] = Counter()
        found = [seen for reservation in self.booked for seen in self._visit(reservation)]
        return sorted(found, key=lambda seen: (seen.at, seen.reservation))

    def _visit(self, reservation: Reservation) -> Iterator[Seen]:
        minutes = self.dice.uniform
        came = reservation.slot.starts_at + timedelta(minutes=minutes(0, 58))
        inside = came + timedelta(minutes=minutes(3, 9))
        left = inside + timedelta(minutes=minutes(20, 70))
        plate = {"plate": reservation.vehicle.plate, "country": "CN", "confidence": 0.97, "image_ref": "cam/1.jpg"}
        place = {"place_kind": "bay", "place_code": self.dice.choice(self.bays)}
        yield self._seen("G1", came, reservation, kind="plate", **plate)
        yield self._seen("G1", inside, reservation, kind="barrier", **plate)
        yield self._seen("G3", inside + timedelta(minutes=5), reservation, kind="zone", **plate, **place)
        if self.dice.random() < 0.3:
            weight = {"weight_kg": self.dice.randrange(12_000, 49_000, 20)}
            yield self._seen("G3", inside + timedelta(minutes=9), reservation, kind="weighbridge", **plate, **weight)
        if self.dice.random() < 0.9:  # who leaves is read, and opens the barrier, or both
            yield self._seen("G2", left, reservation, kind="plate", **plate)
        yield self._seen("G2", left + timedelta(seconds=20), reservation, kind="barrier", **plate)

    def _seen(self, device: str, at: datetime, reservation: Reservation, **body: Any) -> Seen:
        self.numbers[device] += 1
        at = at.replace(microsecond=0)
        body |= {"number": self.numbers[device], "occurred_at": at.isoformat()}
        return Seen(device, body, at, at, reservation.ref)

    # ---------------------------------------------------------------- how it is told
    def told(self, line: Line) -> list[Seen]:
        """This will return what was seen as a line tells it: delayed, doubled, misread; in the order it is told."""
        dice, out = random.Random(self.seed + 1), []
        for seen in self.truth():
            delay = line.late_by if dice.random() < line.late else dice.random() * line.shuffled
            seen = replace(seen, tell_at=seen.at + delay)
            if dice.random() < line.misread:
                seen = replace(seen, body=_misread(seen.body, dice))
            out.append(seen)
            if dice.random() < line.twice:
                out.append(replace(seen, tell_at=seen.tell_at + dice.random() * line.shuffled))
        if line.shuffled:
            dice.shuffle(out)
        return sorted(out, key=lambda seen: seen.tell_at + dice.random() * min(line.shuffled, TICK))

    def play(self, line: Line) -> dict[str, Any]:
        """This will play the day over a line and return how it ended."""
        due = self.told(line)[::-1]
        self.whose = {(seen.device, seen.body["number"]): seen.reservation for seen in due}
        now, last, ticks = MIDNIGHT, MIDNIGHT + timedelta(hours=self.hours + 4) + TAIL, 0
        while now < last:
            now += TICK
            ticks += 1
            clock._demo.moment = now  # type: ignore[union-attr]
            batch: dict[str, list[dict[str, Any]]] = defaultdict(list)
            while due and due[-1].tell_at <= now:
                batch[due[-1].device].append(due.pop().body)
            for device, events in batch.items():
                self._tell(device, events)
            self._port_goes_on(now, decide=ticks % DECIDES_EVERY == 0)
            if not self._is_anything_open():
                now = max(now, due[-1].tell_at - TICK) if due else last
        self._port_goes_on(last, decide=False)
        return self.ended()

    def _is_anything_open(self) -> bool:
        """Whether somebody is here or is asked; else the next minute that matters is that of the next event."""
        open_ = GateEvent.objects.filter(state__in=["waiting", "doubt"])
        return open_.exists() or QueueEntry.objects.filter(state__in=["waiting", "called"]).exists()

    def _tell(self, device: str, events: list[dict[str, Any]]) -> None:
        for start in range(0, len(events), 100):
            part = {"events": events[start : start + 100]}
            answer = self.devices[device].post(API, part, content_type="application/json")
            assert answer.status_code == 200, answer.content
            for each in answer.json()["results"]:
                self.counts["told"] += 1
                self.counts["duplicates"] += each["duplicate"]
                self.counts[f"opened in {each['state']}"] += each["open"]
                assert each["state"] != "refused", each

    def _port_goes_on(self, now: datetime, *, decide: bool) -> None:
        sweeps.sweep_missed_calls(now)
        sweeps.sweep_no_shows(now)
        for lane in QueueEntry.objects.filter(state="waiting").values_list("lane__code", flat=True).distinct():
            self._call_all(lane, now)
        inbox.sweep(now)
        if decide:
            for event in GateEvent.objects.filter(state="doubt").select_related("device"):
                if GateEvent.objects.filter(pk=event.pk, state="doubt").exists():  # one word may end several doubts
                    self._decide(event, now)

    def _call_all(self, lane: str, now: datetime) -> None:
        try:
            while True:
                call_next(lane_code=lane, now=now, actor=DESK)
        except DomainError:
            return  # nobody waits, or no bay is free

    def _decide(self, event: GateEvent, now: datetime) -> None:
        self.counts["decided"] += 1
        self.counts[f"decided: {event.reason}"] += 1
        whose = self.whose[event.device.gate_code, event.number]
        said: dict[str, Any] = {"event_ref": event.ref, "port_code": self.port.code}
        person = self.__dict__.setdefault("person", make.a_staff_member("operator", port=self.port))
        inbox.decide_doubt(**said, reservation_ref=whose, reason="seen", now=now, actor=person.actor)

    # ---------------------------------------------------------------- how it ended
    def ended(self) -> dict[str, Any]:
        """This will return the end of each truck's visit by its reservation's number, and what must be nobody's."""
        ends = {n: self._end(reservation) for n, reservation in enumerate(self.booked)}
        admitted = LedgerEntry.objects.filter(kind="queue.admitted").values("visit_ref").annotate(times=Count("pk"))
        nobody = {
            "double_admissions": sum(each["times"] - 1 for each in admitted),
            "stays_left": Stay.objects.filter(state__in=["held", "occupied"]).count(),
            "sightings_left": Sighting.objects.count(),
            "events_open": GateEvent.objects.filter(state__in=["waiting", "doubt"]).count(),
        }
        return {"ends": ends, "nobody": nobody}

    def _end(self, reservation: Reservation) -> dict[str, Any]:
        vehicle = reservation.vehicle
        entries = list(QueueEntry.objects.filter(vehicle=vehicle))
        weighings = GateEvent.objects.filter(vehicle=vehicle, kind="weighbridge").order_by("-occurred_at")
        row = Reservation.objects.get(pk=reservation.pk)
        kept = row.state == "completed" or (row.state == "no_show" and len(entries) == 1)
        return {
            "promise": "kept" if kept else row.state,
            "states": [entry.state for entry in entries],
            "strikes": Mark.objects.filter(reservation=row, excused_at=None).count(),
            "weight_kg": weighings.values_list("weight_kg", flat=True).first(),
        }


@operation
def _write_down(*, yard: Yard, lanes: list[Lane], now: datetime, actor: Actor) -> None:
    """What an auditor starts from."""
    bays = [bay_facts(bay) for bay in yard.bays.select_related("zone")]
    record(yard.stream, "yard.laid_out", port=yard.port.code, yard=yard.code, bays=bays)
    for lane in lanes:
        record(yard.stream, "lane.configured", **lane_facts(lane))


def _misread(body: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    """Half of them as what looks like it, a quarter a character wrong, a quarter unsure."""
    plate, kind = body["plate"], dice.random()
    spots = [n for n, char in enumerate(plate) if char in READ_AS]
    if kind < 0.5 and spots:
        spot = dice.choice(spots)
        return body | {"plate": plate[:spot] + READ_AS[plate[spot]] + plate[spot + 1 :], "confidence": 0.9}
    if kind < 0.75:
        spot = dice.randrange(2, len(plate))
        return body | {"plate": plate[:spot] + "X" + plate[spot + 1 :], "confidence": 0.85}
    return body | {"confidence": 0.4}
