"""One bay: who has it, and taking it out of use."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from reservations import queries
from reservations.models import QueueEntry
from web.pages import action, form_page, page
from web.staff.acts import Ask, ask
from web.staff.console import fitting_bays
from web.staff.forms import Reason
from web.staff.pages import press, sent, way_back
from web.staff.plan import STATES, state_of
from web.staff.views_console import rights
from yards.errors import UnknownBay
from yards.models import Bay, Equipment, Stay
from yards.operations import block_bay, unblock_bay

OFFERED = 8  # free bays offered on the bay's own page; the move page has all


@page("console.read")
def bay(request: HttpRequest, yard_code: str, bay_code: str) -> HttpResponse:
    """A bay's panel: state, who and since when, what it has, and the actions."""
    row = _bay(request, yard_code, bay_code, "console.read")
    stay = Stay.objects.filter(bay=row, state__in=["held", "occupied"]).select_related("vehicle").first()
    entry = _entry_of(stay)
    state = state_of(row, stay)
    context = {
        "bay": row,
        "yard": row.yard,
        "port": row.yard.port,
        "state": state,
        "state_word": STATES[state],
        "stay": stay,
        "entry": entry,
        "fitting": fitting_bays(entry)[:OFFERED] if entry else [],
        "equipment": [Equipment(code).label for code in row.equipment],
        "rights": rights(request, row.yard.port.code),
        "back": way_back(request, _desk(yard_code)),
    }
    return render(request, "staff/bay.html", context)


@form_page("bay.block")
def block(request: HttpRequest, yard_code: str, bay_code: str) -> HttpResponse:
    row = _bay(request, yard_code, bay_code, "bay.block")
    words = Ask(
        title=_("Take bay %(bay)s out of use") % {"bay": row.code},
        lead=_("Who stands there stays. Who is on the way to it is given another bay at the gate."),
        button=_("Take it out of use"),
        danger=True,
    )

    def run(**inputs: Any) -> Bay:
        return block_bay(yard_code=yard_code, bay_code=row.code, **inputs)

    return ask(request, words, form=Reason(sent(request)), run=run, done=_blocked, back=_desk(yard_code))


@action("bay.block")
def unblock(request: HttpRequest, yard_code: str, bay_code: str) -> HttpResponse:
    row = _bay(request, yard_code, bay_code, "bay.block")
    return press(
        request, run=unblock_bay, done=_unblocked, back=_desk(yard_code), yard_code=yard_code, bay_code=row.code
    )


def _bay(request: HttpRequest, yard_code: str, bay_code: str, verb: str) -> Bay:
    yard = queries.yard_for(user=request.user, code=yard_code, verb=verb)
    row = Bay.objects.filter(yard=yard, code=bay_code).select_related("zone", "yard__port").first()
    if row is None:
        raise UnknownBay
    return row


def _entry_of(stay: Stay | None) -> QueueEntry | None:
    if stay is None:
        return None
    rows = QueueEntry.objects.filter(visit_ref=stay.visit_ref)
    return rows.select_related("vehicle", "lane__yard").first()


def _desk(yard_code: str) -> str:
    return reverse("web:console", args=[yard_code])


def _blocked(row: Bay) -> str:
    return _("Bay %(bay)s is out of use.") % {"bay": row.code}


def _unblocked(row: Bay) -> str:
    return _("Bay %(bay)s is in use again.") % {"bay": row.code}
