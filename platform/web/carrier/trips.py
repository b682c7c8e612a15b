"""All trips of the organisation, coming and past: searched by plate, read page by page."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.plates import normalise
from reservations.models import Reservation
from reservations.states import RESERVATION
from web import pages
from web.carrier.office import VERB, organisation_of

PER_PAGE = 50
COMING, PAST = "coming", "past"
PARTS: dict[str, Promise] = {COMING: _("coming and running"), PAST: _("past"), "no_show": _("not come")}


@pages.page(VERB)
def trips(request: HttpRequest) -> HttpResponse:
    """Reservations of the organisation: those to come by their time, the past ones newest first."""
    part, search = request.GET.get("part", COMING), request.GET.get("q", "").replace("\x00", "")[:40]
    part = part if part in PARTS else COMING
    rows = Reservation.objects.filter(organisation=organisation_of(request), **_named(search))
    pager = Paginator(_of_part(rows, part), PER_PAGE).get_page(request.GET.get("page"))
    context = {"pager": pager, "parts": PARTS, "part": part, "search": search}
    return render(request, "web/carrier/trips.html", context)


def _named(search: str) -> dict[str, Any]:
    wanted = normalise(search)
    return {"vehicle__plate_key__contains": wanted} if wanted else {}


def _of_part(rows: QuerySet[Reservation], part: str) -> QuerySet[Reservation]:
    rows = rows.select_related("slot", "lane__port", "vehicle", "driver")
    if part == COMING:
        return rows.filter(state__in=RESERVATION.live).order_by("slot__starts_at", "pk")
    past = rows.filter(state="no_show") if part == "no_show" else rows.exclude(state__in=RESERVATION.live)
    return past.order_by("-slot__starts_at", "-pk")
