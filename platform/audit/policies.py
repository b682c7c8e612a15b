"""Published rules are never edited: each version in the table says what the ledger says was published."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from audit.findings import Finding
from audit.rows import Entry, Stream, decoded, moment, select

COUNTS = (
    *("slot_minutes", "horizon_days", "hold_minutes", "early_minutes", "grace_minutes", "cancel_cutoff_minutes"),
    *("call_minutes", "missed_behind", "missed_limit"),
)
LISTS = ("classes", "class_pattern")
SQL = (
    "SELECT p.version, p.effective_from, p.slot_minutes, p.horizon_days, p.hold_minutes, p.early_minutes, p.grace_minutes,"
    " p.cancel_cutoff_minutes, p.call_minutes, p.missed_behind, p.missed_limit, p.classes, p.class_pattern"
    " FROM reservations_policy p JOIN yards_yard y ON y.port_id = p.port_id WHERE y.code = %s"
)


class Policies:
    """Remembers what one yard's ledger published."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.published: dict[int, tuple[str, dict[str, Any]]] = {}

    def note(self, entry: Entry) -> None:
        if entry.kind == "policy.published":
            self.published[entry.data["version"]] = (entry.data["effective_from"], entry.data["rules"])

    def compare(self, yard_code: str) -> Iterator[Finding]:
        """This will compare every version with its publication."""
        for version, effective_from, *values in select(SQL, yard_code):
            plain = [*values[: len(COUNTS)], *map(decoded, values[len(COUNTS) :])]
            rules = dict(zip((*COUNTS, *LISTS), plain, strict=True))
            if version not in self.published:
                yield self._finding(
                    f"version {version} of the rules is in the table; the ledger published no such version"
                )
                continue
            published_from, published = self.published.pop(version)
            if moment(published_from) != moment(effective_from) or rules != published:
                yield self._finding(f"version {version} of the rules is not what was published")
        for version in self.published:
            yield self._finding(f"version {version} of the rules was published; the table has no such row")

    def _finding(self, text: str) -> Finding:
        return Finding("rules", self.stream.key, 0, text)
