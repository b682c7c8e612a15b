"""What the far side tells of vehicles that crossed: those that came over to it, and those that it has sent on to us."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from accounts.models import Vehicle
from accounts.plates import normalise
from core.actors import Actor
from core.db import operation
from core.ledger import record
from reservations.models import QueueEntry, Reservation
from yards.errors import CrossingTooOld, NotOnItsWay
from yards.models import Crossing, CrossingKind, Port, Yard
from yards.operations.far_side import CLOCK_SKEW

TOLD_WITHIN = timedelta(days=7)


@operation
def note_arrival_over_there(
    *, port_code: str, visit_ref: str, crossed_at: datetime, now: datetime, actor: Actor
) -> Crossing:
    """This will note that a vehicle which drove out towards the far side came over, told by the far side; once for each visit.

    Raises NotOnItsWay for a visit that has not been let in or left for it, CrossingTooOld, CrossingKnown.
    """
    _check_moment(crossed_at, now)
    rows = QueueEntry.objects.filter(lane__port__code=port_code, lane__direction="outbound", visit_ref=visit_ref)
    entry = rows.filter(state__in=["admitted", "exited"]).select_related("lane__port", "lane__yard").first()
    if entry is None:
        raise NotOnItsWay
    return _note(entry.lane.yard, CrossingKind.ARRIVED, visit_ref, crossed_at, now=now, actor=actor)


@operation
def note_departure_for_here(
    *, port_code: str, country: str, plate: str, crossed_at: datetime, now: datetime, actor: Actor
) -> Crossing:
    """This will note that a vehicle left the far side for this port. One that is expected here has it in its visit's record; the plate
    itself is not kept, and whether it is expected is not told. Raises CrossingTooOld, CrossingKnown."""
    _check_moment(crossed_at, now)
    vehicle = Vehicle.objects.filter(country=country.upper(), plate_class="truck", plate_key=normalise(plate)).first()
    rows = Reservation.objects.filter(lane__port__code=port_code, lane__direction="inbound", state="confirmed")
    awaited = rows.filter(vehicle=vehicle).select_related("lane__yard").first() if vehicle else None
    yard = awaited.lane.yard if awaited else Yard.objects.filter(port__code=port_code).order_by("pk").first()
    if yard is None:
        raise NotOnItsWay
    visit_ref = awaited.visit_ref if awaited else ""
    return _note(yard, CrossingKind.DEPARTED, visit_ref, crossed_at, now=now, actor=actor)


def _check_moment(crossed_at: datetime, now: datetime) -> None:
    if not now - TOLD_WITHIN <= crossed_at <= now + CLOCK_SKEW:
        raise CrossingTooOld(days=TOLD_WITHIN.days)


def _note(
    yard: Yard, way: CrossingKind, visit_ref: str, crossed_at: datetime, *, now: datetime, actor: Actor
) -> Crossing:
    port = Port.objects.get(pk=yard.port_id)
    told = {"crossed_at": crossed_at, "told_at": now, "told_by": actor.ref}
    crossing = Crossing.objects.create(port=port, kind=way, visit_ref=visit_ref, **told)
    facts: dict[str, Any] = {"crossing": crossing.ref, "way": way.value, "crossed_at": crossed_at.isoformat()}
    record(yard.stream, "far_side.crossed", visit_ref=visit_ref, **facts)
    return crossing
