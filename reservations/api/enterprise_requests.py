"""Enterprise audience: requests to a round or an open day, standby, and offers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from rest_framework.request import Request

from accounts.api.enterprise import EnterpriseView
from core import clock
from core.api import etag
from core.api.answers import answer, shaped
from core.api.schema import Paging, operation, paged
from core.errors import NotFound, WrongState
from reservations import errors, models
from reservations.api import driver_requests as plain
from reservations.api.enterprise_reservations import OF_A_DECLARATION, fleet_headers, with_declaration
from reservations.api.shapes import driver_requests as asking
from reservations.api.shapes import enterprise as shapes
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
from yards.errors import UnknownLane, UnknownPort

READ, WRITE = "reservations:read", "reservations:write"
OF_A_NEW_ONE = (
    NotFound,
    UnknownPort,
    UnknownLane,
    *plain.OF_THE_TIMES,
    *plain.OF_THE_ROUND,
    errors.SlotTooFar,
    errors.WrongCargo,
    errors.EvidenceNeeded,
    errors.BundleTooBig,
    errors.BundleOfOneOrganisation,
    errors.VehicleHasARequest,
    errors.VehicleHasAReservation,
    errors.VehiclePaused,
    *OF_A_DECLARATION,
)


class Requests(EnterpriseView):
    verb, scopes = plain.VERB, {"GET": READ, "POST": WRITE}

    @operation(
        name="enterprise_requests_list",
        summary="Requests of my organisation, newest first; `state=offered`: places that wait for an answer",
        audience="enterprise",
        query=[Paging, shapes.FleetRequestsIn],
        answer=paged(asking.RequestShape),
    )
    def get(self, request: Request) -> HttpResponse:
        rows = models.Request.objects.own_to(request.user).select_related(*plain.SHOWN_WITH).prefetch_related("lanes")
        asked = self.asked(shapes.FleetRequestsIn, request)
        rows = rows.live() if asked.get("live") else rows
        paths = {"state": "state", "port": "port__code", "vehicle": "vehicle__ref"}
        rows = rows.filter(**{path: asked[name] for name, path in paths.items() if asked.get(name)})
        return answer(self.page(request, rows, asking.RequestShape))

    @operation(
        name="enterprise_requests_create",
        summary="Ask for a place for one vehicle, or for several that come close together",
        description=(
            "In an open round the wish is kept until the draw: being early or fast brings nothing. On a day without a round, and "
            "after the result, the answer comes at once where there is room: then `state` is placed and `reservation` is the promise."
        ),
        audience="enterprise",
        request=shapes.FleetRequestIn,
        answer=asking.RequestsMade,
        status=201,
        key=True,
        problems=OF_A_NEW_ONE,
    )
    def post(self, request: Request) -> HttpResponse:
        return self.do(
            request,
            request_places,
            shape=asking.RequestsMade,
            status=201,
            key=True,
            keep=lambda made: plain.keep_until(made[0]),
            headers=lambda made: wish_headers(made[0]),
            **wished_places(self.parsed(shapes.FleetRequestIn, request), request),
        )


class OneRequest(EnterpriseView):
    verb, scope = plain.VERB, READ

    @operation(
        name="enterprise_requests_read",
        summary="One request: its state, its result with the reason, its place in the standby order",
        description="The ETag is that of the request: it does not change with the standby order.",
        audience="enterprise",
        answer=asking.RequestDetail,
        problems=(NotFound,),
    )
    def get(self, request: Request, ref: str) -> HttpResponse:
        now, found = clock.now(), request_for(user=request.user, ref=ref, verb=self.verb)
        standby = places_in_standby(found, now=now)
        body = {"request": found, "standby": standby, "round": found.round, "as_of": now}
        return answer(shaped(asking.RequestDetail, body), headers={"ETag": plain.tag_of(found)})


class _Act(EnterpriseView):
    """One act on one request of the organisation's."""

    verb, scope = plain.VERB, WRITE

    def act(self, request: Request, ref: str, act: Any, **inputs: Any) -> HttpResponse:
        found = request_for(user=request.user, ref=ref, verb=self.verb)
        shape = asking.RequestShape
        return self.do(request, act, shape=shape, headers=wish_headers, ref=found.ref, **inputs)


