"""Enterprise audience: options → schedule → remove, the three calls that transport systems know from the Scheduling Standards Consortium.

A booking is a reservation under another name: its reference is the same, and everything under `reservations/` holds for it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request

from accounts.api.enterprise import EnterpriseView
from accounts.models import Vehicle
from core import clock
from core.api.answers import answer, shaped
from core.api.schema import operation
from core.errors import Invalid, NotFound, WrongState
from reservations import errors
from reservations.api import public, reservations
from reservations.api.audiences import ENTERPRISE
from reservations.api.enterprise_ports import told
from reservations.api.enterprise_reservations import OF_A_NEW_ONE
from reservations.api.shapes import enterprise as shapes
from reservations.operations import cancel_reservation
from reservations.operations.asking import Times, lanes_for
from reservations.operations.options import options_for
from reservations.queries import reservation_for
from yards.errors import NoBayEverFits, UnknownLane, UnknownPort

MOST_DAYS = 31


class Options(EnterpriseView):
    verb, scope = "reservation.create", "places:read"

    @operation(
        name="enterprise_bookings_options",
        summary="Options: the places that one of my vehicles could have",
        description=(
            "Nearest to `preferred_at` first. Nothing is held: schedule one of them. Days whose places a round still gives are "
            "named in `not_given`: ask for those by `requests/`."
        ),
        audience="enterprise",
        request=shapes.OptionsIn,
        answer=shapes.OptionsShape,
        problems=(
            NotFound,
            UnknownPort,
            UnknownLane,
            errors.WrongCargo,
            errors.LaneDoesNotFit,
            errors.TimesOutOfOrder,
            errors.NoPolicy,
            NoBayEverFits,
        ),
    )
    def post(self, request: Request) -> HttpResponse:
        said, now = self.parsed(shapes.OptionsIn, request), clock.now()
        port, times = public.port_of(said["port"]), times_of(said, now)
        vehicle = Vehicle.objects.filter(organisation=self.organisation(request), ref=said["vehicle"]).first()
        if vehicle is None:
            raise NotFound(field="vehicle")
        lanes = lanes_for(port, said["lanes"], said["cargo_kind"], [vehicle], now=now)
        lanes = [lane for lane in lanes if said["direction"] in ("", lane.direction)]
        found, shut = options_for(vehicle, lanes, times, most=said["most"], now=now) if lanes else ([], [])
        named = [{"slot": each.slot, "yours": each.yours} for each in found]
        body = {"port": port, "options": named, "not_given": [told(each.service_date, each.error) for each in shut]}
        return answer(shaped(shapes.OptionsShape, body))


class Bookings(EnterpriseView):
    verb, scope = "reservation.create", "reservations:write"

    @operation(
        name="enterprise_bookings_schedule",
        summary="Schedule: take one of the options",
        audience="enterprise",
        request=shapes.ScheduleIn,
        answer=shapes.FleetReservation,
        status=201,
        key=True,
        problems=OF_A_NEW_ONE,
    )
    def post(self, request: Request) -> HttpResponse:
        return reservations.reserve(ENTERPRISE, self, request, self.parsed(shapes.ScheduleIn, request))


class Remove(EnterpriseView):
    verb, scope = "reservation.cancel", "reservations:write"

    @operation(
        name="enterprise_bookings_remove",
        summary="Remove: give the booked place back",
        audience="enterprise",
        request=shapes.RemoveIn,
        answer=shapes.FleetReservation,
        key=False,
        problems=(NotFound, errors.TooLateToCancel, WrongState),
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        said = self.parsed(shapes.RemoveIn, request)
        found = reservation_for(user=request.user, ref=ref, verb=self.verb)
        shape, headers = ENTERPRISE.reservation, ENTERPRISE.with_reservation
        return self.do(request, cancel_reservation, shape=shape, headers=headers, ref=found.ref, **said)


def times_of(said: dict[str, Any], now: datetime) -> Times:
    """This will return the interval that options are asked for; raises TimesOutOfOrder, Invalid for one of over 31 days."""
    times = Times(said["earliest_at"], said["latest_at"], said["preferred_at"] or said["earliest_at"])
    if not times.earliest_at <= times.preferred_at <= times.latest_at or times.latest_at <= now:
        raise errors.TimesOutOfOrder
    if (times.latest_at - times.earliest_at).days > MOST_DAYS:
        raise Invalid(field="latest_at")
    return times
