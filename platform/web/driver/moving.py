"""Another slot for a reservation: of its own lane, or of another lane of the port that takes the same cargo."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from core import clock
from reservations.errors import UnknownSlot
from reservations.models import Reservation, Slot
from reservations.operations import change_slot
from reservations.queries import reservation_for
from web import once, pages
from web.driver.costs import cost_line
from web.driver.landing import landed
from web.driver.slots import alternatives, grid
from yards.models import Lane

VERB = "reservation.change"


@pages.page(VERB)
def change(request: HttpRequest, ref: str) -> HttpResponse:
    """The grid again, of the reservation's lane or of the one that was picked."""
    mine = reservation_for(user=request.user, ref=ref, verb=VERB)
    lanes = _lanes(mine)
    lane = next((each for each in lanes if each.code == request.GET.get("lane")), mine.lane)
    days = grid(lane, day=request.GET.get("day", mine.slot.service_date.isoformat()), now=clock.now())
    context = {
        "reservation": mine,
        "slot": mine.slot,
        "lane": lane,
        "lanes": lanes,
        "port": mine.lane.port,
        "grid": days,
        "cost": cost_line(mine, "change", now=clock.now()),
    }
    return render(request, "web/driver/change.html", context)


@pages.form_page(VERB)
def change_to(request: HttpRequest, ref: str, slot_ref: str) -> HttpResponse:
    """Old and new slot side by side; the button moves the reservation."""
    mine = reservation_for(user=request.user, ref=ref, verb=VERB)
    new = Slot.objects.select_related("lane__port").filter(ref=slot_ref, lane__port=mine.lane.port).first()
    if new is None:
        raise UnknownSlot
    context: dict[str, Any] = {
        "reservation": mine,
        "slot": mine.slot,
        "new": new,
        "lane": new.lane,
        "port": mine.lane.port,
    }
    context |= {"once": once.fresh(), "cost": cost_line(mine, "change", now=clock.now())}
    if request.method != "POST":
        return render(request, "web/driver/change_to.html", context)
    error = landed(mine, lambda **claim: change_slot(ref=mine.ref, slot_ref=new.ref, **claim), request)
    if error is None:
        return redirect("web:reservation", mine.ref)
    context |= {"error": error, "alternatives": alternatives(error)}
    return render(request, "web/driver/change_to.html", context, status=error.status)


def _lanes(mine: Reservation) -> list[Lane]:
    """The lanes of the port that take its cargo, its own among them."""
    lanes = Lane.objects.filter(port=mine.lane.port).order_by("code")
    return [lane for lane in lanes if lane.pk == mine.lane_id or mine.cargo_kind in lane.cargo_kinds]
