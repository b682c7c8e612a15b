"""A day of trucks through one yard, by the real operations on the database at hand, with a clock that steps from event to event.

Reality differs from the books on purpose: trucks stop in bays that are not theirs, find theirs taken by somebody unknown, are bigger than
declared, and aisles are shut for a while. One seed, one day.
"""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import count, pairwise
from typing import Any

from accounts.models import Vehicle
from core.actors import system
from core.db import operation
from core.ledger import record
from core.machine import begin
from reservations import operations as acts
from reservations import yard_sweeps
from reservations.errors import NobodyWaiting
from reservations.models import QueueEntry
from reservations.queries.guidance import guide
from yards.errors import NoBayEverFits, NoBayThatFits, WrongBay
from yards.layouts.plan import Plan
from yards.models import Bay, Block, Gate, Lane, Layout, Port, Stay, Window, Yard
from yards.operations import put_in_force, unblock_bay
from yards.operations.bays import live_stay, need_of
from yards.operations.configuration import lane_facts

#: A Monday, midnight in Yunnan.
MIDNIGHT = datetime(2026, 3, 1, 16, 0, tzinfo=UTC)
TESTER = system("day")
HOURLY = (3, 2, 2, 2, 3, 5, 8, 10, 11, 11, 10, 8, 8, 10, 11, 11, 10, 9, 7, 6, 5, 4, 4, 3)
STEPS = ("exit", "inspection")
EVERY_KIND = ("general", "perishable", "hazardous", "empty", "bulk", "ecommerce")
CLASSES = ("3", "5.1", "8", "")
LENGTHS_M = {16.5: 0.6, 17.5: 0.3, 20.0: 0.1}
DRIVE_M_S = 4.0
WRONG, TAKEN, BIGGER = 0.04, 0.015, 0.02
RETRY, SWEEP, SHUT, LOOKED_AT = (timedelta(minutes=m) for m in (2, 10, 20, 60))
NEVER_LATER = timedelta(hours=24)  # after the last arrival everybody has left: the longest stay is half of it


@dataclass
class Truck:
    """One vehicle of the day."""

    number: int
    arrives_at: datetime
    stay: timedelta
    cargo_kind: str
    hazard_class: str
    luck: str  # "", wrong, taken or bigger
    lane: str = ""
    waited_min: float = 0.0
    length_m: float = 0.0


