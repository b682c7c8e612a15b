"""The ledger kinds of declarations. Entries hold refs, codes and counts: what is declared stays in its row."""

from __future__ import annotations

from core.events import EventKind, declare
from yards.events import kind


def _told(name: str, meaning: str, own: str = "declaration edition state") -> EventKind:
    return kind(name, meaning, own=own, for_customs=True)


declare(
    _told("declaration.drafted", "a declaration was begun: declaration, mode, direction"),
    _told(
        "declaration.submitted",
        "given in, or checked again and waiting: declaration, edition, codes of its findings",
    ),
    _told("declaration.needs_fix", "the check found what must be mended: declaration, edition, codes"),
    _told("declaration.ready", "nothing is missing: declaration, edition"),
    _told("declaration.changed", "its declarant changed it, its state stayed: declaration, edition"),
    _told("declaration.held", "an authority put it on hold, with a reason: declaration"),
    _told("declaration.released", "the authority let it go: declaration"),
    _told("declaration.consumed", "its last trip is made: declaration, trips"),
    _told("declaration.withdrawn", "its declarant took it back: declaration"),
    _told(
        "document.added",
        "a file was added: declaration, document, kind, media_type, size_bytes, sha256",
        own="declaration document kind",
    ),
    _told("document.removed", "a file was removed: declaration, document, sha256", own="declaration document"),
)
