"""Rounds for everybody: the calendar of a port, one round with its proof, and both sides' scores."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core import clock
from reservations.errors import UnknownRound
from reservations.models import Round
from reservations.queries import reason_words, scores
from reservations.round_figures import by_class
from web.pages import page
from web.public import rounds
from yards.errors import UnknownPort
from yards.models import Port

LINES_ON_A_PAGE = 25


@page("public.read")
def calendar(request: HttpRequest, code: str) -> HttpResponse:
    """A port's rounds to come, with when one can ask, and those of the last weeks with their results."""
    port = Port.objects.filter(code=code).first()
    if port is None:
        raise UnknownPort
    coming, past = rounds.calendar(port, now=clock.now())
    return render(request, "web/public/rounds.html", {"port": port, "coming": coming, "past": past})


@page("public.read")
def one(request: HttpRequest, ref: str) -> HttpResponse:
    """One round: its moments, what was wanted against what there was, the outcome line by line, and how to run it again."""
    held = Round.objects.select_related("port", "policy").filter(ref=ref).first()
    if held is None:
        raise UnknownRound
    now, text = clock.now(), request.GET.get("q", "")[:40].strip()
    shown = Paginator(rounds.found_requests(held, text), LINES_ON_A_PAGE).get_page(request.GET.get("page"))
    is_published = held.state == "published"
    context = {
        "held": held,
        "port": held.port,
        "steps": rounds.steps(held, now=now),
        "progress_x": rounds.progress_x(held, now=now),
        "is_published": is_published,
        "q": text,
        "part": shown,
        "lines": [(each, reason_words(each.reason)) for each in shown] if is_published else [],
        "classes": [(each, rounds.placed_percent(each)) for each in by_class(held)] if is_published else [],
        "hours": rounds.hour_lines(held) if is_published else [],
        "certificate": held.proof.outcome.get("certificate", {}) if is_published else {},
    }
    return render(request, "web/public/round.html", context)


@page("public.read")
def both_scores(request: HttpRequest, code: str) -> HttpResponse:
    """How often holders came and how often the port kept its promise, by week and lane."""
    port = Port.objects.filter(code=code).first()
    if port is None:
        raise UnknownPort
    return render(request, "web/public/scores.html", {"port": port, "lines": scores(port, clock.now())})
