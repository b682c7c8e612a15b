"""Driver audience: what a change costs before it is made, the changes that count, and my record: counters, marks, credits, appeals."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request

from core import clock
from core.api import etag
from core.api.answers import answer, shaped
from core.api.schema import Paging, operation, paged
from core.api.views import View
from core.errors import NotFound, WrongState
from reservations import errors
from reservations.api.driver_reservations import keep_until, reservation_headers, tag_of, unchanged
from reservations.api.shapes import driver as plain
from reservations.api.shapes import driver_conduct as shapes
from reservations.models import Policy
from reservations.operations import ask_appeal, change_driver, change_vehicle, extend_reservation
from reservations.queries import cost_of, mark_for, marks_of, reservation_for
from reservations.queries.record import conduct_at, credits_of
from yards.errors import UnknownPort
from yards.models import Port

VERB = "conduct.own"


# ---------------------------------------------------------------- of one reservation
class Cost(View):
    verb = "reservation.read"

    @operation(
        name="driver_reservations_cost",
        summary="What an act would cost, before it is done",
        audience="driver",
        query=shapes.CostIn,
        answer=shapes.CostShape,
        problems=(NotFound,),
    )
    def get(self, request: Request, ref: str) -> HttpResponse:
        act = self.asked(shapes.CostIn, request)["act"]
        found = reservation_for(user=request.user, ref=ref, verb=self.verb)
        body = {"act": act} | asdict(cost_of(found, act, clock.now()))
        return answer(shaped(shapes.CostShape, body), headers={"ETag": tag_of(found)})


class Extend(View):
    verb = "reservation.change"

    @operation(
        name="driver_reservations_extend",
        summary="Come some hours later",
        description="Until the end of the slot's grace. If-Match is required.",
        audience="driver",
        request=shapes.ExtendIn,
        answer=plain.ReservationShape,
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
        said = self.parsed(shapes.ExtendIn, request)
        found = reservation_for(user=request.user, ref=ref, verb=self.verb)
        return _change(self, request, found, extend_reservation, **said)


class ChangeVehicle(View):
    verb = "reservation.change"

    @operation(
        name="driver_reservations_change_vehicle",
        summary="Another vehicle of the same organisation comes",
        description="If-Match is required. The pass changes.",
        audience="driver",
        request=shapes.VehicleInstead,
        answer=plain.ReservationShape,
        key=False,
        if_match=True,
        problems=(
            NotFound,
            errors.NotSubstitutable,
            errors.TooLateToSubstitute,
            errors.AllowanceUsedUp,
            errors.VehicleHasAReservation,
            errors.VehiclePaused,
            WrongState,
        ),
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        said = self.parsed(shapes.VehicleInstead, request)
        found = reservation_for(user=request.user, ref=ref, verb=self.verb)
        return _change(self, request, found, change_vehicle, vehicle_ref=said["vehicle"])


class ChangeDriver(View):
    verb = "reservation.change"

    @operation(
        name="driver_reservations_change_driver",
        summary="Another driver of the same organisation comes",
        description="If-Match is required. A driver who hands the reservation over sees it no more.",
        audience="driver",
        request=shapes.DriverInstead,
        answer=plain.ReservationShape,
        key=False,
        if_match=True,
        problems=(NotFound, errors.NotSubstitutable, errors.TooLateToSubstitute, errors.AllowanceUsedUp, WrongState),
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        said = self.parsed(shapes.DriverInstead, request)
        found = reservation_for(user=request.user, ref=ref, verb=self.verb)
        return _change(self, request, found, change_driver, driver_ref=said["driver"])


def _change(view: View, request: Request, found: Any, act: Any, **inputs: Any) -> HttpResponse:
    return view.do(
        request,
        act,
        shape=plain.ReservationShape,
        keep=keep_until,
        before=unchanged(request, found, required=True),
        headers=reservation_headers,
        ref=found.ref,
        expected_changes=found.changes,
        **inputs,
    )


# ---------------------------------------------------------------- my record
class Conduct(View):
    verb = VERB

    @operation(
        name="driver_conduct_read",
        summary="My vehicles' counters under a port's rules, and a pause if there is one",
        audience="driver",
        query=shapes.ConductIn,
        answer=shapes.ConductShape,
        problems=(UnknownPort, errors.NoPolicy),
    )
    def get(self, request: Request) -> HttpResponse:
        now, code = clock.now(), self.asked(shapes.ConductIn, request)["port"]
        port = Port.objects.filter(code=code).first()
        if port is None:
            raise UnknownPort
        policy = Policy.objects.in_force(port_id=port.pk, at=now)
        body = {"port": port, "policy_version": policy.version, "vehicles": conduct_at(request.user, policy, now=now)}
        return etag.answer(request, shaped(shapes.ConductShape, body))


class Marks(View):
    verb = VERB

    @operation(
        name="driver_marks_list",
        summary="What counts or counted for my vehicles, newest first",
        audience="driver",
        query=Paging,
        answer=paged(shapes.MarkShape),
    )
    def get(self, request: Request) -> HttpResponse:
        return answer(self.page(request, marks_of(request.user), shapes.MarkShape))


class Appeals(View):
    verb = VERB

    @operation(
        name="driver_marks_appeal",
        summary="Appeal against one of them",
        audience="driver",
        request=shapes.AppealIn,
        answer=shapes.AppealShape,
        status=201,
        key=True,
        problems=(NotFound, errors.MarkExcused, errors.AppealOnce),
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        said = self.parsed(shapes.AppealIn, request)
        found = mark_for(user=request.user, ref=ref, verb=self.verb)
        return self.do(
            request,
            ask_appeal,
            shape=shapes.AppealShape,
            status=201,
            key=True,
            mark_ref=found.ref,
            user=request.user,
            **said,
        )


class Credits(View):
    verb = VERB

    @operation(
        name="driver_credits_list",
        summary="What the port owes my vehicles for calling late, newest first",
        audience="driver",
        query=Paging,
        answer=paged(shapes.CreditShape),
    )
    def get(self, request: Request) -> HttpResponse:
        return answer(self.page(request, credits_of(request.user), shapes.CreditShape))
