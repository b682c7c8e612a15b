"""Steps that give a vehicle its bay or another one: for use inside an operation that holds the yard's lock."""

from __future__ import annotations

from datetime import datetime

from reservations.choosing import Chooser, trouble_of
from reservations.models import QueueEntry
from yards.choosing import Chosen
from yards.errors import NoBayThatFits
from yards.layouts.plan import Point
from yards.models import Stay
from yards.operations import bays


def chooser_of(entry: QueueEntry, *, now: datetime, without: tuple[str, ...] = ()) -> Chooser:
    """This will read an entry's yard as it is now, without its own stay and those of the visits named."""
    return Chooser(entry.lane.yard_id, entry.lane.port, now=now, without=(entry.visit_ref, *without))


def send_elsewhere(entry: QueueEntry, stay: Stay, *, reason: str, now: datetime, near: Point | None = None) -> Stay:
    """This will give a vehicle the best other bay (stay: held or occupied → released; another one: new → held).

    `reason` is why, as a code; `near`: where it drives from, (x, y) on the plan, else its gate. `entry.lane` must be loaded.
    Raises NoBayThatFits before anything is changed: then it keeps the bay it has.
    """
    chooser = chooser_of(entry, now=now)
    chooser.yard.close(stay.bay.code, reason)
    chosen = chooser.choose(entry, near=near)
    if chosen is None:
        raise NoBayThatFits
    return replace_stay(entry, stay, chosen, reason=reason, now=now)


def replace_stay(entry: QueueEntry, stay: Stay, chosen: Chosen, *, reason: str, now: datetime) -> Stay:
    """This will let one bay go and hold another for the same visit; the new stay's `why` names the one it comes instead of."""
    bays.release(yard=entry.lane.yard, stay=stay, now=now, reason=reason)
    return hold_for(entry, chosen.instead_of(stay.bay.code), now=now)


def hold_for(entry: QueueEntry, chosen: Chosen, *, now: datetime) -> Stay:
    """This will hold a chosen bay for an entry (new stay → held)."""
    yard, visit_ref = entry.lane.yard, entry.visit_ref
    return bays.hold(yard=yard, chosen=chosen, visit_ref=visit_ref, vehicle_id=entry.vehicle_id, now=now)


def confirmed(entry: QueueEntry, stay: Stay, *, now: datetime) -> Stay:
    """This will keep a held bay that can still be used, else choose another one. Raises NoBayThatFits, nothing changed."""
    reason = trouble_of(entry, stay, now=now)
    return send_elsewhere(entry, stay, reason=reason, now=now) if reason else stay
