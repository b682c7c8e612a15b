"""Every verb of reservations and the queue. Each is one transaction (core.db.operation)."""

from reservations.operations.arrival import check_in, check_in_walk_up, withdraw
from reservations.operations.booking import confirm_reservation, request_reservation
from reservations.operations.calling import call_next, miss
from reservations.operations.changing import cancel_reservation, change_slot, revoke_reservation
from reservations.operations.overrides import ask_override, decide_override
from reservations.operations.supply import change_capacity, freeze_slot, generate_slots_of, publish_policy
from reservations.operations.visit import admit, exit_yard, move, occupy, release

__all__ = [
    "admit",
    "ask_override",
    "call_next",
    "cancel_reservation",
    "change_capacity",
    "change_slot",
    "check_in",
    "check_in_walk_up",
    "confirm_reservation",
    "decide_override",
    "exit_yard",
    "freeze_slot",
    "generate_slots_of",
    "miss",
    "move",
    "occupy",
    "publish_policy",
    "release",
    "request_reservation",
    "revoke_reservation",
    "withdraw",
]