class ChangeRequest(_Act):
    @operation(
        name="enterprise_requests_change",
        summary="Other times or lanes for a request",
        description="If-Match is required. All requests of a round are equal until the draw: a change costs nothing.",
        audience="enterprise",
        request=asking.ChangeRequestIn,
        answer=asking.RequestShape,
        key=False,
        if_match=True,
        problems=(
            NotFound,
            UnknownLane,
            *plain.OF_THE_TIMES,
            errors.BundleTooBig,
            errors.WrongCargo,
            errors.RequestClosed,
            WrongState,
        ),
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        wish = self.parsed(asking.ChangeRequestIn, request)
        found = request_for(user=request.user, ref=ref, verb=self.verb)
        seen = {"before": _unchanged(request, found), "expected_changed_at": found.changed_at}
        return self.act(request, ref, change_request, lane_codes=wish.pop("lanes"), **seen, **wish)


class WithdrawRequest(_Act):
    @operation(
        name="enterprise_requests_withdraw",
        summary="Ask for a place no longer",
        description="A reservation that it wanted to better stays.",
        audience="enterprise",
        answer=asking.RequestShape,
        key=False,
        problems=(NotFound, errors.RequestClosed, WrongState),
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        return self.act(request, ref, withdraw_request)


class AcceptOffer(_Act):
    @operation(
        name="enterprise_offers_accept",
        summary="Take the offered place",
        description="The answer is the reservation: a new one, or the old one moved to the better place.",
        audience="enterprise",
        answer=shapes.FleetReservation,
        key=False,
        problems=(NotFound, errors.OfferGone, errors.VehicleHasAReservation, WrongState),
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        found = request_for(user=request.user, ref=ref, verb=self.verb)
        shape = shapes.FleetReservation
        return self.do(request, accept_offer, shape=shape, headers=fleet_headers, ref=found.ref)


class DeclineOffer(_Act):
    @operation(
        name="enterprise_offers_decline",
        summary="Leave the offered place to the next",
        description="It costs nothing: the request stands by where it stood.",
        audience="enterprise",
        answer=asking.RequestShape,
        key=False,
        problems=(NotFound, errors.OfferGone, WrongState),
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        return self.act(request, ref, decline_offer)


class Readiness(_Act):
    @operation(
        name="enterprise_requests_readiness",
        summary="Whether the vehicle could come, and how long it takes",
        description="A freed place is offered to the first who can still arrive.",
        audience="enterprise",
        request=asking.ReadinessIn,
        answer=asking.RequestShape,
        key=False,
        problems=(NotFound, WrongState),
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        return self.act(request, ref, state_readiness, **self.parsed(asking.ReadinessIn, request))


class StandBy(EnterpriseView):
    verb, scope = plain.VERB, WRITE

    @operation(
        name="enterprise_reservations_stand_by",
        summary="Stand by for a better time; the reservation stays",
        audience="enterprise",
        request=asking.TimesIn,
        answer=asking.RequestShape,
        status=201,
        key=True,
        problems=(
            NotFound,
            *plain.OF_THE_TIMES,
            *plain.OF_THE_ROUND,
            errors.TooLateToCancel,
            errors.VehiclePaused,
            errors.VehicleHasARequest,
            WrongState,
        ),
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        wish = self.parsed(asking.TimesIn, request)
        found = reservation_for(user=request.user, ref=ref, verb=self.verb)
        return self.do(
            request,
            stand_by,
            shape=asking.RequestShape,
            status=201,
            key=True,
            keep=plain.keep_until,
            headers=wish_headers,
            reservation_ref=found.ref,
            **wish,
        )


def wished_places(wish: dict[str, Any], request: Request) -> dict[str, Any]:
    """This will turn what a program sent into what request_places takes."""
    declared = with_declaration(wish)
    wish.pop("declaration")
    named = {"port_code": wish.pop("port"), "lane_codes": wish.pop("lanes"), "vehicle_refs": wish.pop("vehicles")}
    return named | {"driver_refs": wish.pop("drivers"), "driver": request.user} | declared | wish


def wish_headers(wish: models.Request) -> dict[str, str]:
    """This will return what goes with a fresh answer: the ETag, and where the request is read."""
    return {"ETag": plain.tag_of(wish), "Location": reverse("api:enterprise_request", args=[wish.ref])}


def _unchanged(request: Request, found: models.Request) -> Callable[[], None]:
    """The check of If-Match inside the transaction. No lock: the change itself compares when the row was last changed."""

    def check() -> None:
        etag.check(request, plain.tag_of(models.Request.objects.get(pk=found.pk)), required=True)

    return check
