"""The wall board of a yard: who is called and where to, who is next, per lane."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from accounts.plates import mask
from reservations.models import QueueEntry
from web.public.ports import OrderLine, order_lines
from yards.models import Lane, Stay, Yard
from yards.queries import LaneState, lane_state, openings_around

NEXT_SHOWN = 5
ADMITTED_SHOWN = 4


@dataclass(frozen=True)
class CalledLine:
    """A called vehicle: masked plate, ticket, the gate and bay it goes to, and whether it is through the gate already."""

    plate: str
    ticket: int
    gate: str
    bay: str
    is_admitted: bool


@dataclass(frozen=True)
class BoardLane:
    lane: Lane
    state: LaneState
    called: list[CalledLine]
    next: list[OrderLine]

    @property
    def is_idle(self) -> bool:
        return not (self.called or self.next)


def board_of(yard: Yard, *, now: datetime) -> list[BoardLane]:
    """This will return what the board shows, lane by lane."""
    lanes = list(Lane.objects.filter(yard=yard).select_related("port", "yard", "gate"))
    openings = openings_around(lanes, now)
    bays = dict(
        Stay.objects.filter(bay__yard=yard, state__in=["held", "occupied"]).values_list("visit_ref", "bay__code")
    )
    return [
        BoardLane(
            lane,
            lane_state(lane, openings, now),
            _called(lane, bays),
            order_lines(lane, now=now, openings=openings, most=NEXT_SHOWN),
        )
        for lane in lanes
    ]


def _called(lane: Lane, bays: dict[str, str]) -> list[CalledLine]:
    rows = QueueEntry.objects.filter(lane=lane).select_related("vehicle", "gate")
    called = list(rows.filter(state="called").order_by("-called_at"))
    admitted = list(rows.filter(state="admitted").order_by("-admitted_at")[:ADMITTED_SHOWN])
    return [_line(entry, lane, bays) for entry in (*called, *admitted)]


def _line(entry: QueueEntry, lane: Lane, bays: dict[str, str]) -> CalledLine:
    gate = entry.gate or lane.gate
    return CalledLine(
        mask(entry.vehicle.plate), entry.ticket, gate.code, bays.get(entry.visit_ref, ""), entry.state == "admitted"
    )
