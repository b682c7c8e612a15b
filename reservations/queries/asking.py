"""What a driver weighs before asking for a place: the days that can be asked for, how full each hour is, what the last rounds gave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Q

from accounts.models import Vehicle
from reservations.models import Policy, Request, Round, Slot
from reservations.starts import own_start
from yards.models import CargoKind, Lane, Port

#: Requests are closed and the result is not out yet.
BEING_DRAWN = frozenset({"closed", "drawn", "failed"})
#: The places of the day wait for the round.
BEFORE_THE_RESULT = frozenset({"announced", "open"}) | BEING_DRAWN


@dataclass(frozen=True)
class Day:
    """A day of a port. `round` is None where its places are given at once; `can_ask`: requests are taken now."""

    service_date: date
    round: Round | None
    can_ask: bool

    @property
    def is_open_day(self) -> bool:
        """Whether an answer comes at once: no round, one that was called off, or one whose result is out."""
        return self.round is None or self.round.state in ("void", "published")


@dataclass
class Hour:
    """The slots of some lanes that begin at one moment, summed up. `asked`: live requests of the open round that like it best."""

    starts_at: datetime
    ends_at: datetime
    places: int = 0
    taken: int = 0
    asked: int = 0
    slots: list[Slot] = field(default_factory=list)

    @property
    def demand(self) -> int:
        return self.taken + self.asked

    @property
    def free(self) -> int:
        """Places that are neither taken nor asked for."""
        return max(0, self.places - self.demand)

    @property
    def percent(self) -> int:
        """How full it is; above 100 when more want it than it holds, 100 when it is shut."""
        return round(100 * self.demand / self.places) if self.places else 100


def days_to_ask(port: Port, *, now: datetime) -> list[Day]:
    """This will return the days of a port that are bookable now or have a round, the earliest first."""
    policy = Policy.objects.filter(port=port, effective_from__lte=now).order_by("effective_from", "version").last()
    if policy is None:
        return []
    today = now.astimezone(port.tz).date()
    rounds = {row.service_date: row for row in Round.objects.filter(port=port, service_date__gte=today)}
    days = sorted(_bookable(port, policy, now) | set(rounds))
    return [Day(day, rounds.get(day), _are_requests_taken(port, day, rounds.get(day), policy, now)) for day in days]


def hours_of(lanes: Iterable[Lane], service_date: date, *, now: datetime) -> list[Hour]:
    """This will sum up the slots of the lanes that begin on a day and are not over, and what is asked for in its round."""
    lanes = list(lanes)
    rows = Slot.objects.filter(lane__in=lanes, service_date=service_date, ends_at__gt=now).order_by("starts_at", "lane")
    hours: dict[datetime, Hour] = {}
    for slot in rows:
        hour = hours.setdefault(slot.starts_at, Hour(slot.starts_at, slot.ends_at))
        hour.places += 0 if slot.is_frozen else slot.capacity
        hour.taken += 0 if slot.is_frozen else slot.taken
        hour.slots.append(slot)
    for best, asked in _best_times(lanes, service_date).items():
        hour_of_it = next((hour for hour in hours.values() if hour.starts_at <= best < hour.ends_at), None)
        if hour_of_it:
            hour_of_it.asked += asked
    return list(hours.values())


def _bookable(port: Port, policy: Policy, now: datetime) -> set[date]:
    until = now + timedelta(days=policy.horizon_days)
    rows = Slot.objects.filter(lane__port=port, ends_at__gt=now, starts_at__lte=until)
    return set(rows.order_by().values_list("service_date", flat=True).distinct())


def _are_requests_taken(port: Port, day: date, row: Round | None, policy: Policy, now: datetime) -> bool:
    """As request_places judges: by the clock, for a sweep may be late."""
    if row is None or row.state == "void":
        opens_at = datetime.combine(day, time(), port.tz) - timedelta(hours=policy.round_open_hours)
        return policy.allocation == "open" or now >= opens_at
    if row.state in ("announced", "open"):
        return row.opens_at <= now < row.closes_at
    return row.state == "published"


def _best_times(lanes: list[Lane], service_date: date) -> Counter[datetime]:
    rows = Request.objects.filter(
        state="requested", service_date=service_date, lanes__in=lanes, round__state__in=BEING_DRAWN | {"open"}
    )
    # One row per request, however many of the lanes it names.
    return Counter(best for _, best in rows.order_by().values_list("pk", "preferred_at").distinct())


def lanes_that_take(port: Port, cargo_kind: str, direction: str) -> list[Lane]:
    """This will return the lanes of a port that take the cargo in a direction."""
    rows = Lane.objects.filter(port=port, direction=direction).select_related("port", "yard").order_by("code")
    return [lane for lane in rows if cargo_kind in lane.cargo_kinds]


def goes_first(port: Port, cargo_kind: str, *, now: datetime) -> bool:
    """This will tell whether the cargo's class comes before general cargo at the port, so that it has to be shown."""
    policy = Policy.objects.in_force(port_id=port.pk, at=now)
    return policy.rank_of(cargo_kind) == 0 and policy.class_of(cargo_kind) != CargoKind.GENERAL


def places_in_standby(request: Request, *, now: datetime) -> list[dict[str, str | int]]:
    """This will return where a request stands in the published standby order of each of its lanes: {lane, place, standing}."""
    if request.state != "standby":
        return []
    places: list[dict[str, str | int]] = []
    ahead = Q(stands_at__lt=request.stands_at) | Q(stands_at=request.stands_at, drawn__lt=request.drawn)
    ahead |= Q(stands_at=request.stands_at, drawn=request.drawn, pk__lte=request.pk)
    if request.latest_at < now:
        return places
    for lane in request.lanes.order_by("code"):
        order = Request.objects.filter(state__in=["standby", "offered"], latest_at__gte=now, lanes=lane)
        counted = order.aggregate(place=Count("pk", filter=ahead), standing=Count("pk"))
        places.append({"lane": lane.code, **counted})
    return places


def rounds_ahead(port: Port, *, now: datetime) -> list[Round]:
    """This will return the rounds of a port whose result is still to come and whose requests have opened."""
    rows = Round.objects.filter(port=port, state__in=BEFORE_THE_RESULT, opens_at__lte=now)
    return list(rows.order_by("service_date"))


def drawn_start(slot: Slot, vehicle: Vehicle) -> datetime | None:
    """This will return when what the round has left of a slot opens for a vehicle; None without a published round."""
    row = Round.objects.select_related("policy").filter(port=slot.lane.port_id, service_date=slot.service_date).first()
    if row is None or row.state != "published":
        return None
    return own_start(row, vehicle)
