"""The way of a vehicle, and what another bay would cost it: read once for the driver's and the desk's audience."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request

from core import clock
from core.api.answers import answer, shaped
from core.api.schema import operation
from core.api.views import View
from core.errors import NotFound, WrongState
from reservations import errors
from reservations import operations as acts
from reservations.api.shapes import driver as driver_shapes
from reservations.api.shapes import guide as shapes
from reservations.api.shapes import staff as staff_shapes
from reservations.api.turns import stay_of
from reservations.models import QueueEntry
from reservations.queries import entry_for
from reservations.queries.guidance import Guide, Place, cost_of_move, guide
from yards.errors import MeasureNotValid, UnknownBay, WrongBay
from yards.guidance.choice import Option
from yards.guidance.steps import Step
from yards.guidance.ways import Way
from yards.way_words import step_words


def guide_of(entry: QueueEntry, *, now: datetime, start: tuple[str, str] | None = None) -> dict[str, Any]:
    """This will read an entry's guide as it is shown."""
    told: Guide = guide(entry, now, start=start)
    return {
        "ahead": told.ahead,
        "gate": told.gate.code,
        "bay": told.stay.bay.code if told.stay else None,
        "zone": told.zone,
        "layout": told.layout.ref if told.layout else None,
        "start": _place(told.from_place) if told.from_place else None,
        "way": _way(told.way) if told.way else None,
        "steps": [_step(step) for step in told.steps],
        "evacuation": told.evacuation,
        "trouble": told.trouble,
        "blocked_aisles": sorted(told.blocked),
        "as_of": now,
    }


def _place(place: Place) -> dict[str, Any]:
    x_m, y_m = place.at_m
    return {"kind": place.kind, "code": place.code, "x_m": x_m, "y_m": y_m, "seen_at": place.seen_at}


def _way(way: Way) -> dict[str, Any]:
    line = [{"x_m": round(x_m, 1), "y_m": round(y_m, 1)} for x_m, y_m in way.line]
    return {"line": line, "length_m": round(way.length_m, 1), "aisles": way.aisles, "start": way.start, "to": way.to}


def _step(step: Step) -> dict[str, Any]:
    metres = {name: round(getattr(step, name), 1) for name in ("distance_m", "x_m", "y_m")}
    return {"turn": step.turn, "words": step_words(step), "icon": step.icon, **metres}


def _start(said: dict[str, Any]) -> tuple[str, str] | None:
    return (said["at"], said["code"]) if "at" in said and "code" in said else None


class _Guide(View):
    def shown(self, request: Request, ref: str) -> HttpResponse:
        said = self.asked(shapes.StartIn, request)
        entry = entry_for(user=request.user, ref=ref, verb=self.verb)
        return answer(shaped(shapes.GuideShape, guide_of(entry, now=clock.now(), start=_start(said))))


class DriverGuide(_Guide):
    verb = "turn.read"

    @operation(
        name="driver_turn_guide",
        summary="The way to my bay, on from it, or out",
        description="Begins at `at` and `code` (a bay, post, zone or gate one stands at), else where the vehicle was seen last.",
        audience="driver",
        query=shapes.StartIn,
        answer=shapes.GuideShape,
        problems=(NotFound,),
    )
    def get(self, request: Request, ref: str) -> HttpResponse:
        return self.shown(request, ref)


class StaffGuide(_Guide):
    verb = "console.read"

    @operation(
        name="staff_entries_guide",
        summary="The way a vehicle is shown",
        audience="staff",
        query=shapes.StartIn,
        answer=shapes.GuideShape,
        problems=(NotFound,),
    )
    def get(self, request: Request, ref: str) -> HttpResponse:
        return self.shown(request, ref)


class BayTaken(View):
    verb = "turn.report"

    @operation(
        name="driver_turn_bay_taken",
        summary="Somebody else stands in my bay",
        description="The bay is blocked until staff have looked, and another one is held; the answer names the one to drive to.",
        audience="driver",
        request=shapes.BayTakenIn,
        answer=driver_shapes.StayShape,
        key=False,
        problems=(NotFound, WrongState, errors.NotInTheYard, errors.HasNoBay, WrongBay),
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        said = self.parsed(shapes.BayTakenIn, request)
        entry = entry_for(user=request.user, ref=ref, verb=self.verb)
        return self.do(request, acts.report_bay_taken, shape=driver_shapes.StayShape, entry_ref=entry.ref, **said)


class Measure(View):
    verb = "entry.measure"

    @operation(
        name="staff_entries_measure",
        summary="A vehicle is of another size, or its dangerous goods of another class, than declared",
        description="A bay held for it that does not fit any more is replaced at once, where one is free.",
        audience="staff",
        request=shapes.MeasuredIn,
        answer=staff_shapes.CalledRow,
        key=False,
        problems=(NotFound, WrongState, MeasureNotValid),
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        said = self.parsed(shapes.MeasuredIn, request)
        entry = entry_for(user=request.user, ref=ref, verb=self.verb)
        return self.do(request, acts.measure, shape=staff_shapes.CalledRow, entry_ref=entry.ref, **said)


class CostOfMove(View):
    verb = "console.read"

    @operation(
        name="staff_entries_cost_of_move",
        summary="What another bay would cost a vehicle, and what speaks against it",
        audience="staff",
        query=shapes.CostIn,
        answer=shapes.MoveCostShape,
        problems=(NotFound, UnknownBay),
    )
    def get(self, request: Request, ref: str) -> HttpResponse:
        bay_code, now = self.asked(shapes.CostIn, request)["bay"], clock.now()
        entry = entry_for(user=request.user, ref=ref, verb=self.verb)
        return answer(shaped(shapes.MoveCostShape, _cost(cost_of_move(entry, bay_code, now), _now_m(entry, now))))


def _cost(option: Option, now_m: float | None) -> dict[str, Any]:
    parts = [{"part": name, "metres": m} for name, m in option.parts.items() if math.isfinite(m)]
    cost_m = None if "no_way" in option.refused else option.cost_m
    return {"bay": option.code, "cost_m": cost_m, "now_m": now_m, "parts": parts, "refused": option.refused}


def _now_m(entry: QueueEntry, now: datetime) -> float | None:
    stay = stay_of(entry.visit_ref)
    return _cost(cost_of_move(entry, stay.bay.code, now), None)["cost_m"] if stay else None
