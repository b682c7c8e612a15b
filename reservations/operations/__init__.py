"""Every verb of reservations and the queue. Each is one transaction (core.db.operation)."""

from reservations.operations.appeals import ask_appeal, decide_appeal
from reservations.operations.arrival import check_in, check_in_walk_up, withdraw
from reservations.operations.booking import confirm_reservation, request_reservation
from reservations.operations.calling import call_next, miss
from reservations.operations.changing import cancel_reservation, change_slot, revoke_reservation
from reservations.operations.closures import declare_closure, lift_closure, undo_closure
from reservations.operations.declared import attach_declaration
from reservations.operations.evacuations import end_evacuation, order_evacuation
from reservations.operations.extension import extend_reservation
from reservations.operations.generating import generate_slots_of
from reservations.operations.measuring import measure
from reservations.operations.obstructions import block_aisle, block_zone, unblock_aisle, unblock_zone
from reservations.operations.offers import accept_offer, decline_offer, stand_by, state_readiness
from reservations.operations.overrides import ask_override, decide_override
from reservations.operations.preview import preview_closure as preview_closure
from reservations.operations.publishing import publish_round
from reservations.operations.requests import change_request, request_places, withdraw_request
from reservations.operations.rounds import announce_round, close_round, open_round, retry_round, void_round
from reservations.operations.sensing import dismiss_doubt, note_reading, note_sighting
from reservations.operations.straying import report_bay_taken
from reservations.operations.substitution import change_driver, change_vehicle
from reservations.operations.supply import change_capacity, freeze_slot, publish_policy
from reservations.operations.visit import admit, exit_yard, move, occupy, release

__all__ = [
    "accept_offer",
    "admit",
    "announce_round",
    "ask_appeal",
    "ask_override",
    "attach_declaration",
    "block_aisle",
    "block_zone",
    "call_next",
    "cancel_reservation",
    "change_capacity",
    "change_driver",
    "change_request",
    "change_slot",
    "change_vehicle",
    "check_in",
    "check_in_walk_up",
    "close_round",
    "confirm_reservation",
    "decide_appeal",
    "decide_override",
    "declare_closure",
    "decline_offer",
    "dismiss_doubt",
    "end_evacuation",
    "exit_yard",
    "extend_reservation",
    "freeze_slot",
    "generate_slots_of",
    "lift_closure",
    "measure",
    "miss",
    "move",
    "note_reading",
    "note_sighting",
    "occupy",
    "open_round",
    "order_evacuation",
    "publish_policy",
    "publish_round",
    "release",
    "report_bay_taken",
    "request_places",
    "request_reservation",
    "retry_round",
    "revoke_reservation",
    "stand_by",
    "state_readiness",
    "unblock_aisle",
    "unblock_zone",
    "undo_closure",
    "void_round",
    "withdraw",
    "withdraw_request",
]
