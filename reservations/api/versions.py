"""Which version of a reservation or a request was seen, and how long an answer about it is kept."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.api import etag
from reservations.models import Request, Reservation

KEEP_AFTER_THE_SLOT = timedelta(days=7)
KEEP_AFTER_THE_DAY = timedelta(days=8)


def reservation_tag(reservation: Reservation) -> str:
    """This will return the ETag of a reservation: it changes with its state, and with everything that its holder can change."""
    hold_s = int(reservation.hold_until.timestamp()) if reservation.hold_until else 0
    chosen = (reservation.slot_id, reservation.changes, reservation.vehicle_id, reservation.driver_id, hold_s)
    return etag.tag(reservation.ref, reservation.state, *chosen, reservation.declaration_id)


def request_tag(wish: Request) -> str:
    """This will return the ETag of a request: it changes with its state, its times and its offer."""
    return etag.tag(wish.ref, wish.state, wish.changed_at, wish.slot_id, wish.offer_until)


def keep_reservation(reservation: Reservation) -> datetime:
    """This will say until when an answer with a reservation is kept for whoever repeats the call."""
    return reservation.slot.ends_at + KEEP_AFTER_THE_SLOT


def keep_request(wish: Request) -> datetime:
    """This will say the same of an answer with a request."""
    return wish.latest_at + KEEP_AFTER_THE_DAY
