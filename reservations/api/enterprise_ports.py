"""Enterprise audience: ports with their rules, and the places that could be had."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from accounts.api.enterprise import EnterpriseView
from core import clock
from core.api import etag
from core.api.answers import answer, shaped
from core.api.schema import operation
from core.errors import DomainError
from reservations import errors
from reservations.api import public
from reservations.api.driver_rounds import bar_of
from reservations.api.shapes import driver_requests as rounds
from reservations.api.shapes import enterprise as shapes
from reservations.api.shapes import public as plain
from reservations.operations.options import is_open, not_given, shares
from reservations.queries import free_slots, port_summaries, service_dates
from reservations.queries.asking import days_to_ask
from yards.errors import UnknownLane, UnknownPort
from yards.models import Lane, Port


class PlacesView(EnterpriseView):
    verb, scope = "reservation.read", "places:read"


class ListOfFleetPorts(serializers.Serializer[Any]):
    results = plain.PortShape(many=True)


class Ports(PlacesView):
    @operation(
        name="enterprise_ports_list",
        summary="All ports: open or closed, how many wait, how long",
        audience="enterprise",
        answer=ListOfFleetPorts,
    )
    def get(self, request: Request) -> HttpResponse:
        found = [shaped(plain.PortShape, each) for each in port_summaries(now=clock.now())]
        return etag.answer(request, {"results": found})


class OnePort(PlacesView):
    @operation(
        name="enterprise_ports_read",
        summary="One port with its lanes and the figures of the rules in force",
        audience="enterprise",
        answer=plain.PortPage,
        problems=(UnknownPort,),
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        return etag.answer(request, public.page_of(code, now=clock.now()))


class Availability(PlacesView):
    @operation(
        name="enterprise_availability",
        summary="Free places of a day, and how many of them my organisation may still take",
        description="Full slots are listed too. `not_given` says why a day's places are not given at once: then ask by `requests/`.",
        audience="enterprise",
        query=shapes.AvailabilityIn,
        answer=shapes.AvailabilityShape,
        problems=(UnknownPort, UnknownLane, errors.NoPolicy),
    )
    def get(self, request: Request) -> HttpResponse:
        asked, now = self.asked(shapes.AvailabilityIn, request), clock.now()
        port = public.port_of(asked["port"])
        lanes = lanes_asked(port, asked)
        dates = sorted({day for lane in lanes for day in service_dates(lane, now=now)})
        day = asked.get("date") or (dates[0] if dates else None)
        shown = lanes if day in dates else []
        organisation_id = self.organisation(request).pk
        body = {
            "port": port,
            "date": day,
            "dates": dates,
            "not_given": _why_not(port, day, now) if shown else None,
            "lanes": [{"lane": lane, "slots": places_of(lane, day, organisation_id, now)} for lane in shown],
        }
        return etag.answer(request, shaped(shapes.AvailabilityShape, body))


class Days(PlacesView):
    @operation(
        name="enterprise_rounds_list",
        summary="The days of a port that can be asked for, with the moments of their rounds",
        audience="enterprise",
        query=rounds.PortIn,
        answer=rounds.DaysShape,
        problems=(UnknownPort,),
    )
    def get(self, request: Request) -> HttpResponse:
        port = public.port_of(self.asked(rounds.PortIn, request)["port"])
        body = {"port": port, "days": days_to_ask(port, now=clock.now())}
        return etag.answer(request, shaped(rounds.DaysShape, body))


class DayBar(PlacesView):
    @operation(
        name="enterprise_rounds_day",
        summary="How full each hour of a day is, and what the last rounds gave",
        audience="enterprise",
        query=rounds.DayIn,
        answer=rounds.DayBarShape,
        problems=(UnknownPort, errors.NoPolicy),
    )
    def get(self, request: Request) -> HttpResponse:
        asked = self.asked(rounds.DayIn, request)
        body = bar_of(public.port_of(asked.pop("port")), now=clock.now(), **asked)
        return answer(shaped(rounds.DayBarShape, body))


def lanes_asked(port: Port, asked: dict[str, Any]) -> list[Lane]:
    """This will return a port's lanes that a query means; raises UnknownLane for a code it does not have."""
    lanes = list(Lane.objects.filter(port=port).select_related("port", "yard").order_by("code"))
    if asked.get("lane"):
        lanes = [lane for lane in lanes if lane.code == asked["lane"]]
        if not lanes:
            raise UnknownLane
    kind, direction = asked.get("cargo_kind"), asked.get("direction")
    lanes = [lane for lane in lanes if not kind or kind in lane.cargo_kinds]
    return [lane for lane in lanes if not direction or lane.direction == direction]


def places_of(lane: Lane, day: date | None, organisation_id: int, now: datetime) -> list[dict[str, Any]]:
    rows = free_slots(lane, service_date=day, now=now) if day else []
    names = ("ref", "starts_at", "ends_at", "service_date", "free", "capacity", "is_frozen", "opens_at")
    found = shares(list(rows), organisation_id=organisation_id, now=now)
    return [
        {name: getattr(each.slot, name) for name in names} | {"yours": each.yours if is_open(each.slot, now) else 0}
        for each in found
    ]


def told(day: date, error: DomainError) -> dict[str, Any]:
    """This will shape why a day's places are not given at once."""
    return {"service_date": day, "code": error.code, "detail": error.detail}


def _why_not(port: Port, day: date | None, now: datetime) -> dict[str, Any] | None:
    found = not_given(port, [day] if day else [], now=now)
    return next((told(each, error) for each, error in found.items()), None)
