"""The code on a post or a bay, read with a phone: a driver of the yard is told the way from here; anybody sees where he is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from core import clock
from reservations.models import QueueEntry
from reservations.operations import note_sighting
from reservations.queries.guidance import where
from web import once, pages
from web.driver.guide import WayPage, way_page
from web.driver.waymap import WayMap, map_of
from yards.errors import UnknownPlace
from yards.models import Bay, Layout, Stay, Yard
from yards.plans import layout_in_force, plan_of

STATES_INSIDE = ("called", "admitted")


@dataclass(frozen=True)
class Here:
    """A place that carries a code: `kind` is bay or post."""

    yard: Yard
    kind: str
    code: str
    layout: Layout | None


@pages.page("public.read")
def here(request: HttpRequest, yard_code: str, bay_code: str) -> HttpResponse:
    """Where the code stands; for a driver inside, the way from here, and in front of a bay the button that says so."""
    place = _place(yard_code, bay_code)
    entry = _visit(request, place)
    if entry is None:
        context: dict[str, Any] = {"map": _map(place)}
    else:
        way = way_page(entry, clock.now(), start=(place.kind, place.code))
        context = {"entry": entry, "way": way, "lane": entry.lane, "once": once.fresh()} | _at(place, way)
    context |= {"place": place, "yard": place.yard, "port": place.yard.port}
    return render(request, "web/driver/here.html", context)


@pages.action("turn.report")
def seen(request: HttpRequest, yard_code: str, bay_code: str) -> HttpResponse:
    """Notes where the driver's own vehicle is, as its code said: the way on his page begins here from now on."""
    place = _place(yard_code, bay_code)
    entry = _visit(request, place)
    if entry is None or entry.state != "admitted":
        return redirect("web:here", yard_code, bay_code)
    now, actor = clock.now(), request.user.actor  # type: ignore[union-attr]
    # No claim on one effect: seen twice at one place is seen there.
    note_sighting(entry_ref=entry.ref, kind=place.kind, code=place.code, source="qr", seen_at=now, now=now, actor=actor)
    return redirect("web:turn", entry.ref)


def _at(place: Here, way: WayPage | None) -> dict[str, Any]:
    """What a bay's code means to a driver who has yet to park: his own bay, or another one."""
    stay = way.told.stay if way else None
    waits = stay is not None and stay.state == "held" and way is not None and way.told.entry.state == "admitted"
    is_bay = place.kind == "bay"
    own = stay is not None and is_bay and stay.bay.code == place.code
    return {"stay": stay, "is_own_bay": own, "may_park": is_bay and waits}


def _place(yard_code: str, code: str) -> Here:
    """Raises UnknownPlace. A bay goes before a post of the same name: it is what a driver stands in."""
    yard = Yard.objects.select_related("port").filter(code=yard_code).first()
    if yard is None or not code.isprintable():  # PostgreSQL takes no NUL
        raise UnknownPlace
    layout = layout_in_force(yard.pk)
    if Bay.objects.in_use().filter(yard=yard, code=code).exists():
        return Here(yard, "bay", code, layout)
    if layout is None or where(plan_of(layout), "post", code) is None:
        raise UnknownPlace
    return Here(yard, "post", code, layout)


def _visit(request: HttpRequest, place: Here) -> QueueEntry | None:
    """The reader's own vehicle in (or called to) this yard. Of several: one that is inside, the one this bay is held for, the one
    that came last."""
    if not request.user.is_authenticated:
        return None
    rows = QueueEntry.objects.own_to(request.user).filter(lane__yard=place.yard, state__in=STATES_INSIDE)
    related = ("lane__port", "lane__yard", "lane__gate", "vehicle", "gate")
    found = list(rows.select_related(*related))
    stays = Stay.objects.filter(visit_ref__in=[entry.visit_ref for entry in found], state__in=["held", "occupied"])
    bays = dict(stays.values_list("visit_ref", "bay__code"))

    def likely(entry: QueueEntry) -> tuple[bool, bool, datetime]:
        is_its_bay = place.kind == "bay" and bays.get(entry.visit_ref) == place.code
        return entry.state == "admitted", is_its_bay, entry.arrived_at

    return max(found, key=likely, default=None)


def _map(place: Here) -> WayMap | None:
    if place.layout is None:
        return None
    plan = plan_of(place.layout)
    bay_code = place.code if place.kind == "bay" else ""
    return map_of(plan, bay_code=bay_code, here=where(plan, place.kind, place.code))
