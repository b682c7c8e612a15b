"""What the clock finds in a yard: vehicles that stand too long, and vehicles inside whose bay cannot be used any more."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.actors import Actor
from core.db import operation
from core.ledger import record
from reservations.choosing import trouble_of
from reservations.models import Policy
from reservations.operations.arrival import locked_entry
from reservations.operations.guiding import send_elsewhere
from yards.models import Stay
from yards.operations import bays


@operation
def note_overstay(*, stay_ref: str, now: datetime, actor: Actor) -> bool:
    """This will write down, once for each stay, that a vehicle stands longer in its bay than the port's rules allow.

    False when it has been told, has left, or has time left by the rules in force.
    """
    stay = Stay.objects.select_related("bay__yard").get(ref=stay_ref)
    yard = bays.lock_yard(stay.bay.yard_id)
    stay = Stay.objects.select_related("bay").get(pk=stay.pk)
    most = Policy.objects.in_force(port_id=yard.port_id, at=now).overstay_minutes
    if stay.state != "occupied" or stay.overstayed_at or not most or not stay.occupied_at:
        return False
    stood = now - stay.occupied_at
    if stood <= timedelta(minutes=most):
        return False
    Stay.objects.filter(pk=stay.pk).update(overstayed_at=now)
    minutes = int(stood.total_seconds() // 60)
    record(yard.stream, "stay.overstayed", visit_ref=stay.visit_ref, stay=stay.ref, bay=stay.bay.code, minutes=minutes)
    return True


@operation
def send_on(*, entry_ref: str, now: datetime, actor: Actor) -> bool:
    """This will give a vehicle in the yard another bay when the one held for it cannot be used any more (held → released, new → held).

    False when it can be used after all. Raises NotFound, NoBayThatFits (none is free now: it keeps the one it has).
    """
    entry = locked_entry(entry_ref)
    stay = bays.live_stay(entry.visit_ref)
    if entry.state != "admitted" or stay is None or stay.state != "held":
        return False
    trouble = trouble_of(entry, stay, now=now)
    if trouble:
        send_elsewhere(entry, stay, reason=trouble, now=now)
    return bool(trouble)
