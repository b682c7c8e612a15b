"""Standby: who was not placed, or wants better, is offered what comes free, one after another in the published order.

An offer keeps a place (it counts as taken) until it is accepted, declined or runs out; then the next one's turn comes. Who
declines keeps its place in the order, and is not offered the same slot again.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from core.actors import Actor
from core.db import operation
from core.errors import NotFound, WrongState
from core.machine import advance, begin
from reservations.errors import OfferGone, TooLateToCancel, VehicleHasAReservation
from reservations.models import Disposition, Request, RequestState, Reservation, Slot
from reservations.operations import asking, booking, changing, days, declared_trips
from reservations.operations.asking import Times
from reservations.operations.requests import record_request
from reservations.operations.turns import can_move
from yards.models import Lane


@operation
def stand_by(
    *,
    reservation_ref: str,
    earliest_at: datetime,
    latest_at: datetime,
    preferred_at: datetime,
    now: datetime,
    actor: Actor,
) -> Request:
    """This will put who wants a better time into the standby order (new request → standby); the reservation stays until then.

    Better means nearer to `preferred_at`, in any lane of the same yard and direction; the wish ends with its reservation. Raises
    NotFound, WrongState (not confirmed), TooLateToCancel (its slot has begun), TimesOutOfOrder, RoundNotOpen or RoundRuns (a round is
    still to give the day's places), SlotTooFar, DayClosed, IntervalTooShort, LaneDoesNotFit, VehiclePaused, VehicleHasARequest.
    """
    reservation = booking.found(reservation_ref)
    if reservation.state != "confirmed":
        raise WrongState(state=reservation.get_state_display(), to=RequestState.STANDBY.label)
    if reservation.slot.starts_at <= now:
        raise TooLateToCancel
    times = Times(earliest_at, latest_at, preferred_at)
    lanes = _lanes_for(reservation, times, now)
    request = _begin(reservation, times, now)
    request.lanes.set(lanes)
    record_request(request, "request.made", **_made(request, lanes))
    record_request(request, "request.stands_by", stands_at=now.isoformat(), drawn=0, why="wants_better")
    return request


@operation
def accept_offer(*, ref: str, now: datetime, actor: Actor) -> Reservation:
    """This will turn an offered place into a promise (request: offered → placed): a new reservation, or the live one moved there.

    The move counts as no change. Raises NotFound, OfferGone (not offered any more, or its time is over), VehicleHasAReservation
    (one that cannot be moved: for another yard, still held, or begun), DeclarationNotReady (asked for by now, and spoilt meanwhile).
    """
    request = found(ref)
    if request.state != "offered" or request.slot is None or is_over(request, now):
        raise OfferGone
    if request.reservation_id and outlived().filter(pk=request.pk).exists():
        raise OfferGone
    slot, held = request.slot, _live_reservation(request)
    if held and held.slot_id == slot.pk:
        raise OfferGone  # its twin was first
    reservation = _moved(held, slot, request, now) if held else _promised(slot, request, now)
    reason = {"code": "offered", "facts": {"given": slot.ref}}
    kept = {"slot_id": slot.pk, "offer_until": request.offer_until}
    ended = {"slot": None, "offer_until": None, "ended_at": now, "changed_at": now}
    advance(request, "placed", still=kept, reservation=reservation, reason=reason, **ended)
    record_request(request, "offer.accepted", lane=slot.lane.code, slot=slot.ref, reservation=reservation.ref)
    return reservation


@operation
def decline_offer(*, ref: str, now: datetime, actor: Actor) -> Request:
    """This will pass an offered place on to the next (offered → standby, at its old place in the order). Raises NotFound, OfferGone."""
    request = found(ref)
    if request.state != "offered":
        raise OfferGone
    hand_back(request, "offer.declined", now=now)
    return request


@operation
def end_wish_for_better(*, ref: str, now: datetime, actor: Actor) -> Request:
    """This will end a wish for better whose reservation has ended or passed to another vehicle (standby → withdrawn).

    Raises NotFound, WrongState, Conflict.
    """
    request = found(ref)
    advance(request, "withdrawn", ended_at=now, changed_at=now)
    record_request(request, "request.withdrawn", reason="its reservation is over", round=None)
    return request


@operation
def state_readiness(*, ref: str, is_ready: bool, travel_minutes: int, now: datetime, actor: Actor) -> Request:
    """This will note whether a vehicle could set out now and how long it takes; its state stays.

    Raises NotFound, Invalid (minutes), WrongState (the request has ended).
    """
    asking.check_travel(travel_minutes)
    request = found(ref)
    said = {"is_ready": is_ready, "travel_minutes": travel_minutes}
    live = Request.objects.live().filter(pk=request.pk)
    if not live.update(**said, changed_at=now):
        raise WrongState(state=request.get_state_display(), to=RequestState.STANDBY.label)
    for name, value in {**said, "changed_at": now}.items():
        setattr(request, name, value)
    round_ref = request.round.ref if request.round else None
    record_request(request, "request.changed", round=round_ref, is_ready=is_ready, travel_minutes=travel_minutes)
    return request


# ------------------------------------------------------------- steps, used by other operations of this app


def found(ref: str) -> Request:
    """This will return a request with what offers need of it. No lock: whoever moves it compares and sets. Raises NotFound."""
    related = ("port", "round", "vehicle", "declaration", "slot__policy", "slot__lane__port", "slot__lane__yard")
    request = Request.objects.select_related(*related).filter(ref=ref).first()
    if request is None:
        raise NotFound(field="request")
    return request


def outlived() -> QuerySet[Request]:
    """This will keep wishes for better that have none left to better; whom a closure sent into the order keeps its place there."""
    sent = Disposition.objects.filter(reservation=OuterRef("reservation"), kind="standby")
    over = ~Q(reservation__state__in=["requested", "confirmed"]) & ~Exists(sent)
    return Request.objects.filter(over | ~Q(reservation__vehicle=F("vehicle")), reservation__isnull=False)


def is_over(request: Request, now: datetime) -> bool:
    """This will tell whether an offer has run out (or is none)."""
    return request.offer_until is None or request.offer_until <= now


def hand_back(request: Request, kind: str, *, now: datetime) -> None:
    """This will return an offered place to the standby order and its request to its old place there (offered → standby)."""
    slot = request.slot
    if slot is None:
        raise OfferGone
    Slot.objects.hand_back(slot.pk)
    declined = [*request.reason.get("declined", []), slot.ref]
    kept = {"slot_id": slot.pk, "offer_until": request.offer_until}
    over = {"slot": None, "offer_until": None, "changed_at": now, "reason": request.reason | {"declined": declined}}
    advance(request, "standby", still=kept, **over)
    record_request(request, kind, lane=slot.lane.code, slot=slot.ref)


def _live_reservation(request: Request) -> Reservation | None:
    """The vehicle's promise, to be moved; raises VehicleHasAReservation for one that cannot be."""
    rows = Reservation.objects.live().filter(vehicle_id=request.vehicle_id)
    ref = rows.values_list("ref", flat=True).first()
    return booking.found(ref) if ref else None


def _moved(held: Reservation, slot: Slot, request: Request, now: datetime) -> Reservation:
    """The offered place is taken already: only the old one comes free."""
    old = held.slot
    if not can_move(held, slot, now):
        raise VehicleHasAReservation
    declaration = declared_trips.newly_declared(held, slot, now=now)
    Slot.objects.give_back(old.pk, units=held.units)
    changing.resettle(held, slot, declaration, request=request.ref)
    return held


def _promised(slot: Slot, request: Request, now: datetime) -> Reservation:
    """Two acceptors at once: the vehicle's one live promise decides, and the other one is told that the offer is over."""
    declaration = declared_trips.newly_declared(request, slot, now=now) or request.declaration
    try:
        with transaction.atomic():
            return booking.promise(
                slot,
                request.vehicle,
                driver_id=request.driver_id,
                cargo_kind=request.cargo_kind,
                declaration=declaration,
                now=now,
                request=request.ref,
            )
    except IntegrityError:
        if Request.objects.filter(pk=request.pk, state="offered").exists():
            raise
        raise OfferGone from None


def _lanes_for(reservation: Reservation, times: Times, now: datetime) -> list[Lane]:
    port, policy = reservation.lane.port, reservation.slot.policy
    day = asking.day_of(times.preferred_at, port)
    asking.check_times(times, port=port, day=day, now=now)
    days.check_given(port, day, policy, now=now)
    asking.check_no_pause([reservation.vehicle], policy, port, now)
    fitting = asking.lanes_for(port, [], reservation.cargo_kind, [reservation.vehicle], now=now)
    home = (reservation.lane.yard_id, reservation.lane.direction)
    lanes = [lane for lane in fitting if (lane.yard_id, lane.direction) == home]
    asking.check_day(lanes, times, day=day, vehicles=1, policy=policy, now=now)
    return lanes


def _begin(reservation: Reservation, times: Times, now: datetime) -> Request:
    port = reservation.lane.port
    return begin(
        Request,
        "standby",
        port=port,
        service_date=times.preferred_at.astimezone(port.tz).date(),
        vehicle=reservation.vehicle,
        driver_id=reservation.driver_id,
        organisation_id=reservation.vehicle.organisation_id,
        cargo_kind=reservation.cargo_kind,
        declaration_id=reservation.declaration_id,
        queue_class=reservation.slot.policy.class_of(reservation.cargo_kind),
        earliest_at=times.earliest_at,
        latest_at=times.latest_at,
        preferred_at=times.preferred_at,
        reservation=reservation,
        stands_at=now,
        reason={"code": "wants_better", "facts": {}},
        created_at=now,
        changed_at=now,
    )


def _made(request: Request, lanes: list[Lane]) -> dict[str, Any]:
    moments = {name: getattr(request, name).isoformat() for name in ("earliest_at", "latest_at", "preferred_at")}
    organisation = request.vehicle.organisation
    return moments | {
        "round": None,
        "service_date": request.service_date.isoformat(),
        "vehicle": request.vehicle.ref,
        "organisation": organisation.ref if organisation else None,
        "cargo_kind": request.cargo_kind,
        "class": request.queue_class,
        "bundle": "",
        "lanes": [lane.code for lane in lanes],
        "betters": request.reservation.ref if request.reservation else None,
    }
