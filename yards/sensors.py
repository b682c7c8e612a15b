"""What a sensor says against what the books say. It is flagged where they differ; no reading ever changes a bay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from yards.models import Bay, PlaceKind, Sensed, Stay, Yard

JUST_LEFT = timedelta(minutes=5)  # a bay given back this short ago may still be seen taken
SLACK = 0.05  # a zone's counter may be off by this part of its bays, by one at least
DEAD_AFTER = timedelta(minutes=15)  # a sensor that says nothing for longer is dead: that is no doubt about a bay
#: why a reading is doubted
IMPOSSIBLE, OVER_CAPACITY, OTHER_CAPACITY, DIFFERS = "impossible", "over_capacity", "other_capacity", "differs"


@dataclass(frozen=True)
class Books:
    """A place by the books: `taken` vehicles stand there, up to `open` more may (held bays, and those left just now), `bays` there are."""

    taken: int
    open: int
    bays: int


def books_of(yard: Yard, *, kind: str, code: str, now: datetime) -> Books | None:
    """This will count a bay or a zone by the books; None when the plan in force has no such place."""
    return all_books(yard, now=now).get((kind, code))


def all_books(yard: Yard, *, now: datetime) -> dict[tuple[str, str], Books]:
    """This will count every bay and zone of a yard by the books, in three queries whatever its size."""
    stays = Stay.objects.filter(bay__yard=yard)
    live = dict(stays.filter(state__in=["held", "occupied"]).values_list("bay_id", "state"))
    left = set(stays.filter(state="released", released_at__gt=now - JUST_LEFT).values_list("bay_id", flat=True))
    found: dict[tuple[str, str], Books] = {}
    for pk, bay, zone, retired_at in Bay.objects.filter(yard=yard).values_list(
        "pk", "code", "zone__code", "retired_at"
    ):
        if retired_at and pk not in live:
            continue
        taken = int(live.get(pk) == "occupied")
        one = Books(taken, int(not taken and (pk in live or pk in left)), 1)
        found[PlaceKind.BAY.value, bay] = one
        found[PlaceKind.ZONE.value, zone] = _sum(found.get((PlaceKind.ZONE.value, zone), Books(0, 0, 0)), one)
    return found


def doubt(*, kind: str, taken: int, capacity: int | None, books: Books) -> str:
    """This will say why a reading is doubted, "" when it agrees with the books: 627 free of 22 is `other_capacity` or `over_capacity`."""
    if taken < 0 or (capacity is not None and capacity < 0) or (kind == PlaceKind.BAY and taken > 1):
        return IMPOSSIBLE
    if capacity is not None and taken > capacity:
        return OVER_CAPACITY
    slack = 0 if kind == PlaceKind.BAY else max(1, round(SLACK * books.bays))
    if capacity is not None and abs(capacity - books.bays) > slack:
        return OTHER_CAPACITY
    return "" if books.taken - slack <= taken <= books.taken + books.open + slack else DIFFERS


def doubt_of(row: Sensed, books: Books) -> str:
    return doubt(kind=row.kind, taken=row.taken, capacity=row.capacity, books=books)


def is_dead(row: Sensed, now: datetime) -> bool:
    """This will tell whether a sensor has said nothing for long."""
    return now - row.received_at > DEAD_AFTER


def _sum(one: Books, other: Books) -> Books:
    return Books(one.taken + other.taken, one.open + other.open, one.bays + other.bays)
