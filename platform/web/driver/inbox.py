"""The messages of the signed-in person, newest first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from core import clock
from notifications.queries import mark_read, messages_for
from web import pages
from web.carrier.office import office_of
from web.subjects import pages_of

SHOWN = 60


@pages.form_page("message.own")
def messages(request: HttpRequest) -> HttpResponse:
    """The inbox: each message leads to what it is about. Its button marks all as read."""
    if request.method == "POST":
        mark_read(user=request.user, now=clock.now())
        return redirect("web:messages")
    told = list(messages_for(request.user)[:SHOWN])
    about = pages_of(told, request.user, office=office_of(request))
    return render(request, "web/driver/messages.html", {"mine": list(zip(told, about, strict=True))})
