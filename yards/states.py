"""The machines of stays and closures (docs/journey.md draws them)."""

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

CLOSURE = Machine(
    name="closure",
    initial=frozenset({"in_force"}),
    moves={
        "in_force": frozenset({"lifted", "undone"}),
        "lifted": frozenset({"lifted"}),
        "undone": frozenset(),
    },
)
