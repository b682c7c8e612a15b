"""Emptying a zone: asked for twice over, then a live list of who is still there, in the order in which they leave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from core.errors import NotFound
from reservations import operations, queries
from reservations.models import EntryState, QueueEntry
from reservations.queries.obstructions import visits_of
from web.pages import action, form_page, live, live_page, page
from web.staff.acts import Ask, ask
from web.staff.forms import EmptyZone
from web.staff.pages import press, sent, way_back
from web.staff.views_console import rights
from yards.errors import UnknownZone
from yards.models import Evacuation, Sighting, Stay, Zone

VERB = "evacuation.order"
KINDS = "evacuation. stay. queue.exited"


@dataclass(frozen=True)
class Leaver:
    """One of the order. `state`: there, moving (out of its bay, in the yard still) or out; `seen` where it was read last."""

    number: int
    entry: QueueEntry | None
    bay: str
    gate: str
    state: str
    seen: Sighting | None


@form_page(VERB)
def evacuate(request: HttpRequest, yard_code: str, zone_code: str) -> HttpResponse:
    """Asks before a zone is emptied: how many leave, and the zone's own letter typed as a confirmation."""
    yard = queries.yard_for(user=request.user, code=yard_code, verb=VERB)
    zone = Zone.objects.filter(yard=yard, code=zone_code).first()
    if zone is None:
        raise UnknownZone
    there = [visit.stay.state for visit in visits_of(yard) if visit.stay.bay.zone_id == zone.pk]
    words = Ask(
        title=_("Empty zone %(zone)s") % {"zone": zone.code},
        lead=_(
            "Every vehicle that stands there is told to leave by the exit nearest to it, each with its number in the order. "
            "Nobody is sent there until this is ended."
        ),
        button=_("Empty the zone now"),
        danger=True,
        facts=[
            (_("Zone"), f"{zone.code} {zone.name}"),
            (_("Told to leave"), there.count("occupied")),
            (_("On the way there, given another bay"), there.count("held")),
        ],
    )

    def run(*, zone: str, **inputs: Any) -> Evacuation:
        row: Evacuation = operations.order_evacuation(yard_code=yard_code, zone_code=zone_code, **inputs)
        return row

    form = EmptyZone(sent(request), zone=zone.code)
    return ask(request, words, form=form, run=run, done=_ordered, back=_plan(yard_code))


@page("console.read")
def evacuation(request: HttpRequest, yard_code: str, ref: str) -> HttpResponse:
    """Who is still there, live."""
    yard = queries.yard_for(user=request.user, code=yard_code, verb="console.read")
    told = live(yard.stream, "staff")
    row = _row(yard.pk, ref)
    leavers = _leavers(row)
    context = {
        "live": told,
        "yard": yard,
        "port": yard.port,
        "row": row,
        "zone": Zone.objects.filter(yard=yard, code=row.zone_code).first(),
        "leavers": leavers,
        "left": sum(one.state == "there" for one in leavers),
        "moving": sum(one.state == "moving" for one in leavers),
        "kinds": KINDS,
        "rights": rights(request, yard.port.code),
        "here": request.get_full_path(),
        "back": way_back(request, _plan(yard_code)),
    }
    return live_page(request, "staff/evacuation.html", context, leavers="staff/_leavers.html")


@action(VERB)
def end(request: HttpRequest, yard_code: str, ref: str) -> HttpResponse:
    yard = queries.yard_for(user=request.user, code=yard_code, verb=VERB)
    row = _row(yard.pk, ref)
    return press(request, run=operations.end_evacuation, done=_ended, back=_plan(yard_code), ref=row.ref)


def _row(yard_id: int, ref: str) -> Evacuation:
    row = Evacuation.objects.filter(yard_id=yard_id, ref=ref).first()
    if row is None:
        raise NotFound(field="evacuation")
    return row


def _leavers(row: Evacuation) -> list[Leaver]:
    """Everybody of the order as he is now; who is out is listed last."""
    visits = [visit for visit, _bay, _gate in row.order]
    entries = {
        entry.visit_ref: entry
        for entry in QueueEntry.objects.filter(visit_ref__in=visits).select_related("vehicle", "lane__yard")
    }
    stays = Stay.objects.filter(visit_ref__in=visits, state="occupied", bay__zone__code=row.zone_code)
    standing = set(stays.values_list("visit_ref", flat=True))
    seen = {sighting.visit_ref: sighting for sighting in Sighting.objects.filter(visit_ref__in=visits)}
    rows = [
        Leaver(number, entries.get(visit), bay, gate, _state(entries.get(visit), visit in standing), seen.get(visit))
        for number, (visit, bay, gate) in enumerate(row.order, start=1)
    ]
    return sorted(rows, key=lambda one: (one.state == "out", one.number))


def _state(entry: QueueEntry | None, stands_there: bool) -> str:
    if entry is None or entry.state != EntryState.ADMITTED:
        return "out"
    return "there" if stands_there else "moving"


def _ordered(row: Evacuation) -> str:
    return _("Zone %(zone)s is being emptied: %(count)s told to leave.") % {
        "zone": row.zone_code,
        "count": len(row.order),
    }


def _ended(row: Evacuation) -> str:
    return _("Zone %(zone)s is used again.") % {"zone": row.zone_code}


def _plan(yard_code: str) -> str:
    return reverse("web:console_plan", args=[yard_code])
