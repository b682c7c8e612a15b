"""What goes over the socket. Frames are made once per process for all readers who may see the same.

{"t": "hello",  "stream": "yard:MOHAN-YARD", "seq": 812, "ping_s": 15}    from here on; a replay may follow
{"t": "events", "from": 812, "seq": 815, "events": [...]}                 what happened after `from`, up to `seq`
{"t": "ping",   "seq": 815, "at": "2026-03-02T02:00:00+00:00"}            the committed seq, read from the database
{"t": "resync", "seq": 990}                                               too much was missed: load everything again
"""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from collections.abc import Iterable
from typing import Any

from channels.db import database_sync_to_async

from core import ledger
from core.events import project
from core.models import LedgerEntry, Stream

REPLAY_AT_MOST = 500
SPANS_KEPT = 64


def encode(frame: dict[str, Any]) -> str:
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))


class Span:
    """The ledger's entries after seq `after`, up to `upto`; they never change, so neither do the frames made of them."""

    def __init__(self, after: int, entries: list[LedgerEntry]) -> None:
        self.after = after
        self.upto = entries[-1].seq if entries else after
        self._entries = entries
        self._visits = frozenset(entry.visit_ref for entry in entries if entry.visit_ref)
        self._frames: dict[tuple[str, frozenset[str]], str] = {}

    def frame(self, audience: str, visits: frozenset[str]) -> str:
        """This will return the frame for an audience; `visits` are those whose details the reader may see as their own."""
        key = (audience, visits & self._visits)
        if key not in self._frames:
            shown = (project(entry, audience, key[1]) for entry in self._entries)
            events = [event for event in shown if event is not None]
            self._frames[key] = encode({"t": "events", "from": self.after, "seq": self.upto, "events": events})
        return self._frames[key]


class Spans:
    """The newest spans of this process; sockets that ask for the same one at the same time share one read."""

    def __init__(self) -> None:
        self._reads: OrderedDict[tuple[str, int, int], asyncio.Future[Span]] = OrderedDict()

    async def get(self, stream: str, after: int, upto: int) -> Span:
        """This will return the span (after, upto]; shorter when the ledger has not come that far. Raises DatabaseError."""
        key = (stream, after, upto)
        read = self._reads.get(key)
        if read is None:
            read = self._reads[key] = asyncio.ensure_future(_read_span(stream, after, upto))
            while len(self._reads) > SPANS_KEPT:
                self._reads.popitem(last=False)
        try:
            # Shielded: one socket that closes must not take the read away from the others.
            span = await asyncio.shield(read)
        except Exception:
            self._reads.pop(key, None)
            raise
        if span.upto != upto:
            self._reads.pop(key, None)
        return span


@database_sync_to_async
def _read_span(stream: str, after: int, upto: int) -> Span:
    return Span(after, ledger.entries_since(stream=stream, seq=after, limit=upto - after))


@database_sync_to_async
def read_heads(streams: Iterable[str]) -> dict[str, int]:
    """This will return the committed seq of each stream that has one."""
    return dict(Stream.objects.filter(key__in=list(streams)).values_list("key", "seq"))
