"""My record: what is left of each allowance, what counted and why, appeals and their answers, credits, a pause and its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from accounts.models import Vehicle
from core import clock
from core.errors import DomainError
from reservations.models import Appeal, Mark, Policy, Reservation
from reservations.operations import ask_appeal
from reservations.queries import mark_for, marks_of
from reservations.queries.record import conduct_at, credits_of
from web import once, pages
from web.carrier.office import office_of
from web.driver.costs import CounterLine, counter_lines, excuse_words, rule_words
from web.driver.forms import Plain
from web.driver.landing import landed
from yards.models import Port

VERB = "conduct.own"
SHOWN = 50


class AppealForm(Plain):
    text = forms.CharField(
        label=_("What happened?"),
        max_length=1000,
        help_text=_("A supervisor of the port reads it and answers with a reason. You can appeal once."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )


@dataclass(frozen=True)
class VehicleLine:
    """A vehicle and its counters; `has_something`: one of them is used, or it is paused."""

    vehicle: Vehicle
    counters: list[CounterLine]
    paused_until: datetime | None
    has_something: bool


@pages.page(VERB)
def record(request: HttpRequest) -> HttpResponse:
    """The counters under the rules of one port, and everything that counted anywhere. An office has a page of its own."""
    if office_of(request):
        return redirect("web:carrier_score")
    now = clock.now()
    ports = _my_ports(request.user)
    port = next((each for each in ports if each.code == request.GET.get("port")), ports[0] if ports else None)
    vehicles = _vehicles(request.user, port, now) if port else []
    context = {
        "ports": ports,
        "port": port,
        "vehicles": vehicles,
        "untouched": [line for line in vehicles if not line.has_something],
        "marks": marks_of(request.user).prefetch_related("appeals")[:SHOWN],
        "credits": credits_of(request.user)[:SHOWN],
    }
    return render(request, "web/driver/record.html", context)


@pages.form_page(VERB)
def mark(request: HttpRequest, ref: str) -> HttpResponse:
    """One thing that counted: its rule, the appeal against it, the answer."""
    mine = mark_for(user=request.user, ref=ref, verb=VERB)
    form, error = AppealForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        said = {"text": form.cleaned_data["text"], "user": request.user}
        error = _appealed(request, mine, said)
        if error is None:
            return redirect("web:mark", mine.ref)
        form.refuse(error)
    port = mine.reservation.lane.port
    context = {
        "mark": mine,
        "port": port,
        "rule": rule_words(mine, mine.reservation.slot.policy),
        "excuse": excuse_words(mine.excused_reason),
        "appeal": Appeal.objects.filter(mark=mine).first(),
        "form": form,
        "once": once.fresh(),
    }
    status = error.status if error else 422 if form.errors else 200
    return render(request, "web/driver/mark.html", context, status=status)


def _appealed(request: HttpRequest, mine: Mark, said: dict[str, Any]) -> DomainError | None:
    return landed(mine, lambda **claim: ask_appeal(mark_ref=mine.ref, **said, **claim), request)


def _my_ports(user: Any) -> list[Port]:
    """The ports that the reader has to do with, the last one first."""
    rows = Reservation.objects.own_to(user).order_by("-created_at").values_list("lane__port_id", flat=True)[:200]
    order = list(dict.fromkeys(rows))
    ports = Port.objects.in_bulk(order)
    return [ports[pk] for pk in order]


def _vehicles(user: Any, port: Port, now: datetime) -> list[VehicleLine]:
    policy = Policy.objects.in_force(port_id=port.pk, at=now)
    return [
        VehicleLine(
            row.vehicle,
            counter_lines(row.counters, port),
            row.paused_until,
            row.paused_until is not None or any(counter.used for counter in row.counters),
        )
        for row in conduct_at(user, policy, now=now)
    ]
