"""Reserving in five screens: port, lane, day and slot, vehicle and cargo, confirm. Each is an address: back always works."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.errors import UnknownVehicle
from accounts.models import Vehicle
from accounts.operations import register_vehicle
from core import clock
from core.errors import Busy, DomainError
from reservations.errors import UnknownSlot, WrongCargo
from reservations.models import Slot
from reservations.operations import request_reservation
from reservations.queries.asking import drawn_start, rounds_ahead
from web import once, pages
from web.driver.forms import NEW_FIELDS, LoadForm, Plain
from web.driver.slots import alternatives, grid
from web.public import ports
from yards.errors import UnknownLane, UnknownPort
from yards.models import CargoKind, Lane, Port


@pages.page("public.read")
def choose_port(request: HttpRequest) -> HttpResponse:
    """Screen 1: the ports that have lanes, open ones first."""
    text = request.GET.get("q", "")[:80].strip()
    lines = [line for line in ports.port_lines(now=clock.now()) if line.summary.lanes]
    return render(
        request,
        "web/driver/choose_port.html",
        {"step": 1, "q": text, "lines": ports.found(lines, text) if text else lines},
    )


@pages.page("public.read")
def choose_lane(request: HttpRequest, port_code: str) -> HttpResponse:
    """Screen 2: the lanes of the port, each with its next free slots."""
    port, now = Port.objects.filter(code=port_code).first(), clock.now()
    if port is None:
        raise UnknownPort
    return render(
        request,
        "web/driver/choose_lane.html",
        {"step": 2, "port": port, "lanes": ports.lane_lines(port, now=now), "rounds": rounds_ahead(port, now=now)},
    )


@pages.page("public.read")
def choose_slot(request: HttpRequest, lane_code: str) -> HttpResponse:
    """Screen 3: the days and slots of the lane."""
    lane = lane_of(lane_code)
    context = {
        "step": 3,
        "lane": lane,
        "port": lane.port,
        "grid": grid(lane, day=request.GET.get("day", ""), now=clock.now()),
    }
    return render(request, "web/driver/choose_slot.html", context)


@pages.form_page("reservation.create")
def choose_vehicle(request: HttpRequest, slot_ref: str) -> HttpResponse:
    """Screen 4: which vehicle comes with what; a new vehicle is registered here."""
    slot = _slot(slot_ref)
    form = LoadForm(request.POST or None, cargo_kinds=slot.lane.cargo_kinds, vehicles=own_vehicles(request))
    if request.method == "POST" and form.is_valid():
        try:
            chosen = {"vehicle": vehicle_ref_of(request, form), "cargo": form.cleaned_data["cargo_kind"]}
        except DomainError as error:
            refuse(form, error)
        else:
            return redirect(f"{reverse('web:reserve_confirm', args=[slot.ref])}?{urlencode(chosen)}")
    context = _about(slot) | {"step": 4, "form": form}
    return render(request, "web/driver/choose_vehicle.html", context, status=422 if form.errors else 200)


@pages.form_page("reservation.create")
def confirm(request: HttpRequest, slot_ref: str) -> HttpResponse:
    """Screen 5: everything once more; the button reserves."""
    slot = _slot(slot_ref)
    vehicle, cargo = _load(request, slot)
    context = _about(slot) | {"step": 5, "vehicle": vehicle, "cargo": cargo, "once": once.fresh()}
    context["start_at"] = drawn_start(slot, vehicle)
    if request.method != "POST":
        return render(request, "web/driver/confirm.html", context)
    try:
        return redirect("web:reservation", _reserve(request, slot, vehicle, cargo.value))
    except DomainError as error:
        if isinstance(error, Busy):
            raise
        context |= {"error": error, "alternatives": alternatives(error)}
        return render(request, "web/driver/confirm.html", context, status=error.status)


def _reserve(request: HttpRequest, slot: Slot, vehicle: Vehicle, cargo_kind: str) -> str:
    now, user = clock.now(), request.user
    return once.ref_of(
        lambda: request_reservation(
            slot_ref=slot.ref,
            vehicle_ref=vehicle.ref,
            cargo_kind=cargo_kind,
            driver=user,
            now=now,
            actor=user.actor,  # type: ignore[union-attr]
            once=once.of_form(request, now=now),
        )
    )


# ---------------------------------------------------------------- parts, used by the walk-up page too
def lane_of(code: str) -> Lane:
    lane = Lane.objects.select_related("port", "yard", "gate").filter(code=code).first()
    if lane is None:
        raise UnknownLane
    return lane


def own_vehicles(request: HttpRequest) -> list[Vehicle]:
    return list(Vehicle.objects.visible_to(request.user).order_by("-pk")[:20])


def vehicle_ref_of(request: HttpRequest, form: LoadForm) -> str:
    """This will return the chosen vehicle's ref, registering the one that was described as new."""
    if not form.is_new:
        return str(form.cleaned_data["vehicle"])
    described = {name: form.cleaned_data[name] for name in NEW_FIELDS}
    return register_vehicle(user=request.user, now=clock.now(), actor=request.user.actor, **described).ref  # type: ignore[union-attr]


def refuse(form: Plain, error: DomainError) -> None:
    if isinstance(error, Busy):
        raise error
    form.refuse(error)


def _slot(ref: str) -> Slot:
    slot = Slot.objects.select_related("policy", "lane__port", "lane__yard").filter(ref=ref).first()
    if slot is None:
        raise UnknownSlot
    return slot


def _about(slot: Slot) -> dict[str, Any]:
    return {"slot": slot, "lane": slot.lane, "port": slot.lane.port}


def _load(request: HttpRequest, slot: Slot) -> tuple[Vehicle, CargoKind]:
    """The vehicle and cargo that the address names. Raises UnknownVehicle, WrongCargo."""
    asked = request.POST if request.method == "POST" else request.GET
    ref = asked.get("vehicle", "")
    known = (
        Vehicle.objects.visible_to(request.user) if ref.isprintable() else Vehicle.objects.none()
    )  # PostgreSQL takes no NUL
    vehicle = known.filter(ref=ref).first()
    if vehicle is None:
        raise UnknownVehicle
    if asked.get("cargo") not in slot.lane.cargo_kinds:
        raise WrongCargo
    return vehicle, CargoKind(asked["cargo"])
