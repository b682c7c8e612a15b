"""The three steps of benchmarks/round.py, each a process: build the day and its requests, hold the round, check what came out."""

from __future__ import annotations

import json
import random
import resource
import sys
import time
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from accounts.models import Organisation, Vehicle  # noqa: E402
from core.models import LedgerEntry  # noqa: E402
from reservations.checking import faults  # noqa: E402
from reservations.models import Policy, Request, Reservation, Round, Slot  # noqa: E402
from reservations.operations import announce_round, close_round, open_round  # noqa: E402
from reservations.queries.proofs import ledger_faults, proof_of  # noqa: E402
from reservations.rounds import HERALD, publish, run_round  # noqa: E402
from yards.models import Gate, Lane, Port, Yard  # noqa: E402

DAY = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)  # midnight in Yunnan
LANES = {
    "GEN1": ["general", "ecommerce"],
    "GEN2": ["general", "ecommerce"],
    "GEN3": ["general", "bulk"],
    "MIX1": ["general", "perishable", "empty"],
    "MIX2": ["general", "bulk", "empty"],
    "COLD": ["perishable"],
    "HAZ": ["hazardous", "bulk"],
    "EMPTY": ["empty", "ecommerce"],
}
KINDS = {"general": 45, "perishable": 15, "hazardous": 4, "bulk": 12, "ecommerce": 9, "empty": 15}
LOAD = 1.1  # requests for each place
ORGANISATIONS = 200
OWNER_DRIVERS = 0.2
BUNDLES = 0.08  # of the vehicles of organisations begin one
HOURS = 24


def build(size: int) -> dict[str, Any]:
    """This will fill an empty database with a day of eight lanes and `size` requests, crowded in the morning."""
    call_command("migrate", interactive=False, verbosity=0)
    rng = random.Random(size)
    lanes, policy = _port()
    _slots(lanes, policy, max(1, round(size / LOAD / HOURS / len(LANES))))
    day, opens_at = (DAY + timedelta(hours=12)).date(), DAY - timedelta(hours=policy.round_open_hours)
    announce_round(port_code=lanes[0].port.code, service_date=day, now=opens_at, actor=HERALD)
    round_ = open_round(ref=Round.objects.get().ref, now=opens_at, actor=HERALD)
    _requests(round_, lanes, size, rng)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {"requests": size}


def hold(size: int) -> dict[str, Any]:
    """This will close, draw and publish the round, and say what it took."""
    round_, stages = Round.objects.get(), []  # type: Round, list[str]

    def tell(stage: str, share: float) -> None:
        stages.append(stage)
        print(f"{share:4.0%} {stage}", file=sys.stderr)

    statements = _Counted()
    with connection.execute_wrapper(statements):
        wall, cpu = time.perf_counter(), time.process_time()
        close_round(ref=round_.ref, now=round_.closes_at, actor=HERALD)
        drawn = run_round(round_.ref, now=round_.closes_at, progress=tell)
        drawn_s = time.perf_counter() - wall
        published = publish(round_.ref, now=drawn.publishes_at)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return {
        "state": published.state,
        "placed": published.placed,
        "draw_s": round(drawn_s, 2),
        "publish_s": round(wall - drawn_s, 2),
        "wall_s": round(wall, 2),
        "cpu_s": round(cpu, 2),
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "statements": statements.count,
        "stages": stages,
    }


def check(size: int) -> dict[str, Any]:
    """This will name whatever is wrong with the published round: a fast wrong answer is a failure."""
    round_, wrong = Round.objects.get(), []
    held = dict.fromkeys(Slot.objects.values_list("pk", flat=True), 0)
    for slot_id in Reservation.objects.filter(state="confirmed").values_list("slot_id", flat=True):
        held[slot_id] += 1
    rows = Slot.objects.values_list("pk", "taken", "capacity")
    wrong += [f"slot {pk}: {taken} taken, {held[pk]} held" for pk, taken, most in rows if not taken == held[pk] <= most]
    told = LedgerEntry.objects.filter(kind__in=["request.placed", "request.stands_by"]).count()
    wrong += [] if (round_.state, round_.asked, told) == ("published", size, size) else [f"{round_.state}, {told} told"]
    linked = Request.objects.filter(state="placed", reservation__state="confirmed").count()
    wrong += [] if linked == round_.placed == sum(held.values()) else [f"{linked} requests have their reservation"]
    return {"wrong": [*wrong, *ledger_faults(round_.ref), *faults(proof_of(round_.ref))][:10]}


