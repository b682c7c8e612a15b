"""What keeps a call back that the order and the bays would allow: a closure, the far side's rate, a reopening in stages."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.errors import Conflict
from reservations.errors import FarSideFull, LaneClosed, ReopeningFull
from reservations.models import QueueEntry
from yards.models import Lane
from yards.queries import openings_around

HOUR = timedelta(hours=1)
FULL: dict[str, type[Conflict]] = {"far_side": FarSideFull, "reopening": ReopeningFull}


def check_supply(lane: Lane, *, now: datetime) -> None:
    """This will refuse a call in a closure, and one beyond the vehicles an hour that the far side or the reopening takes.

    The yard's lock is held: no call passes a closure or a rate that is being noted. Raises LaneClosed, FarSideFull, ReopeningFull.
    """
    openings = openings_around([lane], now, days=1)
    shut = openings.shut_at(lane, now)
    if shut:
        raise LaneClosed(reason=shut.reason)
    cap = openings.cap_at(lane, now)
    if cap is None:
        return
    called = _called_since(lane, now - HOUR)
    if len(called) >= cap.units_per_hour:
        next_at = called[-cap.units_per_hour] + HOUR if cap.units_per_hour else None
        raise FULL[cap.reason](units_per_hour=cap.units_per_hour, next_at=next_at.isoformat() if next_at else "")


def _called_since(lane: Lane, moment: datetime) -> list[datetime]:
    """The calls of a lane that were not missed, oldest first."""
    rows = QueueEntry.objects.filter(lane=lane, called_at__gt=moment).order_by("called_at")
    return [called_at for called_at in rows.values_list("called_at", flat=True) if called_at]
