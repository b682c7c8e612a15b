"""Everything one yard's console shows, each part read once and only when a page or a live region asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from accounts.plates import normalise
from reservations import queries
from reservations.models import EntryState, Override, QueueEntry
from reservations.queries import LaneNow
from web.once import fresh
from web.staff.needs import Needs
from web.staff.words import BLOCKED
from yards.models import Lane, Stay, Yard
from yards.queries import Openings, lane_state, openings_around

ROWS = 100  # of one lane's order at a time
ROWS_OF_ALL = 48  # when all lanes are shown, divided among them
LEAST_ROWS = 8
CALLED_ROWS = 12  # the earliest calls: behind them stands the order, which must not be pushed off the screen
INSIDE_ROWS = 30  # those on the way to a bay come first; the parked ones are on the plan


@dataclass(frozen=True)
class Row:
    """A waiting vehicle's line: its standing, what blocks its call (a code, "" for nothing), and its open override."""

    standing: queries.Standing
    blocked_by: str
    override: Override | None

    @property
    def entry(self) -> QueueEntry:
        return self.standing.entry

    @property
    def blocked_words(self) -> str:
        """Why it cannot be called; nothing where the whole lane is closed, as its head says so."""
        return "" if self.blocked_by == "lane_closed" else str(BLOCKED.get(self.blocked_by, self.blocked_by))


@dataclass(frozen=True)
class LaneDesk:
    """A lane as the desk works it: `rows` are the head of its order, `more` match beside them; `once` makes a double click one call."""

    at: LaneNow
    rows: list[Row]
    more: int
    once: str

    @property
    def lane(self) -> Lane:
        return self.at.lane

    @property
    def next_shown(self) -> int:
        return ROWS if len(self.rows) < ROWS else len(self.rows) + ROWS


@dataclass(frozen=True)
class Visitor:
    """A called or admitted vehicle with its bay; `stay` is None once it has left its bay for the exit."""

    entry: QueueEntry
    stay: Stay | None

    @property
    def is_parked(self) -> bool:
        return self.stay is not None and self.stay.state == "occupied"


class Console:
    """One yard at one moment. `only` narrows the order to one lane, `search` to plates, tickets and refs; `shown` is per lane."""

    def __init__(self, yard: Yard, *, now: datetime, only: str = "", search: str = "", shown: int = 0) -> None:
        self.yard, self.now, self.only, self.search = yard, now, only, search.strip()
        self._shown = shown

    # ------------------------------------------------------------ the order
    @cached_property
    def all_lanes(self) -> list[Lane]:
        return list(Lane.objects.filter(yard=self.yard).select_related("port", "yard", "gate").order_by("code"))

    @property
    def tabs(self) -> list[tuple[str, str]]:
        """Each lane's code, and the code without the port's own that all of them share."""
        return [(lane.code, lane.code.removeprefix(f"{lane.port.code}-")) for lane in self.all_lanes]

    @cached_property
    def _openings(self) -> Openings:
        return openings_around(self.all_lanes, self.now)

    @cached_property
    def _needs(self) -> Needs:
        return Needs(self.yard, now=self.now)

    @cached_property
    def lanes_now(self) -> list[LaneNow]:
        """Every lane at a glance, whichever are asked for."""
        return [
            LaneNow(
                lane,
                lane_state(lane, self._openings, self.now),
                waiting=self._needs.waiting(lane),
                blocked=self._needs.unfit(lane),
            )
            for lane in self.all_lanes
        ]

    @cached_property
    def lanes(self) -> list[LaneDesk]:
        """The lanes asked for, each with the head of its order."""
        wanted = [glance for glance in self.lanes_now if self.only in ("", glance.lane.code)]
        some = max(LEAST_ROWS, ROWS_OF_ALL // max(1, len(wanted)))
        return [self._lane_desk(glance, self._shown or (ROWS if len(wanted) == 1 else some)) for glance in wanted]

    def _lane_desk(self, at: LaneNow, shown: int) -> LaneDesk:
        order = queries.published_order_of(at.lane, now=self.now, openings=self._openings) if at.waiting else []
        found = [standing for standing in order if self._matches(standing.entry)]
        rows = [
            Row(standing, self._needs.blocks(standing.entry, at.lane), self._overrides.get(standing.entry.pk))
            for standing in found[:shown]
        ]
        return LaneDesk(at, rows, more=len(found) - len(rows), once=fresh())

    def _matches(self, entry: QueueEntry) -> bool:
        if not self.search:
            return True
        plate = normalise(self.search)
        refs = {entry.ref, entry.visit_ref, str(entry.ticket)}
        return self.search.upper().lstrip("#") in refs or bool(plate and plate in entry.vehicle.plate_key)

    # ------------------------------------------------------------ called and inside
    @cached_property
    def _open(self) -> list[Visitor]:
        rows = QueueEntry.objects.filter(lane__yard=self.yard, state__in=[EntryState.CALLED, EntryState.ADMITTED])
        entries = rows.select_related("vehicle", "lane", "gate").order_by("called_at", "pk")
        by_visit = {stay.visit_ref: stay for stay in self.stays}
        return [Visitor(entry, by_visit.get(entry.visit_ref)) for entry in entries]

    @cached_property
    def called(self) -> list[Visitor]:
        """Who was called and has not come in yet, the earliest call first."""
        return [visitor for visitor in self._open if visitor.entry.state == EntryState.CALLED]

    @cached_property
    def called_found(self) -> list[Visitor]:
        """Those of them that match the search."""
        return [visitor for visitor in self.called if self._matches(visitor.entry)]

    @property
    def called_shown(self) -> list[Visitor]:
        return self.called_found[:CALLED_ROWS]

    @property
    def called_more(self) -> int:
        return max(0, len(self.called_found) - CALLED_ROWS)

    @cached_property
    def inside(self) -> list[Visitor]:
        """Who is in the yard: those on the way to a bay first, then those in the bay, then those leaving."""
        rows = [v for v in self._open if v.entry.state == EntryState.ADMITTED and self._matches(v.entry)]
        rank = {"held": 0, "": 1, "occupied": 2}
        return sorted(rows, key=lambda v: (rank[v.stay.state if v.stay else ""], v.entry.admitted_at, v.entry.pk))

    @property
    def inside_shown(self) -> list[Visitor]:
        return self.inside[:INSIDE_ROWS]

    @property
    def inside_more(self) -> int:
        return max(0, len(self.inside) - INSIDE_ROWS)

    @property
    def everybody_inside(self) -> list[Visitor]:
        """All who are in the yard, whatever was searched for."""
        return [visitor for visitor in self._open if visitor.entry.state == EntryState.ADMITTED]

    # ------------------------------------------------------------ bays
    @cached_property
    def stays(self) -> list[Stay]:
        rows = Stay.objects.filter(bay__yard=self.yard, state__in=["held", "occupied"])
        return list(rows.select_related("vehicle", "bay"))

    # ------------------------------------------------------------ overrides
    @cached_property
    def overrides(self) -> list[Override]:
        """Those that wait for a second person, the oldest first, then those approved and not used yet."""
        rows = Override.objects.filter(entry__lane__yard=self.yard, state__in=["pending", "approved"])
        people = rows.select_related("entry__vehicle", "entry__lane", "asked_by", "decided_by")
        live = people.filter(entry__state=EntryState.WAITING)
        return sorted(live, key=lambda override: (override.state != "pending", override.asked_at))

    @cached_property
    def _overrides(self) -> dict[int, Override]:
        return {override.entry_id: override for override in reversed(self.overrides)}
