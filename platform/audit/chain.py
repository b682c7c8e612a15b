"""The chain: each entry's digest is that of its content, each hash grows from the one before, nothing is missing at the end."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC

from audit.canonical import canonical
from audit.findings import Finding
from audit.rows import Entry, Stream

GENESIS = "0" * 64


def digest_of(stream: str, entry: Entry) -> str:
    """This will return the hex SHA-256 of the entry's content as RFC 8785 canonical JSON (docs/audit.md names the fields)."""
    content = {
        "actor": entry.actor,
        "data": entry.data,
        "kind": entry.kind,
        "policy_version": entry.policy_version,
        "reason": entry.reason,
        "recorded_at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "stream": stream,
        "visit_ref": entry.visit,
    }
    return hashlib.sha256(canonical(content).encode()).hexdigest()


class Chain:
    """Follows one stream entry by entry."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.seq, self.head = 0, GENESIS

    def follow(self, entry: Entry) -> Iterator[Finding]:
        """This will check the next entry's number, content and link. After a break it goes on from what is stored."""
        if entry.seq != self.seq + 1:
            yield self._finding(entry.seq, f"follows {self.seq}: the entries between are missing")
        digest = digest_of(self.stream.key, entry)
        if digest != entry.digest:
            yield self._finding(entry.seq, f"the content of this {entry.kind} is not what was written (digest differs)")
        link = hashlib.sha256((self.head + entry.digest).encode()).hexdigest()
        if link != entry.hash:
            yield self._finding(entry.seq, "the hash does not follow from the entry before")
        self.seq, self.head = entry.seq, entry.hash

    def end(self) -> Iterator[Finding]:
        """This will check that the last entry is the one the stream's counter row names."""
        if (self.seq, self.head) != (self.stream.seq, self.stream.head):
            yield self._finding(self.seq, f"the counter row says {self.stream.seq} entries and another head")

    def _finding(self, seq: int, text: str) -> Finding:
        return Finding("chain", self.stream.key, seq, text)
