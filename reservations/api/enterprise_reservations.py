"""Enterprise audience: reservations of the organisation's vehicles."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.utils import OpenApiExample
from rest_framework.request import Request

from accounts.api.enterprise import EnterpriseView
from core import clock
from core.api import etag
from core.api.answers import answer, shaped
from core.api.schema import Paging, operation, paged
from core.errors import NotFound, WrongState
from reservations import errors
from reservations.api.driver_reservations import OF_THE_SLOT, keep_until, tag_of, unchanged
from reservations.api.shapes import driver as plain
from reservations.api.shapes import driver_conduct as conduct
from reservations.api.shapes import enterprise as shapes
from reservations.declarations.errors import DeclarationClosed, DeclarationNotReady, NoTripLeft, UnknownDeclaration
from reservations.models import Reservation
from reservations.operations import (
    attach_declaration,
    cancel_reservation,
    change_driver,
    change_slot,
    change_vehicle,
    confirm_reservation,
    extend_reservation,
    request_reservation,
)
from reservations.queries import cost_of, reservation_for
from yards.errors import NoBayEverFits

READ, WRITE = "reservations:read", "reservations:write"
SHOWN_WITH = ("lane__port", "slot", "vehicle", "driver", "declaration", "entry")
OF_A_DECLARATION = (UnknownDeclaration, DeclarationClosed, DeclarationNotReady, NoTripLeft)
OF_A_NEW_ONE = (
    NotFound,
    *OF_THE_SLOT,
    errors.RoundNotOpen,
    errors.VehicleHasAReservation,
    errors.VehiclePaused,
    NoBayEverFits,
    *OF_A_DECLARATION,
)
EXAMPLE = OpenApiExample(
    "reserve",
    value={"slot": "T-7K3M9QXD2", "vehicle": "V-2H8RWB5TK", "cargo_kind": "general", "driver": "U-5N0QJ8ZRM"},
    request_only=True,
)


class Reservations(EnterpriseView):
    verbs = {"GET": "reservation.read", "POST": "reservation.create"}
    scopes = {"GET": READ, "POST": WRITE}

    @operation(
        name="enterprise_reservations_list",
        summary="Reservations of my organisation, newest first",
        audience="enterprise",
        query=[Paging, shapes.FleetListIn],
        answer=paged(shapes.FleetReservation),
    )
    def get(self, request: Request) -> HttpResponse:
        rows = Reservation.objects.own_to(request.user).select_related(*SHOWN_WITH)
        rows = narrowed(rows, self.asked(shapes.FleetListIn, request))
        return answer(self.page(request, rows, shapes.FleetReservation))

    @operation(
        name="enterprise_reservations_create",
        summary="Reserve a place in a slot for one of my vehicles",
        description=(
            "A full slot answers 409 `slot_full`, a share used up 409 `organisation_cap`; both name the nearest `earlier` and `later` "
            "slots that can be had. `confirm` false holds the place for a few minutes."
        ),
        audience="enterprise",
        request=shapes.FleetReservationIn,
        answer=shapes.FleetReservation,
        status=201,
        key=True,
        problems=OF_A_NEW_ONE,
        examples=[EXAMPLE],
    )
    def post(self, request: Request) -> HttpResponse:
        wish = self.parsed(shapes.FleetReservationIn, request)
        return self.do(
            request,
            request_reservation,
            shape=shapes.FleetReservation,
            status=201,
            key=True,
            keep=keep_until,
            headers=fleet_headers,
            **wished(wish, request),
        )


class OneReservation(EnterpriseView):
    verb, scope = "reservation.read", READ

    @operation(
        name="enterprise_reservations_read",
        summary="One reservation of my organisation, with its ETag",
        audience="enterprise",
        answer=shapes.FleetReservation,
        problems=(NotFound,),
    )
    def get(self, request: Request, ref: str) -> HttpResponse:
        found = reservation_for(user=request.user, ref=ref, verb=self.verb)
        return etag.answer(request, shaped(shapes.FleetReservation, found), current=tag_of(found))


class Cost(EnterpriseView):
    verb, scope = "reservation.read", READ

    @operation(
        name="enterprise_reservations_cost",
        summary="What an act would cost, before it is done",
        audience="enterprise",
        query=conduct.CostIn,
        answer=conduct.CostShape,
        problems=(NotFound,),
    )
    def get(self, request: Request, ref: str) -> HttpResponse:
        act = self.asked(conduct.CostIn, request)["act"]
        found = reservation_for(user=request.user, ref=ref, verb=self.verb)
        body = {"act": act} | vars(cost_of(found, act, clock.now()))
        return answer(shaped(conduct.CostShape, body), headers={"ETag": tag_of(found)})


class _Act(EnterpriseView):
    """One act on one reservation of the organisation's."""

    scope = WRITE

    def act(self, request: Request, ref: str, act: Any, *, match: bool | None = None, **inputs: Any) -> HttpResponse:
        """`match`: If-Match must be sent (True), may be sent (False), means nothing (None)."""
        found = reservation_for(user=request.user, ref=ref, verb=self.verb)
        if match:
            inputs |= {"expected_changes": found.changes, "before": unchanged(request, found, required=True)}
        elif match is False:
            etag.check(request, tag_of(found), required=False)
        shape = shapes.FleetReservation
        return self.do(request, act, shape=shape, keep=keep_until, headers=fleet_headers, ref=found.ref, **inputs)


