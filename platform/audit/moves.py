"""The auditor's own tables of allowed state sequences (docs/journey.md), and who follows them along the ledger."""

from __future__ import annotations

from collections.abc import Iterator

#: the state before the first entry
NOWHERE = ""

RESERVATION = {
    NOWHERE: {"requested"},
    "requested": {"confirmed", "cancelled", "unplaced", "revoked"},
    "confirmed": {"checked_in", "cancelled", "revoked", "no_show"},
    "checked_in": {"completed", "cancelled", "revoked"},
}
QUEUE_ENTRY = {
    NOWHERE: {"waiting"},
    "waiting": {"called", "withdrawn"},
    "called": {"waiting", "admitted", "withdrawn"},
    "admitted": {"exited"},
}
STAY = {
    NOWHERE: {"held"},
    "held": {"occupied", "released"},
    "occupied": {"released"},
}
OVERRIDE = {NOWHERE: {"pending"}, "pending": {"approved", "rejected"}}


class Track:
    """The present state of everything one machine moves, by ref."""

    def __init__(self, name: str, table: dict[str, set[str]]) -> None:
        self.name, self.table = name, table
        self.states: dict[str, str] = {}

    def move(self, ref: str, to: str) -> Iterator[str]:
        """This will move `ref` to `to` and yield a sentence when the table has no such move."""
        before = self.states.get(ref, NOWHERE)
        if to not in self.table.get(before, ()):
            yield f"{self.name} {ref} went from {before or 'nothing'} to {to}"
        self.states[ref] = to
