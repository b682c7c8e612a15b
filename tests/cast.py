"""The cast of all tests: a port with a yard, those who work there, two carriers with a driver each, and another port.

`cast` is a pytest fixture (this module is a plugin). It stops the clock at `NOW`, so operations take `now=cast.now`
and views that ask `core.clock` agree; `cast.clock.forward(minutes=20)` moves both.

    MOHAN  yard MOHAN-YARD: zone A bays A-01 … A-03 (A-01 with a dock), zone B bay B-01 (reefer), zone C C-01 (hazmat)
           lanes MOHAN-IN1 (general, empty, e-commerce) and MOHAN-IN2 (perishable, hazardous), open daily 08:00-18:00
           hourly slots of two places today from 10:00 and tomorrow; one carrier may have both
    HEKOU  the other port: yard HEKOU-YARD, lane HEKOU-IN1, one bay
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts import sms
from accounts.models import Device, Organisation, User, Vehicle
from core import clock
from core.actors import Actor, system
from reservations import calendars, stays
from reservations.models import Policy, Slot
from reservations.operations import suitability
from tests import factories as make
from tests.parts.kept import Kept
from yards.models import Bay, Gate, Lane, Port, Yard
from yards.turnover import mean_stay_min

#: A Monday, 10:00 in Yunnan: lanes are open, the first slot of the cast has just begun.
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
SYSTEM = system("test")


class StoppedClock:
    """Stands in for the demo clock: shows one moment until a test moves it."""

    speed = 1.0

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment

    def forward(self, **span: float) -> datetime:
        """This will move the clock on by `minutes=…`, `hours=…` and return the new moment."""
        self.moment += timedelta(**span)
        return self.moment


@dataclass
class Cast:
    """See the module's first lines. `other_…` are those of the rival carrier or of the other port."""

    clock: StoppedClock

    port: Port
    yard: Yard
    gate: Gate
    lane: Lane
    cold_lane: Lane
    bays: list[Bay]
    policy: Policy
    slots: list[Slot]

    carrier: Organisation
    driver: User
    vehicle: Vehicle
    dispatcher: User
    other_carrier: Organisation
    stranger: User
    other_vehicle: Vehicle
    other_dispatcher: User

    operator: User
    supervisor: User
    second: User
    port_admin: User
    auditor: User
    device: Device

    other_port: Port
    other_yard: Yard
    other_lane: Lane
    other_slots: list[Slot]
    other_operator: User
    other_supervisor: User
    other_port_admin: User
    other_auditor: User
    other_device: Device

    @property
    def now(self) -> datetime:
        return self.clock.now()

    @property
    def slot(self) -> Slot:
        """The slot that runs now."""
        return self.slots[0]

    def by(self, user: User | Device | Actor | None = None) -> dict[str, Any]:
        """This will return what every operation takes: `call_next(lane_code=…, **cast.by(cast.operator))`."""
        actor = SYSTEM if user is None else user if isinstance(user, Actor) else user.actor
        return {"now": self.now, "actor": actor}


@pytest.fixture
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> StoppedClock:
    """`core.clock` shows `NOW` until the test moves it."""
    stopped = StoppedClock(NOW)
    monkeypatch.setattr(clock, "_demo", stopped)
    return stopped


class Outbox(list[dict[str, str]]):
    """The text messages that would have been sent."""

    def __call__(self, *, phone: str, text: str, language: str, now: datetime) -> None:
        self.append({"phone": phone, "text": text, "language": language})

    @property
    def code(self) -> str:
        """The one-time code of the newest message."""
        found = re.search(r"\b\d{6}\b", self[-1]["text"])
        assert found
        return found[0]


@pytest.fixture
def outbox(monkeypatch: pytest.MonkeyPatch) -> Outbox:
    """Stands in for whoever carries text messages."""
    sent = Outbox()
    monkeypatch.setattr(sms, "_senders", [sent])
    return sent


_kept: list[Kept] = []


@pytest.fixture
def cast(db: None, stopped_clock: StoppedClock) -> Cast:
    """The cast, made once per process and written again for every test that has not moved the clock and has no rows of its own."""
    if stopped_clock.now() != NOW or any(model._base_manager.exists() for model in (User, Organisation, Port)):
        return assemble(stopped_clock)
    if not _kept:
        _kept.append(Kept(lambda: assemble(stopped_clock)))
        return _kept[0].first
    _forget()
    cast = _kept[0].again()
    cast.clock = stopped_clock
    return cast


