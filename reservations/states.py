"""The machines of reservations, rounds, requests, queue entries, appeals, overrides and gate events (docs/journey.md draws them)."""

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

# One day's round of a port. drawn: computed and kept to itself until its moment; a change of its inputs sends it back to closed.
ROUND = Machine(
    name="round",
    initial=frozenset({"announced"}),
    moves={
        "announced": frozenset({"open", "void"}),
        "open": frozenset({"closed", "void"}),
        "closed": frozenset({"drawn", "failed", "void"}),
        "drawn": frozenset({"published", "closed", "failed", "void"}),
        "failed": frozenset({"closed", "void"}),
        "published": frozenset(),
        "void": frozenset(),
    },
)

# A wish for a place. requested: in an open round, or late and waiting for the next batch. standby: in the published order of
# those who were not placed or want better; offered: a freed place is kept for it until `offer_until`.
REQUEST = Machine(
    name="request",
    initial=frozenset({"requested", "standby"}),
    moves={
        "requested": frozenset({"placed", "standby", "withdrawn", "unplaced"}),
        "standby": frozenset({"offered", "placed", "withdrawn", "unplaced"}),
        "offered": frozenset({"placed", "standby", "withdrawn", "unplaced"}),
        "placed": frozenset(),
        "withdrawn": frozenset(),
        "unplaced": frozenset(),
    },
)

APPEAL = Machine(
    name="appeal",
    initial=frozenset({"pending"}),
    moves={"pending": frozenset({"granted", "rejected"}), "granted": frozenset(), "rejected": frozenset()},
)

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

# What a gate device saw. waiting: for an earlier event that was not told yet; doubt: a person decides, or what was missing is told.
GATE_EVENT = Machine(
    name="gate_event",
    initial=frozenset({"waiting"}),
    moves={
        "waiting": frozenset({"doubt", "applied", "void"}),
        "doubt": frozenset({"waiting", "applied", "void"}),
        "applied": frozenset(),
        "void": frozenset(),
    },
)
