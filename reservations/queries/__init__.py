"""Reads of reservations and the queue, for pages, API and operations alike."""

from reservations.queries.board import LaneSummary, PortSummary, port_summaries
from reservations.queries.explain import Explanation, explain
from reservations.queries.order import (
    Standing,
    blocked_entries,
    load_order,
    published_order_of,
    standing_of,
    waits_of_lane,
)
from reservations.queries.scope import entry_for, lane_for, override_for, port_for, reservation_for, slot_for, yard_for
from reservations.queries.slots import free_slots, nearest_free, service_dates

__all__ = [
    "Explanation",
    "LaneSummary",
    "PortSummary",
    "Standing",
    "blocked_entries",
    "entry_for",
    "explain",
    "free_slots",
    "lane_for",
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
    "waits_of_lane",
    "yard_for",
]
