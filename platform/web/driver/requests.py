"""My request for a place: what became of it and why, standby and offers, other times, giving it up, standing by for better."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from core import clock
from core.errors import DomainError, NotFound
from reservations.models import Request, Reservation, Round
from reservations.operations import (
    accept_offer,
    change_request,
    decline_offer,
    stand_by,
    state_readiness,
    withdraw_request,
)
from reservations.queries import reason_words, request_for, reservation_for
from reservations.queries.asking import lanes_that_take, places_in_standby
from reservations.streams import port_stream
from web import once, pages
from web.driver.ask_forms import LanesForm, ReadinessForm, TimesForm
from web.driver.booking import refuse
from web.driver.daybar import Bar, bar_of
from web.driver.landing import by, landed
from web.driver.request_steps import steps_of
from yards.models import Lane

VERB = "request.own"


@pages.page(VERB)
def request_page(request: HttpRequest, ref: str) -> HttpResponse:
    """Where my request stands now."""
    mine = request_for(user=request.user, ref=ref, verb=VERB)
    context = {"live": pages.live(port_stream(mine.port), "driver")} | _about(mine, clock.now())
    return pages.live_page(request, "web/driver/request.html", context, wish="web/driver/_request.html")


def _about(mine: Request, now: datetime) -> dict[str, Any]:
    round_ = mine.round or Round.objects.filter(port=mine.port, service_date=mine.service_date).first()
    together = Request.objects.filter(bundle=mine.bundle).exclude(pk=mine.pk).select_related("vehicle")
    travel = {"ready": "yes" if mine.is_ready else "no", "travel": mine.travel_minutes}
    return {
        "mine": mine,
        "port": mine.port,
        "round": round_,
        "lanes": mine.lanes.order_by("code"),
        "together": together.order_by("pk") if mine.bundle else [],
        "promise": mine.reservation,
        "reason": reason_words(mine.reason) if mine.reason else "",
        "standby": places_in_standby(mine, now=now),
        "steps": steps_of(mine),
        "is_running": bool(mine.round and mine.state == "requested" and now >= mine.round.closes_at),
        "can_change": _can_change(mine, now),
        "offer_is_over": bool(mine.offer_until and mine.offer_until <= now),
        "readiness": ReadinessForm(initial=travel, minutes_now=mine.travel_minutes),
        "once": once.fresh(),
    }


def _can_change(mine: Request, now: datetime) -> bool:
    if mine.state == "standby":
        return True
    return mine.state == "requested" and (mine.round is None or now < mine.round.closes_at)


# ---------------------------------------------------------------- buttons
@pages.action(VERB)
def accept(request: HttpRequest, ref: str) -> HttpResponse:
    """Takes the offered place and goes to the reservation."""
    mine = request_for(user=request.user, ref=ref, verb=VERB)
    error = landed(mine, lambda **claim: accept_offer(ref=mine.ref, **claim), request, there="placed")
    if error:
        return _refused(request, mine, error)
    mine = request_for(user=request.user, ref=ref, verb=VERB)
    return redirect("web:reservation", mine.reservation.ref) if mine.reservation else redirect("web:request", mine.ref)


@pages.action(VERB)
def decline(request: HttpRequest, ref: str) -> HttpResponse:
    """Leaves the offered place to the next in the order."""
    return _after(request, ref, lambda mine, **claim: decline_offer(ref=mine.ref, **claim), there="standby")


@pages.action(VERB)
def readiness(request: HttpRequest, ref: str) -> HttpResponse:
    """Says whether I could come, and how long it takes me."""
    mine = request_for(user=request.user, ref=ref, verb=VERB)
    form = ReadinessForm(request.POST, minutes_now=mine.travel_minutes)
    if not form.is_valid():
        context = _about(mine, clock.now()) | {"readiness": form}
        return render(request, "web/driver/request.html", context, status=422)
    said = {"is_ready": form.cleaned_data["ready"] == "yes", "travel_minutes": form.cleaned_data["travel"]}
    return _after(request, ref, lambda mine, **claim: state_readiness(ref=mine.ref, **said, **claim))


@pages.form_page(VERB)
def withdraw(request: HttpRequest, ref: str) -> HttpResponse:
    """Asks once more, then gives the request up."""
    if request.method == "POST":
        return _after(request, ref, lambda mine, **claim: withdraw_request(ref=mine.ref, **claim), there="withdrawn")
    mine = request_for(user=request.user, ref=ref, verb=VERB)
    return render(request, "web/driver/request_withdraw.html", _about(mine, clock.now()))


def _after(request: HttpRequest, ref: str, act: Callable[..., Any], *, there: str = "") -> HttpResponse:
    mine = request_for(user=request.user, ref=ref, verb=VERB)
    error = landed(mine, lambda **claim: act(mine, **claim), request, there=there)
    return _refused(request, mine, error) if error else redirect("web:request", mine.ref)


def _refused(request: HttpRequest, mine: Request, error: DomainError) -> HttpResponse:
    mine = request_for(user=request.user, ref=mine.ref, verb=VERB)
    context = _about(mine, clock.now()) | {"error": error}
    return render(request, "web/driver/request.html", context, status=error.status)


# ---------------------------------------------------------------- other times, better times
@pages.form_page(VERB)
def change(request: HttpRequest, ref: str) -> HttpResponse:
    """The day bar again, with what was asked for on it."""
    mine, now = request_for(user=request.user, ref=ref, verb=VERB), clock.now()
    lanes = _lanes_beside(mine)
    chosen = (mine.earliest_at, mine.latest_at, mine.preferred_at)
    bar = bar_of(lanes, mine.service_date, with_chances=mine.round is not None, now=now, chosen=chosen)
    initial = bar.initial | {"lanes": [lane.code for lane in mine.lanes.all()]}
    form = LanesForm(request.POST or None, bar=bar, lanes=lanes, initial=initial)
    if request.method == "POST" and form.is_valid():
        asked = form.times | {"lane_codes": form.cleaned_data["lanes"]}
        error = landed(mine, lambda **claim: change_request(ref=mine.ref, **asked, **claim), request)
        if error is None:
            return redirect("web:request", mine.ref)
        form.refuse(error)
    context = _about(mine, now) | {"bar": bar, "form": form, "counts_wishes": mine.round is not None}
    return render(request, "web/driver/request_change.html", context, status=422 if form.errors else 200)


@pages.form_page(VERB)
def better(request: HttpRequest, ref: str) -> HttpResponse:
    """Standing by for a better time on the reservation's day; the reservation stays meanwhile."""
    promise, now = reservation_for(user=request.user, ref=ref, verb=VERB), clock.now()
    if promise.state != "confirmed":
        raise NotFound(field="reservation")
    bar, form = _better_form(request, promise, now)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("web:request", _stood_by(request, promise, form))
        except DomainError as error:
            refuse(form, error)
    context: dict[str, Any] = {"reservation": promise, "slot": promise.slot, "lane": promise.lane}
    context |= {"port": promise.lane.port, "bar": bar, "form": form, "once": once.fresh()}
    return render(request, "web/driver/better.html", context, status=422 if form.errors else 200)


def _better_form(request: HttpRequest, promise: Reservation, now: datetime) -> tuple[Bar, TimesForm]:
    lanes = lanes_that_take(promise.lane.port, promise.cargo_kind, promise.lane.direction)
    lanes = [lane for lane in lanes if lane.yard_id == promise.lane.yard_id]
    # Most want to come earlier: the proposal is any time before the present one, the sooner the better.
    chosen = (now, promise.slot.starts_at, now)
    bar = bar_of(lanes, promise.slot.service_date, with_chances=False, now=now, chosen=chosen)
    return bar, TimesForm(request.POST or None, bar=bar, initial=bar.initial)


def _stood_by(request: HttpRequest, promise: Reservation, form: TimesForm) -> str:
    return once.ref_of(lambda: stand_by(reservation_ref=promise.ref, **form.times, **by(request)))


def _lanes_beside(mine: Request) -> list[Lane]:
    """The lanes that take its cargo in the direction it goes."""
    own = mine.lanes.first()
    return lanes_that_take(mine.port, mine.cargo_kind, own.direction) if own else []
