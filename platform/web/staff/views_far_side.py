"""The far side: what it takes of each lane, how old that word is, whose it was, and what the port has planned against it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.errors import NotFound
from reservations import queries
from reservations.models.slot import Slot
from reservations.queries.far_side import LaneFarSide, far_sides_of_port, history_of
from web.pages import form_page, live, live_page, page
from web.staff.acts import Ask, ask
from web.staff.forms_disruption import Rate
from web.staff.pages import sent
from web.staff.pictures import Picture, steps
from web.staff.views_console import rights
from yards.models import FarSideRate, Lane, Port, Yard
from yards.operations import enter_far_side_rate

READ, ENTER = "console.read", "far_side.enter"
KINDS = "far_side.rate slot.capacity_changed lane.configured policy.published"
SOURCES = {
    "staff": gettext_lazy("entered by staff"),
    "counterpart": gettext_lazy("sent by the far side itself"),
}
BEYOND = timedelta(hours=12)  # the line goes on a little, so that the latest rate has a length
NAMED = 6  # slots named before "…"


@dataclass(frozen=True)
class Shown:
    """A lane's far side in words."""

    at: LaneFarSide

    @property
    def lane(self) -> Lane:
        return self.at.lane

    @property
    def source(self) -> str:
        return str(SOURCES.get(self.at.said.source, self.at.said.source)) if self.at.said else ""

    @property
    def age_minutes(self) -> int:
        return int(self.at.said.age.total_seconds() // 60) if self.at.said else 0

    @property
    def slots_above(self) -> list[Slot]:
        return self.at.slots_above[:NAMED]

    @property
    def slots_more(self) -> int:
        return max(0, len(self.at.slots_above) - NAMED)


@page(READ)
def far_side(request: HttpRequest, port_code: str) -> HttpResponse:
    """Every lane's rate now, flagged when it is old or when more is planned."""
    port = queries.port_for(user=request.user, code=port_code, verb=READ)
    lanes = _lanes(port)
    context = {
        "live": live(lanes[0].yard.stream, "staff") if lanes else None,
        "kinds": KINDS,
        "port": port,
        "rights": rights(request, port.code),
        "rows": [Shown(found) for found in far_sides_of_port(port, lanes, now=clock.now())],
    }
    return live_page(request, "staff/far_side.html", context, rates="staff/_far_side.html")


@page(READ)
def history(request: HttpRequest, port_code: str, lane_code: str) -> HttpResponse:
    """One lane's rates of the last two weeks as a line, and who said them."""
    port = queries.port_for(user=request.user, code=port_code, verb=READ)
    lane = queries.lane_for(user=request.user, code=lane_code, verb=READ)
    if lane.port_id != port.pk:
        raise NotFound(field="lane")
    now = clock.now()
    rows = history_of(lane, now=now)
    [found] = far_sides_of_port(port, [lane], now=now)
    context = {
        "port": port,
        "rights": rights(request, port.code),
        "row": Shown(found),
        "history": rows[::-1],
        "picture": _drawn(rows, lane, now) if rows else None,
    }
    return render(request, "staff/far_side_lane.html", context)


@form_page(ENTER)
def enter(request: HttpRequest, port_code: str) -> HttpResponse:
    """A new rate of a lane: from a moment on, with who said it."""
    port = queries.port_for(user=request.user, code=port_code, verb=ENTER)
    lanes = _lanes(port)
    with timezone.override(port.tz):  # what is typed is the port's time
        wanted = {"lane_code": request.GET.get("lane", ""), "valid_from": clock.now().astimezone(port.tz)}
        form = Rate(sent(request), lanes=lanes, initial=wanted)
        words = Ask(
            _("What the far side takes"),
            _("Enter it"),
            lead=_(
                "Slots that are not taken yet, calls and waits follow it at once. Nobody loses a place that was promised."
            ),
            context={"port": port, "rights": rights(request, port.code)},
        )
        return ask(request, words, form=form, run=enter_far_side_rate, done=_entered, back=_list(port))


def _lanes(port: Port) -> list[Lane]:
    yards = Yard.objects.filter(port=port)
    return list(Lane.objects.filter(yard__in=yards).select_related("port", "yard").order_by("yard__code", "code"))


def _drawn(rows: list[FarSideRate], lane: Lane, now: datetime) -> Picture:
    points = [(row.valid_from, row.units_per_hour) for row in rows]
    until = max(now, rows[-1].valid_from) + BEYOND
    alt = _("Vehicles an hour that the far side takes, over the last two weeks; the list below has the figures.")
    return steps(points, until=until, name=lane.code, alt=alt, tz=lane.port.tz)


def _list(port: Port) -> str:
    return reverse("web:staff_far_side", args=[port.code])


def _entered(row: Any) -> str:
    if row.units_per_hour is None:
        return _("Entered: no limit of the far side is known.")
    return _("Entered: the far side takes %(rate)s an hour.") % {"rate": row.units_per_hour}
