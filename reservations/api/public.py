"""Public audience: ports, lanes, free places, rules, the board. Nobody signs in, so any cache may keep an answer for a moment."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request

from core import clock
from core.api import (
    etag,
    paths,  # noqa: F401  registers the path converters
)
from core.api.answers import all_shaped, shaped
from core.api.schema import operation
from core.api.views import View
from reservations.api.boards import board_of
from reservations.api.shapes import public as shapes
from reservations.models import Policy
from reservations.queries import PortSummary, free_slots, port_summaries, service_dates
from yards.errors import UnknownLane, UnknownPort
from yards.models import Lane, Port

BRIEFLY = {"Cache-Control": "public, max-age=2"}


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
        found = all_shaped(shapes.PortShape, port_summaries(now=clock.now()))
        return etag.answer(request, {"results": found}, headers=BRIEFLY)


class OnePort(PublicView):
    @operation(
        name="public_ports_read",
        summary="One port with its lanes and the rules in force",
        audience="public",
        answer=shapes.PortPage,
        problems=(UnknownPort,),
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        now = clock.now()
        summary = summary_of(code)
        rules = (
            Policy.objects.filter(port=summary.port, effective_from__lte=now)
            .order_by("-effective_from", "-version")
            .first()
        )
        body = shaped(shapes.PortShape, summary)
        body |= {"lanes": all_shaped(shapes.LaneShape, summary.lanes)}
        body |= {"policy": shaped(shapes.PolicyShape, rules) if rules else None}
        return etag.answer(request, body, headers=BRIEFLY)


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
        return etag.answer(request, shaped(shapes.PoliciesShape, body), headers=BRIEFLY)


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
        return etag.answer(request, shaped(shapes.SlotsShape, body), headers=BRIEFLY)


class Board(PublicView):
    @operation(
        name="public_board_read",
        summary="The board of a port: who is called, who is next; plates masked",
        audience="public",
        answer=shapes.BoardShape,
        problems=(UnknownPort,),
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        body = shaped(shapes.BoardShape, board_of(port_of(code), now=clock.now()))
        current = etag.tag({name: value for name, value in body.items() if name != "as_of"})
        return etag.answer(request, body, current=current, headers=BRIEFLY)


def summary_of(code: str) -> PortSummary:
    found = port_summaries(now=clock.now(), codes=[code])
    if not found:
        raise UnknownPort
    return found[0]


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
