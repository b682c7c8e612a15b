"""Is what the page shows what was once written? Each shown entry is hashed again and joined to the one before it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from core.ledger import Draft, chain, digest_of
from core.models import LedgerEntry

GENESIS = "0" * 64


def broken(entries: Sequence[LedgerEntry]) -> list[int]:
    """This will return the seqs of the shown entries whose content or link does not hold. One query; `manage.py audit` checks all."""
    before = _hashes_before(entries)
    return [entry.seq for entry in entries if not _holds(entry, before)]


def _holds(entry: LedgerEntry, before: dict[tuple[int, int], str]) -> bool:
    draft = Draft(entry.stream.key, entry.kind, entry.visit_ref, entry.reason, entry.policy_version, entry.data)
    digest = digest_of(stream=entry.stream.key, draft=draft, recorded_at=entry.recorded_at, actor=entry.actor)
    previous = GENESIS if entry.seq == 1 else before.get((entry.stream_id, entry.seq - 1), "")
    return digest == entry.digest and chain(previous, digest) == entry.hash


def _hashes_before(entries: Sequence[LedgerEntry]) -> dict[tuple[int, int], str]:
    wanted = Q(pk=None)
    for stream_id in {entry.stream_id for entry in entries}:
        seqs = [entry.seq - 1 for entry in entries if entry.stream_id == stream_id]
        wanted |= Q(stream_id=stream_id, seq__in=seqs)
    rows = LedgerEntry.objects.filter(wanted).values_list("stream_id", "seq", "hash")
    return {(stream_id, seq): text for stream_id, seq, text in rows}
