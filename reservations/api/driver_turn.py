"""Driver audience: presence and the turn."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from rest_framework.request import Request

from accounts.models import Vehicle
from core import clock
from core.api import etag
from core.api.answers import answer, shaped
from core.api.schema import operation
from core.api.views import View
from core.errors import NotFound, WrongState
from reservations import errors
from reservations.api.shapes import common
from reservations.api.shapes import driver as shapes
from reservations.api.turns import turn_of, why_of
from reservations.models import QueueEntry
from reservations.operations import check_in, check_in_walk_up, occupy, withdraw
from reservations.queries import entry_for, reservation_for
from yards.errors import NoBayEverFits, UnknownBay, UnknownLane, WrongBay


class Turn(View):
    verb = "turn.read"

    @operation(
        name="driver_turn_read",
        summary="My turn: position, wait, gate and bay",
        description="`seq` is where the live stream goes on from. The ETag changes with the stream and each minute of the wait.",
        audience="driver",
        answer=shapes.TurnShape,
        problems=(NotFound,),
    )
    def get(self, request: Request, ref: str) -> HttpResponse:
        now = clock.now()
        body = shaped(shapes.TurnShape, turn_of(entry_for(user=request.user, ref=ref, verb=self.verb), now=now))
        current = etag.tag({name: value for name, value in body.items() if name != "as_of"})
        return etag.answer(request, body, current=current)


class TurnWhy(View):
    verb = "turn.read"

    @operation(
        name="driver_turn_why",
        summary="Why am I here, who passed me, and by which rule",
        audience="driver",
        answer=common.WhyShape,
        problems=(NotFound,),
    )
    def get(self, request: Request, ref: str) -> HttpResponse:
        entry = entry_for(user=request.user, ref=ref, verb=self.verb)
        return answer(shaped(common.WhyShape, why_of(entry, now=clock.now())))


class CheckIn(View):
    verb = "turn.check_in"

    @operation(
        name="driver_check_in",
        summary="I am here, with a reservation",
        description="After the slot's grace the vehicle slides to the next feasible place, as a walk-up does.",
        audience="driver",
        request=shapes.CheckInIn,
        answer=shapes.EntryShape,
        status=201,
        key=True,
        problems=(NotFound, errors.WrongPort, errors.TooEarly, errors.VehicleInQueue, WrongState),
    )
    def post(self, request: Request) -> HttpResponse:
        said = self.parsed(shapes.CheckInIn, request)
        found = reservation_for(user=request.user, ref=said["reservation"], verb=self.verb)
        return self.do(
            request,
            check_in,
            shape=shapes.EntryShape,
            status=201,
            key=True,
            headers=_location,
            reservation_ref=found.ref,
            port_code=said["port"],
            hazard_class=said.get("hazard_class", ""),
        )


class WalkUp(View):
    verb = "turn.check_in"

    @operation(
        name="driver_walk_up",
        summary="I am here, without a reservation",
        audience="driver",
        request=shapes.WalkUpIn,
        answer=shapes.EntryShape,
        status=201,
        key=True,
        problems=(
            NotFound,
            UnknownLane,
            errors.WrongCargo,
            errors.VehicleHasAReservation,
            NoBayEverFits,
            errors.VehicleInQueue,
        ),
    )
    def post(self, request: Request) -> HttpResponse:
        said = self.parsed(shapes.WalkUpIn, request)
        if not Vehicle.objects.visible_to(request.user).filter(ref=said["vehicle"]).exists():
            raise NotFound(field="vehicle")
        return self.do(
            request,
            check_in_walk_up,
            shape=shapes.EntryShape,
            status=201,
            key=True,
            headers=_location,
            lane_code=said["lane"],
            vehicle_ref=said["vehicle"],
            cargo_kind=said["cargo_kind"],
            hazard_class=said.get("hazard_class", ""),
            driver=request.user,
        )


class Withdraw(View):
    verb = "turn.withdraw"

    @operation(
        name="driver_turn_withdraw",
        summary="Leave the order",
        audience="driver",
        request=shapes.ReasonIn,
        answer=shapes.EntryShape,
        key=False,
        problems=(NotFound, WrongState),
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        said = self.parsed(shapes.ReasonIn, request)
        entry = entry_for(user=request.user, ref=ref, verb=self.verb)
        return self.do(request, withdraw, shape=shapes.EntryShape, entry_ref=entry.ref, **said)


class Occupy(View):
    verb = "turn.occupy"

    @operation(
        name="driver_turn_occupy",
        summary="I stand in my bay",
        audience="driver",
        request=shapes.OccupyIn,
        answer=shapes.StayShape,
        key=False,
        problems=(NotFound, WrongState, UnknownBay, WrongBay),
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        said = self.parsed(shapes.OccupyIn, request)
        entry = entry_for(user=request.user, ref=ref, verb=self.verb)
        return self.do(request, occupy, shape=shapes.StayShape, entry_ref=entry.ref, **said)


def _location(entry: QueueEntry) -> dict[str, str]:
    return {"Location": reverse("api:turn", args=[entry.ref])}
