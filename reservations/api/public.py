"""Public audience: ports, lanes, free places, rules, the board. Nobody signs in, so any cache may keep an answer for a moment."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpResponse
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request

from core import clock
from core.api import (
    etag,
    paths,  # noqa: F401  registers the path converters
    shared,
)
from core.api.answers import all_shaped, shaped
from core.api.schema import operation
from core.api.views import View
from reservations.api.boards import board_of
from reservations.api.shapes import public as shapes
from reservations.models import Policy
from reservations.queries import free_slots, port_summaries, service_dates
from yards.errors import UnknownLane, UnknownPort
from yards.models import Lane, Port


class PublicView(View):
    verb = "public.read"
    authentication_classes = ()


class ListOfPorts(serializers.Serializer[Any]):
    results = shapes.PortShape(many=True)


class Ports(PublicView):
    @operation(
        name="public_ports_list",
        summary="All ports: open or closed, how many wait, how long",
        audience="public",
        answer=ListOfPorts,
    )
    def get(self, request: Request) -> HttpResponse:
        return shared.answer(
            request, lambda: {"results": all_shaped(shapes.PortShape, port_summaries(now=clock.now()))}
        )


class OnePort(PublicView):
    @operation(
        name="public_ports_read",
        summary="One port with its lanes and the rules in force",
        audience="public",
        answer=shapes.PortPage,
        problems=(UnknownPort,),
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        return shared.answer(request, lambda: page_of(code, now=clock.now()))


class PortPolicy(PublicView):
    @operation(
        name="public_ports_policy",
        summary="The rules of a port: in force now and announced",
        audience="public",
        answer=shapes.PoliciesShape,
        problems=(UnknownPort,),
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        now, port = clock.now(), port_of(code)
        rules = list(Policy.objects.filter(port=port).order_by("effective_from", "version"))
        past = [each for each in rules if each.effective_from <= now]
        body = {
            "in_force": past[-1] if past else None,
            "announced": [each for each in rules if each.effective_from > now],
        }
        return etag.answer(request, shaped(shapes.PoliciesShape, body), headers=shared.BRIEFLY)


class Slots(PublicView):
    @operation(
        name="public_slots_list",
        summary="Free places of a lane on one day",
        audience="public",
        query=shapes.DayIn,
        answer=shapes.SlotsShape,
        problems=(UnknownPort, UnknownLane),
    )
    def get(self, request: Request, code: str, lane_code: str) -> HttpResponse:
        wanted: date | None = self.asked(shapes.DayIn, request).get("date")
        now, lane = clock.now(), lane_of(code, lane_code)
        dates = service_dates(lane, now=now)
        day = wanted or (dates[0] if dates else None)
        slots = free_slots(lane, service_date=day, now=now) if day in dates else []
        body = {"date": day, "dates": dates, "slots": slots}
        return etag.answer(request, shaped(shapes.SlotsShape, body), headers=shared.BRIEFLY)


class Board(PublicView):
    @operation(
        name="public_board_read",
        summary="The board of a port: who is called, who is next; plates masked",
        audience="public",
        answer=shapes.BoardShape,
        problems=(UnknownPort,),
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        def board() -> dict[str, Any]:
            found: dict[str, Any] = shaped(shapes.BoardShape, board_of(port_of(code), now=clock.now()))
            return found

        return shared.answer(request, board, apart_from={"as_of"})


def page_of(code: str, *, now: datetime) -> dict[str, Any]:
    """This will shape a port with its lanes and the rules in force. Raises UnknownPort."""
    found = port_summaries(now=now, codes=[code])
    if not found:
        raise UnknownPort
    in_force = (
        Policy.objects.filter(port=found[0].port, effective_from__lte=now)
        .order_by("-effective_from", "-version")
        .first()
    )
    body: dict[str, Any] = shaped(shapes.PortShape, found[0])
    rules = shaped(shapes.PolicyShape, in_force) if in_force else None
    return body | {"lanes": all_shaped(shapes.LaneShape, found[0].lanes), "policy": rules}


def port_of(code: str) -> Port:
    port = Port.objects.filter(code=code).first()
    if port is None:
        raise UnknownPort
    return port


def lane_of(port_code: str, code: str) -> Lane:
    lane = Lane.objects.select_related("port", "yard", "gate").filter(port=port_of(port_code), code=code).first()
    if lane is None:
        raise UnknownLane
    return lane


urlpatterns = [
    path("ports/", Ports.as_view(), name="ports"),
    path("ports/<code:code>/", OnePort.as_view(), name="port"),
    path("ports/<code:code>/policy/", PortPolicy.as_view(), name="port_policy"),
    path("ports/<code:code>/board/", Board.as_view(), name="board"),
    path("ports/<code:code>/lanes/<code:lane_code>/slots/", Slots.as_view(), name="slots"),
]
