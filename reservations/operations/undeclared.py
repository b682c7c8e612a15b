"""What sweeps do where a laden vehicle's declaration is not ready in time: its holder is warned, then the place goes to standby.

Never a strike: the reservation is revoked, and its vehicle stands by for another place from that moment.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from core.actors import Actor
from core.db import operation
from core.errors import Conflict, DomainError
from core.ledger import record
from core.machine import begin
from reservations.declarations.operations import steps
from reservations.models import Request, Reservation
from reservations.operations import booking, declared
from reservations.operations.closing import fitting
from reservations.operations.requests import record_request
from reservations.queries import declared as judged
from reservations.streams import port_stream

#: Warned so long before the declaration is due; whoever reserves later is warned at once.
WARNED_AHEAD = (timedelta(hours=24), timedelta(hours=4))
#: From the last warning to the loss of the place, at least.
TIME_TO_MEND = timedelta(hours=1)
#: Its place lost, a vehicle stands by for slots of so long after its old one's start.
STANDS_BY_FOR = timedelta(hours=24)
REASON = "its declaration was not ready in time"


@operation
def warn_undeclared(*, ref: str, now: datetime, actor: Actor) -> Reservation:
    """This will warn the holder of a reservation whose declaration is not ready; one that names the vehicle is attached instead.

    Raises NotFound, Conflict (mended, moved or warned meanwhile).
    """
    reservation = booking.found(ref)
    due_at, warnings = judged.due_at(reservation.slot), warnings_due(reservation, now)
    why = judged.lack_of(reservation)
    if due_at is None or not why or told_of(reservation) >= warnings:
        raise Conflict
    if why == "none" and _adopted(reservation, now=now):
        return reservation
    seen = {"state": "confirmed", "slot": reservation.slot_id, "declaration": reservation.declaration_id}
    unwarned = Reservation.objects.filter(pk=reservation.pk, declaration_warned_at=reservation.declaration_warned_at)
    if not unwarned.filter(**seen).update(declaration_warned_at=now):
        raise Conflict
    facts: dict[str, Any] = {"due_at": due_at.isoformat(), "lost_at": _lost_at(due_at, now).isoformat(), "why": why}
    booking.record_reservation(reservation, "reservation.undeclared", warning=warnings, **facts)
    return reservation


@operation
def give_up_undeclared(*, ref: str, now: datetime, actor: Actor) -> Request | None:
    """This will take the place of a reservation whose declaration is still not ready (confirmed → revoked); it stands by for another.

    One that names the vehicle is attached instead, and nothing returned. Raises NotFound, Conflict (mended meanwhile, or its time to
    mend is not over).
    """
    reservation = booking.found(ref)
    if reservation.declaration_id:
        reservation.declaration = steps.found(reservation.declaration.ref)  # type: ignore[union-attr]
    why = judged.lack_of(reservation)
    if reservation.state != "confirmed" or not why or not is_lost(reservation, now):
        raise Conflict
    if why == "none" and _adopted(reservation, now=now):
        return None
    still = {"declaration": reservation.declaration_id}
    booking.end(reservation, "revoked", now=now, reason=REASON, still=still, why="undeclared")
    return _stand_by(reservation, now)


def warnings_due(reservation: Reservation, now: datetime) -> int:
    """This will return how many warnings a holder should have had by now, whatever its declaration lacks."""
    due_at = judged.due_at(reservation.slot)
    return sum(now >= due_at - ahead for ahead in WARNED_AHEAD) if due_at else 0


def told_of(reservation: Reservation) -> int:
    """This will return how many warnings count: those for the slot that it has now, since its declaration was last ready."""
    warned_at = reservation.declaration_warned_at
    ready_at = reservation.declaration.ready_at if reservation.declaration else None
    return 0 if warned_at is None or (ready_at and warned_at < ready_at) else warnings_due(reservation, warned_at)


def is_lost(reservation: Reservation, now: datetime) -> bool:
    """This will tell whether the time to mend a reservation's declaration is over, and its slot still ahead."""
    due_at, warned_at = judged.due_at(reservation.slot), reservation.declaration_warned_at
    if due_at is None or warned_at is None or not due_at <= now < reservation.slot.starts_at:
        return False
    return told_of(reservation) >= len(WARNED_AHEAD) and now >= warned_at + TIME_TO_MEND


def _lost_at(due_at: datetime, now: datetime) -> datetime:
    return max(due_at, now + TIME_TO_MEND)


def _adopted(reservation: Reservation, *, now: datetime) -> bool:
    """Somebody else declared for it, and named its plate."""
    lane = reservation.lane
    ref = judged.ready_for(port=lane.port, direction=lane.direction, vehicle=reservation.vehicle)
    if not ref:
        return False
    try:
        declared.attach(reservation, ref, now=now)
    except DomainError:  # its trips are used up, or it changed in this instant: the warning is right
        return False
    return True


def _stand_by(reservation: Reservation, now: datetime) -> Request:
    """A vehicle asks for one place at a time: a wish for better becomes one for any place; another request goes on as it is."""
    live = Request.objects.live().select_related("port", "round").filter(vehicle=reservation.vehicle_id).first()
    if live is None:
        return _fresh(reservation, now)
    rows = Request.objects.filter(pk=live.pk, state=live.state, reservation=reservation)
    rows.update(reservation=None, declaration=reservation.declaration_id, changed_at=now)
    return live


def _fresh(reservation: Reservation, now: datetime) -> Request:
    slot, port = reservation.slot, reservation.lane.port
    earliest_at = max(now, slot.starts_at)
    lanes = fitting(reservation.cargo_kind, reservation.lane, list(reservation.lane.yard.lanes.all()))
    request = begin(
        Request,
        "standby",
        port=port,
        service_date=slot.service_date,
        vehicle=reservation.vehicle,
        driver_id=reservation.driver_id,
        organisation_id=reservation.organisation_id,
        cargo_kind=reservation.cargo_kind,
        queue_class=slot.policy.class_of(reservation.cargo_kind),
        declaration_id=reservation.declaration_id,
        earliest_at=earliest_at,
        latest_at=slot.starts_at + STANDS_BY_FOR,
        preferred_at=earliest_at,
        stands_at=now,
        reason={"code": "undeclared", "facts": {"reservation": reservation.ref}},
        created_at=now,
        changed_at=now,
    )
    request.lanes.set(lanes)
    _tell(request, [lane.code for lane in lanes], now)
    return request


def _tell(request: Request, lanes: list[str], now: datetime) -> None:
    organisation = request.vehicle.organisation
    moments: dict[str, Any] = {
        name: getattr(request, name).isoformat() for name in ("earliest_at", "latest_at", "preferred_at")
    }
    record(
        port_stream(request.port),
        "request.made",
        request=request.ref,
        round=None,
        service_date=request.service_date.isoformat(),
        vehicle=request.vehicle.ref,
        organisation=organisation.ref if organisation else None,
        cargo_kind=request.cargo_kind,
        bundle="",
        lanes=lanes,
        **(moments | {"class": request.queue_class}),
    )
    record_request(request, "request.stands_by", reason=REASON, stands_at=now.isoformat(), drawn=0, why="undeclared")
