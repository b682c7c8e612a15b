"""Was it the port? Nobody is judged for a lane that was shut, a gate that was silent, a call that came too late, a move by the port."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from accounts.models import Device
from core.models import LedgerEntry
from reservations import conduct
from reservations.models import Disposition, QueueEntry, Reservation
from yards.models import Closure

LANE_WAS_CLOSED = "lane_was_closed"
GATE_WAS_SILENT = "gate_was_silent"
PORT_WAS_LATE = "port_was_late"
MOVED_BY_PORT = "moved_by_port"
SEEN_IN_TIME = "seen_in_time"
#: A gate without its net for less than this kept nobody out.
OFFLINE_EXCUSES_FROM = timedelta(minutes=5)


def opens_at(reservation: Reservation) -> datetime:
    """This will return the moment from which a reservation's vehicle may check in."""
    return reservation.slot.starts_at - timedelta(minutes=reservation.slot.policy.early_minutes)


def grace_ends_at(reservation: Reservation) -> datetime:
    """This will return the moment from which a reservation's vehicle is too late."""
    return reservation.slot.ends_at + timedelta(minutes=reservation.slot.policy.grace_minutes)


def due_by(entry: QueueEntry, reservation: Reservation) -> datetime:
    """This will return until when the port has to call a reserved vehicle that is here."""
    slot = reservation.slot
    return conduct.due_by(
        slot_ends_at=slot.ends_at, arrived_at=entry.arrived_at, promise_minutes=slot.policy.promise_minutes
    )


def is_past_cutoff(reservation: Reservation, *, now: datetime) -> bool:
    """This will tell whether giving up is late by the slot's rules."""
    slot = reservation.slot
    return now > slot.starts_at - timedelta(minutes=slot.policy.cancel_cutoff_minutes)


def excuse_for_act(reservation: Reservation, *, now: datetime, entry: QueueEntry | None = None) -> str:
    """This will return why a change or an end asked for by the holder does not count, "" when it counts."""
    if entry and conduct.is_port_late(entry.first_called_at, due=due_by(entry, reservation), now=now):
        return PORT_WAS_LATE
    if lane_was_shut(reservation, now=now):
        return LANE_WAS_CLOSED
    return MOVED_BY_PORT if _was_moved(reservation) else ""


def excuse_for_absence(reservation: Reservation, *, now: datetime) -> str:
    """This will return why a vehicle that did not come is not judged, "" when it is."""
    if lane_was_shut(reservation, now=now):
        return LANE_WAS_CLOSED
    return GATE_WAS_SILENT if _gate_was_silent(reservation) or _gate_was_offline(reservation) else ""


def meets(reservation: Reservation, since: datetime, until: datetime) -> bool:
    """This will tell whether an interval meets the time in which a reservation's vehicle had to come, grace included."""
    return since < grace_ends_at(reservation) and until > reservation.slot.starts_at


def lane_was_shut(reservation: Reservation, *, now: datetime) -> bool:
    """This will tell whether the lane is shut at any moment from the slot's beginning to the end of grace, or now, just before it."""
    slot = reservation.slot
    near = now + timedelta(minutes=slot.policy.cancel_cutoff_minutes)
    if not reservation.lane.is_open and slot.starts_at <= near:
        return True
    return _in_a_closure(reservation) or (slot.starts_at <= now and _was_switched_off(reservation))


def _in_a_closure(reservation: Reservation) -> bool:
    met = Closure.objects.counting().filter(lanes=reservation.lane_id, starts_at__lt=grace_ends_at(reservation))
    return met.filter(Q(ends_at=None) | Q(ends_at__gt=reservation.slot.starts_at)).exists()


def _was_switched_off(reservation: Reservation) -> bool:
    switches = LedgerEntry.objects.filter(
        stream__key=reservation.lane.yard.stream,
        kind__in=["lane.closed", "lane.opened"],
        data__lane=reservation.lane.code,
        recorded_at__lte=grace_ends_at(reservation),
    )
    last = switches.order_by("-seq").first()
    return last is not None and (last.kind == "lane.closed" or last.recorded_at >= reservation.slot.starts_at)


def _was_moved(reservation: Reservation) -> bool:
    """It stands where a closure put it."""
    rows = Disposition.objects.filter(reservation=reservation, to_slot=reservation.slot_id)
    return rows.exclude(closure__state="undone").exists()


def _gate_was_silent(reservation: Reservation) -> bool:
    """A gate that works by devices has said nothing since the slot began, and nobody at all has come in: absence is not proven."""
    slot, lane = reservation.slot, reservation.lane
    devices = Device.objects.filter(port_code=lane.port.code, gate_code=lane.gate.code, is_active=True)
    heard = devices.exclude(last_seen_at=None)
    if not heard.exists() or heard.filter(last_seen_at__gte=slot.starts_at).exists():
        return False
    came = QueueEntry.objects.filter(lane__yard=lane.yard_id, arrived_at__gte=slot.starts_at)
    return not came.filter(arrived_at__lt=grace_ends_at(reservation)).exists()


def _gate_was_offline(reservation: Reservation) -> bool:
    """The people at its gate had no net for a while of its time (docs/gate.md)."""
    lane = reservation.lane
    told = LedgerEntry.objects.filter(
        stream__key=lane.yard.stream,
        kind="gate.offline",
        data__gate=lane.gate.code,
        recorded_at__gte=reservation.slot.starts_at,
    )
    spans = [
        tuple(map(datetime.fromisoformat, (row["since"], row["until"]))) for row in told.values_list("data", flat=True)
    ]
    return any(until - since >= OFFLINE_EXCUSES_FROM and meets(reservation, since, until) for since, until in spans)
