"""The machines of reservations, queue entries and overrides (docs/journey.md draws them)."""

from core.machine import Machine

RESERVATION = Machine(
    name="reservation",
    initial=frozenset({"requested", "confirmed"}),  # confirmed at once: asked for and confirmed in one act
    moves={
        "requested": frozenset({"confirmed", "cancelled", "unplaced", "revoked"}),
        "confirmed": frozenset({"checked_in", "cancelled", "revoked", "no_show"}),
        "checked_in": frozenset({"completed", "cancelled"}),
        "completed": frozenset(),
        "unplaced": frozenset(),
        "cancelled": frozenset(),
        "revoked": frozenset(),
        "no_show": frozenset(),
    },
)
# A place in the slot is used up by these: the ends are past, or gave nothing back.
HOLDS_A_PLACE = frozenset({"requested", "confirmed", "checked_in", "completed", "no_show"})

QUEUE_ENTRY = Machine(
    name="queue_entry",
    initial=frozenset({"waiting"}),
    moves={
        "waiting": frozenset({"called", "withdrawn"}),
        "called": frozenset({"waiting", "admitted", "withdrawn"}),
        "admitted": frozenset({"exited"}),
        "exited": frozenset(),
        "withdrawn": frozenset(),
    },
)

OVERRIDE = Machine(
    name="override",
    initial=frozenset({"pending"}),
    moves={
        "pending": frozenset({"approved", "rejected", "lapsed"}),
        "approved": frozenset({"used", "lapsed"}),
        "used": frozenset(),
        "lapsed": frozenset(),
        "rejected": frozenset(),
    },
)
