"""What every request meets: a locked or lost database becomes 503 with Retry-After, and of all ports the real ones alone are seen."""

from __future__ import annotations

from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from core import worlds
from core.db import busy, is_busy
from core.errors import Busy


class BusyMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        except (OperationalError, InterfaceError) as problem:
            if not is_busy(problem):
                raise
            return answer(request, busy(problem))

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        if isinstance(problem, Busy):
            return answer(request, problem)
        return answer(request, busy(problem)) if is_busy(problem) else None


class RealWorldMiddleware:
    """Sandboxes are nobody's to see but their own programs' (accounts/api/enterprise.py)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with worlds.entered(worlds.REAL):
            return self.get_response(request)


def answer(request: HttpRequest, error: Busy) -> HttpResponse:
    """This will answer in the form the caller reads: a problem document under /api/, a page elsewhere."""
    wait_s = str(error.facts["retry_after_s"])
    if request.path.startswith("/api/"):
        body = {
            "type": "about:blank",
            "title": str(error.title),
            "status": 503,
            "code": error.code,
            "detail": error.detail,
        }
        response: HttpResponse = JsonResponse(body, status=503, content_type="application/problem+json")
    else:
        response = render(request, "busy.html", {"error": error}, status=503)
    response["Retry-After"] = wait_s
    return response
