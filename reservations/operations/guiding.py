"""Steps that give a vehicle its bay or another one: for use inside an operation that holds the yard's lock."""

from __future__ import annotations

from datetime import datetime

from reservations.choosing import Chooser, trouble_of
from reservations.models import QueueEntry
from yards import plans
from yards.choosing import Chosen, ground_of
from yards.errors import NoBayThatFits
from yards.layouts.plan import Point
from yards.models import Stay, Yard
from yards.operations import bays

#: What a choice reads of an entry.
OF_A_CHOICE = ("lane__yard", "lane__port", "lane__gate", "gate")


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
    """This will keep a held bay that can still be used, its way by the plan now in force, else choose another one.

    Raises NoBayThatFits, nothing changed.
    """
    reason = trouble_of(entry, stay, now=now)
    if reason:
        return send_elsewhere(entry, stay, reason=reason, now=now)
    layout = plans.layout_in_force(entry.lane.yard_id)
    if layout and stay.layout_id != layout.pk:
        Stay.objects.filter(pk=stay.pk).update(layout=layout)
        stay.layout = layout
    return stay


def clear_behind(yard: Yard, stay: Stay, *, now: datetime) -> None:
    """This will send elsewhere whoever is on the way to the bay that a vehicle now stands in front of.

    Where no other bay is free he keeps it, and every sweep tries again.
    """
    bays_of = ground_of(yard.pk).bays
    at = bays_of.index.get(stay.bay.code)
    rears = [bays_of.codes[rear] for rear in bays_of.rears if bays_of.front_of[rear] == at]
    held = Stay.objects.select_related("bay").filter(bay__yard=yard, bay__code__in=rears, state="held") if rears else ()
    for behind in held:
        entry = QueueEntry.objects.select_related(*OF_A_CHOICE).get(visit_ref=behind.visit_ref)
        try:
            send_elsewhere(entry, behind, reason="behind_taken", now=now)
        except NoBayThatFits:
            continue
