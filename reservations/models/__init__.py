"""Demand: policy, slots, rounds and requests, reservations, the order of those who are here, and what is counted."""

from reservations.models.conduct import STRIKES, Appeal, AppealState, Credit, Mark, MarkKind
from reservations.models.disposition import Disposition, DispositionKind
from reservations.models.gate import GateEvent, GateEventKind, GateEventState, Way
from reservations.models.policy import Allocation, Policy
from reservations.models.queue import EntryState, LaneQueue, Override, OverrideState, QueueEntry
from reservations.models.reservation import Reservation, ReservationState
from reservations.models.round import Request, RequestState, Round, RoundProof, RoundState
from reservations.models.slot import Slot

__all__ = [
    "STRIKES",
    "Allocation",
    "Appeal",
    "AppealState",
    "Credit",
    "Disposition",
    "DispositionKind",
    "EntryState",
    "GateEvent",
    "GateEventKind",
    "GateEventState",
    "LaneQueue",
    "Mark",
    "MarkKind",
    "Override",
    "OverrideState",
    "Policy",
    "QueueEntry",
    "Request",
    "RequestState",
    "Reservation",
    "ReservationState",
    "Round",
    "RoundProof",
    "RoundState",
    "Slot",
    "Way",
]
