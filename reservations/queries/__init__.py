"""Reads of reservations and the queue, for pages, API and operations alike."""

from reservations.queries.alarms import ALARMS, Alarm, LaneNow, alarms_of
from reservations.queries.board import LaneSummary, PortSummary, port_summaries
from reservations.queries.closures import (
    Excess,
    closure_for,
    closures_of,
    disposition_of,
    far_sides_of,
    slots_above_far_side,
    stands_by_instead,
)
from reservations.queries.conduct import (
    Counter,
    counters_of,
    counters_of_all,
    marks_of,
    organisation_counters,
    pause_of,
)
from reservations.queries.costs import Cost, cost_of
from reservations.queries.explain import Explanation, explain
from reservations.queries.order import (
    Standing,
    blocked_entries,
    load_order,
    published_order_of,
    standing_of,
)
from reservations.queries.reasons import reason_words
from reservations.queries.rounds import chances, request_for, round_for, rounds_of
from reservations.queries.scope import (
    appeal_for,
    entry_for,
    lane_for,
    mark_for,
    override_for,
    port_for,
    refs_within,
    reservation_for,
    slot_for,
    yard_for,
)
from reservations.queries.scores import Score, scores
from reservations.queries.slots import free_slots, nearest_free, service_dates
from reservations.queries.standby import StandsBy, offers_of, standby_of
from reservations.queries.substitutes import substitute_drivers, substitute_vehicles
from reservations.queries.waits import LaneWaits, lane_waits
from reservations.queries.what_if import what_if

__all__ = [
    "ALARMS",
    "Alarm",
    "Cost",
    "Counter",
    "Excess",
    "Explanation",
    "LaneNow",
    "LaneSummary",
    "LaneWaits",
    "PortSummary",
    "Score",
    "Standing",
    "StandsBy",
    "alarms_of",
    "appeal_for",
    "blocked_entries",
    "chances",
    "closure_for",
    "closures_of",
    "cost_of",
    "counters_of",
    "counters_of_all",
    "disposition_of",
    "entry_for",
    "explain",
    "far_sides_of",
    "free_slots",
    "lane_for",
    "lane_waits",
    "load_order",
    "mark_for",
    "marks_of",
    "nearest_free",
    "offers_of",
    "organisation_counters",
    "override_for",
    "pause_of",
    "port_for",
    "port_summaries",
    "published_order_of",
    "reason_words",
    "refs_within",
    "request_for",
    "reservation_for",
    "round_for",
    "rounds_of",
    "scores",
    "service_dates",
    "slot_for",
    "slots_above_far_side",
    "standby_of",
    "standing_of",
    "stands_by_instead",
    "substitute_drivers",
    "substitute_vehicles",
    "what_if",
    "yard_for",
]
