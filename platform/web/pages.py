"""What all page views share: the verb they need, how a domain error looks, and the fragment a live region asks for."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from accounts.permissions import page_verb
from core import clock
from core.errors import Busy, DomainError
from core.models import Stream
from web import handed_over

View = Callable[..., HttpResponse]
VARY = "X-Live-Region, Cookie, Accept-Language"
SHARED_FOR_S = 20


def page(verb: str, *, methods: tuple[str, ...] = ("GET", "HEAD")) -> Callable[[View], View]:
    """This will make a function a page: its verb is asked for first, and a domain error it lets through becomes an error page."""

    def wrap(view: View) -> View:
        return page_verb(verb)(require_http_methods(methods)(_showing_errors(view)))

    return wrap


def form_page(verb: str) -> Callable[[View], View]:
    """This will make a function a page that shows a form and takes it back."""
    return page(verb, methods=("GET", "HEAD", "POST"))


def action(verb: str) -> Callable[[View], View]:
    """This will make a function the receiver of a button."""
    return page(verb, methods=("POST",))


def _showing_errors(view: View) -> View:
    @functools.wraps(view)
    def run(request: HttpRequest, *args: Any, **names: Any) -> HttpResponse:
        try:
            response = view(request, *args, **names)
            response.headers.setdefault("Cache-Control", "private, no-cache")
            return response
        except Busy:
            raise  # core.middleware answers it with Retry-After
        except DomainError as error:
            return handed_over.page_for(request, error, str(names.get("ref", ""))) or error_page(request, error)

    return run


def error_page(request: HttpRequest, error: DomainError, *, back: str = "") -> HttpResponse:
    """This will show a domain error in the words of the API, with its status."""
    return render(request, "web/error.html", {"error": error, "back": back}, status=error.status)


def live(stream: str, audience: str) -> dict[str, Any]:
    """This will say from where a page goes on: take it BEFORE reading what the page shows, so that nothing falls between."""
    seq, head = Stream.objects.filter(key=stream).values_list("seq", "head").first() or (0, "")
    return {"stream": stream, "seq": seq, "head": head, "audience": audience}


def shared_region(
    request: HttpRequest, template: str, live_from: dict[str, Any], gather: Callable[[], dict[str, Any]]
) -> HttpResponse:
    """This will render a region that is the same for all its readers: once per event and ten seconds, however many ask.

    The key holds the chain's head read before, so what is kept is never older than what its readers were told of. The template
    must show nothing of the person who asks.
    """
    ten_seconds = int(clock.now().timestamp() // (10 * max(1.0, clock.speed())))
    key = f"region:{request.path}:{template}:{live_from['head']}:{ten_seconds}:{get_language()}".replace(" ", "_")
    html = cache.get(key)
    if html is None:
        html = render_to_string(template, gather(), request)
        cache.set(key, html, SHARED_FOR_S)
    return HttpResponse(html, headers={"Cache-Control": "no-cache", "Vary": VARY})


def live_page(request: HttpRequest, template: str, context: dict[str, Any], **regions: str) -> HttpResponse:
    """This will render a page, or only the region named by the X-Live-Region header (`regions`: name → its template)."""
    region = request.headers.get("X-Live-Region", "")
    response = render(request, regions.get(region, template), context)
    response["Vary"] = VARY
    response["Cache-Control"] = "no-store" if request.user.is_authenticated else "no-cache"
    return response
