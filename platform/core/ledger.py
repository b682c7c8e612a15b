"""The append-only record. Operations queue entries with `record`; `core.db` writes them as the transaction's last statements.

Chain: digest = sha256(RFC 8785 canonical JSON of the entry's content); hash = sha256(hash before || digest), both as hex text.
The counter row moves and the chain grows in ONE statement, so the stream is held for two statements only.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import rfc8785
from django.db import connection, transaction

from core import prepared
from core.actors import Actor
from core.models import LedgerEntry, Stream

log = logging.getLogger(__name__)
LINKS_AT_ONCE = 16
ROWS_AT_ONCE = 1000
NO_HEAD: str = Stream._meta.get_field("head").get_default()  # before a stream's first entry
Subscriber = Callable[[str, int], None]
_subscribers: list[Subscriber] = []


@dataclass(frozen=True)
class Draft:
    """An entry before it has a place in its stream."""

    stream: str
    kind: str
    visit_ref: str
    reason: str
    policy_version: int
    data: dict[str, Any]


@dataclass
class Page:
    """What one operation has recorded so far."""

    now: datetime
    actor: Actor
    drafts: list[Draft] = field(default_factory=list)


_page: ContextVar[Page | None] = ContextVar("ledger_page", default=None)


@contextmanager
def page(*, now: datetime, actor: Actor) -> Iterator[Page]:
    """This will open the page that `record` writes on while the block runs."""
    opened = Page(now=now, actor=actor)
    token = _page.set(opened)
    try:
        yield opened
    finally:
        _page.reset(token)


def record(
    stream: str, kind: str, /, *, visit_ref: str = "", reason: str = "", policy_version: int = 0, **data: Any
) -> None:
    """This will queue one entry for the running operation; raises RuntimeError outside `@operation`.

    `data` must hold JSON values and refs only: no plate, name or phone number ever enters the ledger.
    """
    opened = _page.get()
    if opened is None:
        raise RuntimeError("ledger entries are recorded inside an @operation only")
    opened.drafts.append(Draft(stream, kind, visit_ref, reason, policy_version, data))


def hold(stream: str) -> None:
    """This will keep a stream to the running operation from here on: whose entries are not in it yet will come after this one's."""
    list(Stream.objects.select_for_update().filter(key=stream))


def yard_stream(yard_code: str) -> str:
    return f"yard:{yard_code}"


def subscribe(callback: Subscriber) -> None:
    """This will call `callback(stream_key, seq)` after each commit that grew a stream. For pushes: it must be quick and never raise."""
    _subscribers.append(callback)


def entries_since(*, stream: str, seq: int, limit: int) -> list[LedgerEntry]:
    """This will return the entries after `seq` in order, at most `limit`."""
    return list(LedgerEntry.objects.filter(stream__key=stream, seq__gt=seq).order_by("seq")[:limit])


def head_of(stream: str) -> int:
    """This will return the newest seq of a stream, 0 for one that has no entry yet."""
    return Stream.objects.filter(key=stream).values_list("seq", flat=True).first() or 0


def digest_of(*, stream: str, draft: Draft, recorded_at: datetime, actor: str) -> str:
    """This will return the hex SHA-256 of the entry's canonical JSON (RFC 8785)."""
    content: dict[str, Any] = {
        "actor": actor,
        "data": draft.data,
        "kind": draft.kind,
        "policy_version": draft.policy_version,
        "reason": draft.reason,
        "recorded_at": recorded_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "stream": stream,
        "visit_ref": draft.visit_ref,
    }
    return hashlib.sha256(rfc8785.dumps(content)).hexdigest()


def chain(head: str, digest: str) -> str:
    return hashlib.sha256((head + digest).encode()).hexdigest()


def write(written: Page) -> None:
    """This will give a page's drafts their places: per stream (in key order) one UPDATE … RETURNING and one INSERT.

    A long page (a round's) takes one UPDATE more and chains in Python: one statement nests a hash per entry, and SQLite's parser
    gives up at some forty.
    """
    by_stream: dict[str, list[Draft]] = {}
    for draft in written.drafts:
        by_stream.setdefault(draft.stream, []).append(draft)
    for key in sorted(by_stream):
        drafts = by_stream[key]
        seq = _way_for(drafts)(key, drafts, written)
        transaction.on_commit(lambda key=key, seq=seq: _tell(key, seq))  # type: ignore[misc]


def _way_for(drafts: list[Draft]) -> Callable[[str, list[Draft], Page], int]:
    if len(drafts) == 1 and connection.vendor == "postgresql":
        return _append_one
    return _append if len(drafts) <= LINKS_AT_ONCE else _append_many


def _append_one(key: str, drafts: list[Draft], written: Page) -> int:
    """As `_append`, for a single entry on PostgreSQL: counter, chain and entry in one statement while a slot is held."""
    (draft,) = drafts
    digest = digest_of(stream=key, draft=draft, recorded_at=written.now, actor=written.actor.ref)
    first = [key, NO_HEAD, chain(NO_HEAD, digest)]
    with prepared.cursor() as cursor:
        cursor.execute(_APPEND_ONE, [*first, digest, *_told(draft, written), digest])
        return int(cursor.fetchone()[0])


