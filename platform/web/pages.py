"""What all page views share: the verb they need, how a domain error looks, and the fragment a live region asks for."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.permissions import page_verb
from core import ledger
from core.errors import Busy, DomainError

View = Callable[..., HttpResponse]


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
            return view(request, *args, **names)
        except Busy:
            raise  # core.middleware answers it with Retry-After
        except DomainError as error:
            return error_page(request, error)

    return run


def error_page(request: HttpRequest, error: DomainError, *, back: str = "") -> HttpResponse:
    """This will show a domain error in the words of the API, with its status."""
    return render(request, "web/error.html", {"error": error, "back": back}, status=error.status)


def live(stream: str, audience: str) -> dict[str, Any]:
    """This will say from where a page goes on: take it BEFORE reading what the page shows, so that nothing falls between."""
    return {"stream": stream, "seq": ledger.head_of(stream), "audience": audience}


def live_page(request: HttpRequest, template: str, context: dict[str, Any], **regions: str) -> HttpResponse:
    """This will render a page, or only the region named by the X-Live-Region header (`regions`: name → its template)."""
    region = request.headers.get("X-Live-Region", "")
    response = render(request, regions.get(region, template), context)
    response["Vary"] = "X-Live-Region, Cookie, Accept-Language"
    response["Cache-Control"] = "no-store" if request.user.is_authenticated else "no-cache"
    return response
