"""One day of the disruption benchmark on the database named by DATABASE_URL: `python -m benchmarks.disruption_day`."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from itertools import combinations
from random import Random
from typing import Any

#: 06:00 in Yunnan: the day's first slots begin now.
NOW = datetime(2026, 3, 1, 22, 0, tzinfo=UTC)
LANES, PER_HOUR, HOURS = 10, 16, 16
COLD = 2  # lanes for perishable goods; the others take general cargo and empty vehicles
HERE_AT_MOST = 20
BAYS = 700  # what holds a truck up here is the closure, not the yard
PORT = "BENCH"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("percent", "hours", "seed", "trucks"):
        parser.add_argument(f"--{name}", type=int, required=True)
    print(json.dumps(_day(parser.parse_args())))
    return 0


def _day(options: argparse.Namespace) -> dict[str, Any]:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from audit.auditor import Auditor

    reserved = _fill(options)
    closure, took_s = _close(options)
    findings = [str(each) for each in Auditor().findings()]
    for line in findings[:5]:
        print(line, file=sys.stderr)
    return {"trucks": reserved, "seconds": round(took_s, 2), **_counted(closure), "audit_findings": len(findings)}


def _fill(options: argparse.Namespace) -> int:
    """Lays the port out and reserves for every truck, most of them in the middle of the day; the first ones are here already."""
    from reservations.models import Slot
    from reservations.operations import check_in, generate_slots_of, request_reservation

    _lay_out(now=NOW, actor=_actor())
    for number in range(1, LANES + 1):
        generate_slots_of(lane_code=_lane_code(number), now=NOW, actor=_actor())
    dice, reserved = Random(options.seed), 0
    rows = list(Slot.objects.filter(ends_at__gt=NOW, starts_at__lt=NOW + timedelta(hours=HOURS)).select_related("lane"))
    seats = [slot for slot in rows for _ in range(slot.capacity)]
    dice.shuffle(seats)
    seats.sort(
        key=lambda slot: dice.random() * (1 + abs((slot.starts_at - NOW) / timedelta(hours=1) - HOURS / 2) / HOURS)
    )
    for number, slot in enumerate(seats[: options.trucks]):
        moment = NOW + timedelta(milliseconds=number)
        wish = {"slot_ref": slot.ref, "vehicle_ref": _truck(number), "driver": None, "now": moment, "actor": _actor()}
        reservation = request_reservation(cargo_kind=dice.choice(slot.lane.cargo_kinds), **wish)
        reserved += 1
        if slot.starts_at <= NOW and number < 10 * HERE_AT_MOST:
            check_in(reservation_ref=reservation.ref, port_code=PORT, now=moment, actor=_actor())
    return reserved


def _close(options: argparse.Namespace) -> tuple[Any, float]:
    from reservations.operations import declare_closure

    shut = [_lane_code(n) for n in range(1, LANES + 1)][-max(1, LANES * options.percent // 100) :]
    moment = NOW + timedelta(minutes=5)
    began_s = time.monotonic()
    closure = declare_closure(
        port_code=PORT,
        scope="lane" if options.percent < 100 else "port",
        lane_codes=shut if options.percent < 100 else [],
        starts_at=moment,
        ends_at=moment + timedelta(hours=options.hours),
        reason="landslide",
        user=None,
        now=moment,
        actor=_actor(),
    )
    return closure, time.monotonic() - began_s


def _counted(closure: Any) -> dict[str, int]:
    """Counts by rows, not by what the operation says of itself."""
    from reservations.models import Reservation, Slot

    shut = Slot.objects.filter(
        lane__in=closure.lanes.all(), starts_at__lt=closure.ends_at, ends_at__gt=closure.starts_at
    )
    answers = list(closure.dispositions.select_related("reservation", "from_slot", "to_slot"))
    there = Reservation.objects.filter(slot__in=shut)
    kinds = [row.kind for row in answers]
    standing = there.exclude(pk__in=[row.reservation_id for row in answers]).filter(
        state__in=["requested", "confirmed", "checked_in"]
    )
    return {
        "met": len(answers),
        **{kind: kinds.count(kind) for kind in ("moved", "standby", "here")},
        "inside": there.filter(state__in=["requested", "confirmed"]).count() + shut.filter(is_frozen=False).count(),
        "unanswered": standing.count(),
        "answered_twice": len(answers) - len({row.reservation_id for row in answers}),
        "inversions": _inversions(answers),
    }


def _inversions(answers: list[Any]) -> int:
    """Pairs who asked for the same (lane and cargo), of whom the one promised earlier comes later now, or not at all."""
    alike: dict[Any, list[tuple[Any, Any]]] = defaultdict(list)
    for row in answers:
        if row.kind != "here":
            before = (row.from_slot.starts_at, row.reservation.created_at)
            after = (0, row.to_slot.starts_at) if row.to_slot else (1, row.from_slot.starts_at)
            alike[row.from_slot.lane_id, row.reservation.cargo_kind].append((before, after))
    pairs = (pair for rows in alike.values() for pair in combinations(sorted(rows), 2))
    return sum(first[0] < second[0] and first[1] > second[1] for first, second in pairs)


def _truck(number: int) -> str:
    from accounts.models import Vehicle

    plate = f"D{number:06d}"
    return str(Vehicle.objects.create(country="CN", plate=plate, plate_key=plate).ref)


def _lane_code(number: int) -> str:
    return f"{PORT}-IN{number}"


def _actor() -> Any:
    from core.actors import system

    return system("benchmark")


def _lay_out(*, now: datetime, actor: Any) -> None:
    from core.db import operation
    from core.ledger import record
    from yards.models import Lane, Port, Window
    from yards.operations.configuration import lane_facts
    from yards.seeding import layout
    from yards.seeding.loader import lay_out_yard

    names: dict[str, Any] = {"name_en": PORT, "name_zh": PORT}
    every_day = [{"weekday": day, "opens_at": time_of_day(6), "closes_at": time_of_day(6 + HOURS)} for day in range(7)]

    @operation
    def lay_out(*, now: datetime, actor: Any) -> None:
        port = Port.objects.create(
            code=PORT, kind="road", county_en="-", county_zh="-", lat_deg=21, lon_deg=101, **names
        )
        yard = lay_out_yard(port, layout.draw(bays=BAYS, entries=1), now)
        gate = yard.gates.get(kind="entry", code="G1")
        for number in range(1, LANES + 1):
            kinds = ["perishable"] if number <= COLD else ["general", "empty"]
            lane = Lane.objects.create(
                port=port,
                yard=yard,
                gate=gate,
                code=_lane_code(number),
                direction="inbound",
                cargo_kinds=kinds,
                **names,
            )
            since = {"units_per_hour": PER_HOUR, "valid_from": now.date() - timedelta(days=30)}
            Window.objects.bulk_create([Window(lane=lane, **since, **hours) for hours in every_day])
            record(yard.stream, "lane.configured", **lane_facts(lane))

    lay_out(now=now, actor=actor)


if __name__ == "__main__":
    sys.exit(main())
