"""What the public pages show of rounds: the calendar, one round on its line of time, and how each request fared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reservations.models import Request, Round, Slot
from reservations.round_figures import ClassResult
from yards.models import Port

PAST_SHOWN = timedelta(days=35)
COMING = frozenset({"announced", "open", "closed", "drawn", "failed"})
LEFT, WIDTH = 20, 560  # of the line in the drawing's 600 units


@dataclass(frozen=True)
class Step:
    """One moment of a round: `x` on the drawing, `done` when it is past."""

    name: Promise
    at: datetime
    done: bool
    x: float


def calendar(port: Port, *, now: datetime) -> tuple[list[Round], list[Round]]:
    """This will return a port's rounds to come, next first, and those of the last weeks, newest first."""
    rows = list(Round.objects.filter(port=port, service_date__gte=(now - PAST_SHOWN).date()).order_by("service_date"))
    coming = [each for each in rows if each.state in COMING]
    return coming, [each for each in reversed(rows) if each.state not in COMING]


def steps(held: Round, *, now: datetime) -> list[Step]:
    """This will lay a round's four moments along a line at even distances; on a true scale the last three would be one blot."""
    moments = [
        (_("requests open"), held.opens_at),
        (_("requests close"), held.closes_at),
        (_("result"), held.publishes_at),
        (_("what is left opens"), held.instant_at),
    ]
    return [Step(name, at, at <= now, LEFT + WIDTH * n / 3) for n, (name, at) in enumerate(moments)]


def progress_x(held: Round, *, now: datetime) -> float:
    """This will return how far along the drawing's line the present moment is."""
    line = steps(held, now=now)
    if now <= line[0].at:
        return line[0].x
    for before, after in pairwise(line):
        if now < after.at:
            return before.x + (after.x - before.x) * ((now - before.at) / (after.at - before.at))
    return line[-1].x


def found_requests(held: Round, text: str) -> QuerySet[Request]:
    """This will return a round's requests in the order of the draw, or those whose reference or consignment is `text`."""
    rows = held.requests.select_related("reservation__slot__lane").order_by("drawn", "pk")
    return rows.filter(Q(ref__iexact=text) | Q(bundle__iexact=text)) if text else rows


@dataclass(frozen=True)
class HourLine:
    """Places of the hour and who wanted it: `asked` liked it best, `given` have a place in it."""

    starts_at: datetime
    places: int
    asked: int
    given: int


def hour_lines(held: Round) -> list[HourLine]:
    """This will set wishes against places, slot by slot of the day, over the lanes that somebody asked for."""
    asked_for = held.requests.values("lanes")
    slots = Slot.objects.filter(lane__in=asked_for, service_date=held.service_date, is_frozen=False)
    places: dict[datetime, list[int]] = {}
    for starts_at, capacity in slots.order_by("starts_at").values_list("starts_at", "capacity"):
        places.setdefault(starts_at, [0, 0, 0])[0] += capacity
    starts = sorted(places)
    for preferred_at, given_at in _wishes(held):
        wanted = max((each for each in starts if each <= preferred_at), default=starts[0] if starts else None)
        if wanted is not None:
            places[wanted][1] += 1
        if given_at in places:
            places[given_at][2] += 1
    return [HourLine(at, *places[at]) for at in starts]


def _wishes(held: Round) -> Iterable[tuple[datetime, datetime | None]]:
    rows = held.requests.exclude(state="withdrawn").order_by()
    return rows.values_list("preferred_at", "reservation__slot__starts_at")


def placed_percent(result: ClassResult) -> int:
    return round(100 * result.placed / result.asked) if result.asked else 100
