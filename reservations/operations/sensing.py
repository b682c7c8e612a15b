"""What is seen in the yard, beside the books: where a visit was last seen, what a place's sensor says. Neither changes a bay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core.actors import Actor
from core.db import operation
from core.ledger import record
from core.models import LedgerEntry
from reservations.errors import NotInTheYard
from reservations.models import QueueEntry
from reservations.operations.arrival import locked_entry
from reservations.operations.obstructions import locked_yard
from yards import plans, sensors
from yards.errors import ReasonNeeded, UnknownPlace
from yards.models import Bay, Gate, PlaceKind, Sensed, Sighting, Stay, Yard, Zone
from yards.operations import bays
from yards.way_zones import passes_through

SAME = timedelta(seconds=60)  # one vehicle read twice at one place within this is one reading
BAY, ZONE, POST, GATE = (kind.value for kind in PlaceKind)
#: what became of a reading
NOTED, DOUBLE, LATE, ASTRAY = "noted", "double", "late", "astray"


@dataclass(frozen=True)
class Noted:
    """`outcome`: noted; double = the same reading once more; late = older than the last one; astray = not where its way leads."""

    entry: QueueEntry
    outcome: str


@operation
def note_sighting(
    *, entry_ref: str, kind: str, code: str, source: str, seen_at: datetime, now: datetime, actor: Actor
) -> Noted:
    """This will note where a called or admitted vehicle was seen (bay, zone, post, gate); `source` is qr, device or staff.

    It never moves anybody: a place its way does not lead to is told once (`stay.astray`), a late reading does not take it back.
    Raises NotFound, NotInTheYard, UnknownPlace.
    """
    entry = locked_entry(entry_ref)
    yard = entry.lane.yard
    if entry.state not in ("called", "admitted"):
        raise NotInTheYard(state=str(entry.get_state_display()))
    if not _is_known(yard, kind, code):
        raise UnknownPlace
    seen_at = min(seen_at, now)  # a clock that runs ahead would make every later reading a late one
    last = Sighting.objects.filter(visit_ref=entry.visit_ref).first()
    if last and seen_at < last.seen_at:
        return Noted(entry, LATE)
    if last and (last.kind, last.code) == (kind, code) and seen_at - last.seen_at <= SAME:
        return Noted(entry, DOUBLE)
    where = {"yard": yard, "kind": kind, "code": code, "source": source, "seen_at": seen_at}
    Sighting.objects.update_or_create(visit_ref=entry.visit_ref, defaults=where)
    return Noted(entry, ASTRAY if _goes_astray(entry, kind, code, source) else NOTED)


@operation
def note_reading(
    *,
    yard_code: str,
    kind: str,
    code: str,
    taken: int,
    capacity: int | None = None,
    seen_at: datetime,
    now: datetime,
    actor: Actor,
) -> Sensed:
    """This will keep a bay's or a zone's newest sensor reading beside the books, flagged where it is impossible or differs.

    One that is older than the newest changes nothing; what staff dismissed stays quiet until the sensor says something else.
    Raises NotFound, UnknownPlace.
    """
    yard = locked_yard(yard_code)
    books = sensors.books_of(yard, kind=kind, code=code, now=now)
    if books is None:
        raise UnknownPlace
    seen_at = min(seen_at, now)
    old = Sensed.objects.filter(yard=yard, kind=kind, code=code).first()
    if old and seen_at <= old.seen_at:
        return old
    why = sensors.doubt(kind=kind, taken=taken, capacity=capacity, books=books)
    row = old or Sensed(yard=yard, kind=kind, code=code)
    same = old is not None and (row.taken, row.capacity, row.books) == (taken, capacity, books.taken)
    was_dismissed = same and bool(why) and row.doubted_at is None and _is_dismissed(yard, kind, code)
    row.taken, row.capacity, row.books = taken, capacity, books.taken
    row.seen_at, row.received_at = seen_at, now
    _judge(yard, row, "" if was_dismissed else why, now=now)
    return row


@operation
def dismiss_doubt(*, yard_code: str, kind: str, code: str, reason: str, now: datetime, actor: Actor) -> Sensed:
    """This will note that somebody looked and the books are right: the place is doubted no more until its sensor says something else.

    Where the sensor was right, staff act on the bay itself. Nothing happens when nothing is doubted.
    Raises NotFound, ReasonNeeded, UnknownPlace.
    """
    if not reason.strip():
        raise ReasonNeeded
    yard = locked_yard(yard_code)
    row = Sensed.objects.filter(yard=yard, kind=kind, code=code).first()
    if row is None:
        raise UnknownPlace
    if row.doubted_at:
        _judge(yard, row, "", now=now, reason=reason.strip()[:200])
    return row


@operation
def settle_doubts(*, yard_code: str, now: datetime, actor: Actor) -> int:
    """This will end the doubts that the books have come to agree with, and tell how many those were. Raises NotFound."""
    yard = locked_yard(yard_code)
    books = sensors.all_books(yard, now=now)
    settled = 0
    for row in Sensed.objects.filter(yard=yard, doubted_at__isnull=False):
        own = books.get((row.kind, row.code))
        if own is None or not sensors.doubt_of(row, own):
            row.books = own.taken if own else 0
            _judge(yard, row, "", now=now)
            settled += 1
    return settled


@operation
def forget_ended(*, yard_code: str, now: datetime, actor: Actor) -> int:
    """This will delete the sightings of visits that are neither called nor inside any more, and tell how many those were.

    Raises NotFound.
    """
    yard = locked_yard(yard_code)
    seen = set(Sighting.objects.filter(yard=yard).values_list("visit_ref", flat=True))
    here = QueueEntry.objects.filter(visit_ref__in=seen, state__in=["called", "admitted"])
    gone = seen - set(here.values_list("visit_ref", flat=True))
    return Sighting.objects.filter(visit_ref__in=gone).delete()[0]


def _judge(yard: Yard, row: Sensed, why: str, *, now: datetime, reason: str = "") -> None:
    """Told once when it begins to differ and once when it agrees again."""
    was = row.doubted_at
    row.doubted_at = (was or now) if why else None
    row.save()
    place: dict[str, Any] = {"place": row.kind, "code": row.code}
    if why and not was:
        record(yard.stream, "place.doubted", **place, taken=row.taken, books=row.books, why=why)
    elif was and not why:
        record(yard.stream, "place.agreed", reason=reason, **place)


def _is_dismissed(yard: Yard, kind: str, code: str) -> bool:
    """Did somebody give a reason when its last doubt ended? Then he had looked; else the books and the sensor had come to agree."""
    told = LedgerEntry.objects.filter(stream__key=yard.stream, kind__in=("place.doubted", "place.agreed"))
    last = told.filter(data__place=kind, data__code=code).order_by("-seq").first()
    return bool(last and last.kind == "place.agreed" and last.reason)


def _is_known(yard: Yard, kind: str, code: str) -> bool:
    rows = {BAY: Bay, ZONE: Zone, GATE: Gate}
    if kind in rows:
        return bool(rows[kind]._base_manager.filter(yard=yard, code=code).exists())
    layout = plans.layout_in_force(yard.pk)
    return kind == POST and layout is not None and any(point.code == code for point in plans.plan_of(layout).points)


def _goes_astray(entry: QueueEntry, kind: str, code: str, source: str) -> bool:
    """Tells it once for each stay and place."""
    stay = bays.live_stay(entry.visit_ref)
    if stay is None or not _is_off_its_way(entry, stay, kind, code):
        return False
    told = LedgerEntry.objects.filter(visit_ref=entry.visit_ref, kind="stay.astray", data__stay=stay.ref)
    if not told.filter(data__place=kind, data__code=code).exists():
        facts: dict[str, Any] = {"stay": stay.ref, "bay": stay.bay.code, "place": kind, "code": code, "source": source}
        record(entry.lane.yard.stream, "stay.astray", visit_ref=entry.visit_ref, **facts)
    return True


def _is_off_its_way(entry: QueueEntry, stay: Stay, kind: str, code: str) -> bool:
    """In another bay than its own; or, before it stands, in a zone that its way does not lead through."""
    if kind == BAY:
        return bool(code != stay.bay.code)
    if kind != ZONE or stay.state != "held" or code == stay.bay.zone.code:
        return False
    gate = (entry.gate or entry.lane.gate).code
    return not passes_through(stay, gate=gate, zone=code)