class Confirm(_Act):
    verb = "reservation.confirm"

    @operation(
        name="enterprise_reservations_confirm",
        summary="Confirm a held place",
        audience="enterprise",
        answer=shapes.FleetReservation,
        key=False,
        problems=(NotFound, errors.HoldExpired, WrongState),
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        return self.act(request, ref, confirm_reservation)


class Change(_Act):
    verb = "reservation.change"

    @operation(
        name="enterprise_reservations_change",
        summary="Move a reservation to another slot of the same port",
        description="If-Match is required: two programs of one enterprise may not overwrite each other's change unseen.",
        audience="enterprise",
        request=plain.ChangeIn,
        answer=shapes.FleetReservation,
        key=False,
        if_match=True,
        problems=(NotFound, *OF_THE_SLOT, errors.TooLateToCancel, errors.AllowanceUsedUp, WrongState),
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        slot = self.parsed(plain.ChangeIn, request)["slot"]
        return self.act(request, ref, change_slot, match=True, slot_ref=slot)


class Extend(_Act):
    verb = "reservation.change"

    @operation(
        name="enterprise_reservations_extend",
        summary="Come some hours later",
        description="Until the end of the slot's grace. If-Match is required.",
        audience="enterprise",
        request=conduct.ExtendIn,
        answer=shapes.FleetReservation,
        key=False,
        if_match=True,
        problems=(
            NotFound,
            errors.ExtensionNotValid,
            errors.AllowanceUsedUp,
            errors.TooLateToCancel,
            errors.SlotFull,
            WrongState,
        ),
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        return self.act(request, ref, extend_reservation, match=True, **self.parsed(conduct.ExtendIn, request))


class ChangeVehicle(_Act):
    verb = "reservation.change"

    @operation(
        name="enterprise_reservations_change_vehicle",
        summary="Another vehicle of my organisation comes",
        description="If-Match is required. The pass changes.",
        audience="enterprise",
        request=conduct.VehicleInstead,
        answer=shapes.FleetReservation,
        key=False,
        if_match=True,
        problems=(
            NotFound,
            errors.NotSubstitutable,
            errors.TooLateToSubstitute,
            errors.AllowanceUsedUp,
            errors.VehicleHasAReservation,
            errors.VehiclePaused,
            errors.WrongCargo,
            WrongState,
        ),
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        vehicle = self.parsed(conduct.VehicleInstead, request)["vehicle"]
        return self.act(request, ref, change_vehicle, match=True, vehicle_ref=vehicle)


class ChangeDriver(_Act):
    verb = "reservation.change"

    @operation(
        name="enterprise_reservations_change_driver",
        summary="Another driver comes, or the first one is named",
        description=(
            "If-Match is required. To name a driver where there was none is no change: it counts as nothing, and passes stay good."
        ),
        audience="enterprise",
        request=conduct.DriverInstead,
        answer=shapes.FleetReservation,
        key=False,
        if_match=True,
        problems=(NotFound, errors.NotSubstitutable, errors.TooLateToSubstitute, errors.AllowanceUsedUp, WrongState),
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        driver = self.parsed(conduct.DriverInstead, request)["driver"]
        return self.act(request, ref, change_driver, match=True, driver_ref=driver)


class Attach(_Act):
    verb = "reservation.change"

    @operation(
        name="enterprise_reservations_declare",
        summary="Say what a reserved vehicle carries: attach a declaration, or take it back",
        description="If-Match is required. It need not be ready yet; where the port asks for that, it has to be by its hours.",
        audience="enterprise",
        request=shapes.DeclarationIn,
        answer=shapes.FleetReservation,
        key=False,
        if_match=True,
        problems=(NotFound, *OF_A_DECLARATION, WrongState),
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        declaration = self.parsed(shapes.DeclarationIn, request)["declaration"]
        found = reservation_for(user=request.user, ref=ref, verb=self.verb)
        return self.do(
            request,
            attach_declaration,
            shape=shapes.FleetReservation,
            headers=fleet_headers,
            before=unchanged(request, found, required=True),
            reservation_ref=found.ref,
            declaration_ref=declaration,
        )


class Cancel(_Act):
    verb = "reservation.cancel"

    @operation(
        name="enterprise_reservations_cancel",
        summary="Give a reservation up",
        description="If-Match may be sent. After the cut-off it counts for the vehicle: see cost/.",
        audience="enterprise",
        request=plain.ReasonIn,
        answer=shapes.FleetReservation,
        key=False,
        if_match=False,
        problems=(NotFound, errors.TooLateToCancel, WrongState),
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        return self.act(request, ref, cancel_reservation, match=False, **self.parsed(plain.ReasonIn, request))


def wished(wish: dict[str, Any], request: Request) -> dict[str, Any]:
    """This will turn what a program sent into what request_reservation takes."""
    said = {"cargo_kind": wish["cargo_kind"], "confirm": wish.get("confirm", True), "driver_ref": wish["driver"]}
    named = {"slot_ref": wish["slot"], "vehicle_ref": wish["vehicle"], "driver": request.user}
    return named | said | with_declaration(wish)


def with_declaration(wish: dict[str, Any]) -> dict[str, Any]:
    """This will name the declaration of a wish, if it has one."""
    return {"declaration_ref": wish["declaration"]} if wish["declaration"] else {}


def narrowed(rows: Any, asked: dict[str, Any]) -> Any:
    """This will keep the reservations that a list's query asks for."""
    if asked.get("live"):
        rows = rows.live()
    paths = {
        "state": "state",
        "port": "lane__port__code",
        "vehicle": "vehicle__ref",
        "since": "slot__starts_at__gte",
        "until": "slot__starts_at__lt",
    }
    return rows.filter(**{path: asked[name] for name, path in paths.items() if asked.get(name)})


def fleet_headers(reservation: Reservation) -> dict[str, str]:
    """This will return what goes with a fresh answer: the ETag, and where the reservation is read."""
    return {"ETag": tag_of(reservation), "Location": reverse("api:enterprise_reservation", args=[reservation.ref])}
