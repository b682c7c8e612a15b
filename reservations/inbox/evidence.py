"""What the books and the events before tell of a vehicle at a port, as `steps` wants to know it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from accounts.models import Vehicle
from reservations.inbox.matching import AROUND, taken_for_missed
from reservations.inbox.steps import Known, Promise, Step, Visit
from reservations.models import GateEvent, QueueEntry, Reservation
from reservations.queries.faults import grace_ends_at, opens_at

LATEST = 6  # visits of one vehicle at one port that an event may still be about
LIVE = ("requested", "confirmed")  # a vehicle may come by it
_GATE = {"in": Step.ARRIVE, "out": Step.GO_OUT}
_OTHER = {"weighbridge": Step.WEIGH, "zone": Step.BE_SEEN}


def step_of(event: GateEvent) -> Step:
    """This will say what a vehicle did by an event: a barrier that opens inwards lets it in, all else read there tells of its arrival."""
    if event.kind == "barrier" and event.way == "in":
        return Step.COME_IN
    return _OTHER.get(event.kind) or _GATE[event.way]


def known_of(vehicle: Vehicle, *, port_code: str, at: datetime) -> Known:
    """This will gather a vehicle's open visit, its last ones, and the promises that a moment may be about."""
    entries = QueueEntry.objects.select_related("lane").filter(vehicle=vehicle, lane__port__code=port_code)
    rows = list(entries.order_by("-pk")[:LATEST])
    told: dict[int, list[GateEvent]] = {row.pk: [] for row in rows}
    for event in GateEvent.objects.filter(entry__in=rows, state__in=["applied", "void"]):
        told[event.entry_id].append(event)  # type: ignore[index]
    by_word = _by_a_persons_word(vehicle, rows)
    visits = [_visit(row, told[row.pk] + by_word.get(row.pk, [])) for row in rows]
    return Known(
        open=next((visit for visit in visits if visit.left_at is None), None),
        over=[visit for visit in visits if visit.left_at],
        promises=[_promise(row) for row in _promises(vehicle, port_code, at) if not _was_made_up_for(row, rows)],
    )


def _by_a_persons_word(vehicle: Vehicle, rows: Iterable[QueueEntry]) -> dict[int, list[GateEvent]]:
    """What a person said is of this vehicle and still waits for its step, by the row id of the open visit: who says that a barrier
    opened for it says that it had come by then, though its arrival is told later or never."""
    here = next((row for row in rows if row.ended_at is None), None)
    if here is None:
        return {}
    around = (here.arrived_at - AROUND, here.arrived_at)
    waiting = GateEvent.objects.filter(vehicle=vehicle, state__in=["waiting", "doubt"], occurred_at__range=around)
    return {here.pk: list(waiting.filter(entry=None, decided_by__isnull=False))}


def _visit(row: QueueEntry, told: list[GateEvent]) -> Visit:
    came = _first(told, "checked_in", "here", "admitted", "")
    came_in, left = _first(told, "admitted"), _first(told, "exited")
    return Visit(
        ref=row.ref,
        state=row.state,
        yard_id=row.lane.yard_id,
        came_at=min(row.arrived_at, came or row.arrived_at),
        in_at=row.admitted_at and min(row.admitted_at, came_in or row.admitted_at),
        left_at=row.ended_at and (left or row.ended_at),
        weighed_at=max((event.occurred_at for event in told if event.outcome == "weighed"), default=None),
    )


def _first(told: Iterable[GateEvent], *outcomes: str) -> datetime | None:
    return min((event.occurred_at for event in told if event.outcome in outcomes), default=None)


def _promises(vehicle: Vehicle, port_code: str, at: datetime) -> list[Reservation]:
    rows = Reservation.objects.select_related("slot__policy").filter(vehicle=vehicle, lane__port__code=port_code)
    missed = taken_for_missed() & Q(slot__starts_at__range=(at - AROUND, at + AROUND))
    return list(rows.filter(Q(state__in=LIVE) | missed))


def _was_made_up_for(row: Reservation, entries: Iterable[QueueEntry]) -> bool:
    """It was missed, and its vehicle came all the same: it comes by a promise once (`check_in`)."""
    return row.ended_at is not None and any(entry.arrived_at >= row.ended_at for entry in entries)


def _promise(row: Reservation) -> Promise:
    return Promise(row.ref, row.state in LIVE, opens_at(row), grace_ends_at(row))
