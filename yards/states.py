"""The stay's machine (docs/journey.md draws it)."""

from core.machine import Machine

STAY = Machine(
    name="stay",
    initial=frozenset({"held"}),
    moves={
        "held": frozenset({"occupied", "released"}),
        "occupied": frozenset({"released"}),
        "released": frozenset(),
    },
)
