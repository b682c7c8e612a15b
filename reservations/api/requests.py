"""One request for a place, to a driver and to a program of his enterprise alike: how it stands, its changes, standby, its offers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request

from core import clock
from core.api import etag
from core.api.answers import answer, shaped
from core.api.schema import Errors, operation
from core.api.views import Serializer, View
from core.errors import NotFound, WrongState
from reservations import errors, models
from reservations.api.audiences import Audience, view_of
from reservations.api.reservations import OF_THE_HOURS
from reservations.api.shapes import driver_requests as shapes
from reservations.api.versions import keep_request, keep_reservation, request_tag
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
from yards.errors import NoBayEverFits, UnknownLane

VERB = "request.own"
SHOWN_WITH = ("port", "round", "vehicle", "reservation", "slot")
OF_THE_TIMES = (errors.TimesOutOfOrder, errors.IntervalTooShort, errors.DayClosed, errors.LaneDoesNotFit, NoBayEverFits)
OF_THE_ROUND = (errors.RoundNotOpen, errors.RoundRuns)
ASKED = (
    "In an open round the wish is kept until the draw: being early or fast brings nothing. On a day without a round, and "
    "after the result, the answer comes at once where there is room: then `state` is placed and `reservation` is the promise."
)
#: What is sent → what request_places calls it.
NAMES = {
    "port": "port_code",
    "lanes": "lane_codes",
    "vehicles": "vehicle_refs",
    "drivers": "driver_refs",
    "declaration": "declaration_ref",
}


def own_to(user: Any) -> Any:
    """This will return the requests of a person or a program's organisation, with all that is shown of them."""
    return models.Request.objects.own_to(user).select_related(*SHOWN_WITH).prefetch_related("lanes")


def ask(of: Audience, view: View, request: Request, wish: dict[str, Any]) -> HttpResponse:
    """This will ask for places, one request for each vehicle, and answer with them; the headers are those of the first."""
    return view.do(
        request,
        request_places,
        shape=shapes.RequestsMade,
        status=201,
        key=True,
        keep=lambda made: keep_request(made[0]),
        headers=lambda made: of.with_request(made[0]),
        driver=request.user,
        **taken(wish),
    )


def taken(wish: dict[str, Any]) -> dict[str, Any]:
    """This will name what was sent as request_places takes it."""
    return {NAMES.get(name, name): value for name, value in wish.items()}


def reading(of: Audience, *, summary: str) -> type[View]:
    """This will make the view of one request."""

    @operation(
        name=f"{of.name}_requests_read",
        summary=summary,
        description="The ETag is that of the request: it does not change with the standby order.",
        audience=of.name,
        answer=shapes.RequestDetail,
        problems=(NotFound,),
    )
    def get(self: View, request: Request, ref: str) -> HttpResponse:
        now, found = clock.now(), request_for(user=request.user, ref=ref, verb=VERB)
        standby = places_in_standby(found, now=now)
        body = {"request": found, "standby": standby, "round": found.round, "as_of": now}
        # No 304: the place in the standby order moves without the request being touched.
        return answer(shaped(shapes.RequestDetail, body), headers={"ETag": request_tag(found)})

    return view_of(of.reads, "one_request", verb=VERB, get=get)


def changing(of: Audience, *, then: str, also: Errors = ()) -> type[View]:
    """This will make the view by which a request gets other times or lanes; `then`: what that means."""

    @operation(
        name=f"{of.name}_requests_change",
        summary="Other times or lanes for a request",
        description=f"If-Match is required. {then}",
        audience=of.name,
        request=shapes.ChangeRequestIn,
        answer=shapes.RequestShape,
        key=False,
        if_match=True,
        problems=(NotFound, UnknownLane, *OF_THE_TIMES, *also, errors.RequestClosed, WrongState),
    )
    def post(self: View, request: Request, ref: str) -> HttpResponse:
        wish = self.parsed(shapes.ChangeRequestIn, request)
        found = request_for(user=request.user, ref=ref, verb=VERB)
        return self.do(
            request,
            change_request,
            shape=shapes.RequestShape,
            before=_unchanged(request, found),
            expected_changed_at=found.changed_at,
            headers=of.with_request,
            ref=found.ref,
            **taken(wish),
        )

    return view_of(of.acts, "change_request", verb=VERB, post=post)


