"""One reservation, to a driver and to a program of his enterprise alike: what an act on it would cost, and the acts."""

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
from reservations import errors
from reservations.api.audiences import Audience, view_of
from reservations.api.shapes import driver as shapes
from reservations.api.shapes import driver_conduct as conduct
from reservations.api.versions import keep_reservation, reservation_tag
from reservations.declarations.errors import DeclarationNotReady, NoTripLeft
from reservations.models import Reservation
from reservations.operations import (
    cancel_reservation,
    change_driver,
    change_slot,
    change_vehicle,
    confirm_reservation,
    extend_reservation,
    request_reservation,
)
from reservations.queries import cost_of, reservation_for

OF_THE_SLOT = (
    errors.UnknownSlot,
    errors.SlotPast,
    errors.SlotTooFar,
    errors.LaneClosed,
    errors.WrongCargo,
    errors.SlotFrozen,
    errors.SlotFull,
    errors.SlotInRound,
    errors.SlotNotOpenYet,
    errors.CoolingDown,
    errors.OrganisationCap,
)
#: A place inside the hours in which its port asks for a ready declaration.
OF_THE_HOURS = (DeclarationNotReady, NoTripLeft)
#: What is sent → what the operations call it.
NAMES = {
    "slot": "slot_ref",
    "option": "slot_ref",
    "vehicle": "vehicle_ref",
    "driver": "driver_ref",
    "declaration": "declaration_ref",
}
OF_A_SUBSTITUTE = (errors.NotSubstitutable, errors.TooLateToSubstitute, errors.AllowanceUsedUp)


def taken(said: dict[str, Any]) -> dict[str, Any]:
    """This will name what was sent as the operations take it."""
    return {NAMES.get(name, name): value for name, value in said.items()}


def reserve(of: Audience, view: View, request: Request, wish: dict[str, Any]) -> HttpResponse:
    """This will take a place of a slot and answer with the reservation."""
    return view.do(
        request,
        request_reservation,
        shape=of.reservation,
        status=201,
        key=True,
        keep=keep_reservation,
        headers=of.with_reservation,
        driver=request.user,
        **taken(wish),
    )


def costing(of: Audience) -> type[View]:
    """This will make the view of what an act would cost."""
    verb = "reservation.read"

    @operation(
        name=f"{of.name}_reservations_cost",
        summary="What an act would cost, before it is done",
        audience=of.name,
        query=conduct.CostIn,
        answer=conduct.CostShape,
        problems=(NotFound,),
    )
    def get(self: View, request: Request, ref: str) -> HttpResponse:
        act = self.asked(conduct.CostIn, request)["act"]
        found = reservation_for(user=request.user, ref=ref, verb=verb)
        body = {"act": act} | vars(cost_of(found, act, clock.now()))
        return answer(shaped(conduct.CostShape, body), headers={"ETag": reservation_tag(found)})

    return view_of(of.reads, "cost", verb=verb, get=get)


def confirming(of: Audience) -> type[View]:
    """This will make the view by which a held place is confirmed."""
    return _act(
        of,
        "confirm",
        verb="reservation.confirm",
        act=confirm_reservation,
        summary="Confirm a held place",
        problems=(errors.HoldExpired, WrongState),
    )


def changing(of: Audience, *, why: str, also: Errors = ()) -> type[View]:
    """This will make the view by which a reservation moves to another slot; `why`: If-Match is required."""
    return _act(
        of,
        "change",
        verb="reservation.change",
        act=change_slot,
        summary="Move a reservation to another slot of the same port",
        description=f"If-Match is required: {why}",
        sent=shapes.ChangeIn,
        match=True,
        problems=(*OF_THE_SLOT, *OF_THE_HOURS, errors.TooLateToCancel, errors.AllowanceUsedUp, *also),
    )


def extending(of: Audience) -> type[View]:
    """This will make the view by which a vehicle is announced for later."""
    return _act(
        of,
        "extend",
        verb="reservation.change",
        act=extend_reservation,
        summary="Come some hours later",
        description="Until the end of the slot's grace. If-Match is required.",
        sent=conduct.ExtendIn,
        match=True,
        problems=(
            *OF_THE_HOURS,
            errors.ExtensionNotValid,
            errors.AllowanceUsedUp,
            errors.TooLateToCancel,
            errors.SlotFull,
            WrongState,
        ),
    )


def changing_vehicle(of: Audience, *, summary: str, also: Errors = ()) -> type[View]:
    """This will make the view by which another vehicle comes."""
    return _act(
        of,
        "change_vehicle",
        verb="reservation.change",
        act=change_vehicle,
        summary=summary,
        description="If-Match is required. The pass changes.",
        sent=conduct.VehicleInstead,
        match=True,
        problems=(*OF_A_SUBSTITUTE, errors.VehicleHasAReservation, errors.VehiclePaused, *also, WrongState),
    )


def changing_driver(of: Audience, *, summary: str, then: str) -> type[View]:
    """This will make the view by which another driver comes; `then`: what that means."""
    return _act(
        of,
        "change_driver",
        verb="reservation.change",
        act=change_driver,
        summary=summary,
        description=f"If-Match is required. {then}",
        sent=conduct.DriverInstead,
        match=True,
        problems=(*OF_A_SUBSTITUTE, WrongState),
    )


def cancelling(of: Audience, *, then: str) -> type[View]:
    """This will make the view by which a reservation is given up; `then`: what that means."""
    return _act(
        of,
        "cancel",
        verb="reservation.cancel",
        act=cancel_reservation,
        summary="Give a reservation up",
        description=f"If-Match may be sent. {then}",
        sent=shapes.ReasonIn,
        match=False,
        problems=(errors.TooLateToCancel, WrongState),
    )


def _act(
    of: Audience,
    name: str,
    *,
    verb: str,
    act: Callable[..., Reservation],
    summary: str,
    problems: Errors,
    description: str = "",
    sent: Serializer | None = None,
    match: bool | None = None,
) -> type[View]:
    """This will make the view of one act. `match`: If-Match must be sent (True), may be sent (False), means nothing (None)."""

    @operation(
        name=f"{of.name}_reservations_{name}",
        summary=summary,
        description=description,
        audience=of.name,
        request=sent,
        answer=of.reservation,
        key=False,
        if_match=match,
        problems=(NotFound, *problems),
    )
    def post(self: View, request: Request, ref: str) -> HttpResponse:
        inputs = taken(self.parsed(sent, request)) if sent else {}
        found = reservation_for(user=request.user, ref=ref, verb=verb)
        if match is not None:
            inputs["before"] = unchanged(request, found, required=match)
        if match:
            inputs["expected_changes"] = found.changes
        shape, headers = of.reservation, of.with_reservation
        return self.do(request, act, shape=shape, keep=keep_reservation, headers=headers, ref=found.ref, **inputs)

    return view_of(of.acts, name, verb=verb, post=post)


def unchanged(request: Request, found: Reservation, *, required: bool) -> Callable[[], None]:
    """This will return the check of If-Match for inside the transaction. It locks nothing: the change itself compares and sets."""

    def check() -> None:
        etag.check(request, reservation_tag(Reservation.objects.get(pk=found.pk)), required=required)

    return check
