"""The machine of a declaration (docs/journey.md draws it)."""

from core.machine import Machine

# needs_fix: not executable, something must be mended by the declarant. submitted: waiting, nothing is left for the declarant to do.
# on_hold: an authority stops it. consumed: its trips are made.
DECLARATION = Machine(
    name="declaration",
    initial=frozenset({"draft"}),
    moves={
        "draft": frozenset({"submitted", "needs_fix", "ready", "withdrawn"}),
        "submitted": frozenset({"needs_fix", "ready", "withdrawn"}),
        "needs_fix": frozenset({"submitted", "ready", "withdrawn"}),
        "ready": frozenset({"consumed", "on_hold", "submitted", "needs_fix", "withdrawn"}),
        "on_hold": frozenset({"ready", "submitted", "needs_fix", "withdrawn"}),
        "consumed": frozenset(),
        "withdrawn": frozenset(),
    },
)
