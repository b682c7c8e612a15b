"""A yard as the desk sees it, read once."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from django.db.models import prefetch_related_objects

from core import ledger
from reservations.api.turns import by_class
from reservations.models import Override, QueueEntry
from reservations.queries import LaneNow, alarms_of, blocked_entries, published_order_of
from yards.models import Lane, Stay, Yard
from yards.queries import LaneState, Openings, bay_states, lane_state, openings_around


def snapshot_of(yard: Yard, *, now: datetime) -> dict[str, Any]:
    """This will read the whole yard. The stream's seq is read first, so a reader who goes on from it misses nothing."""
    seq = ledger.head_of(yard.stream)
    lanes = list(Lane.objects.filter(yard=yard).select_related("port", "yard", "gate"))
    openings = openings_around(lanes, now)
    live = Stay.objects.filter(bay__yard=yard, state__in=["held", "occupied"]).select_related("bay")
    stays = {stay.visit_ref: stay for stay in live}
    rows = QueueEntry.objects.filter(lane__yard=yard).select_related("lane", "vehicle", "gate", "reservation")
    called, inside = (
        rows.filter(state="called").order_by("called_at"),
        rows.filter(state="admitted").order_by("admitted_at"),
    )
    desks = [_desk(lane, openings, now) for lane in lanes]
    glances = [_glance(desk, lane_state(desk["lane"], openings, now)) for desk in desks]
    pending = Override.objects.filter(entry__lane__yard=yard, state="pending").select_related(
        "entry", "asked_by", "decided_by"
    )
    return {
        "yard": yard.code,
        "name": yard.name,
        "port": yard.port,
        "stream": yard.stream,
        "seq": seq,
        "as_of": now,
        "lanes": desks,
        "called": [_inside(entry, stays) for entry in called],
        "inside": [_inside(entry, stays) for entry in inside],
        "bays": bay_states(yard),
        "overrides": list(pending),
        "alarms": alarms_of(lanes=glances, called=called, inside=inside, stays=stays.values(), now=now),
    }


def _desk(lane: Lane, openings: Openings, now: datetime) -> dict[str, Any]:
    order = published_order_of(lane, now=now, openings=openings)
    blocked = blocked_entries(lane, [place.entry for place in order], now=now) if order else {}
    prefetch_related_objects([place.entry for place in order], "reservation")
    for place in order:
        place.entry.lane = lane
    state = lane_state(lane, openings, now)
    return {
        "lane": lane,
        "is_open": state.is_open,
        "state": state.code,
        "reason": state.reason,
        "changes_at": state.changes_at,
        "auto_call": lane.auto_call,
        "waiting": len(order),
        "by_class": by_class(Counter(place.entry.queue_class for place in order)),
        "order": [_row(place, blocked) for place in order],
    }


def _glance(desk: dict[str, Any], state: LaneState) -> LaneNow:
    blocked = sum(row["blocked_by"] == "no_bay_that_fits" for row in desk["order"])
    return LaneNow(desk["lane"], state, waiting=desk["waiting"], blocked=blocked)


def _row(place: Any, blocked: dict[str, str]) -> dict[str, Any]:
    reason = blocked.get(place.entry.ref, "")
    return {
        "position": place.position,
        "rule": place.rule,
        "wait": place.wait,
        "blocked_by": reason,
        "entry": place.entry,
    }


def _inside(entry: QueueEntry, stays: dict[str, Stay]) -> dict[str, Any]:
    stay = stays.get(entry.visit_ref)
    return {"entry": entry, "bay": stay.bay.code if stay else None, "stay_state": stay.state if stay else None}
