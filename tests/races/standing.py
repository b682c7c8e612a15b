"""Steps of the races around offers: a full slot, who stands by for it, and many hands at once. By operations only, so it can be audited."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from core.errors import Busy, DomainError
from reservations import batches
from reservations.models import Request, Reservation, Slot
from reservations.operations import request_places, request_reservation
from tests.races.world import NOW, PORT, TESTER, Truck

LANE = "MOHAN-IN1"


def by(minutes: float = 0) -> dict[str, Any]:
    return {"now": NOW + timedelta(minutes=minutes), "actor": TESTER}


def hot_slots(count: int) -> list[Slot]:
    """The nearest ones of one lane that begin in two hours or later."""
    rows = Slot.objects.select_related("lane").filter(lane__code=LANE, starts_at__gte=NOW + timedelta(hours=2))
    return list(rows.order_by("starts_at")[:count])


def reserves(truck: Truck, slot: Slot, minutes: float = 0) -> Reservation:
    wish = {"slot_ref": slot.ref, "vehicle_ref": truck.ref, "cargo_kind": "general", "driver": truck.driver}
    return request_reservation(**wish, **by(minutes))


def asks(truck: Truck, slot: Slot, *, latest_at: datetime | None = None) -> Request:
    """A late request for the slot's time (and until `latest_at`); it stands by when the next batch finds no place for it."""
    wish = {"earliest_at": slot.starts_at, "latest_at": latest_at or slot.starts_at, "preferred_at": slot.starts_at}
    [request] = request_places(
        port_code=PORT,
        service_date=slot.service_date,
        lane_codes=[LANE],
        vehicle_refs=[truck.ref],
        cargo_kind="general",
        travel_minutes=30,
        driver=truck.driver,
        **wish,
        **by(),
    )
    return request


def stand_by_for(slots: Sequence[Slot], trucks: Sequence[Truck]) -> list[Request]:
    """Truck n asks for slot n % len(slots), all of which are full; returns them in the standby order."""
    for number, truck in enumerate(trucks):
        asks(truck, slots[number % len(slots)])
    batches.place_late_requests(PORT, now=NOW)
    return list(Request.objects.standing_by())


def at_once(acts: Sequence[Callable[[], Any]]) -> Counter[str]:
    """This will let one thread do each act, all at the same moment, again as long as the database is busy; returns what they were told."""
    said: Counter[str] = Counter()
    start, lock = threading.Barrier(len(acts)), threading.Lock()

    def run(act: Callable[[], Any]) -> None:
        start.wait()
        answer = "busy"
        try:
            while answer == "busy":
                answer = _told(act)
        finally:
            connection.close()
        with lock:
            said[answer] += 1

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


def _told(act: Callable[[], Any]) -> str:
    try:
        act()
    except Busy:
        return "busy"
    except DomainError as problem:
        return problem.code
    except Exception as problem:  # what a person would see as an error page
        return f"{type(problem).__name__}: {problem}"
    return "done"
