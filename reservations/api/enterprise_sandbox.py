"""Enterprise audience: the clock of a sandbox organisation, and the gate events that its program raises."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import path
from rest_framework.request import Request

from accounts.api.enterprise import EnterpriseView
from core import clock, worlds
from core.api.answers import answer, shaped
from core.api.schema import operation
from core.errors import NotFound, WrongState
from reservations import errors
from reservations.api.shapes import enterprise_sandbox as shapes
from reservations.models import Reservation
from reservations.queries import reservation_for
from reservations.sandbox.errors import ClockBackwards, ClockTooFar, NoSandbox, NotThisLane
from reservations.sandbox.happening import entry_of, raise_event
from reservations.sandbox.opening import KEEPER, world_at
from reservations.sandbox.running import run, set_clock
from yards.errors import NoBayThatFits
from yards.models import Port, Stay


class SandboxView(EnterpriseView):
    verb, scope = "sandbox.own", "sandbox:write"

    def port(self, request: Request) -> Port:
        organisation = self.organisation(request)
        if not organisation.is_sandbox:
            raise NoSandbox
        return organisation.sandbox


class Clock(SandboxView):
    @operation(
        name="enterprise_sandbox_clock",
        summary="What the clock of my sandbox shows",
        audience="enterprise",
        answer=shapes.ClockShape,
        problems=(NoSandbox,),
    )
    def get(self, request: Request) -> HttpResponse:
        return answer(_shown(self.port(request)))

    @operation(
        name="enterprise_sandbox_clock_set",
        summary="Set the clock of my sandbox on",
        description="Whatever became due meanwhile is done before the answer. Go in small steps to see each deadline pass by itself.",
        audience="enterprise",
        request=shapes.ClockIn,
        answer=shapes.ClockShape,
        problems=(NoSandbox, ClockBackwards, ClockTooFar),
    )
    def post(self, request: Request) -> HttpResponse:
        to, port = self.parsed(shapes.ClockIn, request)["now"], self.port(request)
        port = set_clock(port_code=port.code, to=to, now=clock.now(), actor=self.actor(request))
        worlds.enter(world_at(port))
        run(port, with_slots=True)
        return answer(_shown(port))


class Events(SandboxView):
    @operation(
        name="enterprise_sandbox_events",
        summary="Raise what a gate, a driver or the desk would report",
        description="For a reservation of mine, at my sandbox's time. It has the effects of the real thing, webhooks included.",
        audience="enterprise",
        request=shapes.EventIn,
        answer=shapes.HappenedShape,
        problems=(
            NoSandbox,
            NotFound,
            WrongState,
            errors.TooEarly,
            errors.CameAlready,
            errors.VehicleInQueue,
            errors.VehicleHasAReservation,
            errors.HasNoBay,
            errors.NotInTheYard,
            errors.LaneClosed,
            errors.NobodyWaiting,
            NoBayThatFits,
            NotThisLane,
        ),
    )
    def post(self, request: Request) -> HttpResponse:
        self.port(request)
        wish, now = self.parsed(shapes.EventIn, request), clock.now()
        reservation = reservation_for(user=request.user, ref=wish["reservation"], verb="reservation.read")
        raise_event(kind=wish["kind"], reservation=reservation, now=now, actor=KEEPER)
        return answer(_happened(wish["kind"], reservation) | {"at": now})


def _shown(port: Port) -> Any:
    facts = {"now": clock.now(), "ahead_s": port.sandbox_ahead_s, "port": port.code}
    return shaped(shapes.ClockShape, facts)


def _happened(kind: str, reservation: Reservation) -> dict[str, Any]:
    reservation.refresh_from_db(fields=["state"])
    entry = entry_of(reservation)
    stay = Stay.objects.filter(visit_ref=entry.visit_ref, state__in=Stay.machine.live).select_related("bay").first()
    return {
        "kind": kind,
        "reservation": reservation.ref,
        "reservation_state": reservation.state,
        "entry": entry.ref,
        "entry_state": entry.state,
        "bay": stay.bay.code if stay else None,
    }


urlpatterns = [
    path("sandbox/clock/", Clock.as_view(), name="enterprise_sandbox_clock"),
    path("sandbox/events/", Events.as_view(), name="enterprise_sandbox_events"),
]
