"""Where sensors and books differ: what each says and since when, what to look at, and what to do when one has looked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from core import clock
from reservations import operations, queries
from reservations.models import QueueEntry
from web.pages import form_page, live, live_page, page
from web.staff.acts import Ask, ask
from web.staff.bay_words import advice_words, books_words, sensor_words
from web.staff.forms import Reason
from web.staff.pages import sent
from web.staff.views_console import rights
from yards.errors import UnknownPlace
from yards.models import PlaceKind, Sensed, Stay, Yard
from yards.queries_yard import Beside, sensors_beside_books

VERB = "bay.block"
KINDS = "place. stay. bay."


@dataclass(frozen=True)
class Place:
    """A place with its sensor's newest reading beside the books; `entry` is whom the books have there."""

    beside: Beside
    entry: QueueEntry | None = None

    @property
    def row(self) -> Sensed:
        return self.beside.row

    @property
    def name(self) -> str:
        return f"{self.row.get_kind_display()} {self.row.code}"

    @property
    def sensor(self) -> str:
        return sensor_words(self.row)

    @property
    def books(self) -> str:
        return books_words(self.row, self.beside.books)

    @property
    def advice(self) -> str:
        return advice_words(self.row, self.beside.why)


@page("console.read")
def doubts(request: HttpRequest, yard_code: str) -> HttpResponse:
    """The list, live: those that differ first, then all sensors beside the books."""
    yard = queries.yard_for(user=request.user, code=yard_code, verb="console.read")
    told = live(yard.stream, "staff")
    heard = sensors_beside_books(yard, now=clock.now())
    context = {
        "live": told,
        "yard": yard,
        "port": yard.port,
        "doubts": _with_entries(yard, [one for one in heard if one.doubted_at]),
        "counters": [Place(one) for one in heard if one.row.kind == PlaceKind.ZONE],
        "silent": [Place(one) for one in heard if one.is_dead],
        "heard": len(heard),
        "kinds": KINDS,
        "rights": rights(request, yard.port.code),
        "here": request.path,
    }
    return live_page(request, "staff/doubts.html", context, doubts="staff/_doubts.html")


@form_page(VERB)
def dismiss(request: HttpRequest, yard_code: str, kind: str, place: str) -> HttpResponse:
    """Somebody looked, and the books are right."""
    yard = queries.yard_for(user=request.user, code=yard_code, verb=VERB)
    known = (
        one for one in sensors_beside_books(yard, now=clock.now()) if (one.row.kind, one.row.code) == (kind, place)
    )
    found = next(known, None)
    if found is None:
        raise UnknownPlace
    shown = Place(found)
    words = Ask(
        title=_("The books are right about %(place)s") % {"place": shown.name},
        lead=_("Only after somebody has looked. The sensor is believed again as soon as it says something else."),
        button=_("I have looked: the books are right"),
        facts=[(_("Sensor"), shown.sensor), (_("Books"), shown.books)],
    )

    def run(**inputs: Any) -> Sensed:
        settled: Sensed = operations.dismiss_doubt(yard_code=yard_code, kind=kind, code=place, **inputs)
        return settled

    done = _("%(place)s: the books are right.") % {"place": shown.name}
    back = reverse("web:console_doubts", args=[yard_code])
    return ask(request, words, form=Reason(sent(request)), run=run, done=lambda _: done, back=back)


def _with_entries(yard: Yard, doubted: Sequence[Beside]) -> list[Place]:
    """Whom the books have in the doubted bays; the longest doubted first."""
    codes = [one.row.code for one in doubted if one.row.kind == PlaceKind.BAY]
    stays = Stay.objects.filter(bay__yard=yard, bay__code__in=codes, state__in=["held", "occupied"])
    by_bay = dict(stays.values_list("bay__code", "visit_ref"))
    entries = QueueEntry.objects.filter(visit_ref__in=by_bay.values()).select_related("vehicle")
    by_visit = {entry.visit_ref: entry for entry in entries}
    places = [
        Place(one, by_visit.get(by_bay.get(one.row.code, "")) if one.row.kind == PlaceKind.BAY else None)
        for one in doubted
    ]
    return sorted(places, key=lambda place: (place.row.doubted_at, place.row.code))
