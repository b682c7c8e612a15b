"""What every request meets: a locked or lost database becomes 503 with Retry-After, what is too big 413, and of all ports the real
ones alone are seen."""

from __future__ import annotations

from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core import worlds
from core.api.problems import of_domain_error
from core.db import busy, is_busy
from core.errors import Busy, DomainError
from core.sizes import MOST_BYTES, SentTooMuch, is_too_big

BUSY_PAGE = "busy.html"


class BusyMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        except (OperationalError, InterfaceError) as problem:
            if not is_busy(problem):
                raise
            return _answer(request, busy(problem), page=BUSY_PAGE)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        if isinstance(problem, Busy):
            return _answer(request, problem, page=BUSY_PAGE)
        return _answer(request, busy(problem), page=BUSY_PAGE) if is_busy(problem) else None


class RealWorldMiddleware:
    """Sandboxes are nobody's to see but their own programs' (accounts/api/enterprise.py)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with worlds.entered(worlds.REAL):
            return self.get_response(request)


class SizeFirst:
    """Refuses a request by its length before its body is parsed; must stand before whatever looks into a form."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_too_big(request.META.get("CONTENT_LENGTH")):
            return _answer(request, SentTooMuch(most_mb=MOST_BYTES // 1_000_000), page="web/error.html")
        return self.get_response(request)


def _answer(request: HttpRequest, error: DomainError, *, page: str) -> HttpResponse:
    """In the form the caller reads: a problem document under /api/, a page elsewhere."""
    if request.path.startswith("/api/"):
        return of_domain_error(error)
    response = render(request, page, {"error": error}, status=error.status)
    if "retry_after_s" in error.facts:
        response["Retry-After"] = str(error.facts["retry_after_s"])
    return response