def _append(key: str, drafts: list[Draft], written: Page) -> int:
    """Returns the seq of the last one; the first UPDATE keeps the stream's row until the transaction ends."""
    digests = [digest_of(stream=key, draft=d, recorded_at=written.now, actor=written.actor.ref) for d in drafts]
    stream_id, seq, head = _advance_stream(key, digests)
    rows = []
    for offset, (draft, digest) in enumerate(zip(drafts, digests, strict=True), start=1 - len(drafts)):
        head = chain(head, digest)
        rows.append(_row(stream_id, seq + offset, draft, written, digest, head))
    _insert(rows)
    return seq


def _append_many(key: str, drafts: list[Draft], written: Page) -> int:
    """As `_append`, for pages too long for one statement: the stream's row is kept first, the chain made in Python."""
    stream_id, seq, head = _reserve(key, len(drafts))
    rows = []
    for number, draft in enumerate(drafts, start=seq - len(drafts) + 1):
        digest = digest_of(stream=key, draft=draft, recorded_at=written.now, actor=written.actor.ref)
        head = chain(head, digest)
        rows.append(_row(stream_id, number, draft, written, digest, head))
    Stream.objects.filter(pk=stream_id).update(head=head)
    insert = _insert_document if connection.vendor == "postgresql" else _insert
    for start in range(0, len(rows), ROWS_AT_ONCE):
        insert(rows[start : start + ROWS_AT_ONCE])
    return seq


def _reserve(key: str, count: int) -> tuple[int, int, str]:
    """Moves the counter only and keeps the row; returns (stream id, new seq, old head)."""
    Stream.objects.bulk_create([Stream(key=key)], ignore_conflicts=True)
    sql = "UPDATE core_stream SET prev_head = head, seq = seq + %s WHERE key = %s RETURNING id, seq, head"
    with connection.cursor() as cursor:
        cursor.execute(sql, [count, key])
        stream_id, seq, head = cursor.fetchone()
    return stream_id, seq, head


COLUMNS = "stream_id, seq, kind, recorded_at, actor, reason, policy_version, visit_ref, data, digest, hash"
_APPEND_ONE = f"""WITH stream AS (
 INSERT INTO core_stream AS old (key, seq, prev_head, head) VALUES (%s, 1, %s, %s)
 ON CONFLICT (key) DO UPDATE SET prev_head = old.head, seq = old.seq + 1, head = encode(sha256(convert_to(old.head || %s, 'UTF8')), 'hex')
 RETURNING id, seq, head)
INSERT INTO core_ledgerentry ({COLUMNS}) SELECT id, seq, %s, %s, %s, %s, %s, %s, %s, %s, head FROM stream RETURNING seq
"""  # noqa: S608


def _row(stream_id: int, seq: int, draft: Draft, written: Page, digest: str, head: str) -> list[Any]:
    """One entry's values in the order of COLUMNS."""
    return [stream_id, seq, *_told(draft, written), digest, head]


def _told(draft: Draft, written: Page) -> list[Any]:
    """What an entry says, from its kind to its data."""
    moment = connection.ops.adapt_datetimefield_value(written.now)
    data = connection.ops.adapt_json_value(draft.data, None)
    return [draft.kind, moment, written.actor.ref, draft.reason, draft.policy_version, draft.visit_ref, data]


def _insert(rows: list[list[Any]]) -> None:
    """One INSERT for all entries of the operation, spelt out: it runs while the stream is held."""
    places = ", ".join(["(" + ", ".join(["%s"] * len(rows[0])) + ")"] * len(rows))
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO core_ledgerentry ({COLUMNS}) VALUES {places}", [v for row in rows for v in row])  # noqa: S608


def _insert_document(rows: list[list[Any]]) -> None:
    """As `_insert`, the rows as one JSON document: to find eleven thousand places in a text takes psycopg longer than all the rest."""
    names = COLUMNS.split(", ")
    document = json.dumps([dict(zip(names, row, strict=True)) for row in rows], default=_spelt)
    source = "jsonb_populate_recordset(NULL::core_ledgerentry, %s::jsonb)"
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO core_ledgerentry ({COLUMNS}) SELECT {COLUMNS} FROM {source}", [document])  # noqa: S608


def _spelt(value: Any) -> Any:
    """A moment or a wrapped `data`, as `_row` adapted them, in JSON's own shapes."""
    return value.isoformat() if isinstance(value, datetime) else value.obj


def _advance_stream(key: str, digests: list[str]) -> tuple[int, int, str]:
    """Moves the counter by len(digests) and the head along the chain; returns (stream id, new seq, old head)."""
    link = (
        "encode(sha256(convert_to({} || %s, 'UTF8')), 'hex')"
        if connection.vendor == "postgresql"
        else "sha256_hex({} || %s)"
    )
    head = "head"
    for _ in digests:
        head = link.format(head)
    sql = f"UPDATE core_stream SET prev_head = head, seq = seq + %s, head = {head} WHERE key = %s RETURNING id, seq, prev_head"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [len(digests), *digests, key])
        row = cursor.fetchone()
        if row is None:
            Stream.objects.bulk_create([Stream(key=key)], ignore_conflicts=True)
            cursor.execute(sql, [len(digests), *digests, key])
            row = cursor.fetchone()
    stream_id, seq, old_head = row
    return stream_id, seq, old_head


def _tell(key: str, seq: int) -> None:
    for subscriber in _subscribers:
        try:
            subscriber(key, seq)
        except Exception:  # a push is a courtesy: the entry is committed, pages poll and the sweeper reads the ledger
            log.exception("a ledger subscriber failed", extra={"stream": key, "seq": seq})
