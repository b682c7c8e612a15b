"""From the ledger to the outbox: each stream is read on from a cursor, and each event becomes its messages once."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, OuterRef, Q, Subquery

from core import ledger
from core.models import Cursor, LedgerEntry, Stream
from notifications.facts import Surroundings
from notifications.models import Message
from notifications.places import Place
from notifications.rules import KINDS, Rule, rules_for

log = logging.getLogger(__name__)

READER = "notifications"
ENTRIES_AT_ONCE = 200
#: They pass by themselves; whatever else is wrong is wrong with an entry.
OUTAGES = (OperationalError, InterfaceError, MemoryError)


def relay_all(*, now: datetime) -> int:
    """This will bring every stream's cursor to its head and return how many messages were written."""
    written = 0
    for stream in _behind():
        try:
            written += _relay_stream(stream, now=now)
        except Exception:  # the other yards' people must not wait for this one
            log.exception("messages of %s stand still", stream.key)
    return written


def _behind() -> list[Stream]:
    cursors = Cursor.objects.filter(reader=READER, stream=OuterRef("pk")).values("seq")[:1]
    streams = Stream.objects.annotate(read=Subquery(cursors))
    return list(streams.filter(Q(read=None) | Q(read__lt=F("seq"))).order_by("key"))


def _relay_stream(stream: Stream, *, now: datetime) -> int:
    written = 0
    while True:
        cursor, _ = Cursor.objects.get_or_create(reader=READER, stream=stream)
        entries = ledger.entries_since(stream=stream.key, seq=cursor.seq, limit=ENTRIES_AT_ONCE)
        if not entries:
            return written
        try:
            written += _tell(stream, cursor, entries, now=now)
        except OUTAGES:
            raise
        except Exception:
            written += _tell_one_by_one(stream, cursor, entries, now=now)


def _tell(stream: Stream, cursor: Cursor, entries: list[LedgerEntry], *, now: datetime) -> int:
    """This will write the entries' messages, move the cursor past them, and return how many were written."""
    messages = messages_of(stream.key, entries, now=now)
    return len(messages) if _write(cursor, entries[-1].seq, messages) else 0


def _tell_one_by_one(stream: Stream, cursor: Cursor, entries: list[LedgerEntry], *, now: datetime) -> int:
    """The way round an entry nothing can be made of: it loses its own messages, and the log names it; the others are told."""
    written = 0
    for entry in entries:
        try:
            written += _tell(stream, cursor, [entry], now=now)
        except OUTAGES:
            raise
        except Exception:
            log.exception("nobody is told of %s %s (%s)", stream.key, entry.seq, entry.kind)
            _write(cursor, entry.seq, [])
        # Where another worker moved it first, every further write finds that and changes nothing.
        cursor.seq = entry.seq
    return written


def _write(cursor: Cursor, upto: int, messages: list[Message]) -> bool:
    """Messages and cursor move together. False when another worker moved the cursor first: then nothing is written."""
    with transaction.atomic(durable=True):
        moved = Cursor.objects.filter(pk=cursor.pk, seq=cursor.seq).update(seq=upto)
        if moved:
            Message.objects.bulk_create(messages, ignore_conflicts=True, batch_size=500)
    return bool(moved)


def messages_of(stream_key: str, entries: list[LedgerEntry], *, now: datetime) -> list[Message]:
    """This will return the messages that entries of one stream call for, not yet stored."""
    telling = [entry for entry in entries if entry.kind in KINDS]
    place = Place.of(stream_key) if telling else None
    if place is None:
        return []
    around = Surroundings(place.port, stream_key, telling, now=now)
    found: dict[tuple[int, int | None, str], Message] = {}
    for entry in telling:
        for rule in rules_for(entry.kind, entry.reason, entry.data):
            if entry.kind == "reservation.cancelled" and around.was_in_the_order(entry):
                continue  # queue.withdrawn tells it
            for message in _messages(around, entry, rule, now):
                found.setdefault((entry.seq, message.person_id, message.channel), message)
    return list(found.values())


def _messages(around: Surroundings, entry: LedgerEntry, rule: Rule, now: datetime) -> list[Message]:
    facts, until = around.facts(entry), _useful_until(entry, rule)
    made = []
    for user in around.readers(rule.who, entry):
        told_by_page_only = now >= until or (user.ref == entry.actor and not rule.receipt)
        for channel in ("inapp",) if told_by_page_only else rule.channels:
            to = {"sms": user.phone, "email": user.email}.get(channel) or ""
            if to or channel == "inapp":
                made.append(
                    Message(
                        person=user,
                        stream=around.stream,
                        seq=entry.seq,
                        kind=entry.kind,
                        channel=channel,
                        to=to,
                        language=user.language,
                        words=rule.words or rule.kind,
                        facts=facts,
                        created_at=entry.recorded_at,
                        useful_until=until,
                        next_attempt_at=now,
                    )
                )
    return made


def _useful_until(entry: LedgerEntry, rule: Rule) -> datetime:
    expires_at = entry.data.get("call_expires_at") or entry.data.get("offer_until")
    if expires_at:
        return datetime.fromisoformat(expires_at)
    return entry.recorded_at + timedelta(minutes=rule.useful_min)
