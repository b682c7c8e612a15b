"""Driver audience: asking for a place in a round or on an open day, standing by, and the offers of freed places."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from rest_framework.request import Request

from core import clock
from core.api import etag
from core.api.answers import answer, shaped
from core.api.schema import Paging, operation, paged
from core.api.views import View
from core.errors import NotFound, WrongState
from reservations import errors, models
from reservations.api.shapes import driver as plain
from reservations.api.shapes import driver_requests as shapes
from reservations.operations import (
    accept_offer,
    change_request,
    decline_offer,
    request_places,
    stand_by,
    state_readiness,
    withdraw_request,
)
from reservations.queries import request_for, reservation_for
from reservations.queries.asking import places_in_standby
from yards.errors import NoBayEverFits, UnknownLane, UnknownPort

VERB = "request.own"
KEEP_AFTER_THE_DAY = timedelta(days=8)
SHOWN_WITH = ("port", "round", "vehicle", "reservation", "slot")
OF_THE_TIMES = (errors.TimesOutOfOrder, errors.IntervalTooShort, errors.DayClosed, errors.LaneDoesNotFit, NoBayEverFits)
OF_THE_ROUND = (errors.RoundNotOpen, errors.RoundRuns)


class Requests(View):
    verb = VERB

    @operation(
        name="driver_requests_list",
        summary="My requests for a place, newest first",
        audience="driver",
        query=[Paging, plain.ListIn],
        answer=paged(shapes.RequestShape),
    )
    def get(self, request: Request) -> HttpResponse:
        rows = models.Request.objects.own_to(request.user).select_related(*SHOWN_WITH).prefetch_related("lanes")
        if self.asked(plain.ListIn, request)["live"]:
            rows = rows.live()
        return answer(self.page(request, rows, shapes.RequestShape))

    @operation(
        name="driver_requests_create",
        summary="Ask for a place",
        description=(
            "In an open round the wish is kept until the draw: being early or fast brings nothing. On a day without a round, and "
            "after the result, the answer comes at once where there is room: then `state` is placed and `reservation` is the promise."
        ),
        audience="driver",
        request=shapes.RequestIn,
        answer=shapes.RequestsMade,
        status=201,
        key=True,
        problems=(
            NotFound,
            UnknownPort,
            UnknownLane,
            *OF_THE_TIMES,
            *OF_THE_ROUND,
            errors.WrongCargo,
            errors.EvidenceNeeded,
            errors.BundleTooBig,
            errors.BundleOfOneOrganisation,
            errors.VehicleHasARequest,
            errors.VehicleHasAReservation,
            errors.OrganisationCap,
            errors.RequestLimit,
            errors.VehiclePaused,
        ),
    )
    def post(self, request: Request) -> HttpResponse:
        wish = self.parsed(shapes.RequestIn, request)
        return self.do(
            request,
            request_places,
            shape=shapes.RequestsMade,
            status=201,
            key=True,
            keep=lambda made: keep_until(made[0]),
            headers=lambda made: _headers(made[0]),
            port_code=wish.pop("port"),
            lane_codes=wish.pop("lanes"),
            vehicle_refs=wish.pop("vehicles"),
            driver=request.user,
            **wish,
        )


class OneRequest(View):
    verb = VERB

    @operation(
        name="driver_requests_read",
        summary="One request of mine: its state, its result with the reason, its place in the standby order",
        description="The ETag is that of the request: it does not change with the standby order.",
        audience="driver",
        answer=shapes.RequestDetail,
        problems=(NotFound,),
    )
    def get(self, request: Request, ref: str) -> HttpResponse:
        now, found = clock.now(), request_for(user=request.user, ref=ref, verb=self.verb)
        detail = {
            "request": found,
            "standby": places_in_standby(found, now=now),
            "round": found.round,
            "as_of": now,
        }
        # No 304: the place in the standby order moves without the request being touched.
        return answer(shaped(shapes.RequestDetail, detail), headers={"ETag": tag_of(found)})


class ChangeRequest(View):
    verb = VERB

    @operation(
        name="driver_requests_change",
        summary="Other times or lanes for a request",
        description="If-Match is required. It keeps its place in no queue: all requests of a round are equal until the draw.",
        audience="driver",
        request=shapes.ChangeRequestIn,
        answer=shapes.RequestShape,
        key=False,
        if_match=True,
        problems=(NotFound, UnknownLane, *OF_THE_TIMES, errors.RequestClosed, WrongState),
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        wish = self.parsed(shapes.ChangeRequestIn, request)
        found = request_for(user=request.user, ref=ref, verb=self.verb)
        return self.do(
            request,
            change_request,
            shape=shapes.RequestShape,
            before=_unchanged(request, found),
            expected_changed_at=found.changed_at,
            headers=_headers,
            ref=found.ref,
            lane_codes=wish.pop("lanes"),
            **wish,
        )


class WithdrawRequest(View):
    verb = VERB

    @operation(
        name="driver_requests_withdraw",
        summary="Ask for a place no longer",
        description="A reservation that it wanted to better stays.",
        audience="driver",
        answer=shapes.RequestShape,
        key=False,
        problems=(NotFound, errors.RequestClosed, WrongState),
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        found = request_for(user=request.user, ref=ref, verb=self.verb)
        return self.do(request, withdraw_request, shape=shapes.RequestShape, headers=_headers, ref=found.ref)


class AcceptOffer(View):
    verb = VERB

    @operation(
        name="driver_offers_accept",
        summary="Take the offered place",
        description="The answer is the reservation: a new one, or the old one moved to the better place.",
        audience="driver",
        answer=plain.ReservationShape,
        key=False,
        problems=(NotFound, errors.OfferGone, WrongState),
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        found = request_for(user=request.user, ref=ref, verb=self.verb)
        return self.do(request, accept_offer, shape=plain.ReservationShape, ref=found.ref)


class DeclineOffer(View):
    verb = VERB

    @operation(
        name="driver_offers_decline",
        summary="Leave the offered place to the next",
        description="It costs nothing: the request stands by where it stood.",
        audience="driver",
        answer=shapes.RequestShape,
        key=False,
        problems=(NotFound, errors.OfferGone, WrongState),
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        found = request_for(user=request.user, ref=ref, verb=self.verb)
        return self.do(request, decline_offer, shape=shapes.RequestShape, headers=_headers, ref=found.ref)


class Readiness(View):
    verb = VERB

    @operation(
        name="driver_requests_readiness",
        summary="Whether I could come, and how long it takes me",
        description="A freed place is offered to the first who can still arrive.",
        audience="driver",
        request=shapes.ReadinessIn,
        answer=shapes.RequestShape,
        key=False,
        problems=(NotFound, WrongState),
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        said = self.parsed(shapes.ReadinessIn, request)
        found = request_for(user=request.user, ref=ref, verb=self.verb)
        return self.do(request, state_readiness, shape=shapes.RequestShape, headers=_headers, ref=found.ref, **said)


class StandBy(View):
    verb = VERB

    @operation(
        name="driver_reservations_stand_by",
        summary="Stand by for a better time; the reservation stays",
        audience="driver",
        request=shapes.TimesIn,
        answer=shapes.RequestShape,
        status=201,
        key=True,
        problems=(NotFound, *OF_THE_TIMES, errors.VehicleHasARequest, WrongState),
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        wish = self.parsed(shapes.TimesIn, request)
        found = reservation_for(user=request.user, ref=ref, verb=self.verb)
        return self.do(
            request,
            stand_by,
            shape=shapes.RequestShape,
            status=201,
            key=True,
            keep=keep_until,
            headers=_headers,
            reservation_ref=found.ref,
            **wish,
        )


def tag_of(wish: models.Request) -> str:
    """This will return the ETag of a request: it changes with its state, its times and its offer."""
    return etag.tag(wish.ref, wish.state, wish.changed_at, wish.slot_id, wish.offer_until)


def keep_until(wish: models.Request) -> datetime:
    return wish.latest_at + KEEP_AFTER_THE_DAY


def _unchanged(request: Request, found: models.Request) -> Callable[[], None]:
    """The check of If-Match inside the transaction. No lock: the change itself compares when the row was last changed."""

    def check() -> None:
        etag.check(request, tag_of(models.Request.objects.get(pk=found.pk)), required=True)

    return check


def _headers(wish: Any) -> dict[str, str]:
    return {"ETag": tag_of(wish), "Location": reverse("api:request", args=[wish.ref])}
