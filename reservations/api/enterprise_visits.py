"""Enterprise audience: where the vehicles are now, and the history of their trips as a file."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpResponse, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request

from accounts.api.enterprise import EnterpriseView
from core import clock
from core.api.answers import answer, dumps, shaped
from core.api.schema import operation
from core.cells import harmless
from core.errors import Invalid
from reservations.api.shapes import enterprise_visits as shapes
from reservations.queries.fleet_board import Truck, fleet_of
from reservations.queries.history import COLUMNS, trips_of
from reservations.queries.order import Standing, published_order_of
from yards.models import Lane

JUST_NOW = timedelta(hours=6)
USUAL = timedelta(days=30)
MOST = timedelta(days=366)
EARLIEST = datetime(
    2000, 1, 1, tzinfo=UTC
)  # no trip is older: nothing is taken from a moment that has nothing before it
ROWS_AT_ONCE = 200


class VisitsView(EnterpriseView):
    verb, scope = "fleet.own", "visits:read"


class Visits(VisitsView):
    @operation(
        name="enterprise_visits_list",
        summary="Where each of my vehicles is now",
        description="One line for each vehicle. Webhooks tell the same as it happens: ask this to begin with, and after a pause.",
        audience="enterprise",
        query=shapes.VisitsIn,
        answer=shapes.VisitsShape,
    )
    def get(self, request: Request) -> HttpResponse:
        asked, now = self.asked(shapes.VisitsIn, request), clock.now()
        fleet = fleet_of(self.organisation(request), since=now - JUST_NOW)
        places = places_of(fleet, now)
        lines = [line_of(truck, places) for truck in fleet]
        lines = [line for line in lines if asked.get("where") in (None, line["where"])]
        lines = [
            line for line in lines if not asked.get("port") or (line["port"] and line["port"].code == asked["port"])
        ]
        return answer(shaped(shapes.VisitsShape, {"as_of": now, "vehicles": lines}))


class HistoryCsv(VisitsView):
    @operation(
        name="enterprise_history_csv",
        summary="The trips of some days as a CSV file",
        description="UTF-8 with a byte order mark; text that a spreadsheet would run as a formula has an apostrophe before it.",
        audience="enterprise",
        query=shapes.HistoryIn,
        answer={(200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        return _streamed(request, csv_pages(_trips(self, request)), "text/csv; charset=utf-8", "trips.csv")


class HistoryLines(VisitsView):
    @operation(
        name="enterprise_history_jsonl",
        summary="The trips of some days, one JSON object a line",
        audience="enterprise",
        query=shapes.HistoryIn,
        answer={(200, "application/jsonl"): OpenApiTypes.STR},
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        return _streamed(request, json_pages(_trips(self, request)), "application/jsonl; charset=utf-8", "trips.jsonl")


def places_of(fleet: list[Truck], now: datetime) -> dict[int, Standing]:
    """This will read the published order of every lane in which one of the fleet waits, once each: {entry row id: its place}."""
    lanes = {truck.entry.lane_id for truck in fleet if truck.entry and truck.entry.state == "waiting"}
    rows = Lane.objects.select_related("port", "yard").filter(pk__in=lanes)
    return {place.entry.pk: place for lane in rows for place in published_order_of(lane, now=now)}


def line_of(truck: Truck, places: dict[int, Standing]) -> dict[str, Any]:
    """This will say what is going on with one vehicle; a visit comes before a promise, a promise before a wish."""
    where, entry = truck.state, truck.entry
    entry = entry if where in ("waiting", "called", "yard", "bay", "out") else None
    promise = entry.reservation if entry else truck.reservation
    wish = truck.request
    slot = promise.slot if promise else wish.slot if wish else None
    lane = entry.lane if entry else promise.lane if promise else slot.lane if slot else None
    place = places.get(entry.pk) if entry else None
    stay = truck.stay if entry else None
    return {
        "vehicle": truck.vehicle,
        "where": where,
        "port": lane.port if lane else wish.port if wish else None,
        "lane": lane,
        "slot": slot,
        "request": wish.ref if wish else None,
        "reservation": promise.ref if promise else None,
        "entry": entry.ref if entry else None,
        "visit": entry.visit_ref if entry else promise.visit_ref if promise else None,
        "arrived_at": entry.arrived_at if entry else None,
        "position": place.position if place else None,
        "rule": place.rule if place else None,
        "wait": place.wait if place else None,
        "call_expires_at": entry.call_expires_at if entry and entry.state == "called" else None,
        "gate": entry.gate.code if entry and entry.gate else None,
        "bay": stay.bay.code if stay else None,
        "stay_state": stay.state if stay else None,
        "left_at": entry.ended_at if entry and where == "out" else None,
    }


def csv_pages(trips: Iterator[dict[str, Any]]) -> Iterator[str]:
    """This will spell trips as CSV, some at a time."""
    page = io.StringIO()
    writer = csv.writer(page)
    page.write("\ufeff")  # spreadsheets then read Chinese as UTF-8
    writer.writerow(COLUMNS)
    for number, trip in enumerate(trips, start=1):
        writer.writerow([harmless(trip[name]) for name in COLUMNS])
        if number % ROWS_AT_ONCE == 0:
            yield page.getvalue()
            page.seek(0)
            page.truncate()
    yield page.getvalue()


def json_pages(trips: Iterator[dict[str, Any]]) -> Iterator[str]:
    """This will spell trips as JSON lines, some at a time."""
    while some := list(itertools.islice(trips, ROWS_AT_ONCE)):
        yield "".join(dumps(trip) + "\n" for trip in some)


def _trips(view: VisitsView, request: Request) -> Iterator[dict[str, Any]]:
    asked, now = view.asked(shapes.HistoryIn, request), clock.now()
    until = asked.get("until") or now
    since = asked.get("since") or max(until, EARLIEST) - USUAL
    if not timedelta() < until - since <= MOST:
        raise Invalid(field="since")
    return trips_of(request.user, since=since, until=until)  # type: ignore[arg-type]


def _streamed(request: Request, pages: Iterator[str], kind: str, name: str) -> StreamingHttpResponse:
    """An event loop would gather a plain iterator whole before it sends any of it."""
    content = _in_turn(pages) if isinstance(request._request, ASGIRequest) else pages
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingHttpResponse(content, content_type=kind, headers=headers)


async def _in_turn(pages: Iterator[str]) -> AsyncIterator[str]:
    following = sync_to_async(lambda: next(pages, None))
    while (page := await following()) is not None:
        yield page
