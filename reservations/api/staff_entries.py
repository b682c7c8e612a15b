"""Staff audience: what the desk does with one vehicle in the order. Every act is one verb, one domain call."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request

from accounts.operations import find_or_create_vehicle
from core import clock
from core.api.answers import answer, shaped
from core.api.schema import operation
from core.api.views import Serializer, View
from core.errors import DomainError, NotFound, WrongState
from reservations import errors
from reservations import operations as acts
from reservations.api.shapes import common
from reservations.api.shapes import driver as driver_shapes
from reservations.api.shapes import staff as shapes
from reservations.api.turns import why_of
from reservations.queries import entry_for, lane_for, override_for, port_for, reservation_for
from yards.errors import (
    BayBlocked,
    BayDoesNotFit,
    BayTaken,
    MeasureNotValid,
    NoBayEverFits,
    NoBayThatFits,
    ReasonNeeded,
    UnknownBay,
    UnknownLane,
    UnknownPort,
    WrongBay,
)


def _act_on_entry(
    name: str,
    *,
    asks: str,
    act: Callable[..., Any],
    summary: str,
    sent: Serializer,
    shape: Serializer = shapes.EntryRow,
    problems: Iterable[type[DomainError]] = (),
) -> type[View]:
    """This will make the view of one verb on one entry: `asks` is its row in accounts/policy.py."""

    class Act(View):
        verb = asks

        @operation(
            name=f"staff_entries_{name}",
            summary=summary,
            audience="staff",
            request=sent,
            answer=shape,
            key=False,
            problems=(NotFound, WrongState, *problems),
        )
        def post(self, request: Request, ref: str) -> HttpResponse:
            said = self.parsed(sent, request)
            entry = entry_for(user=request.user, ref=ref, verb=asks)
            return self.do(request, act, shape=shape, entry_ref=entry.ref, **said)

    Act.__name__ = Act.__qualname__ = name.title()
    return Act


Miss = _act_on_entry("miss", asks="queue.miss", act=acts.miss, summary="The call was missed", sent=common.Nothing)
Withdraw = _act_on_entry(
    "withdraw",
    asks="queue.withdraw",
    act=acts.withdraw,
    summary="Take a vehicle out of the order, with a reason",
    sent=shapes.DeskReasonIn,
    problems=[ReasonNeeded],
)
Admit = _act_on_entry(
    "admit",
    asks="queue.admit",
    act=acts.admit,
    summary="Through the gate",
    sent=shapes.AdmitIn,
    shape=shapes.CalledRow,
    problems=[NoBayThatFits, MeasureNotValid],
)
Occupy = _act_on_entry(
    "occupy",
    asks="stay.occupy",
    act=acts.occupy,
    summary="The vehicle stands in its bay, or in the free one that is named",
    sent=shapes.BayIn,
    shape=driver_shapes.StayShape,
    problems=[UnknownBay, WrongBay],
)
Move = _act_on_entry(
    "move",
    asks="stay.move",
    act=acts.move,
    summary="Send a vehicle to another bay",
    sent=shapes.MoveIn,
    shape=driver_shapes.StayShape,
    problems=[UnknownBay, BayTaken, BayBlocked, BayDoesNotFit],
)
Release = _act_on_entry(
    "release", asks="stay.release", act=acts.release, summary="The bay is free again", sent=common.Nothing
)
Exit = _act_on_entry("exit", asks="queue.exit", act=acts.exit_yard, summary="Out of the yard", sent=common.Nothing)


class Why(View):
    verb = "console.read"

    @operation(
        name="staff_entries_why",
        summary="Why does this vehicle stand where it stands",
        audience="staff",
        answer=common.WhyShape,
        problems=(NotFound,),
    )
    def get(self, request: Request, ref: str) -> HttpResponse:
        entry = entry_for(user=request.user, ref=ref, verb=self.verb)
        return answer(shaped(common.WhyShape, why_of(entry, now=clock.now())))


class CheckIn(View):
    verb = "queue.check_in"

    @operation(
        name="staff_check_in",
        summary="A reserved vehicle has arrived",
        audience="staff",
        request=shapes.DeskCheckInIn,
        answer=shapes.CheckedRow,
        status=201,
        key=True,
        problems=(NotFound, UnknownPort, errors.WrongPort, errors.TooEarly, errors.VehicleInQueue, WrongState),
    )
    def post(self, request: Request) -> HttpResponse:
        said = self.parsed(shapes.DeskCheckInIn, request)
        port = port_for(user=request.user, code=said["port"], verb=self.verb)
        found = reservation_for(user=request.user, ref=said["reservation"], verb=self.verb)
        wanted: dict[str, Any] = {"reservation_ref": found.ref, "port_code": port.code}
        wanted |= {"hazard_class": said.get("hazard_class", "")}
        return self.do(request, acts.check_in, shape=shapes.CheckedRow, status=201, key=True, **wanted)


class WalkUps(View):
    verb = "queue.check_in"

    @operation(
        name="staff_walk_ups_create",
        summary="A vehicle without a reservation has arrived",
        description="The vehicle is found by country, kind and plate, and made when it is new.",
        audience="staff",
        request=shapes.DeskWalkUpIn,
        answer=shapes.EntryRow,
        status=201,
        key=True,
        problems=(UnknownLane, errors.WrongCargo, errors.VehicleHasAReservation, NoBayEverFits, errors.VehicleInQueue),
    )
    def post(self, request: Request) -> HttpResponse:
        said = self.parsed(shapes.DeskWalkUpIn, request)
        lane = lane_for(user=request.user, code=said.pop("lane"), verb=self.verb)
        cargo_kind, hazard_class = said.pop("cargo_kind"), said.pop("hazard_class", "")
        vehicle = find_or_create_vehicle(now=clock.now(), actor=self.actor(request), **said)
        return self.do(
            request,
            acts.check_in_walk_up,
            shape=shapes.EntryRow,
            status=201,
            key=True,
            lane_code=lane.code,
            vehicle_ref=vehicle.ref,
            cargo_kind=cargo_kind,
            hazard_class=hazard_class,
            driver=None,
        )


class Overrides(View):
    verb = "override.ask"

    @operation(
        name="staff_overrides_create",
        summary="Ask for a call out of order",
        description="A second person approves or rejects it; both names and the reason stay in the record.",
        audience="staff",
        request=shapes.OverrideIn,
        answer=shapes.OverrideShape,
        status=201,
        key=True,
        problems=(NotFound, WrongState, errors.OverrideWaiting),
    )
    def post(self, request: Request) -> HttpResponse:
        said = self.parsed(shapes.OverrideIn, request)
        entry = entry_for(user=request.user, ref=said["entry"], verb=self.verb)
        wanted: dict[str, Any] = {"entry_ref": entry.ref, "reason": said["reason"], "user": request.user}
        return self.do(request, acts.ask_override, shape=shapes.OverrideShape, status=201, key=True, **wanted)


def _decision(name: str, *, approve: bool, summary: str) -> type[View]:
    class Decide(View):
        verb = "override.decide"

        @operation(
            name=f"staff_overrides_{name}",
            summary=summary,
            audience="staff",
            request=common.Nothing,
            answer=shapes.OverrideShape,
            key=False,
            problems=(NotFound, errors.SamePerson, WrongState),
        )
        def post(self, request: Request, ref: str) -> HttpResponse:
            found = override_for(user=request.user, ref=ref, verb=self.verb)
            wanted: dict[str, Any] = {"ref": found.ref, "approve": approve, "user": request.user}
            return self.do(request, acts.decide_override, shape=shapes.OverrideShape, **wanted)

    Decide.__name__ = Decide.__qualname__ = name.title()
    return Decide


Approve = _decision("approve", approve=True, summary="Approve a call out of order, as the second person")
Reject = _decision("reject", approve=False, summary="Reject a call out of order, as the second person")
