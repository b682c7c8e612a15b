"""Requests, offers and marks for tests of what drivers see, at the cast's moment: tomorrow is the day asked for."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from accounts.models import Vehicle
from core.machine import begin
from reservations.models import Credit, Mark, Request, Reservation, Slot
from tests.cast import Cast
from yards.models import Lane


def tomorrow(cast: Cast) -> date:
    return cast.slots[8].service_date


def at(cast: Cast, hour: int, *, day: date | None = None) -> datetime:
    """An hour of tomorrow (or `day`) on the port's clock."""
    return datetime.combine(day or tomorrow(cast), time(hour), cast.port.tz)


def a_request(
    cast: Cast, *, vehicle: Vehicle | None = None, state: str = "requested", lane: Lane | None = None, **fields: Any
) -> Request:
    """A wish of the driver's for 11:00 tomorrow, give or take an hour."""
    vehicle = vehicle or cast.vehicle
    values = {
        "port": cast.port,
        "service_date": tomorrow(cast),
        "driver": cast.driver,
        "organisation_id": vehicle.organisation_id,
        "cargo_kind": "general",
        "queue_class": "general",
        "earliest_at": at(cast, 10),
        "latest_at": at(cast, 12),
        "preferred_at": at(cast, 11),
        "created_at": cast.now,
        "changed_at": cast.now,
    }
    row = begin(Request, "requested", vehicle=vehicle, **(values | fields))
    row.lanes.add(lane or cast.lane)
    Request.objects.filter(pk=row.pk).update(state=state)
    row.refresh_from_db()
    return row


def standing_by(cast: Cast, **fields: Any) -> Request:
    return a_request(cast, **({"state": "standby", "stands_at": cast.now} | fields))


def an_offer(cast: Cast, *, slot: Slot | None = None, minutes: int = 10, **fields: Any) -> Request:
    """A freed place of tomorrow's first slot, offered to the driver: the place is kept for it."""
    slot = slot or cast.slots[8]
    assert Slot.objects.take_kept(slot.pk)
    until = cast.now + timedelta(minutes=minutes)
    return standing_by(cast, **({"slot": slot, "offer_until": until, "offers": 1, "state": "offered"} | fields))


def a_mark(reservation: Reservation, *, kind: str = "late_cancel", at: datetime) -> Mark:
    return Mark.objects.create(
        kind=kind,
        vehicle=reservation.vehicle,
        organisation_id=reservation.organisation_id,
        reservation=reservation,
        at=at,
    )


def a_credit(reservation: Reservation, *, at: datetime) -> Credit:
    expires_at = at + timedelta(days=90)
    return Credit.objects.create(
        vehicle=reservation.vehicle, reservation=reservation, given_at=at, expires_at=expires_at
    )


def at_utc(cast: Cast, hour: int) -> datetime:
    """The same as the pages spell it."""
    return at(cast, hour).astimezone(UTC)