class YardDay:
    """`play` runs the whole day; `counts` says what happened, `broken` what must never be."""

    def __init__(self, plan: Plan, *, trucks: int, seed: int, code: str = "DAY", stay_min: float = 150.0) -> None:
        self.plan, self.dice, self.code = plan, random.Random(seed), code
        self.now = MIDNIGHT
        self.counts: Counter[str] = Counter()
        self.broken: list[str] = []
        self._queue: list[tuple[datetime, int, Callable[[], None]]] = []
        self._number = count()
        lay_out(plan, code=code, guide_on=seed % 2 == 1)
        self.lanes = list(Lane.objects.filter(yard__code=code).order_by("code").values_list("code", flat=True))
        self.trucks = [self._truck(n, stay_min) for n in range(trucks)]
        self._by_entry: dict[str, Truck] = {}
        self._waiting: Counter[str] = Counter()

    # ------------------------------------------------------------ the clock
    def at(self, moment: datetime, act: Callable[[], None]) -> None:
        heapq.heappush(self._queue, (moment, next(self._number), act))

    def play(self) -> YardDay:
        """This will let the day pass, then look at what came of it."""
        last = max(truck.arrives_at for truck in self.trucks)
        for truck in self.trucks:
            self.at(truck.arrives_at, lambda truck=truck: self._arrives(truck))  # type: ignore[misc]
        self.at(MIDNIGHT + SWEEP, self._sweep)
        for _ in range(max(1, len(self.trucks) // 60)):
            self.at(MIDNIGHT + self.dice.random() * (last - MIDNIGHT), self._shut_an_aisle)
        while self._queue and self.now < last + NEVER_LATER:
            self.now, _, act = heapq.heappop(self._queue)
            act()
        self._look_back()
        return self

    def _do(self, act: Callable[..., Any], **inputs: Any) -> Any:
        return act(**inputs, now=self.now, actor=TESTER)

    # ------------------------------------------------------------ one truck
    def _truck(self, number: int, stay_min: float) -> Truck:
        dice = self.dice
        minute = dice.choices(range(24), HOURLY)[0] * 60 + dice.random() * 60
        cargo = dice.choices(("general", "perishable", "hazardous"), (0.87, 0.10, 0.03))[0]
        luck = dice.choices(("wrong", "taken", "bigger", ""), (WRONG, TAKEN, BIGGER, 1 - WRONG - TAKEN - BIGGER))[0]
        stay = timedelta(minutes=min(720.0, dice.lognormvariate(0, 0.45) * stay_min))
        hazard = dice.choice(CLASSES) if cargo == "hazardous" else ""
        return Truck(number, MIDNIGHT + timedelta(minutes=minute), stay, cargo, hazard, luck)

    def _arrives(self, truck: Truck) -> None:
        plate = f"{self.code}{truck.number:05d}"
        truck.length_m = self.dice.choices(*zip(*LENGTHS_M.items(), strict=True))[0]
        size = {"length_m": truck.length_m, "reefer": truck.cargo_kind == "perishable"}
        vehicle = Vehicle.objects.create(country="CN", plate=plate, plate_key=plate, created_at=self.now, **size)
        truck.lane = self.dice.choice(self.lanes)
        asked = {"lane_code": truck.lane, "vehicle_ref": vehicle.ref, "cargo_kind": truck.cargo_kind, "driver": None}
        try:
            entry = self._do(acts.check_in_walk_up, **asked, hazard_class=truck.hazard_class)
        except NoBayEverFits:
            self.counts["told_before"] += 1
            return
        self._by_entry[entry.ref] = truck
        self.counts["checked_in"] += 1
        self._waiting[truck.lane] += 1
        self._call(truck.lane)

    def _call_all(self) -> None:
        for lane in self.lanes:
            if self._waiting[lane]:
                self._call(lane)

    def _call(self, lane: str) -> None:
        while self._waiting[lane]:
            try:
                entry = self._do(acts.call_next, lane_code=lane)
            except (NobodyWaiting, NoBayThatFits):
                return
            self._waiting[lane] -= 1
            truck = self._by_entry[entry.ref]
            truck.waited_min = (self.now - truck.arrives_at).total_seconds() / 60
            self.at(self.now + timedelta(minutes=self.dice.uniform(1, 8)), lambda e=entry.ref: self._admit(e))  # type: ignore[misc]

    def _admit(self, ref: str) -> None:
        truck = self._by_entry[ref]
        measured = {"length_m": truck.length_m + 0.4} if truck.luck == "bigger" else {}
        try:
            self._do(acts.admit, entry_ref=ref, **measured)
        except NoBayThatFits:
            self.counts["kept_at_the_gate"] += 1
            self.at(self.now + RETRY, lambda: self._admit(ref))
            return
        self.at(self.now + self._drive(ref), lambda: self._parks(ref))

    def _drive(self, ref: str) -> timedelta:
        way = guide(_entry(ref), self.now).way
        return timedelta(seconds=way.length_m / DRIVE_M_S) if way else RETRY

    def _parks(self, ref: str) -> None:
        truck, luck = self._by_entry[ref], self._by_entry[ref].luck
        if guide(_entry(ref), self.now).trouble:
            self.counts["held_up"] += 1
            self.at(self.now + RETRY, lambda: self._parks(ref))
            return
        truck.luck = ""
        if luck == "taken":
            self._finds_it_taken(ref)
            return
        if luck == "wrong" and self._stands_wrong(ref):
            return
        self._do(acts.occupy, entry_ref=ref)
        self._parked(ref)

    def _finds_it_taken(self, ref: str) -> None:
        stay = _stay(ref)
        self._do(acts.report_bay_taken, entry_ref=ref, bay_code=stay.bay.code)
        self.counts["taken"] += 1
        self.at(self.now + LOOKED_AT, lambda: self._do(unblock_bay, yard_code=self.code, bay_code=stay.bay.code))
        self.at(self.now + self._drive(ref), lambda: self._parks(ref))

    def _stands_wrong(self, ref: str) -> bool:
        """Whether it may stay in the bay it has stopped in; guided on, it comes to its own a little later."""
        own = _stay(ref).bay
        near = Bay.objects.in_use().filter(yard=own.yard_id, zone=own.zone_id).exclude(pk=own.pk).order_by("code")
        codes = list(near.values_list("code", flat=True))
        if not codes:
            return False
        try:
            self._do(acts.occupy, entry_ref=ref, bay_code=self.dice.choice(codes), source="qr")
        except WrongBay:
            self.counts["guided_on"] += 1
            self.at(self.now + RETRY, lambda: self._parks(ref))
            return True
        self.counts["wrong_but_accepted"] += 1
        self._parked(ref)
        return True

    def _parked(self, ref: str) -> None:
        self.counts["parked"] += 1
        self.at(self.now + self._by_entry[ref].stay, lambda: self._leaves(ref))

    def _leaves(self, ref: str) -> None:
        self._do(acts.release, entry_ref=ref)
        self.at(self.now + timedelta(minutes=3), lambda: self._do(acts.exit_yard, entry_ref=ref))
        self.counts["left"] += 1
        self._call_all()

    # ------------------------------------------------------------ the yard
    def _sweep(self) -> None:
        self.counts["sent_on"] += yard_sweeps.send_on_the_homeless(self.now)
        self.counts["overstays"] += yard_sweeps.note_overstays(self.now)
        self._call_all()
        if self._queue:
            self.at(self.now + SWEEP, self._sweep)

    def _shut_an_aisle(self) -> None:
        code = self.dice.choice(self.plan.aisles).code
        if Block.objects.filter(yard__code=self.code, unblocked_at=None).exists():
            return
        asked = {"yard_code": self.code, "aisle_code": code}
        self._do(acts.block_aisle, **asked, reason="a truck broke down")
        self.counts["aisles_shut"] += 1
        self.at(self.now + SHUT, lambda: self._do(acts.unblock_aisle, **asked))

    # ------------------------------------------------------------ what came of it
    def _look_back(self) -> None:
        entries = QueueEntry.objects.filter(lane__yard__code=self.code)
        self.counts["never_in"] = entries.exclude(state="exited").count()
        waits = sorted(self._by_entry[ref].waited_min for ref in self._by_entry)
        self.counts["waited_for_a_bay"] = sum(minutes > 1 for minutes in waits)
        self.broken += [
            f"{entry.ref} is {entry.state} at the end of the day" for entry in entries.exclude(state="exited")[:5]
        ]
        self._no_two_on_one_bay()
        self._everybody_fitted(entries)

    def _no_two_on_one_bay(self) -> None:
        stays = Stay.objects.filter(bay__yard__code=self.code).order_by("bay_id", "held_at", "pk")
        for one, other in pairwise(stays):
            if one.bay_id == other.bay_id and (one.released_at is None or one.released_at > other.held_at):
                self.broken.append(f"{one} and {other} at once")

    def _everybody_fitted(self, entries: Any) -> None:
        occupied = Stay.objects.filter(bay__yard__code=self.code, occupied_at__isnull=False)
        stood = {stay.visit_ref: stay.bay for stay in occupied.select_related("bay")}
        for entry in entries.filter(state="exited"):
            bay, need = stood.get(entry.visit_ref), need_of(entry)
            if bay is None:
                self.broken.append(f"{entry.ref} left without ever having had a bay")
            elif bay.length_m < need.length_m or bay.width_m < need.width_m or not need.equipment <= set(bay.equipment):
                self.broken.append(f"{entry.ref} of {need} stood in {bay.code}")


def _entry(ref: str) -> QueueEntry:
    return QueueEntry.objects.select_related("lane__yard", "lane__port", "lane__gate", "gate").get(ref=ref)


def _stay(ref: str) -> Stay:
    stay = live_stay(QueueEntry.objects.values_list("visit_ref", flat=True).get(ref=ref))
    assert stay
    return stay


def lay_out(plan: Plan, *, code: str, guide_on: bool = False) -> None:
    """This will make a port with one yard of this plan in force, and a lane for each entry gate, open day and night."""
    before = MIDNIGHT - timedelta(days=1)
    _lay_out(plan=plan, code=code, now=before, actor=TESTER)
    rules = {"wrong_bay": "guide_on" if guide_on else "accept", "call_minutes": 60}
    said = {"effective_from": MIDNIGHT - timedelta(hours=1), "changes": rules, "note": "the rules of the day"}
    acts.publish_policy(port_code=code, user=None, now=before, actor=TESTER, **said)
    put_in_force(ref=Layout.objects.get(yard__code=code).ref, now=MIDNIGHT, actor=TESTER)


@operation
def _lay_out(*, plan: Plan, code: str, now: datetime, actor: Any) -> None:
    names: dict[str, Any] = {"name_en": code, "name_zh": code}
    port = Port.objects.create(code=code, kind="road", county_en="-", county_zh="-", lat_deg=21, lon_deg=101, **names)
    yard = Yard.objects.create(port=port, code=code, width_m=plan.width_m, depth_m=plan.depth_m, **names)
    record(yard.stream, "yard.laid_out", port=code, yard=code, bays=[])
    gates = [
        Gate.objects.create(yard=yard, code=gate.code, kind="entry") for gate in plan.gates if gate.kind == "entry"
    ]
    for number, gate in enumerate(gates):
        step = {"direction": "inbound", "cargo_kinds": list(EVERY_KIND), "next_step": STEPS[number % len(STEPS)]}
        lane = Lane.objects.create(port=port, yard=yard, gate=gate, code=f"{code}-{gate.code}", **step, **names)
        hours = {"opens_at": time(0), "closes_at": time(0), "units_per_hour": 500, "valid_from": now.date()}
        Window.objects.bulk_create([Window(lane=lane, weekday=day, **hours) for day in range(7)])
        record(yard.stream, "lane.configured", **lane_facts(lane))
    draft = {"document": {}, "plan": plan.as_json(), "made_at": now, "changed_at": now}
    begin(Layout, "draft", yard=yard, version=1, **draft)
