"""The desk's two overviews: where I work, and one yard."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.policy import may_at, ports_of
from core import clock
from reservations import queries
from web.pages import live_page, page
from web.staff.alarms import alarms
from web.staff.console import Console
from web.staff.plan_context import plan_context
from yards.models import Yard

REGIONS = {name: f"staff/_{name}.html" for name in ("alarms", "called", "order", "inside", "overrides")}
MOST_SHOWN = 5000

_QUEUE = "queue.checked_in queue.called queue.missed queue.withdrawn queue.admitted"
_STAYS = "stay.held stay.occupied stay.released bay.blocked bay.unblocked bay.configured"
_SUPPLY = "closure.declared closure.lifted closure.undone far_side.rate"
_LANES = "lane.opened lane.closed lane.auto_call lane.configured"
KINDS = {
    "alarms": f"queue. stay. bay. {_LANES} {_SUPPLY} round. zone. aisle. evacuation. place. layout. gate.",
    "called": "queue.called queue.missed queue.withdrawn queue.admitted stay.held",
    "order": f"{_QUEUE} {_STAYS} {_LANES} {_SUPPLY} override.asked override.approved override.rejected policy.published",
    "overrides": "override.asked override.approved override.rejected queue.called queue.withdrawn",
    "inside": f"queue.admitted queue.exited {_STAYS}",
}


@page("declaration.read")
def home(request: HttpRequest) -> HttpResponse:
    """The yards and ports the person works at; who has no desk of a yard (a customs officer) is sent to their own home."""
    codes = ports_of(request.user)
    if not codes:
        return redirect("web:home_for_me")
    yards = list(Yard.objects.filter(port__code__in=codes).select_related("port").order_by("port__code", "code"))
    found = {summary.port.pk: summary for summary in queries.port_summaries(now=clock.now(), codes=sorted(codes))}
    rows = [(yard, found[yard.port_id], rights(request, yard.port.code)) for yard in yards]
    return render(request, "staff/home.html", {"rows": rows})


@page("console.read")
def console(request: HttpRequest, yard_code: str) -> HttpResponse:
    """One yard: alarms, who is called, the order of every lane, the bays."""
    yard = queries.yard_for(user=request.user, code=yard_code, verb="console.read")
    context = plan_context(request, yard, panel=True, search=request.GET.get("q", "")[:40])
    desk = Console(
        yard,
        now=clock.now(),
        only=request.GET.get("lane", ""),
        search=request.GET.get("q", "")[:40],
        shown=_shown(request.GET.get("rows", "")),
    )
    held = rights(request, yard.port.code)
    context |= {
        "desk": desk,
        "rights": held,
        "alarms": lambda: alarms(desk, held),
        "here": request.get_full_path(),
        "kinds": KINDS,
    }
    return live_page(request, "staff/console.html", context, **REGIONS)


def rights(request: HttpRequest, port_code: str) -> dict[str, bool]:
    """This will say what a page of that port offers; each action asks for its own verb again."""
    verbs = {
        "console": "console.read",
        "declarations": "declaration.read",
        "call": "queue.call",
        "admit": "queue.admit",
        "gates": "gate.attend",
        "decide": "override.decide",
        "slots": "slot.change",
        "policy": "policy.publish",
        "people": "people.manage",
        "devices": "device.enrol",
        "ledger": "ledger.read",
        "day": "kpi.read",
        "rounds": "round.manage",
        "closures": "closure.declare",
        "far_side": "far_side.enter",
        "appeals": "appeal.decide",
    }
    return {name: may_at(request.user, verb, port_code) for name, verb in verbs.items()}


def _shown(text: str) -> int:
    return min(int(text), MOST_SHOWN) if text.isascii() and text.isdigit() else 0
