"""The day in figures: a page with tables, pictures of them, and a file for the spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from csp.decorators import csp
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from reservations import queries
from reservations.kpis import Day, Spread, day_of
from web.pages import page
from web.staff import views_slots
from web.staff.charts import CHARTS, THEMES
from web.staff.export import csv_answer
from web.staff.views_console import rights

VERB = "kpi.read"
# A picture brings its own styles and is shown as an image only. (The decorator's types know no arguments of views.)
as_image: Any = csp({"default-src": ["'none'"], "style-src": ["'unsafe-inline'"]})


@page(VERB)
def day(request: HttpRequest, port_code: str) -> HttpResponse:
    figures = _day(request, port_code)
    context = {
        "port": figures.port,
        "day": figures,
        "before": figures.date - timedelta(days=1),
        "after": figures.date + timedelta(days=1),
        "hours": list(zip(range(24), figures.arrivals, figures.calls, figures.exits, strict=True)),
        "rights": rights(request, figures.port.code),
    }
    return render(request, "staff/day.html", context)


@page(VERB)
@as_image
def chart(request: HttpRequest, port_code: str, chart: str) -> HttpResponse:
    if chart not in CHARTS:
        raise Http404
    theme = request.GET.get("theme", "light")
    drawing = CHARTS[chart](_day(request, port_code), theme if theme in THEMES else "light")
    return HttpResponse(drawing, content_type="image/svg+xml", headers={"Cache-Control": "no-store"})


@page(VERB)
def figures(request: HttpRequest, port_code: str) -> HttpResponse:
    found = _day(request, port_code)
    head = [_("port"), _("date"), _("what"), _("of"), _("figure")]
    rows = ((found.port.code, found.date, *row) for row in _rows(found))
    return csv_answer(name=f"{found.port.code}-{found.date}.csv", head=head, rows=rows)


def _day(request: HttpRequest, port_code: str) -> Day:
    port = queries.port_for(user=request.user, code=port_code, verb=VERB)
    return day_of(port=port, service_date=views_slots.day_of(request, port))


def _rows(found: Day) -> Iterator[tuple[str, Any, Any]]:
    for hour in range(24):
        label = f"{hour:02d}:00"
        yield _("arrivals"), label, found.arrivals[hour]
        yield _("calls"), label, found.calls[hour]
        yield _("exits"), label, found.exits[hour]
    for name, of, value in _totals(found):
        yield name, of, value
    for lane in found.lanes:
        of = str(lane.lane)
        yield _("arrivals"), of, lane.arrivals
        yield _("exits"), of, lane.exits
        yield _("withdrawn"), of, lane.withdrawn
        yield _("not arrived"), of, lane.no_shows
        yield _("places planned"), of, lane.slots.planned
        yield _("places taken"), of, lane.slots.taken
        yield from _spread(_("wait for the call (min)"), of, lane.wait)
        yield from _spread(_("time in the yard (min)"), of, lane.turn)


def _totals(found: Day) -> Iterator[tuple[str, str, Any]]:
    yield _("missed calls"), _("all"), found.missed
    yield _("not arrived"), _("all"), found.no_shows
    yield _("places planned"), _("all"), found.slots.planned
    yield _("places taken"), _("all"), found.slots.taken
    yield from _spread(_("wait for the call (min)"), _("all"), found.wait)
    yield from _spread(_("time in the yard (min)"), _("all"), found.turn)


def _spread(name: str, of: str, spread: Spread) -> Iterator[tuple[str, str, Any]]:
    for percentile, value in ((50, spread.low_min), (80, spread.high_min), (95, spread.top_min)):
        yield f"{name} p{percentile}", of, value