class _Counted:
    count = 0

    def __call__(self, execute: Any, *args: Any) -> Any:
        self.count += 1
        return execute(*args)


def _port() -> tuple[list[Lane], Policy]:
    names = {"name_en": "Bench", "name_zh": "Bench"}
    place = {"county_en": "-", "county_zh": "-", "lat_deg": 21, "lon_deg": 101}
    port = Port.objects.create(code="BENCH", kind="road", **names, **place)
    yard = Yard.objects.create(port=port, code="BENCH", width_m=100, depth_m=100, **names)
    gate = Gate.objects.create(yard=yard, code="G1", kind="entry")
    common: dict[str, Any] = {"port": port, "yard": yard, "gate": gate, "direction": "inbound", **names}
    lanes = [Lane.objects.create(code=code, cargo_kinds=kinds, **common) for code, kinds in LANES.items()]
    since = datetime(2020, 1, 1, tzinfo=UTC)
    return lanes, Policy.objects.create(port=port, version=1, effective_from=since, allocation="rounds")


def _slots(lanes: list[Lane], policy: Policy, capacity: int) -> None:
    hours = [DAY + timedelta(hours=hour) for hour in range(HOURS)]
    common = {"policy": policy, "service_date": (DAY + timedelta(hours=12)).date()}
    room = {"planned": capacity, "capacity": capacity}
    Slot.objects.bulk_create(
        Slot(lane=lane, starts_at=hour, ends_at=hour + timedelta(hours=1), **common, **room)
        for lane in lanes
        for hour in hours
    )


def _requests(round_: Round, lanes: list[Lane], size: int, rng: random.Random) -> None:
    owners = Organisation.objects.bulk_create(Organisation(name=f"O{n}", country="CN") for n in range(ORGANISATIONS))
    rows = [_vehicle(n, None if rng.random() < OWNER_DRIVERS else rng.choice(owners)) for n in range(size)]
    rows.sort(key=lambda row: row.organisation_id or 0)  # bundles are of one organisation
    vehicles = Vehicle.objects.bulk_create(rows, batch_size=2000)
    wishes = list(islice(_wishes(round_, vehicles, rng), size))
    made = Request.objects.bulk_create(wishes, batch_size=2000)
    link = Request.lanes.through
    fitting = {kind: [lane.pk for lane in lanes if kind in lane.cargo_kinds] for kind in KINDS}
    link.objects.bulk_create(
        (link(request_id=row.pk, lane_id=pk) for row in made for pk in fitting[row.cargo_kind]), batch_size=5000
    )


def _vehicle(number: int, organisation: Organisation | None) -> Vehicle:
    plate = f"B{number:06d}"
    return Vehicle(country="CN", plate=plate, plate_key=plate, organisation=organisation)


def _wishes(round_: Round, vehicles: list[Vehicle], rng: random.Random) -> Any:
    at = 0
    while at < len(vehicles):
        count = rng.randint(2, 5) if vehicles[at].organisation_id and rng.random() < BUNDLES else 1
        members = [v for v in vehicles[at : at + count] if v.organisation_id == vehicles[at].organisation_id]
        yield from _wish(round_, members, rng)
        at += len(members)


def _wish(round_: Round, members: list[Vehicle], rng: random.Random) -> Any:
    kind = rng.choices(list(KINDS), weights=list(KINDS.values()))[0]
    best = min(HOURS - 1, max(0, round(rng.gauss(9, 4) if rng.random() < 0.6 else rng.gauss(16, 4))))
    before, after = rng.randint(0, 4), rng.randint(1, 6)
    times = [DAY + timedelta(hours=max(0, min(HOURS - 1, hour))) for hour in (best - before, best + after, best)]
    bundle = f"B-{members[0].ref[2:]}" if len(members) > 1 else ""
    for vehicle in members:
        yield Request(
            port=round_.port,
            round=round_,
            service_date=round_.service_date,
            vehicle=vehicle,
            organisation_id=vehicle.organisation_id,
            cargo_kind=kind,
            queue_class=round_.policy.class_of(kind),
            bundle=bundle,
            earliest_at=times[0],
            latest_at=times[1],
            preferred_at=times[2],
            state="requested",
            created_at=round_.opens_at,
            changed_at=round_.opens_at,
        )


if __name__ == "__main__":
    step = {"build": build, "hold": hold, "check": check}[sys.argv[1]]
    print(json.dumps(step(int(sys.argv[2]))))
