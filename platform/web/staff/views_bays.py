"""One bay: who has it and why, and taking it out of use."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from core import clock
from core.errors import Conflict
from reservations import operations, queries
from reservations.models import QueueEntry
from web.pages import action, form_page, page
from web.staff.acts import Ask, ask
from web.staff.bay_words import doubt_words, next_words
from web.staff.forms import Reason
from web.staff.moving import cheapest_first, offers_of
from web.staff.pages import press, sent, way_back
from web.staff.plan import STATES, LivePlan
from web.staff.views_console import rights
from yards.choice_words import words_of
from yards.errors import UnknownBay
from yards.models import Bay, Equipment, Stay
from yards.operations import block_bay, unblock_bay

OFFERED = 8  # bays offered on the bay's own page; the move page has all


@page("console.read")
def bay(request: HttpRequest, yard_code: str, bay_code: str) -> HttpResponse:
    """A bay's panel: state, who and since when, why this one, what it has, and the actions."""
    row = bay_at(request, yard_code, bay_code, "console.read")
    stay = live_stay_of(row)
    entry = entry_of(stay)
    state = LivePlan(row.yard).state_of(row.code)
    offers = offers_of(entry, clock.now(), present=row.code) if entry and stay else {}
    context = {
        "bay": row,
        "yard": row.yard,
        "port": row.yard.port,
        "state": state,
        "state_word": STATES[state],
        "stay": stay,
        "entry": entry,
        "next_step": next_words(entry),
        "doubt": doubt_words(row),
        "why": words_of(stay.why) if stay else [],
        "offers": cheapest_first(offers)[:OFFERED],
        "equipment": [Equipment(code).label for code in row.equipment],
        "rights": rights(request, row.yard.port.code),
        "back": way_back(request, _desk(yard_code)),
    }
    return render(request, "staff/bay.html", context)


@form_page("bay.block")
def block(request: HttpRequest, yard_code: str, bay_code: str) -> HttpResponse:
    row = bay_at(request, yard_code, bay_code, "bay.block")
    words = Ask(
        title=_("Take bay %(bay)s out of use") % {"bay": row.code},
        lead=_("Who stands there stays. Who is on the way to it is given another bay."),
        button=_("Take it out of use"),
        danger=True,
    )

    def run(**inputs: Any) -> Bay:
        return block_bay(yard_code=yard_code, bay_code=row.code, **inputs)

    return ask(request, words, form=Reason(sent(request)), run=run, done=_blocked, back=_desk(yard_code))


@action("bay.block")
def unblock(request: HttpRequest, yard_code: str, bay_code: str) -> HttpResponse:
    row = bay_at(request, yard_code, bay_code, "bay.block")
    return press(
        request, run=unblock_bay, done=_unblocked, back=_desk(yard_code), yard_code=yard_code, bay_code=row.code
    )


@action("bay.block")
def taken(request: HttpRequest, yard_code: str, bay_code: str) -> HttpResponse:
    """Somebody unknown stands in it: whoever was on the way there gets another bay."""
    row = bay_at(request, yard_code, bay_code, "bay.block")
    entry = entry_of(live_stay_of(row))
    if entry is None:
        raise Conflict  # it came free meanwhile
    return press(
        request,
        run=operations.report_bay_taken,
        done=lambda _: _said_taken(row),
        back=_desk(yard_code),
        entry_ref=entry.ref,
        bay_code=row.code,
    )


# ---------------------------------------------------------------- shared with the plan
def bay_at(request: HttpRequest, yard_code: str, bay_code: str, verb: str) -> Bay:
    """This will return a bay of this yard that the person may do the verb with; raises NotFound, UnknownBay."""
    yard = queries.yard_for(user=request.user, code=yard_code, verb=verb)
    row = Bay.objects.filter(yard=yard, code=bay_code).select_related("zone", "yard__port").first()
    if row is None:
        raise UnknownBay
    return row


def live_stay_of(row: Bay) -> Stay | None:
    return Stay.objects.filter(bay=row, state__in=["held", "occupied"]).select_related("vehicle", "bay").first()


def entry_of(stay: Stay | None) -> QueueEntry | None:
    if stay is None:
        return None
    rows = QueueEntry.objects.filter(visit_ref=stay.visit_ref)
    return rows.select_related("vehicle", "lane__yard", "lane__gate", "gate").first()


def _desk(yard_code: str) -> str:
    return reverse("web:console", args=[yard_code])


def _blocked(row: Bay) -> str:
    return _("Bay %(bay)s is out of use.") % {"bay": row.code}


def _unblocked(row: Bay) -> str:
    return _("Bay %(bay)s is in use again.") % {"bay": row.code}


def _said_taken(row: Bay) -> str:
    return _("Bay %(bay)s is out of use until somebody has looked. Who was on the way there gets another one.") % {
        "bay": row.code
    }
