"""Who has a place in a slot, and the page that takes one back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Vehicle
from core.errors import NotFound
from reservations import queries
from reservations.models import Reservation, Slot
from reservations.operations import revoke_reservation
from reservations.states import HOLDS_A_PLACE
from web.pages import form_page
from web.staff.acts import Ask, ask
from web.staff.forms import Reason
from web.staff.pages import sent

VERB = "reservation.revoke"
REVOCABLE = ("requested", "confirmed")


@dataclass(frozen=True)
class Place:
    """One place of a slot; `ref` names the reservation that can be taken back, "" where none can."""

    vehicle: Vehicle
    state: str
    driver: str
    ref: str


def places_of(slot: Slot) -> list[Place]:
    """This will list the places that are taken in a slot: by reservations, then by trucks without one. Two queries."""
    return [*_reserved(slot), *_walked_up(slot)]


def _reserved(slot: Slot) -> Iterator[Place]:
    rows = slot.reservations.filter(state__in=HOLDS_A_PLACE).select_related("vehicle", "driver").order_by("created_at")
    for row in rows:
        yield Place(row.vehicle, _state(row), str(row.driver or "–"), row.ref if row.state in REVOCABLE else "")


def _walked_up(slot: Slot) -> Iterator[Place]:
    for row in slot.walk_ups.exclude(state="withdrawn").select_related("vehicle", "driver").order_by("arrived_at"):
        yield Place(row.vehicle, _("without a reservation"), str(row.driver or "–"), "")


@form_page(VERB)
def revoke(request: HttpRequest, port_code: str, ref: str) -> HttpResponse:
    """Take a place back on the port's side: why, to whom it happens, then the button."""
    row = queries.reservation_for(user=request.user, ref=ref, verb=VERB)
    if row.lane.port.code != port_code:
        raise NotFound(field="reservation")

    def run(**inputs: Any) -> Reservation:
        return revoke_reservation(ref=row.ref, **inputs)

    words = Ask(
        title=_("Take the place back"),
        lead=_("The driver is told at once, with the reason, and it never counts against them. This cannot be undone."),
        button=_("Take it back"),
        danger=True,
        facts=[
            (_("Plate"), str(row.vehicle)),
            (_("Driver"), str(row.driver or "–")),
            (_("State"), _state(row)),
            (_("Lane"), str(row.lane)),
            (_("Slot"), f"{row.slot.starts_at.astimezone(row.lane.port.tz):%Y-%m-%d %H:%M}"),
        ],
    )
    back = reverse("web:staff_slot", args=[port_code, row.slot.ref])
    return ask(request, words, form=Reason(sent(request)), run=run, done=_revoked, back=back)


def _state(row: Reservation) -> str:
    """A reservation's state as the desk says it; "held for you" is said to its driver."""
    return _("held, not confirmed yet") if row.state == "requested" else str(row.get_state_display())


def _revoked(row: Reservation) -> str:
    return _("The place of %(plate)s is taken back.") % {"plate": row.vehicle.plate}
