"""Which trips rely on a declaration: attached and taken off again by who declares."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from core.errors import NotFound
from reservations.declarations.models import Declaration
from reservations.declarations.queries import declaration_for
from reservations.models import Reservation
from reservations.operations import attach_declaration
from reservations.queries import reservation_for
from web import pages
from web.staff.pages import press

VERB = "declaration.own"
SHOWN = 200
RELATED = ("slot", "lane__port", "vehicle")


def trips_of(row: Declaration) -> dict[str, Any]:
    """This will return the trips that rely on a declaration, and those of its organisation that could."""
    related = Reservation.objects.select_related(*RELATED)
    ahead = related.filter(organisation=row.organisation_id, declaration=None, state__in=("requested", "confirmed"))
    fitting = ahead.filter(lane__port=row.port_id, lane__direction=row.direction).exclude(cargo_kind="empty")
    return {
        "trips": related.filter(declaration=row).order_by("-slot__starts_at")[:SHOWN],
        "open_trips": fitting.order_by("slot__starts_at")[:SHOWN] if row.state in Declaration.machine.live else [],
    }


@pages.action(VERB)
def attach(request: HttpRequest, ref: str) -> HttpResponse:
    """One trip more relies on it."""
    row, trip = _both(request, ref)
    return _press(request, trip, row, row.ref, _("%(trip)s relies on this declaration."))


@pages.action(VERB)
def detach(request: HttpRequest, ref: str) -> HttpResponse:
    """One trip relies on it no more. Raises NotFound for a trip of another declaration."""
    row, trip = _both(request, ref)
    if trip.declaration_id != row.pk:
        raise NotFound(field="reservation")
    return _press(request, trip, row, "", _("%(trip)s relies on no declaration now."))


def _both(request: HttpRequest, ref: str) -> tuple[Declaration, Reservation]:
    row = declaration_for(user=request.user, ref=ref, verb=VERB)
    named = request.POST.get("reservation", "").replace("\x00", "")[:20]
    trip = reservation_for(user=request.user, ref=named, verb="reservation.change")
    if trip.organisation_id != row.organisation_id:
        raise NotFound(field="reservation")
    return row, trip


def _press(request: HttpRequest, trip: Reservation, row: Declaration, wanted: str, words: str) -> HttpResponse:
    def run(**by: Any) -> Reservation:
        return attach_declaration(reservation_ref=trip.ref, declaration_ref=wanted, **by)

    back = reverse("web:declaration", args=[row.ref]) + "#trips-of-it"
    return press(request, run=run, done=lambda _trip: words % {"trip": trip.ref}, back=back)
