"""What a tamperer can do who holds the database: rows behind the ledger's back, entries that nothing stands behind, a ledger rewritten."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from audit.auditor import Auditor
from audit.chain import GENESIS, digest_of
from audit.rows import entries, streams
from core import ledger
from core.actors import Actor
from core.db import operation
from core.models import LedgerEntry, Stream
from reservations.models import LaneQueue, Policy, QueueEntry

STREAM = "yard:MOHAN"


def findings() -> list[str]:
    return [str(finding) for finding in Auditor().findings()]


def found(check: str, words: str) -> bool:
    """Is there a finding of that check that says these words?"""
    lines = findings()
    assert lines, "the auditor saw nothing"
    return any(line.startswith(f"{check}: ") and words in line for line in lines)


@operation
def forge(
    *, kind: str, now: Any, actor: Actor, visit: str = "", reason: str = "", policy: int = 1, **data: Any
) -> None:
    """Writes an entry into the ledger that nothing stands behind, with a chain that holds."""
    data |= {"kind": data.pop("of_kind")} if "of_kind" in data else {}
    ledger.record(STREAM, kind, visit_ref=visit, reason=reason, policy_version=policy, **data)


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def entry(kind: str, **data: Any) -> LedgerEntry:
    """The newest entry of a kind, with these facts."""
    return LedgerEntry.objects.filter(kind=kind, **{f"data__{name}": value for name, value in data.items()}).latest(
        "seq"
    )


def rewrite(row: LedgerEntry, *, at: datetime | None = None, **data: Any) -> None:
    """Changes what an entry says, and every digest and hash from there on, so that the chain holds."""
    LedgerEntry.objects.filter(pk=row.pk).update(data=row.data | data, recorded_at=at or row.recorded_at)
    _chain_anew()


def cut_out(row: LedgerEntry) -> None:
    """Takes an entry out of the ledger as if it had never been written."""
    row.delete()
    _chain_anew()


def _chain_anew() -> None:
    stream = next(one for one in streams() if one.key == STREAM)
    head = GENESIS
    for seq, row in enumerate(list(entries(stream)), start=1):
        digest = digest_of(STREAM, row)
        head = hashlib.sha256((head + digest).encode()).hexdigest()
        if (seq, digest, head) != (row.seq, row.digest, row.hash):
            kept = LedgerEntry.objects.filter(stream_id=stream.id, seq=row.seq)
            kept.update(seq=seq, digest=digest, hash=head)
    Stream.objects.filter(pk=stream.id).update(seq=seq, head=head)


@contextmanager
def set_aside() -> Iterator[None]:
    """Whatever happens in the block is undone after it, operations included."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]  # as Django's own TestCase: an operation is durable otherwise
    with block:
        yield
        transaction.set_rollback(True)


def call_facts(row: QueueEntry, **more: Any) -> dict[str, Any]:
    """What an honest call of that entry would say."""
    queue, policy = LaneQueue.objects.get(lane=row.lane), Policy.objects.filter(port=row.lane.port).earliest("version")
    honest = {
        "rule": "pattern",
        "override": None,
        "pattern": policy.class_pattern,
        "pattern_at": queue.pattern_at,
        "passed": [],
    }
    honest |= {
        "call": queue.calls + 1,
        "class": row.queue_class,
        "ticket": row.ticket,
        "lane": row.lane.code,
        "entry": row.ref,
    }
    return honest | more
