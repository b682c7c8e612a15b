"""The live plan as a page of its own; one bay's card; what each bay would cost a vehicle that is dragged there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from core import clock
from reservations import queries
from reservations.models import QueueEntry
from reservations.queries.guidance import guide
from web.pages import live_page, page
from web.staff.bay_words import doubt_words, next_words
from web.staff.moving import offers_of
from web.staff.pages import way_back
from web.staff.plan import STATES, LivePlan
from web.staff.plan_context import plan_context
from web.staff.views_bays import bay_at, entry_of, live_stay_of
from web.staff.views_console import rights
from yards.choice_words import words_of
from yards.models import Equipment, Stay

REGION = "staff/_plan_now.html"


@page("console.read")
def yard_plan(request: HttpRequest, yard_code: str) -> HttpResponse:
    """The yard's plan as it is now: the whole page, or (region `plan`) what changed `since` the event a page was drawn at."""
    yard = queries.yard_for(user=request.user, code=yard_code, verb="console.read")
    panel, since = request.GET.get("panel") == "1", _number(request.GET.get("since"))
    context = plan_context(request, yard, panel=panel, search=request.GET.get("q", "")[:40], since=since)
    context |= {"rights": rights(request, yard.port.code)}
    return live_page(request, "staff/plan.html", context, plan=REGION)


@page("console.read")
def card(request: HttpRequest, yard_code: str, bay_code: str) -> HttpResponse:
    """Who has a bay, since when and until when, what then, why this one; and the way of who is heading there."""
    row = bay_at(request, yard_code, bay_code, "console.read")
    stay = live_stay_of(row)
    entry = entry_of(stay)
    state = LivePlan(row.yard).state_of(row.code)
    context = {
        "bay": row,
        "yard": row.yard,
        "port": row.yard.port,
        "state": state,
        "state_word": STATES[state],
        "equipment": [Equipment(code).label for code in row.equipment],
        "doubt": doubt_words(row),
        "rights": rights(request, row.yard.port.code),
        "back": way_back(request, reverse("web:console_plan", args=[yard_code])),
    }
    if stay:
        context |= _of_the_stay(stay, entry)
    return render(request, "staff/_card.html", context)


def _of_the_stay(stay: Stay, entry: QueueEntry | None) -> dict[str, Any]:
    now, since = clock.now(), stay.occupied_at or stay.held_at
    until = since + timedelta(minutes=stay.expected_minutes) if stay.expected_minutes else None
    return {
        "stay": stay,
        "entry": entry,
        "since": since,
        "until": until,
        "overdue": bool(until and until < now),
        "next_step": next_words(entry),
        "why": words_of(stay.why),
        "way": _way(entry, stay, now) if entry else "",
    }


def _way(entry: QueueEntry, stay: Stay, now: Any) -> str:
    """The rest of the way to its bay, as path data on the plan in force; a truck under an older plan is not drawn on this one."""
    if stay.state != "held" or entry.state != "admitted":
        return ""
    told, ground = guide(entry, now), LivePlan(entry.lane.yard).ground
    if told.way is None or told.layout is None or ground.layout is None or told.layout.pk != ground.layout.pk:
        return ""
    return ground.drawing.frame.path(told.way.line)


@page("stay.move")
def costs(request: HttpRequest, yard_code: str, bay_code: str) -> HttpResponse:
    """What every bay would cost the vehicle of this one: {"move": where to ask for it, "bays": {code: [fits, in words, may be asked for]}}.

    Nothing is said of a bay that came free meanwhile.
    """
    row = bay_at(request, yard_code, bay_code, "stay.move")
    stay = live_stay_of(row)
    entry = entry_of(stay)
    if stay is None or entry is None:
        return JsonResponse({"move": "", "bays": {}})
    offers = offers_of(entry, clock.now(), present=row.code)
    bays = {code: [offer.fits, offer.words, not offer.is_shut] for code, offer in offers.items()}
    return JsonResponse({"move": reverse("web:console_move", args=[yard_code, entry.ref]), "bays": bays})


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else None
