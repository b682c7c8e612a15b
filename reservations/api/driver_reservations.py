"""Driver audience: reservations."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample
from rest_framework.request import Request

from core.api import etag
from core.api.answers import answer, shaped
from core.api.schema import Paging, operation, paged
from core.api.views import View
from core.errors import NotFound
from reservations import errors, passes
from reservations.api import reservations
from reservations.api.audiences import DRIVER
from reservations.api.shapes import driver as shapes
from reservations.api.versions import reservation_tag
from reservations.models import Reservation
from reservations.queries import reservation_for
from reservations.tickets import calendar_of, qr_svg
from yards.errors import NoBayEverFits

EXAMPLE = OpenApiExample(
    "reserve",
    value={"slot": "T-7K3M9QXD2", "vehicle": "V-2H8RWB5TK", "cargo_kind": "general"},
    request_only=True,
)


class Reservations(View):
    verbs = {"GET": "reservation.read", "POST": "reservation.create"}

    @operation(
        name="driver_reservations_list",
        summary="My reservations, newest first",
        audience="driver",
        query=[Paging, shapes.ListIn],
        answer=paged(shapes.ReservationShape),
    )
    def get(self, request: Request) -> HttpResponse:
        rows = Reservation.objects.own_to(request.user).select_related("lane__port", "slot", "vehicle")
        if self.asked(shapes.ListIn, request)["live"]:
            rows = rows.live()
        return answer(self.page(request, rows, shapes.ReservationShape))

    @operation(
        name="driver_reservations_create",
        summary="Reserve a place in a slot",
        description="Takes one place for one vehicle of mine. A full slot answers 409 with the nearest `earlier` and `later` free ones.",
        audience="driver",
        request=shapes.ReservationIn,
        answer=shapes.ReservationShape,
        status=201,
        key=True,
        problems=(
            *reservations.OF_THE_SLOT,
            *reservations.OF_THE_HOURS,
            errors.VehicleHasAReservation,
            errors.VehiclePaused,
            NoBayEverFits,
        ),
        examples=[EXAMPLE],
    )
    def post(self, request: Request) -> HttpResponse:
        return reservations.reserve(DRIVER, self, request, self.parsed(shapes.ReservationIn, request))


class OneReservation(View):
    verb = "reservation.read"

    @operation(
        name="driver_reservations_read",
        summary="One reservation of mine, with its ETag",
        audience="driver",
        answer=shapes.ReservationDetail,
        problems=(NotFound,),
    )
    def get(self, request: Request, ref: str) -> HttpResponse:
        found = reservation_for(user=request.user, ref=ref, verb=self.verb)
        return etag.answer(request, shaped(shapes.ReservationDetail, found), current=reservation_tag(found))


Cost = reservations.costing(DRIVER)
Confirm = reservations.confirming(DRIVER)
Change = reservations.changing(DRIVER, why="two people of one carrier may not overwrite each other's change unseen.")
Extend = reservations.extending(DRIVER)
ChangeVehicle = reservations.changing_vehicle(DRIVER, summary="Another vehicle of the same organisation comes")
ChangeDriver = reservations.changing_driver(
    DRIVER,
    summary="Another driver of the same organisation comes",
    then="A driver who hands the reservation over sees it no more.",
)
Cancel = reservations.cancelling(
    DRIVER, then="It is not asked for: giving up means the same whatever was changed, and must be easy."
)


class PassPicture(View):
    verb = "reservation.read"

    @operation(
        name="driver_reservations_pass",
        summary="The gate pass as a QR code (SVG)",
        description="Holds a token signed by Ed25519 that a gate checks without a network: see docs/api.md.",
        audience="driver",
        answer={(200, "image/svg+xml"): OpenApiTypes.STR},
        problems=(NotFound, passes.NoPassYet),
    )
    def get(self, request: Request, ref: str) -> HttpResponse:
        found = reservation_for(user=request.user, ref=ref, verb=self.verb)
        return _file(qr_svg(passes.issue(found)), "image/svg+xml", f"{found.ref}.svg", inline=True)


class CalendarFile(View):
    verb = "reservation.read"

    @operation(
        name="driver_reservations_calendar",
        summary="The slot as a calendar file",
        audience="driver",
        answer={(200, "text/calendar"): OpenApiTypes.STR},
        problems=(NotFound,),
    )
    def get(self, request: Request, ref: str) -> HttpResponse:
        found = reservation_for(user=request.user, ref=ref, verb=self.verb)
        return _file(calendar_of(found), "text/calendar; charset=utf-8", f"{found.ref}.ics", inline=False)


def _file(content: Any, kind: str, name: str, *, inline: bool) -> HttpResponse:
    shown = "inline" if inline else "attachment"
    headers = {"Content-Disposition": f'{shown}; filename="{name}"', "Cache-Control": "private, no-cache"}
    return HttpResponse(content, content_type=kind, headers=headers)
