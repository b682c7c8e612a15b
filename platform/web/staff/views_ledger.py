"""The record of a yard: filtered, in words, page by page, with the state of its chain."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.plates import normalise
from core import events
from core.ids import normalise_ref
from core.models import LedgerEntry, Stream
from reservations import queries
from reservations.kpis import bounds, written_between
from reservations.models import QueueEntry, Reservation
from web.pages import page
from web.staff.chain import broken
from web.staff.forms import LedgerFilter
from web.staff.ledger_words import kind_words
from web.staff.readable import readable
from web.staff.views_console import rights
from yards.models import Port, Yard

PAGE = 50


@page("ledger.read")
def ledger_page(request: HttpRequest, port_code: str) -> HttpResponse:
    port = queries.port_for(user=request.user, code=port_code, verb="ledger.read")
    yards = list(Yard.objects.filter(port=port).order_by("code"))
    yard = next((each for each in yards if each.code == request.GET.get("yard")), yards[0] if yards else None)
    form = LedgerFilter(request.GET or None, kinds=[(kind, kind_words(kind)) for kind in sorted(events.kinds())])
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    rows = _filtered(yard, port, asked, request.GET.get("before", "")) if yard else []
    context = {
        "port": port,
        "yard": yard,
        "yards": yards,
        "form": form,
        "lines": readable(rows[:PAGE]),
        "older": _query(request, rows[PAGE - 1].seq) if len(rows) > PAGE else "",
        "broken": broken(rows[:PAGE]),
        "stream": Stream.objects.filter(key=yard.stream).first() if yard else None,
        "rights": rights(request, port.code),
    }
    return render(request, "staff/ledger.html", context)


def _filtered(yard: Yard, port: Port, asked: dict[str, Any], before: str) -> list[LedgerEntry]:
    """One page and one entry more, newest first: the extra one tells whether there is an older page."""
    rows = LedgerEntry.objects.filter(stream__key=yard.stream).select_related("stream").order_by("-seq")
    if asked.get("kind"):
        rows = rows.filter(kind=asked["kind"])
    if asked.get("visit"):
        rows = rows.filter(visit_ref__in=_visits(port, asked["visit"]))
    if asked.get("day"):
        rows = _within(rows, yard, port, asked["day"])
    if before.isascii() and before.isdigit():
        rows = rows.filter(seq__lt=int(before[:18]))
    return list(rows[: PAGE + 1])


def _within(rows: QuerySet[LedgerEntry], yard: Yard, port: Port, day: date) -> QuerySet[LedgerEntry]:
    begins_at, ends_at = bounds(port=port, service_date=day)
    return rows.filter(written_between(stream=yard.stream, begins_at=begins_at, ends_at=ends_at))


def _visits(port: Port, text: str) -> set[str]:
    """The visits that a ref (of a visit, an entry, a reservation, a vehicle) or a plate means at this port."""
    ref, plate = normalise_ref(text), normalise(text)
    found = {ref}
    for model in (Reservation, QueueEntry):
        named = Q(ref=ref) | Q(visit_ref=ref) | Q(vehicle__ref=ref) | (Q(vehicle__plate_key=plate) if plate else Q())
        found |= set(model.objects.filter(named, lane__port=port).order_by().values_list("visit_ref", flat=True))
    return found


def _query(request: HttpRequest, before: int) -> str:
    asked = request.GET.copy()
    asked["before"] = str(before)
    return asked.urlencode()
