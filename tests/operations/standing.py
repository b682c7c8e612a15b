"""Steps for rounds, standby and offers: rows as a round or an earlier act left them, and the sweeps as beat wakes them."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from typing import Any

from accounts.models import Vehicle
from reservations import sweeps
from reservations.models import Request, Reservation, Round, Slot
from reservations.operations import cancel_reservation
from tests import factories as make
from tests.cast import Cast
from tests.operations.steps import reserved
from yards.models import Lane

SEED = "5e" * 32
HOUR = timedelta(hours=1)


def a_round(
    cast: Cast, *, state: str = "published", day: date | None = None, instant_at: datetime | None = None
) -> Round:
    """A round of the cast's port, tomorrow's unless told otherwise; what it left has been open to all for an hour."""
    instant_at = instant_at or cast.now - HOUR
    return Round.objects.create(
        port=cast.port,
        service_date=day or cast.slots[8].service_date,
        policy=cast.policy,
        state=state,
        opens_at=instant_at - 60 * HOUR,
        closes_at=instant_at - 2 * HOUR,
        publishes_at=instant_at - HOUR,
        instant_at=instant_at,
        seed=SEED,
        commitment=hashlib.sha256(bytes.fromhex(SEED)).hexdigest(),
    )


def a_wish(
    cast: Cast,
    slot: Slot,
    *,
    state: str = "standby",
    vehicle: Vehicle | None = None,
    lanes: list[Lane] | None = None,
    **fields: Any,
) -> Request:
    """A request of an owner-driver for the time of one slot; on standby since now."""
    vehicle = vehicle or make.a_vehicle(driver=cast.driver)
    values = {
        "port": cast.port,
        "service_date": slot.service_date,
        "vehicle": vehicle,
        "driver": cast.driver,
        "organisation": vehicle.organisation,
        "cargo_kind": "general",
        "queue_class": "general",
        "earliest_at": slot.starts_at,
        "latest_at": slot.starts_at,
        "preferred_at": slot.starts_at,
        "travel_minutes": 30,
        "stands_at": cast.now if state == "standby" else None,
        "created_at": cast.now,
        "changed_at": cast.now,
    }
    request = Request.objects.create(state=state, **(values | fields))
    request.lanes.set(lanes or [slot.lane])
    return request


def full(cast: Cast, slot: Slot) -> list[Reservation]:
    """Owner-drivers, each with an account of his own, hold all places of the slot."""
    people = [make.a_driver() for _ in range(Slot.objects.get(pk=slot.pk).free)]
    return [reserved(cast, slot=slot, vehicle=make.a_vehicle(driver=each), driver=each) for each in people]


def gives_up(cast: Cast, reservation: Reservation) -> None:
    cancel_reservation(ref=reservation.ref, **cast.by(cast.driver))


def offered(cast: Cast) -> int:
    """One tick of the sweep."""
    return sweeps.offer_places(cast.now)


def an_offer(cast: Cast, slot: Slot, **fields: Any) -> Request:
    """The only one who stands by for a full slot, just offered the place that came free in it."""
    holders = full(cast, slot)
    request = a_wish(cast, slot, **fields)
    gives_up(cast, holders[0])
    assert offered(cast) == 1
    return wish_now(request)


def wish_now(request: Request) -> Request:
    return Request.objects.select_related("slot", "reservation").get(pk=request.pk)


def slot_now(slot: Slot) -> Slot:
    return Slot.objects.get(pk=slot.pk)


def counts(slot: Slot) -> tuple[int, int, int]:
    """Taken, returned, free for all."""
    row = slot_now(slot)
    return row.taken, row.returned, row.free
