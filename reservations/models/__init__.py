"""Demand: policy, slots, reservations, and the order of those who are here."""

from reservations.models.policy import Policy
from reservations.models.queue import EntryState, LaneQueue, Override, OverrideState, QueueEntry
from reservations.models.reservation import Reservation, ReservationState
from reservations.models.slot import Slot

__all__ = [
    "EntryState",
    "LaneQueue",
    "Override",
    "OverrideState",
    "Policy",
    "QueueEntry",
    "Reservation",
    "ReservationState",
    "Slot",
]
