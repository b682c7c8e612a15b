"""What the public sees of all ports at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import inf

from django.db.models import Count

from reservations.eta import WaitRange
from reservations.models import QueueEntry
from reservations.queries.waits import LaneWaits, lane_waits
from yards.models import Lane, Port
from yards.queries import LaneState, Openings, lane_state, openings_around


@dataclass(frozen=True)
class LaneSummary:
    """A lane with its state, how many wait, and the wait of who would join at the end now."""

    lane: Lane
    state: LaneState
    waiting: int
    wait: WaitRange


@dataclass(frozen=True)
class PortSummary:
    """A port at a glance; `lanes` is empty for ports that are not road ports."""

    port: Port
    lanes: list[LaneSummary]

    @property
    def is_open(self) -> bool:
        return any(lane.state.is_open for lane in self.lanes)

    @property
    def waiting(self) -> int:
        return sum(lane.waiting for lane in self.lanes)

    @property
    def wait(self) -> WaitRange | None:
        """The longest wait of an open lane, one without a known end above all: what a driver should reckon with."""
        waits = [lane.wait for lane in self.lanes if lane.state.is_open]
        return max(waits, key=lambda wait: inf if wait.high_min is None else wait.high_min, default=None)


def port_summaries(*, now: datetime, codes: list[str] | None = None) -> list[PortSummary]:
    """This will sum up all ports, or those named."""
    ports = list(Port.objects.all() if codes is None else Port.objects.filter(code__in=codes))
    lanes = list(Lane.objects.filter(port__in=ports).select_related("port", "yard", "gate"))
    openings = openings_around(lanes, now)
    rows = QueueEntry.objects.filter(lane__in=lanes, state="waiting").values_list("lane").annotate(n=Count("pk"))
    waiting = dict(rows.order_by())
    by_port: dict[int, list[LaneSummary]] = {port.pk: [] for port in ports}
    waits = lane_waits(lanes, now=now, openings=openings)
    for lane in lanes:
        by_port[lane.port_id].append(_summary(lane, openings, waits[lane.pk], waiting.get(lane.pk, 0), now))
    return [PortSummary(port, by_port[port.pk]) for port in ports]


def _summary(lane: Lane, openings: Openings, waits: LaneWaits, waiting: int, now: datetime) -> LaneSummary:
    return LaneSummary(lane, lane_state(lane, openings, now), waiting, waits.at(waiting + 1))
