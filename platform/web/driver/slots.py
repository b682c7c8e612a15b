"""The grid of days and slots that a driver chooses from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.dateparse import parse_date, parse_datetime

from core.errors import DomainError
from reservations.models import Round, Slot
from reservations.queries import free_slots, nearest_free, service_dates
from reservations.queries.asking import BEFORE_THE_RESULT
from yards.models import Lane


@dataclass(frozen=True)
class Nearest:
    """A free slot to take instead of a full one; `on_another_day` than the one that is shown."""

    ref: str
    starts_at: datetime
    on_another_day: bool = False


@dataclass(frozen=True)
class Cell:
    """One slot of the grid; a full or frozen one carries the nearest free ones, earlier and later."""

    slot: Slot
    nearest: tuple[Nearest, ...]

    @property
    def is_free(self) -> bool:
        return self.slot.free > 0


@dataclass(frozen=True)
class Grid:
    """The bookable days of a lane and the slots of the chosen one. `round`: the one that gives, or gave, the day's places."""

    lane: Lane
    days: list[date]
    day: date | None
    cells: list[Cell]
    round: Round | None = None

    @property
    def waits_for_round(self) -> bool:
        """Whether the day's places are not given yet: no click can have one."""
        return self.round is not None and self.round.state in BEFORE_THE_RESULT

    @property
    def has_room(self) -> bool:
        return any(cell.is_free for cell in self.cells)


def grid(lane: Lane, *, day: str, now: datetime) -> Grid:
    """This will lay out a lane's slots; `day` is an ISO date, anything else means the first day with slots."""
    days = service_dates(lane, now=now)
    chosen = _date(day)
    if chosen not in days:
        chosen = days[0] if days else None
    slots = list(free_slots(lane, service_date=chosen, now=now)) if chosen else []
    bookable = [slot for slot in slots if slot.starts_at <= now + timedelta(days=slot.policy.horizon_days)]
    held = (
        Round.objects.filter(port=lane.port_id, service_date=chosen).exclude(state="void").first() if chosen else None
    )
    return Grid(lane, days, chosen, [Cell(slot, _nearest(slot, bookable, now)) for slot in bookable], held)


def alternatives(error: DomainError) -> list[Nearest]:
    """This will read the nearest free slots out of a SlotFull."""
    return _named(error.facts)


def _nearest(slot: Slot, others: list[Slot], now: datetime) -> tuple[Nearest, ...]:
    if slot.free > 0:
        return ()
    earlier = [other for other in others if other.free > 0 and other.starts_at < slot.starts_at][-1:]
    later = [other for other in others if other.free > 0 and other.starts_at > slot.starts_at][:1]
    on_the_day = [Nearest(other.ref, other.starts_at) for other in (*earlier, *later)]
    return tuple(on_the_day or _named(nearest_free(slot, now=now)))


def _named(facts: dict[str, dict[str, str] | None]) -> list[Nearest]:
    found = []
    for side in ("earlier", "later"):
        row = facts.get(side)
        moment = parse_datetime(row["starts_at"]) if row else None
        if row and moment:
            found.append(Nearest(row["ref"], moment, on_another_day=True))
    return found


def _date(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None
