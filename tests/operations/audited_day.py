"""A port laid out by the operations themselves, and a morning in which everything happens once: what the auditor reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.models import User, Vehicle
from core.actors import Actor, system
from reservations import operations as do
from reservations import sweeps
from reservations.models import QueueEntry, Reservation, Slot
from tests import factories as make
from yards.models import Port, Yard
from yards.operations import block_bay, switch_lane, unblock_bay
from yards.seeding import data
from yards.seeding.loader import load_port

#: A Monday, 10:00 in Yunnan.
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
LANE, COLD_LANE = "MOHAN-IN1", "MOHAN-IN2"


@dataclass
class Day:
    """The port, its people, and a clock that the day moves on."""

    now: datetime = NOW
    people: dict[str, User] = field(default_factory=dict)

    def by(self, who: str = "operator") -> dict[str, Any]:
        actor: Actor = self.people[who].actor if who in self.people else system(who)
        return {"now": self.now, "actor": actor}

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)

    @property
    def yard(self) -> Yard:
        return Yard.objects.get(code="MOHAN")

    def slots(self, lane: str = LANE) -> list[Slot]:
        return list(Slot.objects.filter(lane__code=lane, ends_at__gt=self.now).order_by("starts_at"))

    def truck(self, **fields: Any) -> Vehicle:
        known = {"created_at": NOW - timedelta(days=90)}
        return make.a_vehicle(driver=self.people["driver"], **known | fields)

    def reserve(self, *, slot: int = 0, lane: str = LANE, cargo: str = "general", **more: Any) -> Reservation:
        """This will reserve the n-th coming slot for a new truck."""
        ref = self.slots(lane)[slot].ref
        vehicle = more.pop("vehicle", None) or self.truck()
        driver = more.pop("driver", self.people["driver"])
        wish = {"slot_ref": ref, "vehicle_ref": vehicle.ref, "cargo_kind": cargo, "driver": driver}
        return do.request_reservation(**wish, **more, **self.by("driver"))

    def arrive(
        self, reservation: Reservation | None = None, *, lane: str = LANE, cargo: str = "general", **truck: Any
    ) -> QueueEntry:
        """This will check a truck in: one with a reservation, or a walk-up."""
        if reservation:
            return do.check_in(reservation_ref=reservation.ref, port_code="MOHAN", **self.by("driver"))
        vehicle = self.truck(**truck).ref
        return do.check_in_walk_up(lane_code=lane, vehicle_ref=vehicle, cargo_kind=cargo, driver=None, **self.by())

    def call(self, lane: str = LANE) -> QueueEntry:
        return do.call_next(lane_code=lane, **self.by())

    def leave(self, entry: QueueEntry) -> None:
        """This will take a called truck through gate and bay, and out."""
        for step in (do.admit, do.occupy, do.release, do.exit_yard):
            self.later(minutes=1)
            step(entry_ref=entry.ref, **self.by())


def open_port() -> Day:
    """This will lay the port out, make its slots and its people."""
    fields = next(row for row in data.ports() if row["code"] == "MOHAN")
    load_port(now=NOW, actor=system("seed"), fields=fields)
    port = Port.objects.get(code="MOHAN")
    people = {role: make.a_staff_member(role, port=port) for role in ("operator", "supervisor")}
    people |= {"second": make.a_staff_member("supervisor", port=port), "driver": make.a_driver()}
    for lane in (LANE, COLD_LANE):
        do.generate_slots_of(lane_code=lane, now=NOW, actor=system("generator"))
    return Day(people=people)


def live(day: Day) -> None:
    """This will let every kind of thing happen once, leaving trucks in every state behind."""
    _reservations(day)
    _visits(day)
    _override(day)
    _staff(day)


def _reservations(day: Day) -> None:
    do.confirm_reservation(ref=day.reserve(confirm=False).ref, **day.by("driver"))
    do.cancel_reservation(ref=day.reserve(slot=2).ref, **day.by("driver"))
    do.revoke_reservation(ref=day.reserve(slot=2).ref, reason="works on the road", **day.by("supervisor"))
    do.change_slot(ref=day.reserve(slot=3).ref, slot_ref=day.slots()[4].ref, **day.by("driver"))
    day.reserve(slot=3, confirm=False)
    day.later(minutes=6)
    sweeps.sweep_holds(day.now)


def _visits(day: Day) -> None:
    first = day.arrive(day.reserve())
    day.arrive(day.reserve())
    day.arrive()
    day.arrive(cargo="empty")
    assert day.call().ref == first.ref
    day.leave(first)
    missed = day.call()
    do.miss(entry_ref=missed.ref, **day.by())
    moved = day.call()
    do.admit(entry_ref=moved.ref, **day.by())
    do.move(entry_ref=moved.ref, bay_code="A-40", reason="leaking next door", **day.by())
    do.withdraw(entry_ref=day.arrive().ref, reason="engine broken", **day.by())
    day.arrive(lane=COLD_LANE, cargo="perishable", reefer=True)
    day.call(COLD_LANE)


def _override(day: Day) -> None:
    for _ in range(3):
        day.arrive()
    last = day.arrive()
    asked = do.ask_override(
        entry_ref=last.ref, reason="medicine", user=day.people["supervisor"], **day.by("supervisor")
    )
    do.decide_override(ref=asked.ref, approve=True, user=day.people["second"], **day.by("second"))
    assert day.call().ref == last.ref


def _staff(day: Day) -> None:
    block_bay(yard_code="MOHAN", bay_code="A-33", reason="oil", **day.by())
    block_bay(yard_code="MOHAN", bay_code="A-34", reason="oil", **day.by())
    unblock_bay(yard_code="MOHAN", bay_code="A-34", **day.by())
    switch_lane(lane_code=COLD_LANE, is_open=False, reason="inspection", **day.by())
    slot = day.slots()[6]
    do.change_capacity(slot_ref=slot.ref, planned=slot.planned - 5, reason="far side slow", **day.by("supervisor"))
    do.freeze_slot(slot_ref=slot.ref, frozen=True, reason="far side shut", **day.by("supervisor"))
    do.publish_policy(
        port_code="MOHAN",
        effective_from=day.now + timedelta(days=1),
        changes={"grace_minutes": 45},
        note="longer grace",
        user=day.people["supervisor"],
        **day.by("supervisor"),
    )
