"""The ledger kinds of the gate's inbox. What an event did is told by the visit's own kinds."""

from __future__ import annotations

from core.events import declare
from yards.events import kind

declare(
    kind("gate.doubted", "a person is asked about what a gate's device saw: event, kind, way, gate; `reason` says why"),
    kind("gate.decided", "a person has said whose it is: event, kind, entry or reservation, or neither: nobody's"),
)
