"""The machines of stays, closures, layouts and evacuations (docs/journey.md draws them)."""

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

LAYOUT = Machine(
    name="layout",
    initial=frozenset({"draft", "in_force"}),  # in force at once: the first plan of a yard
    moves={
        "draft": frozenset({"scheduled", "in_force", "discarded"}),
        "scheduled": frozenset({"draft", "in_force", "discarded"}),
        "in_force": frozenset({"replaced"}),
        "replaced": frozenset(),
        "discarded": frozenset(),
    },
)

EVACUATION = Machine(
    name="evacuation",
    initial=frozenset({"ordered"}),
    moves={"ordered": frozenset({"ended"}), "ended": frozenset()},
)
