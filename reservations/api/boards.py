"""The board of a port, read once for everybody: called and next per lane, plates masked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.plates import mask
from core import ledger
from reservations.models import QueueEntry
from reservations.queries import Standing, published_order_of
from yards.models import Lane, Port, Stay, Yard
from yards.queries import Openings, lane_state, openings_around

NEXT_SHOWN = 8


def board_of(port: Port, *, now: datetime) -> dict[str, Any]:
    """This will read the board. The streams' seq is read first, so a reader who goes on from it misses nothing."""
    yards = list(Yard.objects.filter(port=port))
    streams = {yard.stream: ledger.head_of(yard.stream) for yard in yards}
    lanes = list(Lane.objects.filter(port=port).select_related("port", "yard", "gate"))
    openings = openings_around(lanes, now)
    called = (
        QueueEntry.objects.filter(lane__in=lanes, state="called")
        .select_related("vehicle", "gate")
        .order_by("-called_at")
    )
    bays = bays_of(entry.visit_ref for entry in called)
    shown = [_lane(lane, [e for e in called if e.lane_id == lane.pk], bays, openings, now) for lane in lanes]
    return {"port": port.code, "streams": streams, "as_of": now, "lanes": shown}


def bays_of(visits: Any) -> dict[str, str]:
    """This will return the bay of each visit that holds one, as {visit ref: bay code}."""
    live = Stay.objects.filter(visit_ref__in=list(visits), state__in=["held", "occupied"])
    return dict(live.values_list("visit_ref", "bay__code"))


def _lane(
    lane: Lane, called: list[QueueEntry], bays: dict[str, str], openings: Openings, now: datetime
) -> dict[str, Any]:
    order = published_order_of(lane, now=now, openings=openings)
    return {
        "lane": lane,
        "is_open": lane_state(lane, openings, now).is_open,
        "called": [_called(entry, bays) for entry in called],
        "next": [_next(place) for place in order[:NEXT_SHOWN]],
        "waiting": len(order),
    }


def _called(entry: QueueEntry, bays: dict[str, str]) -> dict[str, Any]:
    return {
        "ticket": entry.ticket,
        "plate": mask(entry.vehicle.plate),
        "queue_class": entry.queue_class,
        "gate": entry.gate.code if entry.gate else None,
        "bay": bays.get(entry.visit_ref),
        "called_at": entry.called_at,
        "call_expires_at": entry.call_expires_at,
    }


def _next(place: Standing) -> dict[str, Any]:
    return {
        "position": place.position,
        "ticket": place.entry.ticket,
        "plate": mask(place.entry.vehicle.plate),
        "queue_class": place.entry.queue_class,
        "wait": place.wait,
    }
