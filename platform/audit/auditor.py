"""The whole audit: every stream's chain and replay, then the tables."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from audit import counts, tables
from audit.chain import Chain
from audit.facts import PREFIX, Facts
from audit.findings import Finding
from audit.policies import Policies
from audit.replay import Replay
from audit.rows import Stream, entries, snapshot, streams

SAY_EVERY_S = 2.0


@dataclass
class Extent:
    """How much was read."""

    streams: int = 0
    entries: int = 0


class Auditor:
    """Reads once through everything, or through one yard. `say` gets a line of progress every two seconds."""

    def __init__(self, *, yard_code: str = "", say: Callable[[str], object] = lambda line: None) -> None:
        self.yard_code, self.say = yard_code, say
        self.extent = Extent()
        self._said_at_s = time.monotonic()

    def findings(self) -> Iterator[Finding]:
        """This will yield every finding, from one snapshot of the database. Raises LookupError for a yard without a ledger."""
        with snapshot():
            chosen = [one for one in streams() if self.yard_code in ("", one.key.removeprefix(PREFIX))]
            if self.yard_code and not chosen:
                raise LookupError(f"yard {self.yard_code} has no ledger")
            for stream in chosen:
                yield from self._stream(stream)
            yield from counts.compare()

    def _stream(self, stream: Stream) -> Iterator[Finding]:
        self.extent.streams += 1
        facts = Facts(stream)
        chain, replay, policies = Chain(stream), Replay(stream, facts), Policies(stream)
        for entry in entries(stream):
            yield from chain.follow(entry)
            yield from replay.apply(entry)
            policies.note(entry)
            self.extent.entries += 1
            self._progress(stream, entry.seq)
        yield from chain.end()
        if stream.key.startswith(PREFIX):
            yield from replay.end()
            yield from tables.compare(replay, facts.yard_code)
            yield from policies.compare(facts.yard_code)

    def _progress(self, stream: Stream, seq: int) -> None:
        now_s = time.monotonic()
        if now_s - self._said_at_s >= SAY_EVERY_S:
            self._said_at_s = now_s
            self.say(f"{stream.key}: {seq} of {stream.seq} entries")
