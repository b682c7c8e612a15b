"""How full the yard was hour by hour today, and is expected to be: its own record so far, from now on what is promised.

What is expected of an hour: who is here and stays longer by his expected minutes, those who are called or wait from the moment they
were promised, and reserved places from the beginning of their slot, each for as long as stays of its kind last here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from core.models import LedgerEntry
from reservations.models import EntryState, QueueEntry, Reservation, ReservationState
from reservations.stays import past_of
from yards.guidance.dwell import Dwell
from yards.models import Bay, Block, Stay, Yard
from yards.operations.bays import need_of

HOURS = 24
LINGERS = timedelta(minutes=15)  # who is over his time is taken to leave soon: nobody knows when
UNNAMED = "plain"  # bays without any equipment

Interval = tuple[datetime, datetime | None]  # until: None = it lasts
Use = tuple[int, datetime, datetime | None]  # of a bay, by its key


@dataclass(frozen=True)
class Hour:
    """One hour of the port's day, in bays; None: not known, or not yet.

    So far: `occupied`, `held` and `blocked` as it ended. To come: `staying` and `coming`.
    """

    at: datetime
    occupied: int | None = None
    held: int | None = None
    blocked: int | None = None
    staying: int | None = None
    coming: int | None = None

    @property
    def label(self) -> str:
        """The hour by the port's clock."""
        return f"{self.at:%H}"

    @property
    def expected(self) -> int | None:
        return None if self.staying is None else self.staying + (self.coming or 0)


@dataclass(frozen=True)
class Occupancy:
    """A yard's day, of `zone`, of bays with `equipment`, or ("" both) of all; `bays` is how many there are."""

    bays: int
    hours: list[Hour]

    @property
    def fullest(self) -> Hour | None:
        """The hour to come with the most vehicles expected."""
        to_come = [hour for hour in self.hours if hour.expected is not None]
        return max(to_come, key=lambda hour: hour.expected or 0, default=None)


