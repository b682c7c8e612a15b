"""The dispatcher's board: every truck of the organisation on one time bar, and what needs somebody now before it."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.models import Organisation
from core import clock
from core.errors import NotFound
from reservations.models import QueueEntry, Reservation
from web import pages
from web.carrier.fleet import ORDER, board_of
from web.carrier.office import CHOSEN, VERB, office
from yards.models import Yard

#: Nothing of the fleet is at any yard: the page is asked for again by the clock (live.js).
POLLED = {"stream": "", "seq": 0, "audience": "driver"}
REGIONS = {"fleet": "web/carrier/_fleet.html"}


@pages.page(VERB)
def board(request: HttpRequest) -> HttpResponse:
    """The fleet of the organisation the reader works for now, or one part of it anew."""
    mine, asked = office(request), _asked(request)
    template = REGIONS.get(request.headers.get("X-Live-Region", ""))
    live_from = POLLED if template else _live(mine.organisation)  # taken before what the page shows is read
    context: dict[str, Any] = {
        "board": board_of(mine.organisation, home=mine.zone, now=clock.now(), **asked),
        "asked": asked,
        "here": _address(request, asked),
        "live": live_from,
    }
    response = render(request, template or "web/carrier/board.html", context)
    return _unless_known(request, response)


@pages.action(VERB)
def switch(request: HttpRequest) -> HttpResponse:
    """Changes to another organisation of the reader's own. Raises NotFound."""
    mine, ref = office(request), request.POST.get("organisation", "")
    if ref not in {each.ref for each in (mine.organisation, *mine.others)}:
        raise NotFound(field="organisation")
    request.session[CHOSEN] = ref
    return redirect("web:carrier")


def _live(organisation: Organisation) -> dict[str, Any]:
    """A socket hears of one yard: that with most of the fleet. Trucks elsewhere are seen when the page is asked for by the clock."""
    trips = Reservation.objects.live().filter(organisation=organisation)
    visits = QueueEntry.objects.open().filter(vehicle__organisation=organisation)
    for rows in (visits, trips):
        most = rows.values("lane__yard").annotate(count=Count("pk")).order_by("-count", "lane__yard").first()
        if most:
            return pages.live(Yard.objects.get(pk=most["lane__yard"]).stream, "driver")
    return POLLED


def _asked(request: HttpRequest) -> dict[str, Any]:
    state = request.GET.get("state", "")
    return {
        "search": request.GET.get("q", "")[:40],
        "state": state if state in ORDER else "",
        "all_lines": "all" in request.GET,
    }


def _address(request: HttpRequest, asked: dict[str, Any]) -> str:
    named = {"q": asked["search"], "state": asked["state"], "all": "1" if asked["all_lines"] else ""}
    query = urlencode({name: value for name, value in named.items() if value})
    return f"{request.path}?{query}" if query else request.path


def _unless_known(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A region that has not changed is answered by 304: the browser draws what it has, and a large fleet is not sent again."""
    response["Vary"], response["Cache-Control"] = pages.VARY, "private, no-cache"
    if "X-Live-Region" not in request.headers:
        response["Cache-Control"] = "no-store"
        return response
    tag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers={"ETag": tag, "Vary": pages.VARY})
    response["ETag"] = tag
    return response
