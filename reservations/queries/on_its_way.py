"""What is on its way to the far side of a port: as much of it as both sides agreed (`Port.counterpart_sees`)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q

from accounts import plates
from reservations.models import QueueEntry, Reservation
from yards.models import CounterpartSees, Crossing, CrossingKind, Port

AHEAD = timedelta(hours=24)
LEFT_SINCE = timedelta(hours=12)  # who has not come over by then is not on the way any more
MOST = 1000


@dataclass(frozen=True)
class Coming:
    """One vehicle. `plate` is masked or whole, as agreed; `state`: expected (has a place), waiting, called, in_yard, left."""

    visit: str
    lane: str
    country: str
    plate: str
    cargo_kind: str
    hazard_class: str
    state: str
    since: datetime


@dataclass(frozen=True)
class OnItsWay:
    """`hours`: how many of each lane are expected, by the hour their slot begins; `vehicles` is empty where numbers alone are agreed."""

    as_of: datetime
    sees: str
    counts: dict[str, int]
    hours: list[tuple[datetime, str, int]]
    vehicles: list[Coming]


STATES = {"waiting": "waiting", "called": "called", "admitted": "in_yard", "exited": "left"}


def on_its_way(port: Port, *, now: datetime) -> OnItsWay:
    """This will tell what comes to the far side of a port: with a place in the next day, here now, or left and not arrived."""
    expected = list(_expected(port, now))
    vehicles = [_of_entry(port, entry) for entry in _here(port, now)] + [_of_place(port, row) for row in expected]
    hours = Counter((row.slot.starts_at, row.lane.code) for row in expected)
    is_told = port.counterpart_sees != CounterpartSees.COUNTS
    return OnItsWay(
        as_of=now,
        sees=port.counterpart_sees,
        counts=dict(Counter(each.state for each in vehicles)),
        hours=[(starts_at, lane, count) for (starts_at, lane), count in sorted(hours.items())],
        vehicles=vehicles[:MOST] if is_told else [],
    )


def _expected(port: Port, now: datetime) -> list[Reservation]:
    rows = Reservation.objects.filter(lane__port=port, lane__direction="outbound", state="confirmed")
    rows = rows.filter(slot__starts_at__lte=now + AHEAD).select_related("slot", "lane", "vehicle")
    return list(rows.order_by("slot__starts_at", "pk"))


def _here(port: Port, now: datetime) -> list[QueueEntry]:
    came = Crossing.objects.filter(kind=CrossingKind.ARRIVED, visit_ref=OuterRef("visit_ref"))
    left = Q(state="exited", ended_at__gt=now - LEFT_SINCE)
    rows = QueueEntry.objects.filter(left | Q(state__in=["waiting", "called", "admitted"]), ~Exists(came))
    rows = rows.filter(lane__port=port, lane__direction="outbound").select_related("lane", "vehicle")
    return list(rows.order_by("arrived_at", "pk"))


def _of_entry(port: Port, entry: QueueEntry) -> Coming:
    since = entry.ended_at or entry.admitted_at or entry.called_at or entry.arrived_at
    facts: dict[str, Any] = {"hazard_class": entry.hazard_class, "state": STATES[entry.state], "since": since}
    return Coming(
        visit=entry.visit_ref, cargo_kind=entry.cargo_kind, lane=entry.lane.code, **_who(port, entry), **facts
    )


def _of_place(port: Port, row: Reservation) -> Coming:
    facts: dict[str, Any] = {"hazard_class": "", "state": "expected", "since": row.slot.starts_at}
    return Coming(visit=row.visit_ref, cargo_kind=row.cargo_kind, lane=row.lane.code, **_who(port, row), **facts)


def _who(port: Port, row: QueueEntry | Reservation) -> dict[str, Any]:
    plate = row.vehicle.plate if port.counterpart_sees == CounterpartSees.PLATES else plates.mask(row.vehicle.plate)
    return {"country": row.vehicle.country, "plate": plate}