def assemble(stopped: StoppedClock, *, time_zone: str = "Asia/Shanghai") -> Cast:
    """This will create the whole cast around the clock's moment, its ports in `time_zone` (also for tests that use `transactional_db`)."""
    _forget()
    people = _people()
    there = {"now": stopped.now(), "time_zone": time_zone}
    return Cast(clock=stopped, **people, **_home(people, **there), **_elsewhere(**there))


def _forget() -> None:
    for remembered in (calendars.remembered_percent, stays.remembered, suitability.fitting, mean_stay_min):
        remembered.cache_clear()  # the last test's port had the same id


def _people() -> dict[str, Any]:
    carrier, rival = make.an_organisation("云岭物流"), make.an_organisation("Mekong Haulage", country="LA")
    driver, stranger = make.a_driver(name="李雷"), make.a_driver(name="Stranger")
    return {
        "carrier": carrier,
        "driver": driver,
        "vehicle": make.a_vehicle(driver=driver, organisation=carrier),
        "dispatcher": make.a_dispatcher(carrier),
        "other_carrier": rival,
        "stranger": stranger,
        "other_vehicle": make.a_vehicle(driver=stranger, organisation=rival, country="LA"),
        "other_dispatcher": make.a_dispatcher(rival),
    }


def _home(people: dict[str, Any], *, now: datetime, time_zone: str) -> dict[str, Any]:
    port = make.a_port("MOHAN", time_zone=time_zone)
    yard = make.a_yard(port)
    gate = make.a_gate(yard, "G1")
    make.a_gate(yard, "G2", kind="exit")
    general, cold, danger = (
        make.a_zone(yard, "A"),
        make.a_zone(yard, "B", shape="triangle"),
        make.a_zone(yard, "C", shape="diamond"),
    )
    bays = [make.a_bay(general, f"A-0{n}", equipment=["dock"] if n == 1 else []) for n in (1, 2, 3)]
    bays += [make.a_bay(cold, "B-01", equipment=["reefer"]), make.a_bay(danger, "C-01", equipment=["hazmat"])]
    policy = make.a_policy(port, effective_from=now - timedelta(days=30), organisation_share_percent=100)
    lane = make.a_lane(yard, "MOHAN-IN1", gate=gate)
    cold_lane = make.a_lane(yard, "MOHAN-IN2", gate=gate, cargo_kinds=["perishable", "hazardous"])
    for each in (lane, cold_lane):
        make.open_daily(each)
    return {
        "port": port,
        "yard": yard,
        "gate": gate,
        "lane": lane,
        "cold_lane": cold_lane,
        "bays": bays,
        "policy": policy,
        "slots": _slots(lane, now),
        "operator": make.a_staff_member("operator", port=port),
        "supervisor": make.a_staff_member("supervisor", port=port),
        "second": make.a_staff_member("supervisor", port=port, name="second supervisor"),
        "port_admin": make.a_staff_member("port_admin", port=port),
        "auditor": make.a_staff_member("auditor", port=port),
        "device": _device(port, "G1"),
    }


def _elsewhere(*, now: datetime, time_zone: str) -> dict[str, Any]:
    far_side = {"counterpart_country": "VN", "counterpart_time_zone": "Asia/Ho_Chi_Minh"}
    port = make.a_port("HEKOU", time_zone=time_zone, **far_side)
    yard = make.a_yard(port)
    make.a_bay(make.a_zone(yard, "A"), "A-01")
    make.a_policy(port, effective_from=now - timedelta(days=30))
    lane = make.a_lane(yard, "HEKOU-IN1", gate=make.a_gate(yard, "G1"))
    make.open_daily(lane)
    return {
        "other_port": port,
        "other_yard": yard,
        "other_lane": lane,
        "other_slots": _slots(lane, now),
        "other_operator": make.a_staff_member("operator", port=port),
        "other_supervisor": make.a_staff_member("supervisor", port=port),
        "other_port_admin": make.a_staff_member("port_admin", port=port),
        "other_auditor": make.a_staff_member("auditor", port=port),
        "other_device": _device(port, "G1"),
    }


def _slots(lane: Lane, now: datetime) -> list[Slot]:
    """Hourly from now until the lane closes (eight), and the same hours of the next day."""
    return [make.a_slot(lane, starts_at=now + timedelta(days=day, hours=hour)) for day in (0, 1) for hour in range(8)]


def _device(port: Port, gate_code: str) -> Device:
    return Device.objects.create(name=f"{port.code} {gate_code}", port_code=port.code, gate_code=gate_code)
