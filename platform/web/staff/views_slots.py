"""Slots of a day: planned, in force, taken; changed one by one, each with a reason."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from accounts.policy import may_at
from core import clock
from core.errors import NotFound
from reservations import queries
from reservations.models import Slot
from reservations.operations import change_capacity, freeze_slot
from web.pages import form_page, page
from web.staff.acts import Ask, ask
from web.staff.forms import Capacity, Reason
from web.staff.pages import sent
from web.staff.places import VERB as REVOKE
from web.staff.places import places_of
from web.staff.views_console import rights
from web.staff.words import capacity_lines
from yards.models import Lane, Port

VERB = "slot.change"


@page(VERB)
def slots(request: HttpRequest, port_code: str) -> HttpResponse:
    """A day's slots as a grid: one row per start, one column per lane."""
    port = queries.port_for(user=request.user, code=port_code, verb=VERB)
    day = day_of(request, port)
    lanes = list(Lane.objects.filter(port=port).order_by("code"))
    found = Slot.objects.filter(lane__in=lanes, service_date=day).select_related("policy").order_by("starts_at")
    context = {
        "port": port,
        "day": day,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "lanes": lanes,
        "grid": _grid(list(found), lanes),
        "rights": rights(request, port.code),
    }
    return render(request, "staff/slots.html", context)


@form_page(VERB)
def slot(request: HttpRequest, port_code: str, ref: str) -> HttpResponse:
    """One slot's plan: first what the change means, then the change."""
    row = _slot(request, port_code, ref)
    about = {
        "slot": row,
        "port": row.lane.port,
        "places": places_of(row),
        "may_revoke": may_at(request.user, REVOKE, port_code),
        "rights": rights(request, port_code),
    }
    form = Capacity(sent(request), initial={"planned": row.planned})
    if request.method == "POST" and "confirm" not in request.POST and form.is_valid():
        context = about | {"form": form, "preview": capacity_lines(row, form.cleaned_data["planned"])}
        return render(request, "staff/slot.html", context)
    words = Ask(
        title=_("Places of a slot"),
        button=_("Show what it means"),
        template="staff/slot.html",
        context=about,
    )

    def run(**inputs: Any) -> Slot:
        return change_capacity(slot_ref=row.ref, **inputs)

    return ask(request, words, form=form, run=run, done=_changed, back=_grid_of(row))


@form_page(VERB)
def freeze(request: HttpRequest, port_code: str, ref: str) -> HttpResponse:
    """Stop giving places of a slot, or give them again."""
    row = _slot(request, port_code, ref)
    if row.is_frozen:
        words = Ask(_("Give places again"), _("Give places again"), lead=_("Its free places can be reserved again."))
    else:
        lead = _("No new place is given. Who has one keeps it.")
        words = Ask(_("Freeze the slot"), _("Freeze it"), lead=lead, danger=True)

    def run(**inputs: Any) -> Slot:
        return freeze_slot(slot_ref=row.ref, frozen=not row.is_frozen, **inputs)

    return ask(request, words, form=Reason(sent(request)), run=run, done=_frozen, back=_grid_of(row))


def day_of(request: HttpRequest, port: Port) -> date:
    """This will return the day the page asks for, the port's today when it asks for none or for nonsense."""
    try:
        asked = parse_date(request.GET.get("day", ""))
    except ValueError:
        asked = None
    return asked or clock.now().astimezone(port.tz).date()


def _grid(found: list[Slot], lanes: list[Lane]) -> list[tuple[Any, list[Slot | None]]]:
    starts = sorted({row.starts_at for row in found})
    by_place = {(row.starts_at, row.lane_id): row for row in found}
    return [(start, [by_place.get((start, lane.pk)) for lane in lanes]) for start in starts]


def _slot(request: HttpRequest, port_code: str, ref: str) -> Slot:
    row = queries.slot_for(user=request.user, ref=ref, verb=VERB)
    if row.lane.port.code != port_code:
        raise NotFound(field="slot")
    return row


def _grid_of(row: Slot) -> str:
    return f"{reverse('web:staff_slots', args=[row.lane.port.code])}?day={row.service_date}"


def _changed(row: Slot) -> str:
    return _("The slot has %(planned)s planned places now.") % {"planned": row.planned}


def _frozen(row: Slot) -> str:
    return _("The slot is frozen.") if row.is_frozen else _("The slot gives places again.")
