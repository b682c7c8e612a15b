"""Reading, and nothing but reading: raw SQL through the database connection, rows in batches, all in one snapshot."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection

BATCH = 2000


class Entry(NamedTuple):
    """One ledger entry as stored; `data` is decoded JSON, `at` is UTC."""

    seq: int
    kind: str
    at: datetime
    actor: str
    reason: str
    policy_version: int
    visit: str
    data: dict[str, Any]
    digest: str
    hash: str


class Stream(NamedTuple):
    """The counter row of a ledger stream."""

    id: int
    key: str
    seq: int
    head: str


@contextmanager
def snapshot() -> Iterator[None]:
    """This will let everything read in the block come from one moment, without holding up anybody who writes.

    Inside a transaction somebody else opened (a test's) that transaction is the snapshot.
    """
    if connection.in_atomic_block:
        yield
        return
    postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" if postgres else "BEGIN DEFERRED")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK")


def select(sql: str, *values: Any) -> Iterator[tuple[Any, ...]]:
    """This will yield the rows of a query; they are fetched from the server in batches."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, values)
        while rows := cursor.fetchmany(BATCH):
            yield from rows


def streams() -> list[Stream]:
    return [Stream(*row) for row in select("SELECT id, key, seq, head FROM core_stream ORDER BY key")]


def entries(stream: Stream) -> Iterator[Entry]:
    """This will yield a stream's entries in the order of their `seq`."""
    sql = (
        "SELECT seq, kind, recorded_at, actor, reason, policy_version, visit_ref, data, digest, hash"
        " FROM core_ledgerentry WHERE stream_id = %s ORDER BY seq"
    )
    for row in select(sql, stream.id):
        seq, kind, at, actor, reason, policy_version, visit, data, digest, link = row
        yield Entry(seq, kind, moment(at), actor, reason, policy_version, visit, decoded(data), digest, link)


def moment(value: Any) -> datetime:
    """This will return a stored time as aware UTC (SQLite keeps text without a zone); NULL and "" are an error of the caller."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    assert isinstance(value, datetime)
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def decoded(value: Any) -> Any:
    """This will return a stored JSON column as Python values, whichever form the driver hands out."""
    return json.loads(value) if isinstance(value, str | bytes) else value


def number(value: Any) -> float:
    return float(value) if isinstance(value, Decimal | str | int) else float(value or 0)
