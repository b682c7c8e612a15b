"""What needs a person in a yard now, as codes: one rule for the desk's page, which words it, and its API, which shapes it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from reservations.errors import NoPolicy
from reservations.models import Policy, QueueEntry, Round
from reservations.queries.far_side import far_side_alarms
from reservations.queries.gate_conflicts import gate_alarms
from reservations.queries.yard_alarms import NONE, yard_alarms
from yards.models import Lane, Stay
from yards.queries import LaneState

_SILENT: dict[str, list[str]] = {"promised_above_far_side": [], "plan_above_far_side": [], "far_side_stale": []}
RESTING = frozenset({"out_of_hours", "holiday", "closure", "far_side"})
SOON = timedelta(minutes=3)  # a call that runs out within this is said aloud


@dataclass(frozen=True)
class LaneNow:
    """A lane at a glance: is it open, how many wait, and for how many of them no free bay fits."""

    lane: Lane
    state: LaneState
    waiting: int
    blocked: int


@dataclass(frozen=True)
class Alarm:
    """`code` is one of ALARMS; `subjects` are the refs of entries, or the codes of lanes, gates or bays, it is about."""

    code: str
    subjects: tuple[str, ...]


ALARMS = (
    "evacuation",  # zones that are being emptied
    "no_way_out",  # taken bays that no way leads out of while aisles are blocked
    "call_expiring",  # entries whose call runs out soon
    "gate_conflict",  # gates at which something was done without a net that the books cannot take in
    "gate_doubted",  # gates at which a reading has waited for a person's word
    "lane_closed_with_queue",  # lanes that staff closed while vehicles wait
    "bay_without_visitor",  # bays held or taken by a visit that is neither called nor inside
    "bay_lost",  # held bays that nobody may be sent to any more, and no other one was free
    "no_bay_that_fits",  # open lanes in which somebody waits for whom no free bay fits
    "waiting_out_of_hours",  # lanes with a queue before their hours
    "visitor_without_bay",  # entries in the yard that have no bay: on the way out, or lost
    "overstay",  # bays taken longer than the rules allow
    "place_doubted",  # bays and zones whose sensor and the books differ
    "bays_reported",  # bays that one driver after another bay reported taken: look before he closes more
    "layout_overdue",  # scheduled plans that cannot take effect
    "round_failed",  # rounds of the port that a supervisor must run again or call off
    "promised_above_far_side",  # lanes with slots that promise more than their far side takes
    "plan_above_far_side",  # lanes with slots that staff planned above what their far side takes
    "far_side_stale",  # lanes whose far side has said nothing for long
)


def alarms_of(
    *,
    lanes: Iterable[LaneNow],
    called: Iterable[QueueEntry],
    inside: Iterable[QueueEntry],
    stays: Iterable[Stay],
    now: datetime,
) -> list[Alarm]:
    """This will return a yard's alarms in the order of ALARMS, the urgent ones first. `stays` are the live ones, their bays loaded."""
    lanes, called, inside, stays = list(lanes), list(called), list(inside), list(stays)
    here = {entry.visit_ref for entry in (*called, *inside)}
    with_bay = {stay.visit_ref for stay in stays}
    most = _longest_stay(lanes, now)
    found = {
        "call_expiring": [e.ref for e in called if e.call_expires_at and e.call_expires_at - now <= SOON],
        "bay_without_visitor": sorted(stay.bay.code for stay in stays if stay.visit_ref not in here),
        "visitor_without_bay": [entry.ref for entry in inside if entry.visit_ref not in with_bay],
        "overstay": sorted(s.bay.code for s in stays if is_overstaying(s, most=most, now=now)),
    } | _of_lanes(lanes)
    found |= _of_rounds(lanes) | _of_far_sides(lanes, now)
    found |= _of_yard(lanes, stays, now) | _of_gates(lanes, now)
    return [Alarm(code, tuple(found[code])) for code in ALARMS if found[code]]


def is_overstaying(stay: Stay, *, most: timedelta | None, now: datetime) -> bool:
    """This will tell whether a vehicle stands longer in its bay than the rules allow (`most` None: they set no limit)."""
    return bool(most and stay.occupied_at and now - stay.occupied_at > most)


def longest_stay(port_id: int, now: datetime) -> timedelta | None:
    """This will return the longest stay the rules of a port allow, None where they set none."""
    try:
        minutes = Policy.objects.in_force(port_id=port_id, at=now).overstay_minutes
    except NoPolicy:
        return None
    return timedelta(minutes=minutes) if minutes else None


def _longest_stay(lanes: list[LaneNow], now: datetime) -> timedelta | None:
    """All lanes of a yard belong to one port."""
    return longest_stay(lanes[0].lane.port_id, now) if lanes else None


def _of_lanes(lanes: list[LaneNow]) -> dict[str, list[str]]:
    queued = [one for one in lanes if one.waiting]
    shut = [one for one in queued if one.state.code == "closed_by_staff"]
    return {
        "lane_closed_with_queue": [one.lane.code for one in shut],
        "no_bay_that_fits": [one.lane.code for one in queued if one.blocked and one not in shut],
        "waiting_out_of_hours": [one.lane.code for one in queued if one.state.code in RESTING],
    }


def _of_rounds(lanes: list[LaneNow]) -> dict[str, list[str]]:
    ports = {one.lane.port_id for one in lanes}
    failed = Round.objects.filter(port__in=ports, state="failed").order_by("service_date")
    return {"round_failed": list(failed.values_list("ref", flat=True))}


def _of_yard(lanes: list[LaneNow], stays: list[Stay], now: datetime) -> dict[str, list[str]]:
    """A yard without a lane has nobody in it."""
    return yard_alarms(lanes[0].lane.yard, stays, now=now) if lanes else {code: [] for code in NONE}


def _of_gates(lanes: list[LaneNow], now: datetime) -> dict[str, list[str]]:
    return gate_alarms(lanes[0].lane.yard, now=now) if lanes else {"gate_conflict": [], "gate_doubted": []}


def _of_far_sides(lanes: list[LaneNow], now: datetime) -> dict[str, list[str]]:
    """All lanes of a yard belong to one port."""
    return far_side_alarms(lanes[0].lane.port, [one.lane for one in lanes], now=now) if lanes else _SILENT
