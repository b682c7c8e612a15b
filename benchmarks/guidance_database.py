"""One bay chosen in a yard of 2,000 with everything read and written, on a database of its own: `python -m benchmarks.guidance_database`.

The yard is seven tenths full, has a plan in force and fifteen thousand past stays. Timed is what a choice adds to a call: reading the yard
as it is, choosing, and holding the bay with its reasons in the ledger. The lock and the queue are the call's own.
"""

from __future__ import annotations

import json
import random
import time
from datetime import UTC, datetime, timedelta

import django

django.setup()

import numpy as np  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from accounts.models import User, Vehicle  # noqa: E402
from benchmarks.guidance_yard import SHAPES, yard_of  # noqa: E402
from core.actors import Actor, system  # noqa: E402
from core.db import operation  # noqa: E402
from reservations.choosing import Chooser  # noqa: E402
from reservations.models import EntryState, Policy, QueueEntry  # noqa: E402
from reservations.operations import call_next  # noqa: E402
from yards.models import Bay, Gate, Lane, Layout, LayoutState, Port, Stay, Yard, Zone  # noqa: E402
from yards.models.stays import StayState  # noqa: E402
from yards.operations import bays  # noqa: E402

DESK = system("desk")
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # ten in the morning in Yunnan
BAYS, TAKEN, PAST_DAYS, PAST_A_DAY, WAITING, CALLS = 2000, 0.7, 5, 3000, 60, 40


def main() -> None:
    call_command("migrate", interactive=False, verbosity=0)
    lane = _yard()
    _people(lane)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    call_next(lane_code=lane.code, now=NOW, actor=DESK)  # what the process keeps is read and built here
    choices, calls = [], []
    for entry in QueueEntry.objects.filter(state=EntryState.WAITING).select_related("lane__gate", "lane__port")[:20]:
        choices.append(_choose(entry))
    for _ in range(CALLS - len(choices)):
        started = time.perf_counter()
        call_next(lane_code=lane.code, now=NOW, actor=DESK)
        calls.append(time.perf_counter() - started)
    print(json.dumps({"with_database_ms": _middle_ms(choices), "call_next_ms": _middle_ms(calls)}))


class _Undone(Exception):
    """Takes a measured choice back."""


def _choose(entry: QueueEntry) -> float:
    """One choice, taken back afterwards."""
    took: list[float] = []
    try:
        _choose_and_hold(entry=entry, took=took, now=NOW, actor=DESK)
    except _Undone:
        return took[0]
    raise RuntimeError("the choice was not taken back")


@operation
def _choose_and_hold(*, entry: QueueEntry, took: list[float], now: datetime, actor: Actor) -> None:
    yard = bays.lock_yard(entry.lane.yard_id)
    started = time.perf_counter()
    chosen = Chooser(yard.pk, entry.lane.port, now=now).choose(entry)
    if chosen is None:
        raise RuntimeError("no bay in a yard with 600 free ones")
    bays.hold(yard=yard, chosen=chosen, visit_ref=entry.visit_ref, vehicle_id=entry.vehicle_id, now=now)
    took.append(time.perf_counter() - started)
    raise _Undone


def _middle_ms(seconds: list[float]) -> float:
    return round(float(np.median(seconds)) * 1000, 2)


def _yard() -> Lane:
    """The measured yard as rows, its plan in force."""
    plan = yard_of(SHAPES[BAYS])
    port = Port.objects.create(code="BENCH", name_en="Bench", name_zh="", kind="road", lat_deg=21, lon_deg=101)
    yard = Yard.objects.create(
        port=port, code="bench", name_en="Bench", name_zh="", width_m=plan.width_m, depth_m=plan.depth_m
    )
    zones = {zone.code: Zone.objects.create(yard=yard, code=zone.code, shape="circle") for zone in plan.zones}
    gates = [Gate.objects.create(yard=yard, code=g.code, kind=g.kind, x_m=g.x_m, y_m=g.y_m) for g in plan.gates]
    Bay.objects.bulk_create(
        Bay(
            yard=yard,
            zone=zones[bay.zone],
            code=bay.code,
            length_m=bay.length_m,
            width_m=bay.width_m,
            equipment=list(bay.equipment),
            x_m=bay.x_m,
            y_m=bay.y_m,
            heading_deg=bay.heading_deg,
        )
        for bay in plan.bays
    )
    Layout.objects.create(
        yard=yard,
        version=1,
        state=LayoutState.IN_FORCE,
        document={},
        plan=plan.as_json(),
        in_force_at=NOW - timedelta(days=30),
        made_at=NOW,
        changed_at=NOW,
    )
    Policy.objects.create(port=port, version=1, effective_from=NOW - timedelta(days=90))
    return Lane.objects.create(port=port, yard=yard, gate=gates[0], code="bench-in", cargo_kinds=["general"])


def _people(lane: Lane) -> None:
    """Past stays, those who stand in the yard now, and those who wait."""
    rng, rows = random.Random(1), list(Bay.objects.order_by("code"))
    driver = User.objects.create_user(phone="+8613800000000")
    number = PAST_DAYS * PAST_A_DAY + len(rows) + WAITING
    trucks = Vehicle.objects.bulk_create(
        [Vehicle(country="CN", plate=f"B{n:06d}", plate_key=f"B{n:06d}") for n in range(number)], batch_size=2000
    )
    plain = [bay for bay in rows if "hazmat" not in bay.equipment]
    past, now_there, waiting = (
        trucks[: PAST_DAYS * PAST_A_DAY],
        trucks[-len(rows) - WAITING : -WAITING],
        trucks[-WAITING:],
    )
    stays = []
    entries = []
    for n, truck in enumerate(past):
        began = NOW - timedelta(days=1 + n % PAST_DAYS, minutes=rng.uniform(0, 1440))
        ended = began + timedelta(minutes=rng.lognormvariate(5, 0.45))
        entries.append(_entry(lane, truck, driver, n, EntryState.EXITED, began, ended))
        stays.append(_stay(entries[-1], rng.choice(plain), StayState.RELEASED, began, ended))
    for n, (truck, bay) in enumerate(zip(now_there, rows, strict=False), start=len(entries)):
        if rng.random() < TAKEN:
            began = NOW - timedelta(minutes=rng.uniform(3, 120))
            entries.append(_entry(lane, truck, driver, n, EntryState.ADMITTED, began, None))
            stays.append(_stay(entries[-1], bay, StayState.OCCUPIED, began, None))
    entries += [_entry(lane, t, driver, number + n, EntryState.WAITING, NOW, None) for n, t in enumerate(waiting)]
    QueueEntry.objects.bulk_create(entries, batch_size=1000)
    Stay.objects.bulk_create(stays, batch_size=1000)


def _entry(
    lane: Lane, truck: Vehicle, driver: User, ticket: int, state: str, began: datetime, ended: datetime | None
) -> QueueEntry:
    return QueueEntry(
        lane=lane,
        vehicle=truck,
        driver=driver,
        cargo_kind="general",
        queue_class="general",
        ticket=ticket,
        arrived_at=began,
        promised_at=began,
        state=state,
        admitted_at=began if state != EntryState.WAITING else None,
        ended_at=ended,
    )


def _stay(entry: QueueEntry, bay: Bay, state: str, began: datetime, ended: datetime | None) -> Stay:
    return Stay(
        bay=bay,
        vehicle=entry.vehicle,
        visit_ref=entry.visit_ref,
        state=state,
        held_at=began,
        occupied_at=began,
        released_at=ended,
        expected_minutes=150,
    )


if __name__ == "__main__":
    main()
