"""What became of the trips of an organisation's vehicles, read in chunks: an export of years holds a few hundred rows at once."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from core import worlds
from reservations.models import QueueEntry, Reservation
from yards.models import Stay

CHUNK = 500
SHOWN_WITH = ("lane__port", "slot", "vehicle", "driver", "declaration", "entry__gate")
ENTRY_WITH = ("lane__port", "vehicle", "driver", "declaration", "gate")
LEFT_OUT = ("declaration__content", "declaration__findings")  # as long as a consignment is
#: The columns of a trip, in order. Moments are UTC, ISO 8601.
COLUMNS = (
    "visit", "kind", "state", "reservation", "port", "lane", "direction", "vehicle", "country", "plate", "driver", "cargo_kind",
    "declaration", "own_reference", "slot_from", "slot_until", "reserved_at", "changes", "arrived_at", "called_at", "missed_calls",
    "admitted_at", "gate", "bays", "exited_at", "ended_at", "minutes_waited", "minutes_inside",
)  # fmt: skip


def trips_of(user: User, *, since: datetime, until: datetime) -> Iterator[dict[str, Any]]:
    """This will give the trips whose slot began, or whose vehicle came without a reservation, in `[since, until)`, as COLUMNS.

    First all with a reservation by their number, then the others by theirs: the order of a second call is the same.
    """
    reserved = Reservation.objects.filter(pk__in=_own(Reservation, user), slot__starts_at__range=(since, until))
    reserved = reserved.exclude(slot__starts_at=until).select_related(*SHOWN_WITH).order_by("pk")
    walked = QueueEntry.objects.filter(pk__in=_own(QueueEntry, user), reservation=None, arrived_at__gte=since)
    walked = walked.filter(arrived_at__lt=until).select_related(*ENTRY_WITH).order_by("pk")
    mine = frozenset(user.memberships.values_list("organisation", flat=True))
    return itertools.chain(_read(reserved, _reserved, mine), _read(walked, _walked, mine))


def _read(
    rows: QuerySet[Any], make: Callable[..., dict[str, Any]], mine: Collection[int | None]
) -> Iterator[dict[str, Any]]:
    """Read while it is sent, in no world any more: what may be seen was settled when it was asked for."""
    for chunk in _chunks(rows.defer(*LEFT_OUT).iterator(chunk_size=CHUNK)):
        bays = _bays(chunk)
        for row in chunk:
            yield make(row, bays[row.visit_ref], _declared(row, mine))


def _own(model: Any, user: User) -> Any:
    return worlds.narrowed(model.objects.own_to(user), "lane__port__sandbox_of").order_by().values("pk")


def _chunks(rows: Iterator[Any]) -> Iterator[list[Any]]:
    while chunk := list(itertools.islice(rows, CHUNK)):
        yield chunk


def _bays(rows: Iterable[Any]) -> dict[str, list[str]]:
    """The bays that each visit stood in, in order."""
    found: dict[str, list[str]] = defaultdict(list)
    stays = Stay.objects.filter(visit_ref__in=[row.visit_ref for row in rows], occupied_at__isnull=False)
    for visit, bay in stays.order_by("occupied_at", "pk").values_list("visit_ref", "bay__code"):
        found[visit].append(bay)
    return found


def _declared(row: Reservation | QueueEntry, mine: Collection[int | None]) -> dict[str, Any]:
    """A forwarder's declaration may name our truck; what he calls it is for him alone."""
    declaration = row.declaration
    if declaration is None:
        return {}
    own_reference = declaration.own_reference if declaration.organisation_id in mine else None
    return {"declaration": declaration.ref, "own_reference": own_reference}


def _reserved(row: Reservation, bays: list[str], declared: dict[str, Any]) -> dict[str, Any]:
    own = declared | {
        "kind": "reservation",
        "reservation": row.ref,
        "slot_from": row.slot.starts_at,
        "slot_until": row.slot.ends_at,
        "reserved_at": row.created_at,
        "changes": row.changes,
    }
    return _trip(row, getattr(row, "entry", None), bays, own)


def _walked(row: QueueEntry, bays: list[str], declared: dict[str, Any]) -> dict[str, Any]:
    return _trip(row, row, bays, declared | {"kind": "walk_up"})


def _trip(row: Any, entry: QueueEntry | None, bays: list[str], own: dict[str, Any]) -> dict[str, Any]:
    common = {
        "visit": row.visit_ref,
        "state": row.state,
        "port": row.lane.port.code,
        "lane": row.lane.code,
        "direction": row.lane.direction,
        "vehicle": row.vehicle.ref,
        "country": row.vehicle.country,
        "plate": row.vehicle.plate,
        "driver": row.driver.ref if row.driver else None,
        "cargo_kind": row.cargo_kind,
        "ended_at": row.ended_at,
    }
    known = common | own | (_visit(entry, bays) if entry else {})
    return {name: _plain(known.get(name)) for name in COLUMNS}


def _visit(entry: QueueEntry, bays: list[str]) -> dict[str, Any]:
    left_at = entry.ended_at if entry.state == "exited" else None
    return {
        "arrived_at": entry.arrived_at,
        "called_at": entry.called_at,
        "missed_calls": entry.missed,
        "admitted_at": entry.admitted_at,
        "gate": entry.gate.code if entry.gate else None,
        "bays": " ".join(bays),
        "exited_at": left_at,
        "minutes_waited": _minutes(entry.arrived_at, entry.admitted_at),
        "minutes_inside": _minutes(entry.admitted_at, left_at),
    }


def _minutes(start: datetime | None, end: datetime | None) -> int | None:
    return int((end - start).total_seconds() // 60) if start and end else None


def _plain(value: Any) -> Any:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value
