"""What a round looks like to those who watch it: what is asked against what there is, hour by hour and class by class."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from reservations.models import Request, Round, Slot
from yards.models import Port

BEFORE_THE_RESULT = frozenset({"announced", "open", "closed", "drawn", "failed"})
AHEAD, BACK = timedelta(days=14), timedelta(days=14)  # days shown of the calendar


@dataclass
class Hour:
    """The slots of a day that start within one hour. `asked`: requests of the day's round that like it best; `waiting`: those of
    them that have no answer yet."""

    hour: int  # of the port's day
    places: int = 0
    taken: int = 0
    asked: int = 0
    waiting: int = 0

    @property
    def demand(self) -> int:
        """What is wanted of it: what is taken, and the requests while the round is still to come."""
        return self.taken + self.waiting

    @property
    def percent(self) -> int:
        return round(100 * self.demand / max(1, self.places))


@dataclass(frozen=True)
class Watched:
    """A day of a port with its round, None where places are given at once. `asked`: requests in it (or drawn over)."""

    service_date: date
    round: Round | None
    hours: list[Hour]
    asked: int

    @property
    def places(self) -> int:
        return sum(hour.places for hour in self.hours)

    @property
    def taken(self) -> int:
        return sum(hour.taken for hour in self.hours)

    @property
    def fullest(self) -> Hour | None:
        """The hour that is wanted most against its places."""
        return max(self.hours, key=lambda hour: hour.percent, default=None)

    @property
    def percent(self) -> int:
        """Requests against places; above 100 some must be refused."""
        return round(100 * self.asked / self.places) if self.places else 0


@dataclass
class ClassResult:
    """What became of one class's requests of a round."""

    queue_class: str
    asked: int = 0
    placed: int = 0
    standby: int = 0
    ended: int = 0  # without a place: none was found while its times lasted
    withdrawn: int = 0


def calendar(port: Port, *, now: datetime) -> list[Watched]:
    """This will return the port's days from today on that have slots or a round, the earliest first."""
    today = now.astimezone(port.tz).date()
    rows = Round.objects.filter(port=port, service_date__range=(today, today + AHEAD)).select_related("policy")
    with_slots = Slot.objects.filter(lane__port=port, service_date__range=(today, today + AHEAD)).order_by()
    days = set(with_slots.values_list("service_date", flat=True).distinct())
    return watched(port, {day: None for day in days} | {row.service_date: row for row in rows})


def past(port: Port, *, now: datetime) -> list[Watched]:
    """This will return the port's rounds of the last weeks, the latest day first."""
    today = now.astimezone(port.tz).date()
    rows = Round.objects.filter(port=port, service_date__range=(today - BACK, today - timedelta(days=1)))
    return watched(port, {row.service_date: row for row in rows})[::-1]


def watched(port: Port, rounds: Mapping[date, Round | None]) -> list[Watched]:
    """This will count days of one port with their rounds, in three queries however many they are.

    A day whose round has requests counts the places of the lanes that somebody asked for; others would only make it look empty.
    """
    held = [row for row in rounds.values() if row]
    slots, asked = _slots(port, rounds, _lanes_asked_for(held)), _asked(port, held)
    found = []
    for day, row in sorted(rounds.items()):
        hours, wishes = slots[day], asked[row.pk] if row else Counter[int]()
        for number, count in wishes.items():
            hour = hours.setdefault(number, Hour(number))
            hour.asked, hour.waiting = count, count if row and row.state in BEFORE_THE_RESULT else 0
        total = row.asked if row and row.drawn_at else sum(wishes.values())
        found.append(Watched(day, row, [hours[hour] for hour in sorted(hours)], total))
    return found


def by_class(row: Round) -> list[ClassResult]:
    """This will count a round's requests by class and by what has become of them."""
    found: dict[str, ClassResult] = {}
    for queue_class, state in row.requests.order_by("queue_class").values_list("queue_class", "state"):
        result = found.setdefault(queue_class, ClassResult(queue_class))
        result.asked += 1
        result.placed += state == "placed"
        result.standby += state in ("standby", "offered")
        result.ended += state == "unplaced"
        result.withdrawn += state == "withdrawn"
    return list(found.values())


def _lanes_asked_for(rounds: list[Round]) -> dict[date, set[int]]:
    found: dict[date, set[int]] = defaultdict(set)
    named = Request.lanes.through.objects.filter(request__round__in=rounds).exclude(request__state="withdrawn")
    for day, lane_id in named.values_list("request__round__service_date", "lane_id").distinct():
        found[day].add(lane_id)
    return found


def _slots(port: Port, days: Iterable[date], asked_for: Mapping[date, set[int]]) -> dict[date, dict[int, Hour]]:
    found: dict[date, dict[int, Hour]] = defaultdict(dict)
    rows = Slot.objects.filter(lane__port=port, service_date__in=list(days), is_frozen=False).order_by()
    for day, lane_id, starts_at, capacity, taken in rows.values_list(
        "service_date", "lane_id", "starts_at", "capacity", "taken"
    ):
        if day in asked_for and lane_id not in asked_for[day]:
            continue
        number = starts_at.astimezone(port.tz).hour
        hour = found[day].setdefault(number, Hour(number))
        hour.places += capacity
        hour.taken += taken
    return found


def _asked(port: Port, rounds: list[Round]) -> dict[int, Counter[int]]:
    found: dict[int, Counter[int]] = defaultdict(Counter)
    rows = Request.objects.filter(round__in=rounds).exclude(state="withdrawn").order_by()
    for round_id, preferred_at in rows.values_list("round_id", "preferred_at"):
        found[round_id][preferred_at.astimezone(port.tz).hour] += 1
    return found
