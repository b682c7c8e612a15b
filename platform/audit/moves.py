"""The auditor's own tables of allowed state sequences (docs/journey.md), and who follows them along the ledger."""

from __future__ import annotations

from collections.abc import Iterator

from audit.findings import Said

#: the state before the first entry
NOWHERE = ""

RESERVATION = {
    NOWHERE: {"requested", "confirmed"},
    "requested": {"confirmed", "cancelled", "unplaced", "revoked"},
    "confirmed": {"checked_in", "cancelled", "revoked", "no_show"},
    "checked_in": {"completed", "cancelled"},
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
OVERRIDE = {NOWHERE: {"pending"}, "pending": {"approved", "rejected", "lapsed"}, "approved": {"used", "lapsed"}}
REQUEST = {
    NOWHERE: {"requested"},  # one that begins on standby says so in the next entry
    "requested": {"placed", "standby", "withdrawn", "unplaced"},
    "standby": {"offered", "placed", "withdrawn", "unplaced"},
    "offered": {"placed", "standby", "withdrawn", "unplaced"},
}
ROUND = {
    NOWHERE: {"announced"},
    "announced": {"open", "void"},
    "open": {"closed", "void"},
    "closed": {"drawn", "failed", "void"},
    "drawn": {"published", "closed", "failed", "void"},
    "failed": {"closed", "void"},
}
CLOSURE = {NOWHERE: {"in_force"}, "in_force": {"lifted", "undone"}, "lifted": {"lifted"}}
LAYOUT = {
    NOWHERE: {"draft", "in_force"},
    "draft": {"draft", "scheduled", "in_force", "discarded"},
    "scheduled": {"draft", "in_force", "discarded"},
    "in_force": {"replaced"},
}
EVACUATION = {NOWHERE: {"ordered"}, "ordered": {"ended"}}
DECLARATION = {
    NOWHERE: {"draft"},
    "draft": {"submitted", "needs_fix", "ready", "withdrawn"},
    "submitted": {"needs_fix", "ready", "withdrawn"},
    "needs_fix": {"submitted", "ready", "withdrawn"},
    "ready": {"consumed", "on_hold", "submitted", "needs_fix", "withdrawn"},
    "on_hold": {"ready", "submitted", "needs_fix", "withdrawn"},
}
APPEAL = {NOWHERE: {"pending"}, "pending": {"granted", "rejected"}}


class Track:
    """The present state of everything one machine moves, by ref."""

    def __init__(self, name: str, table: dict[str, set[str]]) -> None:
        self.name, self.table = name, table
        self.states: dict[str, str] = {}

    def move(self, ref: str, to: str) -> Iterator[Said]:
        """This will move `ref` to `to` and say so when the table has no such move."""
        before = self.states.get(ref, NOWHERE)
        if to not in self.table.get(before, ()):
            yield "states", f"{self.name} {ref} went from {before or 'nothing'} to {to}"
        self.states[ref] = to

    def is_live(self, ref: str) -> bool:
        return bool(self.table.get(self.states.get(ref, NOWHERE))) and ref in self.states
