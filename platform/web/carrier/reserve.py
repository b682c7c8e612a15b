"""Reserving for several trucks: port, then day and cargo and trucks, then the window; each truck gets an answer of its own."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.http.request import QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.errors import UnknownVehicle
from accounts.models import Vehicle
from core import clock
from reservations.queries.asking import Day, days_to_ask, goes_first, lanes_that_take
from reservations.queries.fleet_board import Truck, fleet_of
from web import once, pages
from web.carrier.office import VERB, organisation_of
from web.carrier.reserve_forms import FleetForm, FleetTimesForm
from web.carrier.reserving import Wanted, answers_of, sums_of
from web.driver.daybar import bar_of
from web.public import ports
from yards.errors import UnknownPort
from yards.models import Direction, Lane, Port

ASKED = ("day", "direction", "cargo")


@pages.page(VERB)
def choose_port(request: HttpRequest) -> HttpResponse:
    """Screen 1: the ports that have lanes; the trucks chosen on the board come along."""
    lines = [line for line in ports.port_lines(now=clock.now()) if line.summary.lanes]
    named = urlencode({"vehicle": request.GET.getlist("vehicle")}, doseq=True)
    return render(request, "web/carrier/reserve_port.html", {"lines": lines, "named": named})


@pages.page(VERB)
def choose_trucks(request: HttpRequest, port_code: str) -> HttpResponse:
    """Screen 2: the day, the cargo and which trucks; an address like the others, so that back always works."""
    port, now = _port(port_code), clock.now()
    lanes, chosen = list(port.lanes.order_by("code")), request.GET.getlist("vehicle")
    free = sorted(_free(request, now), key=lambda truck: truck.vehicle.ref not in chosen)
    form = FleetForm(
        request.GET if "day" in request.GET else None,
        initial={"vehicle": [truck.vehicle.ref for truck in free] if request.GET.get("all") else chosen},
        days=[day for day in days_to_ask(port, now=now) if day.can_ask],
        lanes=lanes,
        vehicles=[truck.vehicle for truck in free],
        port=port,
    )
    if form.is_bound and form.is_valid():
        named = {name: form.cleaned_data[name] for name in (*ASKED, "vehicle")}
        named["together"] = "1" if form.cleaned_data["together"] else ""
        return redirect(f"{reverse('web:carrier_reserve_times', args=[port.code])}?{urlencode(named, doseq=True)}")
    context = {"port": port, "form": form}
    return render(request, "web/carrier/reserve_trucks.html", context, status=422 if form.errors else 200)


@pages.form_page(VERB)
def choose_times(request: HttpRequest, port_code: str) -> HttpResponse:
    """Screen 3: the window on the day bar; the button asks for every truck, and each one's answer is shown."""
    port, now = _port(port_code), clock.now()
    asked = request.POST if request.method == "POST" else request.GET
    day, lanes = _day(port, asked, now), _lanes(port, asked)
    vehicles = _vehicles(request, asked)
    if day is None or not lanes or not vehicles:
        return redirect("web:carrier_reserve_trucks", port.code)
    bar = bar_of(lanes, day.service_date, with_chances=not day.is_open_day, now=now)
    evidence = goes_first(port, asked["cargo"], now=now)
    form = FleetTimesForm(request.POST or None, bar=bar, initial=bar.initial, lanes=lanes, needs_evidence=evidence)
    wanted = Wanted(port, day.service_date, vehicles, asked["cargo"], bool(asked.get("together")))
    context = {"port": port, "day": day, "wanted": wanted, "lanes": lanes, "bar": bar, "form": form}
    if request.method == "POST" and form.is_valid():
        answers = answers_of(request, wanted, form)
        context |= {"answers": answers, "sums": sums_of(answers)}
        return render(request, "web/carrier/reserve_answers.html", context)
    context |= {"asked": {name: asked[name] for name in ASKED}, "counts_wishes": not day.is_open_day}
    context["once"] = request.POST.get(once.FIELD) or once.fresh()
    return render(request, "web/carrier/reserve_times.html", context, status=422 if form.errors else 200)


def _free(request: HttpRequest, now: datetime) -> list[Truck]:
    """The trucks that could be reserved for: without a live promise or wish, and not here."""
    fleet = fleet_of(organisation_of(request), since=now)
    return [truck for truck in fleet if truck.state == "idle"]


def _port(code: str) -> Port:
    port = Port.objects.filter(code=code).first()
    if port is None:
        raise UnknownPort
    return port


def _day(port: Port, asked: QueryDict, now: datetime) -> Day | None:
    days = days_to_ask(port, now=now)
    return next((day for day in days if day.can_ask and day.service_date.isoformat() == asked.get("day")), None)


def _lanes(port: Port, asked: QueryDict) -> list[Lane]:
    direction = asked.get("direction", "")
    return lanes_that_take(port, asked.get("cargo", ""), direction) if direction in Direction.values else []


def _vehicles(request: HttpRequest, asked: QueryDict) -> list[Vehicle]:
    """The named trucks, all the organisation's own, in the order they are named. Raises UnknownVehicle."""
    refs = [ref for ref in dict.fromkeys(asked.getlist("vehicle")) if ref.isprintable()]  # PostgreSQL takes no NUL
    rows: Any = Vehicle.objects.filter(organisation=organisation_of(request), ref__in=refs)
    own = {row.ref: row for row in rows}
    if set(refs) - set(own):
        raise UnknownVehicle
    return [own[ref] for ref in refs]
