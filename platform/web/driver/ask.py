"""Asking for a time in four screens: port, day, vehicle and cargo, the window on the day bar. Each is an address: back always works."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.http.request import QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date

from accounts.errors import UnknownVehicle
from accounts.models import Vehicle
from core import clock
from core.errors import DomainError
from reservations.errors import WrongCargo
from reservations.models import Request
from reservations.operations import request_places
from reservations.queries.asking import Day, days_to_ask, goes_first, lanes_that_take
from web import once, pages
from web.driver.ask_forms import AskForm, ConsignmentForm
from web.driver.booking import own_vehicles, refuse, vehicle_ref_of
from web.driver.daybar import bar_of
from web.driver.landing import by
from yards.errors import UnknownPort
from yards.models import CargoKind, Direction, Lane, Port

VERB = "request.own"


@dataclass(frozen=True)
class Wish:
    """What the address of the last screen says: a day, whose vehicles, with what, in which direction, on which lanes."""

    port: Port
    day: Day
    vehicles: list[Vehicle]
    cargo: CargoKind
    direction: Direction
    lanes: list[Lane]

    @property
    def address(self) -> str:
        """The query string that leads back to it."""
        refs = [vehicle.ref for vehicle in self.vehicles]
        named = {"day": self.day.service_date.isoformat(), "vehicle": refs, "cargo": self.cargo.value}
        return urlencode(named | {"direction": self.direction.value}, doseq=True)


@pages.page("public.read")
def choose_day(request: HttpRequest, port_code: str) -> HttpResponse:
    """Screen 2: the days, with the moments of their rounds."""
    port = _port(port_code)
    days = days_to_ask(port, now=clock.now())
    return render(request, "web/driver/ask_day.html", {"step": 2, "port": port, "days": days})


@pages.form_page(VERB)
def choose_load(request: HttpRequest, port_code: str) -> HttpResponse:
    """Screen 3: which vehicles come with what; a new one is registered here."""
    port = _port(port_code)
    asked = request.POST if request.method == "POST" else request.GET
    day = _day(port, asked, clock.now())
    if day is None:
        return redirect("web:ask", port.code)
    lanes = list(port.lanes.order_by("code"))
    form = ConsignmentForm(
        request.POST or None,
        cargo_kinds=list(dict.fromkeys(kind for lane in lanes for kind in lane.cargo_kinds)),
        directions=list(dict.fromkeys(lane.direction for lane in lanes)),
        vehicles=own_vehicles(request),
    )
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(_to_the_times(request, port, day, form))
        except DomainError as error:
            refuse(form, error)
    context = {"step": 3, "port": port, "day": day, "form": form}
    return render(request, "web/driver/ask_load.html", context, status=422 if form.errors else 200)


@pages.form_page(VERB)
def choose_times(request: HttpRequest, port_code: str) -> HttpResponse:
    """Screen 4: the window on the day bar; the button asks."""
    now, port = clock.now(), _port(port_code)
    asked = request.POST if request.method == "POST" else request.GET
    vehicles = _vehicles(request, asked)
    day = _day(port, asked, now)
    if day is None:
        return redirect("web:ask", port.code)
    wish = _wish(port, day, vehicles, asked)
    bar = bar_of(wish.lanes, day.service_date, with_chances=not day.is_open_day, now=now)
    form = AskForm(
        request.POST or None,
        bar=bar,
        initial=bar.initial,
        lanes=wish.lanes,
        needs_evidence=goes_first(port, wish.cargo.value, now=now),
    )
    error = None
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(_answer_to(_asked(request, wish, form)))
        except DomainError as refused:
            error = refused
            refuse(form, refused)
    context = {"step": 4, "port": port, "day": day, "wish": wish, "bar": bar, "form": form}
    context["counts_wishes"] = not day.is_open_day
    context["once"] = request.POST.get("once") or once.fresh()
    return render(request, "web/driver/ask_times.html", context, status=_status(error, form))


def _asked(request: HttpRequest, wish: Wish, form: AskForm) -> str:
    """Asks, and returns the ref of the (first) request, the same one for a second press."""
    return once.ref_of(
        lambda: request_places(
            port_code=wish.port.code,
            service_date=wish.day.service_date,
            lane_codes=form.cleaned_data["lanes"],
            vehicle_refs=[vehicle.ref for vehicle in wish.vehicles],
            cargo_kind=wish.cargo.value,
            evidence=form.cleaned_data.get("evidence", ""),
            travel_minutes=form.cleaned_data["travel"],
            driver=request.user,
            **form.times,
            **by(request),
        )
    )


def _answer_to(ref: str) -> str:
    """Where the answer is read: the reservation when one vehicle was placed at once, else the request."""
    row = Request.objects.select_related("reservation").get(ref=ref)
    if row.state == "placed" and row.reservation and not row.bundle:
        return reverse("web:reservation", args=[row.reservation.ref])
    return reverse("web:request", args=[ref])


def _to_the_times(request: HttpRequest, port: Port, day: Day, form: ConsignmentForm) -> str:
    chosen: dict[str, Any] = {
        "day": day.service_date.isoformat(),
        "vehicle": form.also_with(vehicle_ref_of(request, form)),
        "cargo": form.cleaned_data["cargo_kind"],
        "direction": form.cleaned_data["direction"],
    }
    return f"{reverse('web:ask_times', args=[port.code])}?{urlencode(chosen, doseq=True)}"


# ---------------------------------------------------------------- what an address names
def _port(code: str) -> Port:
    port = Port.objects.filter(code=code).first()
    if port is None:
        raise UnknownPort
    return port


def _day(port: Port, asked: QueryDict, now: datetime) -> Day | None:
    """The day that is named, if requests for it are taken."""
    wanted = _date(asked.get("day", ""))
    return next((day for day in days_to_ask(port, now=now) if day.can_ask and day.service_date == wanted), None)


def _date(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _vehicles(request: HttpRequest, asked: QueryDict) -> list[Vehicle]:
    """The named vehicles, all the reader's own, in the order they are named. Raises UnknownVehicle."""
    refs = [ref for ref in dict.fromkeys(asked.getlist("vehicle")) if ref.isprintable()]  # PostgreSQL takes no NUL
    own = {row.ref: row for row in Vehicle.objects.visible_to(request.user).filter(ref__in=refs)}
    if not refs or set(refs) - set(own):
        raise UnknownVehicle
    return [own[ref] for ref in refs]


def _wish(port: Port, day: Day, vehicles: Sequence[Vehicle], asked: QueryDict) -> Wish:
    """Raises WrongCargo where no lane of the direction takes the cargo."""
    cargo, direction = asked.get("cargo", ""), asked.get("direction", "")
    lanes = lanes_that_take(port, cargo, direction) if cargo in CargoKind.values else []
    if not lanes:
        raise WrongCargo
    return Wish(port, day, list(vehicles), CargoKind(cargo), Direction(direction), lanes)


def _status(error: DomainError | None, form: AskForm) -> int:
    if error:
        return error.status
    return 422 if form.errors else 200
