"""An aisle or a zone: its panel, taking it out of use with a word on what that costs, and back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Text
from reservations import operations, queries
from reservations.queries.obstructions import cut_off_by, visits_of
from web.pages import action, form_page, page
from web.staff.acts import Ask, ask
from web.staff.forms import Reason
from web.staff.pages import press, sent, way_back
from web.staff.plan import STATES, LivePlan
from web.staff.views_console import rights
from yards.errors import UnknownAisle, UnknownZone
from yards.models import Yard

VERB = "aisle.block"


@page("console.read")
def aisle(request: HttpRequest, yard_code: str, aisle_code: str) -> HttpResponse:
    """An aisle's panel."""
    yard, plan = _plan_at(request, yard_code, "console.read")
    row = next((row for row in plan.aisles if row.part.code == aisle_code), None)
    if row is None:
        raise UnknownAisle
    limits = row.part.aisle
    facts = [
        (_("Direction"), _("one way") if limits.one_way else _("both ways")),
        (_("Width"), f"{limits.width_m:g} m"),
        (_("Height"), f"{limits.height_m:g} m" if limits.height_m else _("no limit")),
        (_("Longest vehicle"), f"{limits.max_length_m:g} m" if limits.max_length_m else _("no limit")),
        (_("Speed"), f"{limits.speed_kmh:g} km/h"),
    ]
    title = _("Aisle %(code)s") % {"code": aisle_code}
    return _panel(request, yard, kind="aisle", code=aisle_code, title=title, facts=facts, closed=row.block)


@page("console.read")
def zone(request: HttpRequest, yard_code: str, zone_code: str) -> HttpResponse:
    """A zone's panel: its counts, and what can be done with the whole of it."""
    yard, plan = _plan_at(request, yard_code, "console.read")
    row = next((row for row in plan.zones if row.part.code == zone_code), None)
    if row is None:
        raise UnknownZone
    spots = [spot for spot in plan.spots.values() if spot.zone == zone_code]
    counts = [(word, sum(spot.state == code for spot in spots)) for code, word in STATES.items()]
    facts = [(word, count) for word, count in counts if count]
    title = _("Zone %(code)s") % {"code": row.part.code}
    more = {"zone": row.part, "evacuation": row.evacuation}
    return _panel(request, yard, kind="zone", code=zone_code, title=title, facts=facts, closed=row.block, **more)


def _panel(request: HttpRequest, yard: Yard, **shown: Any) -> HttpResponse:
    names = ("block", "unblock")
    urls = {
        f"{name}_url": reverse(f"web:console_{shown['kind']}_{name}", args=[yard.code, shown["code"]]) for name in names
    }
    context = {
        "yard": yard,
        "port": yard.port,
        "rights": rights(request, yard.port.code),
        "back": way_back(request, _plan(yard.code)),
    }
    return render(request, "staff/part.html", context | shown | urls)


# ---------------------------------------------------------------- out of use and back
@dataclass(frozen=True)
class Kind:
    """What aisles and zones differ in."""

    name: str
    block: Callable[..., Any]
    unblock: Callable[..., Any]
    title: Text
    lead: Text
    done: Text
    undone: Text


AISLE = Kind(
    "aisle",
    operations.block_aisle,
    operations.unblock_aisle,
    title=gettext_lazy("Block aisle %(code)s"),
    lead=gettext_lazy(
        "Nobody is led through it from now on. Who is on the way is led round it, or to another bay where no way is left."
    ),
    done=gettext_lazy("Aisle %(code)s is blocked; who is on the way has been told."),
    undone=gettext_lazy("Aisle %(code)s is open again."),
)
ZONE = Kind(
    "zone",
    operations.block_zone,
    operations.unblock_zone,
    title=gettext_lazy("Block zone %(code)s"),
    lead=gettext_lazy(
        "Nobody is sent there from now on. Who stands there stays; who is on the way is given another bay."
    ),
    done=gettext_lazy("Zone %(code)s is blocked; who is on the way has been told."),
    undone=gettext_lazy("Zone %(code)s is used again."),
)


def _blocker(kind: Kind) -> Callable[..., HttpResponse]:
    """This will make the page that asks before an aisle or a zone is blocked, with what it costs."""

    @form_page(VERB)
    def view(request: HttpRequest, yard_code: str, code: str) -> HttpResponse:
        yard = queries.yard_for(user=request.user, code=yard_code, verb=VERB)
        named = {"code": code}
        words = Ask(
            str(kind.title) % named,
            str(kind.title) % named,
            lead=kind.lead,
            danger=True,
            facts=COSTS[kind.name](yard, code),
        )

        def run(**inputs: Any) -> Any:
            return kind.block(yard_code=yard_code, **{f"{kind.name}_code": code}, **inputs)

        return ask(
            request,
            words,
            form=Reason(sent(request)),
            run=run,
            done=lambda _: str(kind.done) % named,
            back=_plan(yard_code),
        )

    return view


def _opener(kind: Kind) -> Callable[..., HttpResponse]:
    """This will make the receiver of the button that opens an aisle or a zone again."""

    @action(VERB)
    def view(request: HttpRequest, yard_code: str, code: str) -> HttpResponse:
        queries.yard_for(user=request.user, code=yard_code, verb=VERB)
        named = {"yard_code": yard_code, f"{kind.name}_code": code}
        done = str(kind.undone) % {"code": code}
        return press(request, run=kind.unblock, done=lambda _: done, back=_plan(yard_code), **named)

    return view


def _cost_of_aisle(yard: Yard, code: str) -> Sequence[tuple[Text, Any]]:
    cost = cut_off_by(yard, code)
    return [
        (_("Bays without a way then"), len(cost.bays)),
        (_("On the way, given another bay"), len(cost.held)),
        (_("Shut in where they stand"), ", ".join(visit.stay.bay.code for visit in cost.shut_in) or 0),
    ]


def _cost_of_zone(yard: Yard, code: str) -> Sequence[tuple[Text, Any]]:
    there = [visit.stay.state for visit in visits_of(yard) if visit.stay.bay.zone.code == code]
    free = sum(spot.state == "free" for spot in LivePlan(yard).spots.values() if spot.zone == code)
    return [
        (_("Free bays lost"), free),
        (_("On the way, given another bay"), there.count("held")),
        (_("Standing there"), there.count("occupied")),
    ]


COSTS: dict[str, Callable[[Yard, str], Sequence[tuple[Text, Any]]]] = {"aisle": _cost_of_aisle, "zone": _cost_of_zone}
block_aisle, unblock_aisle = _blocker(AISLE), _opener(AISLE)
block_zone, unblock_zone = _blocker(ZONE), _opener(ZONE)


def _plan_at(request: HttpRequest, yard_code: str, verb: str) -> tuple[Yard, LivePlan]:
    yard = queries.yard_for(user=request.user, code=yard_code, verb=verb)
    return yard, LivePlan(yard)


def _plan(yard_code: str) -> str:
    return reverse("web:console_plan", args=[yard_code])
