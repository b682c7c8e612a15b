"""The local outbox: what would be sent by SMS and mail. Exists only where PORTLANE_OUTBOX_PAGE is on (refused in production)."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from notifications.queries import outbox as sent_here
from web import pages


@pages.page("outbox.read")
def outbox(request: HttpRequest) -> HttpResponse:
    if not settings.PORTLANE_OUTBOX_PAGE:
        raise Http404
    response = render(request, "web/public/outbox.html", {"sent": sent_here(limit=50)})
    response["Cache-Control"] = "no-store"
    return response
