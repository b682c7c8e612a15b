"""Who goes where: of a closure that is only looked at, and of one that was declared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from reservations.models import Disposition
from reservations.models.disposition import DispositionKind
from reservations.operations.preview import Preview
from web.staff.pictures import Picture, bars
from yards.models import Closure, Port

SHOWN = 100  # rows of one list
WORDS: dict[str, Any] = dict(DispositionKind.choices)


@dataclass(frozen=True)
class Moves:
    """What happens to each reservation, in lists that are cut to what a person reads; the counts are of all."""

    affected: int
    moved: int
    here: int
    standby: int
    moves: Sequence[Any]
    unplaced: Sequence[Any]

    @property
    def placed(self) -> int:
        return self.moved + self.here

    @property
    def moves_more(self) -> int:
        return self.placed - len(self.moves)

    @property
    def unplaced_more(self) -> int:
        return self.standby - len(self.unplaced)


@dataclass(frozen=True)
class Move:
    """One reservation: from which slot to which, or, where there is none, what becomes of it in words."""

    reservation: str
    vehicle: str
    from_slot: Any
    to_slot: Any
    words: str


def result_of(closure: Closure) -> Moves:
    """This will tell what became of those whom a closure met."""
    rows = Disposition.objects.filter(closure=closure).order_by("from_slot__starts_at", "pk")
    counts: Counter[str] = Counter(rows.order_by().values_list("kind", flat=True))
    related = rows.select_related("reservation__vehicle", "from_slot__lane", "to_slot__lane")
    placed, unplaced = related.exclude(kind="standby")[:SHOWN], related.filter(kind="standby")[:SHOWN]
    return _moves(counts, placed, unplaced)


def _moves(counts: Counter[str], placed: Iterable[Any], unplaced: Iterable[Any]) -> Moves:
    return Moves(
        affected=counts.total(),
        moved=counts["moved"],
        here=counts["here"],
        standby=counts["standby"],
        moves=[_move(row) for row in placed],
        unplaced=[_move(row) for row in unplaced],
    )


def _move(row: Any) -> Move:
    return Move(row.reservation.ref, str(row.reservation.vehicle), row.from_slot, row.to_slot, str(WORDS[row.kind]))


@dataclass
class Fill:
    """A day's places and how many of them are taken, before a closure and after it."""

    day: date
    places_before: int = 0
    taken_before: int = 0
    places_after: int = 0
    taken_after: int = 0

    @property
    def percents(self) -> tuple[int, int]:
        return _percent(self.taken_before, self.places_before), _percent(self.taken_after, self.places_after)


@dataclass(frozen=True)
class Shown(Moves):
    """A closure that is only looked at, with how the next days fill before and after it."""

    fill: Sequence[Fill]
    picture: Picture
    wishes_lost: int
    wishes_wait: int


def previewed(found: Preview, port: Port) -> Shown:
    """This will shape a preview for the page."""
    fill = fill_of(found, port)
    placed = [*found.moved, *found.here]
    lost = sum(wish.outcome == "no_place" for wish in found.wishes)
    return Shown(
        affected=len(found.moves),
        moved=len(found.moved),
        here=len(found.here),
        standby=len(found.unplaced),
        moves=[_move(row) for row in placed[:SHOWN]],
        unplaced=[_move(row) for row in found.unplaced[:SHOWN]],
        fill=fill,
        picture=_drawn(fill),
        wishes_lost=lost,
        wishes_wait=len(found.wishes) - lost,
    )


def fill_of(found: Preview, port: Port) -> list[Fill]:
    """This will sum the hours of a preview up by the port's days, in order."""
    days: dict[date, Fill] = {}
    for hour in found.hours:
        day = hour.starts_at.astimezone(port.tz).date()
        fill = days.setdefault(day, Fill(day))
        fill.places_before += hour.places_before
        fill.taken_before += hour.taken_before
        fill.places_after += hour.places_after
        fill.taken_after += hour.taken_after
    return [days[day] for day in sorted(days)]


def _percent(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0


def _drawn(fill: Sequence[Fill]) -> Picture:
    series = [
        (_("Before"), [day.percents[0] for day in fill]),
        (_("After"), [day.percents[1] for day in fill]),
    ]
    alt = _("How full the next days are before and after the closure, in percent; the table below has the figures.")
    return bars([f"{day.day:%m-%d}" for day in fill], series, alt=alt, unit=_("places taken (%)"))
