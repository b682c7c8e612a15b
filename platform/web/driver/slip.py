"""The slip: bay, zone, steps and a small map on half a page or a receipt, for a driver whose phone is empty or who has none."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe

from core import clock
from core.errors import NotFound
from reservations.models import QueueEntry
from reservations.queries import entry_for
from reservations.tickets import qr_svg
from web import pages
from web.driver.guide import way_page


@pages.page("turn.read")
def slip(request: HttpRequest, ref: str) -> HttpResponse:
    """A driver's own slip."""
    return _slip(request, entry_for(user=request.user, ref=ref, verb="turn.read"))


@pages.page("console.read")
def console_slip(request: HttpRequest, yard_code: str, ref: str) -> HttpResponse:
    """The slip of a vehicle of the yard, for the printer at the gate."""
    entry = entry_for(user=request.user, ref=ref, verb="console.read")
    if entry.lane.yard.code != yard_code:
        raise NotFound(field="entry")
    return _slip(request, entry)


def _slip(request: HttpRequest, entry: QueueEntry) -> HttpResponse:
    way = way_page(entry, clock.now())
    address = settings.PORTLANE_PUBLIC_URL.rstrip("/") + reverse("web:turn", args=[entry.ref])
    context = {
        "entry": entry,
        "lane": entry.lane,
        "port": entry.lane.port,
        "gate": entry.gate or entry.lane.gate,
        "way": way,
        "stay": way.told.stay if way else None,
        "qr": mark_safe(qr_svg(address).decode()),  # noqa: S308  drawn here
        "address": address,
    }
    return render(request, "web/driver/slip.html", context)
