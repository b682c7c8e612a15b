"""Counters and score of the organisation, each with its reason: what counted, by which rule, and how to appeal."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import Organisation
from core import clock
from reservations.models import Mark, MarkKind, Policy, Reservation
from reservations.queries.fleet_record import DAYS, credits_of_fleet, kept_by, trucks_with_marks
from web import pages
from web.carrier.office import organisation_of
from web.driver.costs import counter_lines, excuse_words, rule_words
from yards.models import Port

VERB = "fleet.own"
PER_PAGE = 20


@pages.page(VERB)
def score(request: HttpRequest) -> HttpResponse:
    """The last weeks in figures, the trucks that have used something, and everything that counted."""
    now, organisation = clock.now(), organisation_of(request)
    ports = _ports(organisation)
    port = next((each for each in ports if each.code == request.GET.get("port")), ports[0] if ports else None)
    kept = kept_by(organisation, now=now)
    marks = Mark.objects.filter(organisation=organisation)
    related = ("vehicle", "reservation__slot__policy", "reservation__lane__port")
    rows = marks.select_related(*related).prefetch_related("appeals")
    pager = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "kept": kept,
        "days": DAYS,
        "tallies": [(MarkKind(tally.kind).label, tally) for tally in kept.tallies],
        "ports": ports,
        "port": port,
        "trucks": _trucks(organisation, port) if port else [],
        "pager": pager,
        "marks": [(mark, _rule(mark), excuse_words(mark.excused_reason)) for mark in pager],
        "credits": credits_of_fleet(organisation, now=now),
    }
    return render(request, "web/carrier/score.html", context)


def _ports(organisation: Organisation) -> list[Port]:
    """The ports that the organisation has to do with, the last one first."""
    rows = Reservation.objects.filter(organisation=organisation).order_by("-created_at")
    order = list(dict.fromkeys(rows.values_list("lane__port_id", flat=True)[:500]))
    known = Port.objects.in_bulk(order)
    return [known[pk] for pk in order]


def _trucks(organisation: Organisation, port: Port) -> list[tuple[Any, Any]]:
    now = clock.now()
    policy = Policy.objects.in_force(port_id=port.pk, at=now)
    return [
        (
            row,
            [
                line
                for line, counter in zip(counter_lines(row.counters, port), row.counters, strict=True)
                if counter.used
            ],
        )
        for row in trucks_with_marks(organisation, policy, now=now)
    ]


def _rule(mark: Mark) -> str:
    return rule_words(mark, mark.reservation.slot.policy)
