"""The ledger kinds of declarations. Entries hold refs, codes and counts: what is declared stays in its row."""

from __future__ import annotations

from core.events import declare
from yards.events import kind

OWN = "declaration edition state"

declare(
    kind("declaration.drafted", "a declaration was begun: declaration, mode, direction", own=OWN),
    kind(
        "declaration.submitted",
        "given in, or checked again and waiting: declaration, edition, codes of its findings",
        own=OWN,
    ),
    kind("declaration.needs_fix", "the check found what must be mended: declaration, edition, codes", own=OWN),
    kind("declaration.ready", "nothing is missing: declaration, edition", own=OWN),
    kind("declaration.changed", "its declarant changed it, its state stayed: declaration, edition", own=OWN),
    kind("declaration.held", "an authority put it on hold, with a reason: declaration", own=OWN),
    kind("declaration.released", "the authority let it go: declaration", own=OWN),
    kind("declaration.consumed", "its last trip is made: declaration, trips", own=OWN),
    kind("declaration.withdrawn", "its declarant took it back: declaration", own=OWN),
    kind(
        "document.added",
        "a file was added: declaration, document, kind, media_type, size_bytes, sha256",
        own="declaration document kind",
    ),
    kind("document.removed", "a file was removed: declaration, document, sha256", own="declaration document"),
)
