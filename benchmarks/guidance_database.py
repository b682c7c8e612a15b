"""One bay chosen in a yard of 2,000 with everything read and written, on a database of its own: `python -m benchmarks.guidance_database`.

The yard is seven tenths full, has a plan in force and fifteen thousand past stays. Timed is one operation: the yard locked and read as it
is, the bay chosen and held, its reasons in the ledger, all committed; `call_next` has the lane's queue besides. Processor time is this
process's; what PostgreSQL's took is in the time by the clock, with all that others did on the machine meanwhile.
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
BAYS, TAKEN, PAST_DAYS, PAST_A_DAY, WAITING, CHOICES, CALLS = 2000, 0.7, 5, 3000, 60, 30, 20


def main() -> None:
    call_command("migrate", interactive=False, verbosity=0)
    lane = _yard()
    _people(lane)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    call_next(lane_code=lane.code, now=NOW, actor=DESK)  # what the process keeps is read and built here
    choices: list[Took] = []
    calls: list[Took] = []
    waiting = QueueEntry.objects.filter(state=EntryState.WAITING).select_related("lane__gate", "lane__port")
    for entry in waiting.order_by("-ticket")[:CHOICES]:  # the last of the line, so that the calls find the first ones
        started = _clocks()
        _choose_and_hold(entry=entry, now=NOW, actor=DESK)
        choices.append(_since(started))
    for _ in range(CALLS):
        started = _clocks()
        call_next(lane_code=lane.code, now=NOW, actor=DESK)
        calls.append(_since(started))
    print(json.dumps(_figures("with_database", choices) | _figures("call_next", calls)))


Took = tuple[float, float]  # processor time of this thread and time by the clock, both in seconds


def _clocks() -> Took:
    return time.thread_time(), time.perf_counter()


def _since(started: Took) -> Took:
    return time.thread_time() - started[0], time.perf_counter() - started[1]


@operation
def _choose_and_hold(*, entry: QueueEntry, now: datetime, actor: Actor) -> None:
    yard = bays.lock_yard(entry.lane.yard_id)
    chosen = Chooser(yard.pk, entry.lane.port, now=now).choose(entry)
    if chosen is None:
        raise RuntimeError("no bay in a yard with 600 free ones")
    bays.hold(yard=yard, chosen=chosen, visit_ref=entry.visit_ref, vehicle_id=entry.vehicle_id, now=now)


def _figures(name: str, took: list[Took]) -> dict[str, float]:
    cpu, clock = np.median(took, axis=0) * 1000
    return {f"{name}_ms": round(float(cpu), 2), f"{name}_clock_ms": round(float(clock), 2)}


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
