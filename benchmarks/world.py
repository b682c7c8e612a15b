"""The world the reservation benchmark runs in: one port, one lane with many roomy slots, signed-in drivers with many trucks."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection

from accounts.models import User, Vehicle
from accounts.session_store import SessionStore
from benchmarks.load import post
from core import clock
from reservations.models import Allocation, Policy, Reservation, Slot
from yards.models import Bay, Gate, Lane, Port, Yard, Zone

PATH = "/api/v1/driver/reservations/"
CSRF = "b" * 32
ROOM = 1_000_000
FLOOR_TABLES = """
CREATE TABLE floor_slot (id int PRIMARY KEY, capacity int NOT NULL, taken int NOT NULL DEFAULT 0);
CREATE TABLE floor_booking (id bigserial PRIMARY KEY, slot_id int NOT NULL REFERENCES floor_slot, vehicle text NOT NULL);
INSERT INTO floor_slot SELECT n, 1000000, 0 FROM generate_series(1, 100) n;
"""


@dataclass
class World:
    """Slots to reserve and trucks that have no reservation yet, each with its driver's session cookie."""

    slots: list[Slot]
    trucks: Iterator[tuple[str, str]]

    def requests(self, count: int, *, slots: int) -> list[bytes]:
        """This will spell `count` reservations of fresh trucks, spread over the first `slots` slots."""
        return [self._request(self.slots[n % slots].ref, *next(self.trucks)) for n in range(count)]

    def _request(self, slot: str, vehicle: str, session: str) -> bytes:
        body = json.dumps({"slot": slot, "vehicle": vehicle, "cargo_kind": "general"}).encode()
        cookie = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={CSRF}"
        headers = {"Cookie": cookie, "X-CSRFToken": CSRF, "Idempotency-Key": uuid.uuid4().hex}
        return post(PATH, body, headers)


def build(*, drivers: int, trucks: int, slots: int) -> World:
    """This will fill an empty, migrated database."""
    lane = _lane("BENCH")
    since = datetime(2020, 1, 1, tzinfo=UTC)
    policy = Policy.objects.create(
        port=lane.port, version=1, effective_from=since, horizon_days=365, allocation=Allocation.OPEN
    )
    with connection.cursor() as cursor:
        cursor.execute(FLOOR_TABLES)
    people = [User.objects.create_user(phone=f"+86138{n:08d}") for n in range(drivers)]
    sessions = [_session(person) for person in people]
    rows = [Vehicle(country="CN", plate=f"B{n:06d}", plate_key=f"B{n:06d}") for n in range(trucks)]
    Vehicle.objects.bulk_create(rows, batch_size=2000)
    link = Vehicle.drivers.through
    link.objects.bulk_create(
        [link(vehicle_id=row.pk, user_id=people[n % drivers].pk) for n, row in enumerate(rows)], batch_size=5000
    )
    pairs = ((row.ref, sessions[n % drivers]) for n, row in enumerate(rows))
    return World(_slots(lane, policy, slots), pairs)


def add_history(*, ports: int, reservations: int) -> None:
    """This will add other ports and past reservations, straight in SQL: what a long-running deployment carries."""
    for number in range(ports):
        _lane(f"BENCH{number}")
    past = Slot.objects.order_by("-starts_at")[0]
    author = User.objects.order_by("pk")[0]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO reservations_reservation (ref, visit_ref, lane_id, slot_id, vehicle_id, driver_id, cargo_kind, units, state,"
            " created_at, ended_at, changes) SELECT 'P-' || n, 'PN-' || n, %s, %s, v.id, %s, 'general', 1, 'cancelled',"
            " now(), now(), 0 FROM generate_series(1, %s) n, (SELECT min(id) AS id FROM accounts_vehicle) v",
            [past.lane_id, past.pk, author.pk, reservations],
        )
        cursor.execute("ANALYZE")


def wrong_rows() -> int:
    """This will count slots whose counter differs from their live rows: a fast wrong answer is a failure."""
    counted = dict.fromkeys(Slot.objects.values_list("pk", flat=True), 0)
    for slot_id in Reservation.objects.filter(state="confirmed").values_list("slot_id", flat=True).iterator():
        counted[slot_id] += 1
    return sum(taken != counted[pk] for pk, taken in Slot.objects.values_list("pk", "taken"))


def _lane(code: str) -> Lane:
    names: dict[str, Any] = {"name_en": code, "name_zh": code}
    port = Port.objects.create(code=code, kind="road", county_en="-", county_zh="-", lat_deg=21, lon_deg=101, **names)
    yard = Yard.objects.create(port=port, code=code, width_m=100, depth_m=100, **names)
    gate = Gate.objects.create(yard=yard, code="G1", kind="entry")
    zone = Zone.objects.create(yard=yard, code="A", **names)
    # One that the trucks fit: a place is given only where some bay could ever take the vehicle.
    Bay.objects.create(yard=yard, zone=zone, code="A-01", length_m=18, width_m=3.5, x_m=10, y_m=10)
    return Lane.objects.create(
        port=port, yard=yard, gate=gate, code=f"{code}-IN1", direction="inbound", cargo_kinds=["general"], **names
    )


def _slots(lane: Lane, policy: Policy, count: int) -> list[Slot]:
    first = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=2)
    rows = [
        Slot(
            lane=lane,
            policy=policy,
            starts_at=first + timedelta(hours=n),
            ends_at=first + timedelta(hours=n + 1),
            service_date=(first + timedelta(hours=n)).date(),
            planned=ROOM,
            capacity=ROOM,
        )
        for n in range(count)
    ]
    return list(Slot.objects.bulk_create(rows))


def _session(user: User) -> str:
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return str(store.session_key)