class Day:
    """Counts one yard's day. `equipment`: a code, or `plain` for bays without any."""

    def __init__(self, yard: Yard, *, now: datetime, zone: str = "", equipment: str = "") -> None:
        self.yard, self.now, self.zone, self.equipment = yard, now, zone, equipment
        self.day: date = now.astimezone(yard.port.tz).date()
        self._begins_at = datetime.combine(self.day, time(), yard.port.tz)
        rows = Bay.objects.filter(yard=yard).select_related("zone")
        self._bays = {bay.pk: bay for bay in rows if self._counts(bay)}

    def occupancy(self) -> Occupancy:
        hours = [self._begins_at + timedelta(hours=n) for n in range(HOURS)]
        (taken, held), blocked = self._taken_and_held(), self._blocked()
        staying, coming = self._staying(), self._coming()
        found = []
        for at in hours:
            end = at + timedelta(hours=1)
            if at <= self.now:
                moment = min(end, self.now)
                here, promised = _bays_at(taken, moment), _bays_at(held, moment)
                empty = _bays_at(blocked, moment) - here - promised  # one that is taken and blocked at once is taken
                found.append(Hour(at, len(here), len(promised), len(empty)))
            else:
                found.append(Hour(at, staying=_at(staying, end), coming=_at(coming, end)))
        in_use = sum(bay.retired_at is None for bay in self._bays.values())
        return Occupancy(in_use, found)

    # ------------------------------------------------------------ so far
    def _taken_and_held(self) -> tuple[list[Use], list[Use]]:
        stays = Stay.objects.filter(bay__in=self._bays).exclude(released_at__lt=self._begins_at)
        rows = list(stays.values_list("bay_id", "held_at", "occupied_at", "released_at"))
        taken = [(bay, occupied, released) for bay, _held, occupied, released in rows if occupied]
        held = [(bay, held, occupied or released) for bay, held, occupied, released in rows]
        return taken, held

    def _blocked(self) -> list[Use]:
        """Bays out of use: by their own row, by a record of today, or with their zone; none after it was retired."""
        lasting = [(bay.pk, bay.blocked_at, bay.retired_at) for bay in self._bays.values() if bay.blocked_at]
        return [*lasting, *self._blocked_today(), *self._blocked_zones()]

    def _blocked_today(self) -> Iterable[Use]:
        """Today's blocks that are over, each with its own beginning; one from before today counts from midnight."""
        by_code = {bay.code: bay.pk for bay in self._bays.values()}
        rows = LedgerEntry.objects.filter(stream__key=self.yard.stream, recorded_at__gte=self._begins_at)
        rows = rows.filter(kind__in=("bay.blocked", "bay.unblocked")).order_by("seq")
        began: dict[str, datetime] = {}
        for kind, code, at in rows.values_list("kind", "data__bay", "recorded_at"):
            if kind == "bay.blocked":
                began[code] = at
            elif code in by_code:
                yield by_code[code], began.pop(code, self._begins_at), at

    def _blocked_zones(self) -> Iterable[Use]:
        blocks = Block.objects.filter(yard=self.yard, kind="zone").exclude(unblocked_at__lt=self._begins_at)
        for block in blocks:
            for bay in self._bays.values():
                if bay.zone.code == block.code:
                    ends = [at for at in (block.unblocked_at, bay.retired_at) if at]
                    yield bay.pk, block.blocked_at, min(ends, default=None)

    # ------------------------------------------------------------ to come
    def _staying(self) -> list[Interval]:
        stays = Stay.objects.filter(bay__in=self._bays, state__in=["held", "occupied"])
        rows = stays.values_list("held_at", "occupied_at", "expected_minutes")
        soon = self.now + LINGERS
        return [
            (held, max(soon, (occupied or held) + timedelta(minutes=minutes or self._usual_min)))
            for held, occupied, minutes in rows
        ]

    def _coming(self) -> list[Interval]:
        """Promises know no zone: they are counted for the whole yard and for kinds of bays."""
        if self.zone:
            return []
        return [*self._from_the_order(), *self._from_reservations()]

    def _from_the_order(self) -> Iterable[Interval]:
        rows = QueueEntry.objects.filter(lane__yard=self.yard, state=EntryState.WAITING).select_related("lane")
        for entry in rows:
            if self._is_of_the_kind(frozenset(need_of(entry).equipment)):
                yield self._from(max(self.now, entry.promised_at), entry.lane.next_step, entry.cargo_kind)

    def _from_reservations(self) -> Iterable[Interval]:
        tomorrow = datetime.combine(self.day + timedelta(days=1), time(), self.yard.port.tz)
        rows = Reservation.objects.filter(
            lane__yard=self.yard,
            state=ReservationState.CONFIRMED,
            slot__starts_at__lt=tomorrow,
            slot__ends_at__gt=self.now,
        )
        for row in rows.select_related("slot", "lane", "vehicle"):
            wanted = {"hazmat"} if row.cargo_kind == "hazardous" else set()
            wanted |= {"reefer"} if row.cargo_kind == "perishable" and row.vehicle.reefer else set()
            if self._is_of_the_kind(frozenset(wanted)):
                yield self._from(max(self.now, row.slot.starts_at), row.lane.next_step, row.cargo_kind)

    def _from(self, at: datetime, next_step: str, cargo_kind: str) -> Interval:
        return at, at + timedelta(minutes=self._dwell.expected(next_step, cargo_kind).minutes)

    @property
    def _dwell(self) -> Dwell:
        return past_of(self.yard.pk, self.now, self.yard.port.tz).dwell

    @property
    def _usual_min(self) -> float:
        return self._dwell.expected("exit", "general").minutes

    # ------------------------------------------------------------ which bays
    def _counts(self, bay: Bay) -> bool:
        return self.zone in ("", bay.zone.code) and self._is_of_the_kind(frozenset(bay.equipment))

    def _is_of_the_kind(self, equipment: frozenset[str]) -> bool:
        if not self.equipment:
            return True
        return not equipment if self.equipment == UNNAMED else self.equipment in equipment


def _at(intervals: Iterable[Interval], moment: datetime) -> int:
    return sum(begin <= moment and (end is None or moment < end) for begin, end in intervals)


def _bays_at(uses: Iterable[Use], moment: datetime) -> set[int]:
    return {bay for bay, begin, end in uses if begin <= moment and (end is None or moment < end)}
