"""Driver audience: reservations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample
from rest_framework.request import Request

from core.api import etag
from core.api.answers import answer, shaped
from core.api.schema import Paging, operation, paged
from core.api.views import View
from core.errors import NotFound, WrongState
from reservations import errors, passes
from reservations.api.shapes import driver as shapes
from reservations.models import Reservation
from reservations.operations import cancel_reservation, change_slot, confirm_reservation, request_reservation
from reservations.queries import reservation_for
from reservations.tickets import calendar_of, qr_svg
from yards.errors import NoBayEverFits

KEEP_AFTER_SLOT = timedelta(days=7)
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
        problems=(*OF_THE_SLOT, errors.VehicleHasAReservation, errors.VehiclePaused, NoBayEverFits),
        examples=[EXAMPLE],
    )
    def post(self, request: Request) -> HttpResponse:
        wish = self.parsed(shapes.ReservationIn, request)
        return self.do(
            request,
            request_reservation,
            shape=shapes.ReservationShape,
            status=201,
            key=True,
            keep=keep_until,
            headers=reservation_headers,
            slot_ref=wish["slot"],
            vehicle_ref=wish["vehicle"],
            cargo_kind=wish["cargo_kind"],
            confirm=wish["confirm"],
            driver=request.user,
        )


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
        return etag.answer(request, shaped(shapes.ReservationDetail, found), current=tag_of(found))


class Confirm(View):
    verb = "reservation.confirm"

    @operation(
        name="driver_reservations_confirm",
        summary="Confirm a held place",
        audience="driver",
        answer=shapes.ReservationShape,
        key=False,
        problems=(NotFound, errors.HoldExpired, WrongState),
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        found = reservation_for(user=request.user, ref=ref, verb=self.verb)
        return self.do(
            request, confirm_reservation, shape=shapes.ReservationShape, headers=reservation_headers, ref=found.ref
        )


class Change(View):
    verb = "reservation.change"

    @operation(
        name="driver_reservations_change",
        summary="Move a reservation to another slot of the same port",
        description="If-Match is required: two people of one carrier may not overwrite each other's change unseen.",
        audience="driver",
        request=shapes.ChangeIn,
        answer=shapes.ReservationShape,
        key=False,
        if_match=True,
        problems=(NotFound, *OF_THE_SLOT, errors.TooLateToCancel, errors.AllowanceUsedUp),
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        wish = self.parsed(shapes.ChangeIn, request)
        found = reservation_for(user=request.user, ref=ref, verb=self.verb)
        return self.do(
            request,
            change_slot,
            shape=shapes.ReservationShape,
            keep=keep_until,
            before=unchanged(request, found, required=True),
            expected_changes=found.changes,
            headers=reservation_headers,
            ref=found.ref,
            slot_ref=wish["slot"],
        )


class Cancel(View):
    verb = "reservation.cancel"

    @operation(
        name="driver_reservations_cancel",
        summary="Give a reservation up",
        description="If-Match may be sent. It is not asked for: giving up means the same whatever was changed, and must be easy.",
        audience="driver",
        request=shapes.ReasonIn,
        answer=shapes.ReservationShape,
        key=False,
        if_match=False,
        problems=(NotFound, errors.TooLateToCancel, WrongState),
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        said = self.parsed(shapes.ReasonIn, request)
        found = reservation_for(user=request.user, ref=ref, verb=self.verb)
        etag.check(request, tag_of(found), required=False)
        return self.do(
            request,
            cancel_reservation,
            shape=shapes.ReservationShape,
            headers=reservation_headers,
            ref=found.ref,
            **said,
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


def tag_of(reservation: Reservation) -> str:
    """This will return the ETag of a reservation: it changes with its state, its slot, its vehicle, its driver and its hold."""
    hold_s = int(reservation.hold_until.timestamp()) if reservation.hold_until else 0
    seen = (reservation.slot_id, reservation.changes, reservation.vehicle_id, reservation.driver_id, hold_s)
    return etag.tag(reservation.ref, reservation.state, *seen)


def unchanged(request: Request, found: Reservation, *, required: bool) -> Callable[[], None]:
    """This will return the check of If-Match for inside the transaction. It locks nothing: the change itself compares and sets."""

    def check() -> None:
        row = Reservation.objects.get(pk=found.pk)
        etag.check(request, tag_of(row), required=required)

    return check


def keep_until(reservation: Reservation) -> datetime:
    return reservation.slot.ends_at + KEEP_AFTER_SLOT


def reservation_headers(reservation: Reservation) -> dict[str, str]:
    """This will return what goes with a fresh answer: the ETag, and where the reservation is read."""
    return {"ETag": tag_of(reservation), "Location": reverse("api:reservation", args=[reservation.ref])}


def _file(content: Any, kind: str, name: str, *, inline: bool) -> HttpResponse:
    shown = "inline" if inline else "attachment"
    headers = {"Content-Disposition": f'{shown}; filename="{name}"', "Cache-Control": "private, no-cache"}
    return HttpResponse(content, content_type=kind, headers=headers)
