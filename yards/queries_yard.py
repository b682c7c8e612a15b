"""Reads of what differs from a yard's plan for a while: blocks, evacuations, and where sensors and the books differ."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from yards import sensors
from yards.models import Block, Evacuation, Sensed, Yard


@dataclass(frozen=True)
class Beside:
    """A sensor's newest reading beside the books as they are now. `why` it differs ("" it agrees, codes in `yards.sensors`);
    `doubted_at` since when that is flagged: None with a `why` was looked at and dismissed."""

    row: Sensed
    books: sensors.Books
    why: str
    is_dead: bool

    @property
    def doubted_at(self) -> datetime | None:
        return self.row.doubted_at


def blocks_of(yard: Yard) -> list[Block]:
    """This will return the aisles and zones that are blocked now."""
    return list(Block.objects.filter(yard=yard, unblocked_at=None).order_by("kind", "code"))


def evacuations_of(yard: Yard) -> list[Evacuation]:
    """This will return the evacuations under way, the newest first."""
    return list(Evacuation.objects.filter(yard=yard, state="ordered").order_by("-ordered_at", "pk"))


def sensors_beside_books(yard: Yard, *, now: datetime) -> list[Beside]:
    """This will return every sensor's newest reading beside the books, bays before zones; places that are no more are left out."""
    books = sensors.all_books(yard, now=now)
    rows = Sensed.objects.filter(yard=yard).order_by("kind", "code")
    known = [(row, books[row.kind, row.code]) for row in rows if (row.kind, row.code) in books]
    return [Beside(row, own, sensors.doubt_of(row, own), sensors.is_dead(row, now)) for row, own in known]


def doubts_of(yard: Yard, *, now: datetime) -> list[Beside]:
    """This will return the flagged ones of `sensors_beside_books`, the longest doubted first."""
    doubted = [one for one in sensors_beside_books(yard, now=now) if one.row.doubted_at]
    return sorted(doubted, key=lambda one: (one.row.doubted_at, one.row.code))