def withdrawing(of: Audience) -> type[View]:
    """This will make the view by which a request is given up."""
    return _act(
        of,
        "requests_withdraw",
        act=withdraw_request,
        summary="Ask for a place no longer",
        description="A reservation that it wanted to better stays.",
        problems=(errors.RequestClosed, WrongState),
    )


def declining(of: Audience) -> type[View]:
    """This will make the view by which an offered place is left to the next."""
    return _act(
        of,
        "offers_decline",
        act=decline_offer,
        summary="Leave the offered place to the next",
        description="It costs nothing: the request stands by where it stood.",
        problems=(errors.OfferGone, WrongState),
    )


def telling_readiness(of: Audience, *, summary: str) -> type[View]:
    """This will make the view by which one who stands by says whether, and how soon, he could come."""
    return _act(
        of,
        "requests_readiness",
        act=state_readiness,
        summary=summary,
        description="A freed place is offered to the first who can still arrive.",
        sent=shapes.ReadinessIn,
        problems=(WrongState,),
    )


def accepting(of: Audience, *, also: Errors = ()) -> type[View]:
    """This will make the view by which an offered place is taken."""

    @operation(
        name=f"{of.name}_offers_accept",
        summary="Take the offered place",
        description="The answer is the reservation: a new one, or the old one moved to the better place.",
        audience=of.name,
        answer=of.reservation,
        key=False,
        problems=(NotFound, errors.OfferGone, *OF_THE_HOURS, *also, WrongState),
    )
    def post(self: View, request: Request, ref: str) -> HttpResponse:
        found = request_for(user=request.user, ref=ref, verb=VERB)
        shape, headers = of.reservation, of.with_reservation
        return self.do(request, accept_offer, shape=shape, keep=keep_reservation, headers=headers, ref=found.ref)

    return view_of(of.acts, "accept_offer", verb=VERB, post=post)


def standing_by(of: Audience, *, problems: Errors) -> type[View]:
    """This will make the view by which the holder of a reservation asks for a better time."""

    @operation(
        name=f"{of.name}_reservations_stand_by",
        summary="Stand by for a better time; the reservation stays",
        audience=of.name,
        request=shapes.TimesIn,
        answer=shapes.RequestShape,
        status=201,
        key=True,
        problems=(NotFound, *OF_THE_TIMES, *problems, WrongState),
    )
    def post(self: View, request: Request, ref: str) -> HttpResponse:
        wish = self.parsed(shapes.TimesIn, request)
        found = reservation_for(user=request.user, ref=ref, verb=VERB)
        return self.do(
            request,
            stand_by,
            shape=shapes.RequestShape,
            status=201,
            key=True,
            keep=keep_request,
            headers=of.with_request,
            reservation_ref=found.ref,
            **wish,
        )

    return view_of(of.acts, "stand_by", verb=VERB, post=post)


def _act(
    of: Audience,
    name: str,
    *,
    act: Callable[..., models.Request],
    summary: str,
    description: str,
    problems: Errors,
    sent: Serializer | None = None,
) -> type[View]:
    """This will make the view of one act that leaves a request a request."""

    @operation(
        name=f"{of.name}_{name}",
        summary=summary,
        description=description,
        audience=of.name,
        request=sent,
        answer=shapes.RequestShape,
        key=False,
        problems=(NotFound, *problems),
    )
    def post(self: View, request: Request, ref: str) -> HttpResponse:
        inputs = self.parsed(sent, request) if sent else {}
        found = request_for(user=request.user, ref=ref, verb=VERB)
        return self.do(request, act, shape=shapes.RequestShape, headers=of.with_request, ref=found.ref, **inputs)

    return view_of(of.acts, name, verb=VERB, post=post)


def _unchanged(request: Request, found: models.Request) -> Callable[[], None]:
    """The check of If-Match inside the transaction. No lock: the change itself compares when the row was last changed."""

    def check() -> None:
        etag.check(request, request_tag(models.Request.objects.get(pk=found.pk)), required=True)

    return check
