"""What the races run on: a port as `seed` lays it out, its nearest slots, many trucks. Made by the operations, so it can be audited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from accounts.models import User, Vehicle
from core.actors import system
from reservations.models import Slot
from reservations.operations import change_capacity, generate_slots_of
from yards.seeding import data
from yards.seeding.loader import load_port

PORT = "MOHAN"
CARGO = {"MOHAN-IN1": "general", "MOHAN-OUT1": "general", "MOHAN-IN2": "perishable", "MOHAN-OUT2": "perishable"}
DRIVERS = 64
TESTER = system("races")
#: A Monday, 10:00 in Yunnan.
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Truck:
    ref: str
    driver: User


@dataclass(frozen=True)
class World:
    """`slots` are hot: (ref, cargo kind) of the nearest ones, each with `places` places."""

    slots: list[tuple[str, str]]
    places: int
    trucks: list[Truck]


def build(*, slots: int, places: int, trucks: int) -> World:
    """This will fill an empty, migrated database. Raises RuntimeError when fewer than `slots` slots are bookable."""
    lay_out()
    nearest = Slot.objects.filter(lane__code__in=CARGO, ends_at__gt=NOW).order_by("starts_at", "pk")
    hot = [(ref, CARGO[lane]) for ref, lane in nearest.values_list("ref", "lane__code")[:slots]]
    if len(hot) < slots:
        raise RuntimeError(f"only {len(hot)} slots are bookable, {slots} are wanted")
    for ref, _ in hot:
        change_capacity(slot_ref=ref, planned=places, reason="a rush", now=NOW, actor=TESTER)
    return World(hot, places, register(trucks))


def lay_out() -> None:
    """This will lay the port out and generate the slots of its lanes."""
    fields = next(row for row in data.ports() if row["code"] == PORT)
    load_port(now=NOW, actor=TESTER, fields=fields)
    for lane in CARGO:
        generate_slots_of(lane_code=lane, now=NOW, actor=TESTER)


def register(trucks: int) -> list[Truck]:
    """This will create `trucks` trucks; truck n is driven by driver n % DRIVERS."""
    drivers = User.objects.bulk_create([User(phone=f"+86139{n:08d}", name=f"Racer {n}") for n in range(DRIVERS)])
    plates = [f"R{n:06d}" for n in range(trucks)]
    rows = Vehicle.objects.bulk_create(
        [Vehicle(country="CN", plate=text, plate_key=text) for text in plates], batch_size=2000
    )
    link = Vehicle.drivers.through
    links = [link(vehicle_id=row.pk, user_id=drivers[n % DRIVERS].pk) for n, row in enumerate(rows)]
    link.objects.bulk_create(links, batch_size=5000)
    return [Truck(row.ref, drivers[n % DRIVERS]) for n, row in enumerate(rows)]
