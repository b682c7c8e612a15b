"""The service worker of the turn page, served from the root: a worker may answer only for pages below its own path."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse

from web import pages

SOURCE = Path(__file__).resolve().parents[1] / "static" / "web" / "js" / "guide-worker.js"
HEADERS = {"Cache-Control": "no-cache", "Service-Worker-Allowed": "/turns/"}


@pages.page("public.read")
def guide_worker(request: HttpRequest) -> HttpResponse:
    """The worker's source; browsers ask for it anew each day and when a page registers it."""
    return HttpResponse(_source(), content_type="text/javascript; charset=utf-8", headers=HEADERS)


@cache
def _source() -> bytes:
    return SOURCE.read_bytes()
