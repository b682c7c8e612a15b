"""Driver audience: the days I can ask for, and how full each of their hours is."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request

from core import clock
from core.api import etag
from core.api.answers import shaped
from core.api.schema import operation
from core.api.views import View
from reservations.api.public import port_of
from reservations.api.shapes import driver_requests as shapes
from reservations.queries.asking import days_to_ask, goes_first, hours_of, lanes_that_take
from reservations.queries.rounds import chances_by_hour
from yards.errors import UnknownPort
from yards.models import Port


class Days(View):
    verb = "request.own"

    @operation(
        name="driver_rounds_list",
        summary="The days of a port that I can ask for, with the moments of their rounds",
        audience="driver",
        query=shapes.PortIn,
        answer=shapes.DaysShape,
        problems=(UnknownPort,),
    )
    def get(self, request: Request) -> HttpResponse:
        port = port_of(self.asked(shapes.PortIn, request)["port"])
        days = days_to_ask(port, now=clock.now())
        return etag.answer(request, shaped(shapes.DaysShape, {"port": port, "days": days}))


class DayBar(View):
    verb = "request.own"

    @operation(
        name="driver_rounds_day",
        summary="How full each hour of a day is, and my chances from the last rounds",
        audience="driver",
        query=shapes.DayIn,
        answer=shapes.DayBarShape,
        problems=(UnknownPort,),
    )
    def get(self, request: Request) -> HttpResponse:
        asked = self.asked(shapes.DayIn, request)
        body = bar_of(port_of(asked.pop("port")), now=clock.now(), **asked)
        return etag.answer(request, shaped(shapes.DayBarShape, body))


def bar_of(port: Port, *, service_date: date, cargo_kind: str, direction: str, now: datetime) -> dict[str, Any]:
    """This will say how full each hour of a day is over the lanes that take the cargo, and what the last rounds gave."""
    lanes = lanes_that_take(port, cargo_kind, direction)
    chances = chances_by_hour(lanes, now=now)
    return {
        "service_date": service_date,
        "lanes": lanes,
        "evidence_needed": goes_first(port, cargo_kind, now=now),
        "hours": [
            {name: getattr(hour, name) for name in ("starts_at", "ends_at", "places", "taken", "asked", "percent")}
            | {"chance": chances.get(hour.starts_at.astimezone(port.tz).hour, shapes.NO_CHANCE_KNOWN)}
            for hour in hours_of(lanes, service_date, now=now)
        ],
    }
