"""Staff switches: lanes open and close, bays go out of use and come back.

Each waits for the yard's lock, as every call does: nobody is called in a lane, or to a bay, after the entry that shut it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from core.actors import Actor
from core.db import operation
from core.ledger import record
from yards.errors import ReasonNeeded, UnknownBay, UnknownLane
from yards.models import Bay, Lane
from yards.operations.bays import lock_yard


@operation
def switch_lane(*, lane_code: str, is_open: bool, reason: str = "", now: datetime, actor: Actor) -> Lane:
    """This will open or close a lane; closing needs a reason. Nothing happens when it is so already. Raises UnknownLane, ReasonNeeded."""
    lane = _lane(lane_code)
    if not is_open and not reason.strip():
        raise ReasonNeeded
    text = "" if is_open else reason.strip()
    if _update(lane, is_open=is_open, closed_reason=text):
        record(lane.yard.stream, "lane.opened" if is_open else "lane.closed", reason=reason.strip(), lane=lane.code)
    return lane


@operation
def set_auto_call(*, lane_code: str, on: bool, now: datetime, actor: Actor) -> Lane:
    """This will switch automatic calling of a lane on or off. Raises UnknownLane."""
    lane = _lane(lane_code)
    if _update(lane, auto_call=on):
        record(lane.yard.stream, "lane.auto_call", lane=lane.code, on=on)
    return lane


@operation
def block_bay(*, yard_code: str, bay_code: str, reason: str, now: datetime, actor: Actor) -> Bay:
    """This will take a bay out of use. Who stands there stays; who is on the way to it is given another at the gate.

    Raises UnknownBay, ReasonNeeded.
    """
    bay = _bay(yard_code, bay_code)
    if not reason.strip():
        raise ReasonNeeded
    if Bay.objects.filter(pk=bay.pk, blocked_at=None).update(blocked_at=now, blocked_reason=reason.strip()):
        bay.blocked_at, bay.blocked_reason = now, reason.strip()
        record(bay.yard.stream, "bay.blocked", reason=reason.strip(), bay=bay.code)
    return bay


@operation
def unblock_bay(*, yard_code: str, bay_code: str, now: datetime, actor: Actor) -> Bay:
    """This will put a bay back into use. Raises UnknownBay."""
    bay = _bay(yard_code, bay_code)
    if Bay.objects.filter(pk=bay.pk, blocked_at__isnull=False).update(blocked_at=None, blocked_reason=""):
        bay.blocked_at, bay.blocked_reason = None, ""
        record(bay.yard.stream, "bay.unblocked", bay=bay.code)
    return bay


def _lane(code: str) -> Lane:
    yard_id = Lane.objects.filter(code=code).values_list("yard_id", flat=True).first()
    if yard_id is None:
        raise UnknownLane
    lock_yard(yard_id)
    return Lane.objects.select_related("yard").get(code=code)


def _bay(yard_code: str, bay_code: str) -> Bay:
    rows = Bay.objects.select_related("yard").filter(yard__code=yard_code, code=bay_code)
    yard_id = rows.values_list("yard_id", flat=True).first()
    if yard_id is None:
        raise UnknownBay
    lock_yard(yard_id)
    return rows.get()


def _update(lane: Lane, **fields: Any) -> bool:
    """Compare and set: False when every field has its value already."""
    if all(getattr(lane, name) == value for name, value in fields.items()):
        return False
    for name, value in fields.items():
        setattr(lane, name, value)
    lane.save(update_fields=list(fields))
    return True
