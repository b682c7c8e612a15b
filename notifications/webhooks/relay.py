"""From the ledger to deliveries: each stream is read on from a cursor; an entry becomes one event per organisation, once."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery

from core import ledger
from core.machine import begin_many
from core.models import Cursor, LedgerEntry, Stream
from notifications.places import Place
from notifications.relay import OUTAGES
from notifications.webhooks.catalogue import TYPES, matches
from notifications.webhooks.models import Delivery, Endpoint, EndpointState, Event
from notifications.webhooks.operations.replays import give_up_at
from notifications.webhooks.projection import Surroundings, Told

log = logging.getLogger(__name__)

READER = "webhooks"
ENTRIES_AT_ONCE = 200


def relay_all(*, now: datetime) -> int:
    """This will bring every stream's cursor to its head and return how many deliveries were made."""
    made = 0
    for stream in _behind():
        try:
            made += _relay_stream(stream, now=now)
        except Exception:  # the other yards' receivers must not wait for this one
            log.exception("webhooks of %s stand still", stream.key)
    return made


def _behind() -> list[Stream]:
    cursors = Cursor.objects.filter(reader=READER, stream=OuterRef("pk")).values("seq")[:1]
    streams = Stream.objects.annotate(read=Subquery(cursors))
    return list(streams.filter(Q(read=None) | Q(read__lt=F("seq"))).order_by("key"))


def _relay_stream(stream: Stream, *, now: datetime) -> int:
    made = 0
    while True:
        cursor, _ = Cursor.objects.get_or_create(reader=READER, stream=stream)
        if not Endpoint.objects.exists():
            _move(cursor, stream.seq)  # nobody is told of what happened before he had an endpoint
            return made
        entries = ledger.entries_since(stream=stream.key, seq=cursor.seq, limit=ENTRIES_AT_ONCE)
        if not entries:
            return made
        try:
            made += _tell(stream, cursor, entries, now=now)
        except OUTAGES:
            raise
        except Exception:
            made += _tell_one_by_one(stream, cursor, entries, now=now)


def _tell_one_by_one(stream: Stream, cursor: Cursor, entries: list[LedgerEntry], *, now: datetime) -> int:
    """The way round an entry nothing can be made of: it loses its own events, and the log names it; the others are told.

    It is also the second try where an endpoint was removed while it was to be told of something: nobody else loses anything by that.
    """
    made = 0
    for entry in entries:
        try:
            made += _tell(stream, cursor, [entry], now=now)
        except OUTAGES:
            raise
        except Exception:
            log.exception("no webhook tells of %s %s (%s)", stream.key, entry.seq, entry.kind)
            _move(cursor, entry.seq)
        cursor.seq = entry.seq
    return made


def _tell(stream: Stream, cursor: Cursor, entries: list[LedgerEntry], *, now: datetime) -> int:
    """Events, deliveries and cursor move together; 0 when another worker moved the cursor first: then nothing is written.

    Endpoints are read after the entries, so one made in between is not passed over.
    """
    endpoints = list(Endpoint.objects.select_related("organisation"))
    wanted = _wanted(told_of(stream.key, entries), endpoints)
    with transaction.atomic(durable=True):
        if not _move(cursor, entries[-1].seq):
            return 0
        return _write(stream.key, wanted, now=now)


def told_of(stream: str, entries: Iterable[LedgerEntry]) -> list[Told]:
    """This will return what of some entries of a stream leaves the house."""
    telling = [entry for entry in entries if entry.kind in TYPES]
    place = Place.of(stream) if telling else None
    return Surroundings(place, stream, telling).told() if place else []


def _wanted(told: list[Told], endpoints: list[Endpoint]) -> list[tuple[Told, int, list[Endpoint]]]:
    """Per entry and organisation with an endpoint that chose such events: (what is told, organisation, its endpoints)."""
    found: dict[tuple[int, int], tuple[Told, int, list[Endpoint]]] = {}
    for one in told:
        for endpoint in endpoints:
            if _is_for(one, endpoint):
                key = (one.entry.seq, endpoint.organisation_id)
                found.setdefault(key, (one, endpoint.organisation_id, []))[2].append(endpoint)
    return list(found.values())


def _is_for(told: Told, endpoint: Endpoint) -> bool:
    """What happened before an endpoint was made is not its business; a sandbox hears of nothing but itself."""
    owner = told.organisation_id
    its_own = endpoint.organisation_id == owner if owner else not endpoint.organisation.is_sandbox
    return its_own and matches(told.entry.kind, endpoint.kinds) and endpoint.created_at <= told.entry.recorded_at


def _write(stream: str, wanted: list[tuple[Told, int, list[Endpoint]]], *, now: datetime) -> int:
    events = [
        Event(
            organisation_id=organisation_id,
            stream=stream,
            seq=told.entry.seq,
            kind=told.entry.kind,
            at=told.entry.recorded_at,
            body=told.body,
        )
        for told, organisation_id, _ in wanted
    ]
    Event.objects.bulk_create(events, batch_size=500)
    until = give_up_at(now)
    rows: list[tuple[str, dict[str, Any]]] = [
        (_begins(endpoint), {"endpoint": endpoint, "event": event, "give_up_at": until})
        for event, (_told, _owner, endpoints) in zip(events, wanted, strict=True)
        for endpoint in endpoints
    ]
    for state in ("pending", "disabled"):
        begin_many(Delivery, state, [fields for begins, fields in rows if begins == state])
    return len(rows)


def _begins(endpoint: Endpoint) -> str:
    """What an endpoint that is switched off misses is kept, to be replayed."""
    return "pending" if endpoint.state == EndpointState.ENABLED else "disabled"


def _move(cursor: Cursor, upto: int) -> bool:
    return bool(Cursor.objects.filter(pk=cursor.pk, seq=cursor.seq).update(seq=upto))
