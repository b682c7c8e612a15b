"""Which trips rely on a declaration: attached and taken off again by who declares."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from core import clock
from core.errors import Busy, DomainError, NotFound
from reservations.declarations.models import Declaration
from reservations.declarations.queries import declaration_for
from reservations.models import Reservation
from reservations.operations import attach_declaration
from reservations.queries import reservation_for
from reservations.queries.declared import names
from web import pages
from web.staff.pages import actor_of, press

VERB = "declaration.own"
SHOWN = 200
RELATED = ("slot", "lane__port", "vehicle")


def trips_of(row: Declaration) -> dict[str, Any]:
    """This will return the trips that rely on a declaration, and those of its organisation that could."""
    live = Declaration.machine.live
    related = Reservation.objects.select_related(*RELATED)
    ahead = related.filter(organisation=row.organisation_id, declaration=None, state__in=("requested", "confirmed"))
    fitting = ahead.filter(lane__port=row.port_id, lane__direction=row.direction).exclude(cargo_kind="empty")
    return {
        "trips_with_it": related.filter(declaration=row).order_by("-slot__starts_at")[:SHOWN],
        "open_trips": _served(row, fitting.order_by("slot__starts_at")) if row.state in live else [],
    }


def _served(row: Declaration, trips: Iterable[Reservation]) -> list[Reservation]:
    """Those whose vehicle it names, or may still name: any other would be refused."""
    is_open = row.content["vehicles_to_be_named"]
    return list(islice((trip for trip in trips if is_open or names(row, trip.vehicle)), SHOWN))


@pages.action(VERB)
def attach(request: HttpRequest, ref: str) -> HttpResponse:
    """The ticked trips rely on it, each for itself: one that is refused says why and takes none of the others with it."""
    row = declaration_for(user=request.user, ref=ref, verb=VERB)
    named = list(dict.fromkeys(request.POST.getlist("reservation")))[:SHOWN]
    if not named:
        messages.error(request, _("Tick a trip first."))
    trips = [_trip(request, row, each) for each in named]  # all are found before any is touched
    for trip in trips:
        _attached(request, trip, row)
    return redirect(_back(row))


@pages.action(VERB)
def detach(request: HttpRequest, ref: str) -> HttpResponse:
    """One trip relies on it no more. Raises NotFound for a trip of another declaration."""
    row = declaration_for(user=request.user, ref=ref, verb=VERB)
    trip = _trip(request, row, request.POST.get("reservation", ""))
    if trip.declaration_id != row.pk:
        raise NotFound(field="reservation")

    def run(**by: Any) -> Reservation:
        return attach_declaration(reservation_ref=trip.ref, declaration_ref="", **by)

    words = _("%(trip)s relies on no declaration now.") % {"trip": trip.ref}
    return press(request, run=run, done=lambda _trip: words, back=_back(row))


def _trip(request: HttpRequest, row: Declaration, named: str) -> Reservation:
    trip = reservation_for(user=request.user, ref=named.replace("\x00", "")[:20], verb="reservation.change")
    if trip.organisation_id != row.organisation_id:
        raise NotFound(field="reservation")
    return trip


def _attached(request: HttpRequest, trip: Reservation, row: Declaration) -> None:
    """Doing it twice leaves what doing it once does, so that a second press needs no guard."""
    by: dict[str, Any] = {"now": clock.now(), "actor": actor_of(request)}
    try:
        attach_declaration(reservation_ref=trip.ref, declaration_ref=row.ref, **by)
    except Busy:
        raise
    except DomainError as error:
        messages.error(request, f"{trip.ref}: {error.detail}")
    else:
        messages.success(request, _("%(trip)s relies on this declaration.") % {"trip": trip.ref})


def _back(row: Declaration) -> str:
    return reverse("web:declaration", args=[row.ref]) + "#trips-of-it"
