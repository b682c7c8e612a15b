"""My turn: the place in the order and why, the way to gate and bay when called, and checking in without a reservation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from core import clock
from core.errors import DomainError
from reservations.models import QueueEntry
from reservations.operations import check_in_walk_up, note_sighting, occupy, report_bay_taken, withdraw
from reservations.queries import Explanation, entry_for, explain
from web import once, pages
from web.driver.booking import lane_of, own_vehicles, refuse, vehicle_ref_of
from web.driver.forms import ArrivalForm
from web.driver.guide import way_page
from web.driver.journey import steps_of
from web.driver.landing import by, landed
from web.driver.passing import passing_words
from yards.errors import WrongBay
from yards.models import Bay, Stay
from yards.queries import lane_state, openings_around


@pages.page("turn.read")
def turn(request: HttpRequest, ref: str) -> HttpResponse:
    """Where I stand now."""
    entry = entry_for(user=request.user, ref=ref, verb="turn.read")
    context = {"live": pages.live(entry.lane.yard.stream, "driver")} | about(entry, clock.now())
    return pages.live_page(request, "web/driver/turn.html", context, turn="web/driver/_turn.html")


def about(entry: QueueEntry, now: datetime) -> dict[str, Any]:
    """This will gather what the page says of an entry."""
    stays = list(Stay.objects.filter(visit_ref=entry.visit_ref).select_related("bay__zone").order_by("held_at", "pk"))
    live_stay = next((stay for stay in stays if stay.state != "released"), None)
    context: dict[str, Any] = {
        "entry": entry,
        "lane": entry.lane,
        "port": entry.lane.port,
        "gate": entry.gate or entry.lane.gate,
        "stay": live_stay,
        "steps": steps_of(entry, stays),
        "way": way_page(entry, now),
        "once": once.fresh(),
        "once_taken": once.fresh(),
        "once_elsewhere": once.fresh(),
    }
    return context | (_waiting(entry, now) if entry.state == "waiting" else {})


def _waiting(entry: QueueEntry, now: datetime) -> dict[str, Any]:
    explanation: Explanation = explain(entry, now=now)
    return {
        "standing": explanation.standing,
        "before": explanation.before_by_class,
        "before_count": sum(explanation.before_by_class.values()),
        "passed": [passing_words(passing) for passing in explanation.passed_by],
        "blocked_by": explanation.blocked_by,
        "lane_state": lane_state(entry.lane, openings_around([entry.lane], now), now),
    }


@pages.action("turn.occupy")
def in_the_bay(request: HttpRequest, ref: str) -> HttpResponse:
    """The button "I am in the bay", and "I am in this bay" with another one's number.

    The button names the bay that its page showed: pressed without a connection, it may arrive when another one is held.
    """
    entry = entry_for(user=request.user, ref=ref, verb="turn.occupy")
    bay, source = bay_named(entry, request), "qr" if request.POST.get("source") == "qr" else "driver"
    return _after(request, entry, lambda **claim: occupy(entry_ref=entry.ref, bay_code=bay, source=source, **claim))


@pages.action("turn.report")
def bay_taken(request: HttpRequest, ref: str) -> HttpResponse:
    """The button "my bay is taken": another one is held at once."""
    entry = entry_for(user=request.user, ref=ref, verb="turn.report")
    bay = bay_named(entry, request)
    return _after(request, entry, lambda **claim: report_bay_taken(entry_ref=entry.ref, bay_code=bay, **claim))


def bay_named(entry: QueueEntry, request: HttpRequest) -> str:
    """This will return the bay a form names, in the yard's own spelling where one is known by it, else as it was typed."""
    typed = request.POST.get("bay", "").strip()[:20]
    if not typed.isprintable():  # PostgreSQL takes no NUL
        return "?"
    known = Bay.objects.filter(yard=entry.lane.yard_id, code__iexact=typed).values_list("code", flat=True).first()
    return known or typed


@pages.form_page("turn.withdraw")
def leave(request: HttpRequest, ref: str) -> HttpResponse:
    """Asks once more, then takes the vehicle out of the order."""
    entry = entry_for(user=request.user, ref=ref, verb="turn.withdraw")
    if request.method == "POST":
        return _after(
            request, entry, lambda **claim: withdraw(entry_ref=entry.ref, reason="", **claim), there="withdrawn"
        )
    return render(request, "web/driver/leave.html", about(entry, clock.now()))


def _after(request: HttpRequest, entry: QueueEntry, act: Callable[..., Any], *, there: str = "") -> HttpResponse:
    error = landed(entry, act, request, there=there)
    if error is None:
        return redirect("web:turn", entry.ref)
    if isinstance(error, WrongBay):
        _note(request, entry, str(error.facts["bay"]))
    context = {"live": pages.live(entry.lane.yard.stream, "driver"), "error": error} | about(entry, clock.now())
    return render(request, "web/driver/turn.html", context, status=error.status)


def _note(request: HttpRequest, entry: QueueEntry, bay_code: str) -> None:
    """He may not stay there, but that is where he is: the way goes on from that bay, on this page and on every later one."""
    now, actor = clock.now(), request.user.actor  # type: ignore[union-attr]
    source = "qr" if request.POST.get("source") == "qr" else "driver"
    note_sighting(entry_ref=entry.ref, kind="bay", code=bay_code, source=source, seen_at=now, now=now, actor=actor)


@pages.form_page("turn.check_in")
def walk_up(request: HttpRequest, lane_code: str) -> HttpResponse:
    """Checking in without a reservation: which vehicle, what cargo."""
    lane = lane_of(lane_code)
    form = ArrivalForm(request.POST or None, cargo_kinds=lane.cargo_kinds, vehicles=own_vehicles(request))
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("web:turn", _join(request, lane.code, form))
        except DomainError as error:
            refuse(form, error)
    now = clock.now()
    state = lane_state(lane, openings_around([lane], now), now)
    context = {
        "lane": lane,
        "port": lane.port,
        "form": form,
        "state": state,
        "once": request.POST.get("once") or once.fresh(),
    }
    return render(request, "web/driver/walk_up.html", context, status=422 if form.errors else 200)


def _join(request: HttpRequest, lane_code: str, form: ArrivalForm) -> str:
    vehicle_ref = vehicle_ref_of(request, form)
    return once.ref_of(
        lambda: check_in_walk_up(
            lane_code=lane_code,
            vehicle_ref=vehicle_ref,
            cargo_kind=form.cleaned_data["cargo_kind"],
            hazard_class=form.cleaned_data["hazard_class"],
            driver=request.user,
            **by(request),
        )
    )
