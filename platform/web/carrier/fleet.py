"""The board as its template reads it: lines by state, sums, what needs somebody, the trucks without a trip."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from accounts.plates import normalise
from reservations.queries.fleet_board import Truck, fleet_of
from web.carrier.needs import Need, needs_of
from web.carrier.timebar import BEFORE, Span, Window, spans_of
from yards.models import Port

#: In the board's order: what a dispatcher may have to act on stands first. State → its word, its shape, its class.
STATES: dict[str, tuple[Promise, str, str]] = {
    "called": (_("called"), "call", "call"),
    "offered": (_("place offered"), "call", "call"),
    "held": (_("held, to confirm"), "call", "call"),
    "waiting": (_("waiting"), "now", "none"),
    "yard": (_("in the yard"), "now", "good"),
    "bay": (_("in the bay"), "open", "good"),
    "placed": (_("placed"), "done", "good"),
    "standby": (_("on standby"), "todo", "none"),
    "asked": (_("asked for"), "todo", "none"),
    "out": (_("left"), "done", "none"),
    "idle": (_("no trip"), "none", "none"),
}
ORDER = tuple(STATES)
SHOWN = 150  # lines at first; the rest by one more press
NEEDS_SHOWN = 12


@dataclass(frozen=True)
class Line:
    """One truck of the board."""

    truck: Truck
    spans: list[Span]

    @property
    def word(self) -> Promise:
        return STATES[self.truck.state][0]

    @property
    def shape(self) -> str:
        return STATES[self.truck.state][1]

    @property
    def tone(self) -> str:
        return STATES[self.truck.state][2]


@dataclass(frozen=True)
class Sum:
    """How many trucks are in a state; `is_chosen` when the board shows them alone."""

    state: str
    word: Promise
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Board:
    """`left_out`: lines that are not shown yet. `idle`: trucks without a trip, to be reserved for."""

    window: Window
    lines: list[Line]
    left_out: int
    needs: list[Need]
    more_needs: int
    sums: list[Sum]
    idle: list[Truck]
    trucks: int


def board_of(
    organisation: Organisation,
    *,
    home: ZoneInfo,
    now: datetime,
    search: str = "",
    state: str = "",
    all_lines: bool = False,
) -> Board:
    """This will gather an organisation's board; `search` is part of a plate, `state` one of STATES.

    `home`: the clock of a fleet that has no trip just now.
    """
    fleet = fleet_of(organisation, since=now - BEFORE)
    window = Window.around(now, _zone(fleet, home))
    found = _searched(fleet, search)
    running = [truck for truck in found if truck.state != "idle" and state in ("", truck.state)]
    running.sort(key=lambda truck: (ORDER.index(truck.state), _moment(truck, now)))
    shown = running if all_lines else running[:SHOWN]
    needs = needs_of(found, now=now)
    return Board(
        window=window,
        lines=[Line(truck, spans_of(truck, window)) for truck in shown],
        left_out=len(running) - len(shown),
        needs=needs[:NEEDS_SHOWN],
        more_needs=max(0, len(needs) - NEEDS_SHOWN),
        sums=_sums(fleet, state),
        idle=[truck for truck in found if truck.state in ("idle", "out")],
        trucks=len(fleet),
    )


def _searched(fleet: Sequence[Truck], search: str) -> list[Truck]:
    wanted = normalise(search)
    return [truck for truck in fleet if wanted in truck.vehicle.plate_key]


def _sums(fleet: Sequence[Truck], chosen: str) -> list[Sum]:
    counts = Counter(truck.state for truck in fleet)
    return [Sum(state, STATES[state][0], counts[state], state == chosen) for state in ORDER if counts[state]]


def _moment(truck: Truck, now: datetime) -> datetime:
    """When its state began or its promise begins: who has waited longest, and who comes next, stands first."""
    if truck.entry and truck.state in ("called", "waiting", "yard", "bay", "out"):
        return truck.entry.called_at or truck.entry.arrived_at
    if truck.reservation:
        return truck.reservation.slot.starts_at
    return truck.request.preferred_at if truck.request else now


def _zone(fleet: Sequence[Truck], home: ZoneInfo) -> ZoneInfo:
    """The clock of the port that most trucks have to do with."""
    zones = Counter(port.tz for truck in fleet if (port := _port(truck)))
    return zones.most_common(1)[0][0] if zones else home


def _port(truck: Truck) -> Port | None:
    row = truck.entry or truck.reservation
    if row:
        return row.lane.port
    return truck.request.port if truck.request else None
