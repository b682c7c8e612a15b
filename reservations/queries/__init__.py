"""Reads of reservations and the queue, for pages, API and operations alike."""

from reservations.queries.alarms import ALARMS, Alarm, LaneNow, alarms_of
from reservations.queries.board import LaneSummary, PortSummary, port_summaries
from reservations.queries.explain import Explanation, explain
from reservations.queries.order import (
    Standing,
    blocked_entries,
    load_order,
    published_order_of,
    standing_of,
)
from reservations.queries.scope import entry_for, lane_for, override_for, port_for, reservation_for, slot_for, yard_for
from reservations.queries.slots import free_slots, nearest_free, service_dates
from reservations.queries.waits import LaneWaits, lane_waits

__all__ = [
    "ALARMS",
    "Alarm",
    "Explanation",
    "LaneNow",
    "LaneSummary",
    "LaneWaits",
    "PortSummary",
    "Standing",
    "alarms_of",
    "blocked_entries",
    "entry_for",
    "explain",
    "free_slots",
    "lane_for",
    "lane_waits",
    "load_order",
    "nearest_free",
    "override_for",
    "port_for",
    "port_summaries",
    "published_order_of",
    "reservation_for",
    "service_dates",
    "slot_for",
    "standing_of",
    "yard_for",
]
