"""A truck at the gate, known by its plate alone."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.operations import find_or_create_vehicle
from reservations import queries
from reservations.models import QueueEntry, Reservation, ReservationState
from reservations.operations import check_in, check_in_walk_up
from web.pages import form_page
from web.staff.acts import Ask, ask
from web.staff.forms import WalkUp
from web.staff.pages import sent
from web.words import COUNTRIES
from yards.models import Lane, Port


@form_page("queue.check_in")
def walk_up(request: HttpRequest, yard_code: str) -> HttpResponse:
    yard = queries.yard_for(user=request.user, code=yard_code, verb="queue.check_in")
    lanes = list(Lane.objects.filter(yard=yard).order_by("code"))
    form = WalkUp(
        sent(request),
        lanes=lanes,
        countries=[(code, f"{code} {name}") for code, name in COUNTRIES.items()],
        initial={"country": "CN", "lane_code": request.GET.get("lane", "")},
    )
    words = Ask(
        title=_("Truck without a reservation"),
        lead=_(
            "It takes the first free place from now on and stands in the same order as all others. "
            "A plate with a reservation at this port is checked in by that."
        ),
        button=_("Check it in"),
    )
    return ask(
        request,
        words,
        form=form,
        run=partial(_join, port=yard.port),
        done=_joined,
        back=reverse("web:console", args=[yard.code]),
    )


def _join(
    *,
    port: Port,
    country: str,
    plate: str,
    lane_code: str,
    cargo_kind: str,
    hazard_class: str,
    once: Any,
    **who: Any,
) -> QueueEntry:
    """The vehicle is a row of its own: made or found first, and harmless when the check-in is then refused."""
    vehicle = find_or_create_vehicle(country=country, plate=plate, **who)
    promised = Reservation.objects.filter(vehicle=vehicle, lane__port=port, state=ReservationState.CONFIRMED).first()
    if promised:
        reserved: QueueEntry = check_in(
            reservation_ref=promised.ref, port_code=port.code, hazard_class=hazard_class, once=once, **who
        )
        return reserved
    entry: QueueEntry = check_in_walk_up(
        lane_code=lane_code,
        vehicle_ref=vehicle.ref,
        cargo_kind=cargo_kind,
        hazard_class=hazard_class,
        driver=None,
        once=once,
        **who,
    )
    return entry


def _joined(entry: QueueEntry) -> str:
    facts = {"plate": entry.vehicle.plate, "lane": entry.lane.code, "ticket": entry.ticket}
    return _("%(plate)s is in %(lane)s with ticket %(ticket)s.") % facts
