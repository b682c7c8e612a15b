"""Steps that the tests of closures share: shut, lift, take back; what is so afterwards."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from core.machine import advance, begin
from reservations.models import Disposition, Request, Reservation, Slot
from reservations.operations import declare_closure, lift_closure, undo_closure
from tests import factories as make
from tests.cast import Cast
from tests.operations.steps import a_truck
from yards.models import Closure, Lane


def hour(cast: Cast, n: float) -> datetime:
    """`n` hours after ten o'clock of the cast's first day."""
    return cast.slots[0].starts_at + timedelta(hours=n)


def shut(cast: Cast, since: float, until: float | None, *, lanes: list[Lane] | None = None, **more: Any) -> Closure:
    """Closes the cast's lane from hour `since` to hour `until` (None: until further notice)."""
    wish: dict[str, Any] = {
        "port_code": cast.port.code,
        "scope": "lane",
        "lane_codes": [lane.code for lane in (lanes if lanes is not None else [cast.lane])],
        "starts_at": hour(cast, since),
        "ends_at": None if until is None else hour(cast, until),
        "stages": [],
        "reason": "landslide",
        "user": cast.supervisor,
    }
    return declare_closure(**(wish | more), **cast.by(cast.supervisor))


def lift(cast: Cast, closure: Closure, until: float, stages: Any = (), reason: str = "") -> Closure:
    wish = {"ref": closure.ref, "ends_at": hour(cast, until), "stages": stages, "reason": reason}
    return lift_closure(**wish, **cast.by(cast.supervisor))


def undo(cast: Cast, closure: Closure, reason: str = "false alarm") -> Closure:
    return undo_closure(ref=closure.ref, reason=reason, **cast.by(cast.supervisor))


def another_lane(cast: Cast, code: str = "MOHAN-IN3", *, capacity: int = 2, **fields: Any) -> tuple[Lane, list[Slot]]:
    """A second lane for general cargo beside the cast's, with the same hours and slots."""
    lane = make.a_lane(cast.yard, code, gate=cast.gate, **fields)
    make.open_daily(lane, units_per_hour=capacity)
    days = [(day, n) for day in (0, 1) for n in range(8)]
    slots = [make.a_slot(lane, starts_at=hour(cast, 24 * day + n), capacity=capacity) for day, n in days]
    return lane, slots


def answers(closure: Closure) -> dict[str, str]:
    """The disposition of each reservation, by ref."""
    return {row.reservation.ref: row.kind for row in closure.dispositions.select_related("reservation")}


def slot_of(reservation: Reservation) -> Slot:
    return Slot.objects.get(reservations__pk=reservation.pk)


def live_inside(closure: Closure) -> list[Reservation]:
    """Promises that still stand inside the closure and whose vehicle is not here."""
    rows = Reservation.objects.filter(state__in=["requested", "confirmed"], slot__lane__in=closure.lanes.all())
    rows = rows.filter(slot__ends_at__gt=closure.starts_at)
    return list(rows.filter(slot__starts_at__lt=closure.ends_at) if closure.ends_at else rows)


def inversions(closure: Closure) -> int:
    """Pairs who asked for the same and of whom the one promised earlier comes later now, or not at all."""
    alike: dict[Any, list[tuple[Any, Any]]] = defaultdict(list)
    rows = closure.dispositions.exclude(kind="here").select_related("reservation", "from_slot", "to_slot")
    for row in rows:
        before = (row.from_slot.starts_at, row.reservation.created_at)
        alike[row.from_slot.lane_id, row.reservation.cargo_kind].append((before, _after(row)))
    return sum(a[0] < b[0] and a[1] > b[1] for pairs in alike.values() for a in pairs for b in pairs)


def _after(row: Disposition) -> tuple[int, datetime]:
    return (0, row.to_slot.starts_at) if row.to_slot else (1, row.from_slot.starts_at)


def offered(cast: Cast, slot: Slot) -> Request:
    """Somebody on standby to whom a place of the slot is offered now."""
    Slot.objects.filter(pk=slot.pk).update(taken=1)
    wish: dict[str, Any] = {
        "port": cast.port,
        "service_date": slot.service_date,
        "vehicle": a_truck(cast),
        "cargo_kind": "general",
    }
    wish |= {
        "queue_class": "general",
        "earliest_at": slot.starts_at,
        "latest_at": slot.starts_at,
        "stands_at": cast.now,
    }
    request = begin(Request, "standby", preferred_at=slot.starts_at, created_at=cast.now, changed_at=cast.now, **wish)
    request.lanes.add(slot.lane)
    advance(request, "offered", slot=slot, offer_until=cast.now + timedelta(minutes=10))
    return request
