"""Declarations and their files along a port's ledger: their states, and what an authority's word needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from audit.findings import Said
from audit.moves import DECLARATION, Track
from audit.rows import Entry


@dataclass
class Declaration:
    """As the ledger tells it; `edition` is the last one told (a draft's changes are its declarant's own)."""

    edition: int
    documents: set[str] = field(default_factory=set)


class Declarations:
    """The declarations of one port, in the stream of its first yard."""

    def __init__(self) -> None:
        self.declarations: dict[str, Declaration] = {}
        self.track = Track("declaration", DECLARATION)
        moves = ("submitted", "needs_fix", "ready", "held", "consumed", "withdrawn")
        self.on = {f"declaration.{name}": self.moved for name in moves} | {
            "declaration.drafted": self.drafted,
            "declaration.changed": self.changed,
            "declaration.released": self.released,
            "document.added": self.added,
            "document.removed": self.removed,
        }

    def drafted(self, entry: Entry) -> Iterator[Said]:
        self.declarations[entry.data["declaration"]] = Declaration(entry.data["edition"])
        yield from self.track.move(entry.data["declaration"], "draft")

    def moved(self, entry: Entry) -> Iterator[Said]:
        name = entry.kind.removeprefix("declaration.")
        yield from self._grown(entry)
        yield from self.track.move(entry.data["declaration"], {"held": "on_hold"}.get(name, name))
        if name == "held" and not entry.reason:
            yield "authority", f"declaration {entry.data['declaration']} was put on hold without a reason"

    def changed(self, entry: Entry) -> Iterator[Said]:
        yield from self._grown(entry)
        if not self.track.is_live(entry.data["declaration"]):
            yield "states", f"declaration {entry.data['declaration']} was changed after its end"

    def released(self, entry: Entry) -> Iterator[Said]:
        """Its new state, if it has one, is the next entry's."""
        ref = entry.data["declaration"]
        yield from self._grown(entry)
        if self.track.states[ref] not in ("on_hold", "submitted"):
            yield "authority", f"declaration {ref} was released while it was {self.track.states[ref]}"

    def added(self, entry: Entry) -> Iterator[Said]:
        yield from self.changed(entry)
        self.declarations[entry.data["declaration"]].documents.add(entry.data["document"])

    def removed(self, entry: Entry) -> Iterator[Said]:
        yield from self.changed(entry)
        self.declarations[entry.data["declaration"]].documents.remove(entry.data["document"])

    def _grown(self, entry: Entry) -> Iterator[Said]:
        """Editions never go back; one act may be told by two entries of the same edition."""
        row = self.declarations[entry.data["declaration"]]
        if entry.data["edition"] < row.edition:
            yield "states", f"declaration {entry.data['declaration']} went back to edition {entry.data['edition']}"
        row.edition = entry.data["edition"]
