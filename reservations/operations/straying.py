"""When reality differs from the books: a vehicle stands in another bay than its own, or its bay is taken by somebody unknown."""

from __future__ import annotations

from datetime import datetime

from core.actors import Actor
from core.db import operation
from core.errors import WrongState
from core.ledger import record
from reservations.errors import HasNoBay, NotInTheYard
from reservations.models import Policy, QueueEntry
from reservations.models.policy import WrongBay as Rule
from reservations.operations.arrival import locked_entry
from reservations.operations.guiding import OF_A_CHOICE, chooser_of, hold_for, replace_stay, send_elsewhere
from reservations.queries.reported import MOST, UNKNOWN_VEHICLE, reported_by
from yards.choosing import Chosen
from yards.errors import NoBayThatFits, UnknownBay, WrongBay
from yards.models import Bay, Stay
from yards.models.stays import StayState
from yards.operations import bays


@operation
def report_bay_taken(*, entry_ref: str, bay_code: str, now: datetime, actor: Actor) -> Stay:
    """This will note that somebody unknown stands in the bay held for a vehicle: the bay is blocked and another one held.

    `bay_code`: the bay it stands before; another one than its own (a new one was held meanwhile) blocks nothing. A driver who has
    closed two bays that nobody has looked at is only sent on, and an alarm tells staff. Where no other bay is free, its stay is kept,
    and every sweep tries again. Returns the stay it has now.
    Raises NotFound, NotInTheYard, HasNoBay, WrongState (it stands in it itself), WrongBay.
    """
    entry = locked_entry(entry_ref)
    if entry.state != "admitted":
        raise NotInTheYard(state=str(entry.get_state_display()))
    stay = bays.live_stay(entry.visit_ref)
    if stay is None:
        raise HasNoBay
    if stay.state != "held":
        raise WrongState(state=stay.get_state_display(), to=StayState.HELD.label)
    if bay_code != stay.bay.code:
        raise WrongBay(bay=bay_code, own=stay.bay.code)
    if actor.kind != "driver" or len(reported_by(entry.lane.yard_id).get(entry.visit_ref, [])) < MOST:
        _block(stay.bay, now)
    try:
        return send_elsewhere(entry, stay, reason="bay_taken", now=now, near=(stay.bay.x_m, stay.bay.y_m))
    except NoBayThatFits:
        return stay


def stand_in_another(entry: QueueEntry, stay: Stay, bay_code: str, *, source: str, now: datetime) -> Stay:
    """This will hold, instead of its own, the bay a vehicle really stands in, and send on whoever that was held for.

    Raises UnknownBay, and WrongBay where it may not stay: the port guides on, the bay does not fit, somebody stands there by the books,
    or who held it would be left without one.
    """
    bay = Bay.objects.filter(yard=entry.lane.yard_id, code=bay_code).first()
    if bay is None:
        raise UnknownBay
    theirs = Stay.objects.select_related("bay").filter(bay=bay, state="held").first()
    chooser = chooser_of(entry, now=now, without=(theirs.visit_ref,) if theirs else ())
    against = chooser.option(entry, bay.code).refused
    if against or not _may_stay(entry, now):
        raise WrongBay(bay=bay.code, own=stay.bay.code, against=list(against))
    chosen = chooser.named(entry, bay, rule="stands_there", source=source)
    if theirs is None:
        return replace_stay(entry, stay, chosen, reason="other_bay_than_held", now=now)
    return _swapped(entry, stay, chosen=chosen, theirs=theirs, now=now)


# ---------------------------------------------------------------- steps
def _swapped(entry: QueueEntry, stay: Stay, *, chosen: Chosen, theirs: Stay, now: datetime) -> Stay:
    """Both bays are let go before either is held anew: the one that was his may be the best one for the other."""
    other = QueueEntry.objects.select_related(*OF_A_CHOICE).get(visit_ref=theirs.visit_ref)
    bays.release(yard=entry.lane.yard, stay=theirs, now=now, reason="taken_by_another")
    mine = replace_stay(entry, stay, chosen, reason="other_bay_than_held", now=now)
    found = chooser_of(other, now=now).choose(other)
    if found is None:
        raise WrongBay(bay=theirs.bay.code, own=stay.bay.code, against=["taken"])
    hold_for(other, found.instead_of(theirs.bay.code), now=now)
    return mine


def _may_stay(entry: QueueEntry, now: datetime) -> bool:
    policy = Policy.objects.in_force(port_id=entry.lane.port_id, at=now)
    return policy.wrong_bay == Rule.ACCEPT


def _block(bay: Bay, now: datetime) -> None:
    """As `block_bay` does for staff: nobody new is sent there until a person has looked."""
    if Bay.objects.filter(pk=bay.pk, blocked_at=None).update(blocked_at=now, blocked_reason=UNKNOWN_VEHICLE):
        record(bay.yard.stream, "bay.blocked", reason=UNKNOWN_VEHICLE, bay=bay.code)
