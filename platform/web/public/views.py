"""The pages everybody may read: all ports, one port, a lane's published order, the wall board."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.i18n import set_language as django_set_language

from accounts.operations import update_me
from core import clock
from reservations.models import Policy, QueueEntry
from web import pages, words
from web.context import THEME_COOKIE, THEMES, offered_languages
from web.public import board, geography, ports, rules
from yards.errors import UnknownLane, UnknownPort
from yards.models import Lane, Port, PortKind, Yard

RANKS = {"hub": 0, "national": 1, "ordinary": 2}
COUNTRIES_AT = {"MM": (22.75, 97.75), "LA": (21.75, 102.75), "VN": (21.9, 104.9)}
ORDER_PAGE = 100
A_YEAR_S = 365 * 24 * 3600


@pages.page("public.read")
def home(request: HttpRequest) -> HttpResponse:
    """All ports as a map and as a list that can be searched."""
    text = request.GET.get("q", "")[:80].strip()
    everything = ports.port_lines(now=clock.now())
    shown = ports.found(everything, text) if text else everything
    context = {
        "q": text,
        "ports": everything,
        "lines": shown,
        "map": _map(everything),
        "open_count": sum(line.state == "open" for line in everything),
    }
    return render(request, "web/public/home.html", context)


def _map(lines: list[ports.PortLine]) -> dict[str, Any]:
    by_code = {line.port.code: line for line in lines}
    spots = geography.arrange(
        geography.Place(
            code,
            float(line.port.lat_deg),
            float(line.port.lon_deg),
            _short(line.port.name),
            RANKS.get(line.port.positioning, 3),
        )
        for code, line in by_code.items()
    )
    return {
        "width": geography.WIDTH,
        "height": geography.HEIGHT,
        "outline": geography.outline(),
        "points": [(by_code[spot.key], spot) for spot in spots],
        "countries": [(words.country(code), *geography.project(lat, lon)) for code, (lat, lon) in COUNTRIES_AT.items()],
        "kinds": PortKind.choices,
    }


def _short(name: str) -> str:
    return name.removesuffix("口岸").removesuffix(" Port")


@pages.page("public.read")
def port(request: HttpRequest, code: str) -> HttpResponse:
    """One port: its lanes with hours, waits and free slots, and the rules in force."""
    found = Port.objects.filter(code=code).first()
    if found is None:
        raise UnknownPort
    now, yards = clock.now(), list(found.yards.all())
    live = pages.live(yards[0].stream, "public") if yards else None
    if live and request.headers.get("X-Live-Region") == "lanes":
        return pages.shared_region(request, "web/public/_lanes.html", live, lambda: _lanes(found, now))
    context = {"live": live, "yards": yards} | _lanes(found, now) | _around(found, now)
    return pages.live_page(request, "web/public/port.html", context)


def _lanes(found: Port, now: datetime) -> dict[str, Any]:
    return {
        "port": found,
        "lanes": ports.lane_lines(found, now=now),
        "closures": ports.closures_ahead(found, now=now),
    }


def _around(found: Port, now: datetime) -> dict[str, Any]:
    """What a port's page says beside its lanes: place, clock of the far side, rules, holidays."""
    known = Policy.objects.filter(port=found)
    policy = known.filter(effective_from__lte=now).order_by("-effective_from", "-version").first()
    return {
        "county": found.county_zh if words.in_chinese() else found.county_en,
        "other_time": words.other_side_time(now, found),
        "policy": policy,
        "rules": rules.by_subject(policy) if policy else [],
        "next_policy": known.filter(effective_from__gt=now).order_by("effective_from").first(),
        "holidays": ports.holidays_near(found, day=now.astimezone(found.tz).date()),
        "closes_on_holidays": Lane.objects.filter(port=found).exclude(closes_on_holidays_of=[]).exists(),
    }


@pages.page("public.read")
def lane_order(request: HttpRequest, code: str) -> HttpResponse:
    """The whole published order of a lane, in pages."""
    lane = Lane.objects.select_related("port", "yard", "gate").filter(code=code).first()
    if lane is None:
        raise UnknownLane
    waiting = QueueEntry.objects.filter(lane=lane, state="waiting").count()
    part = Paginator(range(waiting), ORDER_PAGE).get_page(request.GET.get("page"))
    first = max(0, part.start_index() - 1)
    order = ports.order_lines(lane, now=clock.now(), most=ORDER_PAGE, skip=first)
    return render(
        request, "web/public/lane_order.html", {"lane": lane, "port": lane.port, "part": part, "order": order}
    )


@pages.page("public.read")
def wall(request: HttpRequest, yard_code: str) -> HttpResponse:
    """The board of a yard for a wall."""
    yard = get_object_or_404(Yard.objects.select_related("port"), code=yard_code)
    live, now = pages.live(yard.stream, "public"), clock.now()
    if request.headers.get("X-Live-Region") == "board":
        return pages.shared_region(
            request, "web/public/_board.html", live, lambda: {"lanes": board.board_of(yard, now=now)}
        )
    context = {"yard": yard, "port": yard.port, "live": live, "lanes": board.board_of(yard, now=now)}
    return pages.live_page(request, "web/public/board.html", context)


@pages.action("public.read")
def set_language(request: HttpRequest) -> HttpResponse:
    """Keeps the reader's language: in a cookie, and with the person for messages that are sent later."""
    response = django_set_language(request)
    code = request.POST.get("language", "")
    if request.user.is_authenticated and code in dict(offered_languages()):
        update_me(user=request.user, language=code, now=clock.now(), actor=request.user.actor)
    return response


@pages.action("public.read")
def set_theme(request: HttpRequest) -> HttpResponse:
    """Keeps the choice of a light or dark screen; an empty one follows the device."""
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(back if safe else "/")
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        response.set_cookie(THEME_COOKIE, theme, max_age=A_YEAR_S, samesite="Lax", secure=settings.HTTPS, httponly=True)
    else:
        response.delete_cookie(THEME_COOKIE, samesite="Lax")
    return response
