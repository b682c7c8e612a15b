"""A trip that its reader drove until it was handed over: its old links say so, and show nothing of it.

Only to who was told of it before: to everybody else it is not there at all, as one that does not exist.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.errors import DomainError, NotFound
from notifications.models import Message
from reservations.models import Mark, QueueEntry, Reservation

#: What was not found, by the field that an error names: its rows, and the way to who drives it now.
DRIVEN: dict[str, tuple[Any, str]] = {
    "reservation": (Reservation, "driver"),
    "entry": (QueueEntry, "driver"),
    "mark": (Mark, "reservation__driver"),
}


def page_for(request: HttpRequest, error: DomainError, ref: str) -> HttpResponse | None:
    """This will return the page for a driver whose link is to a trip of another driver by now; None for whatever else was not found."""
    if not isinstance(error, NotFound) or error.field not in DRIVEN or not _had_it(request.user, error.field, ref):
        return None
    return render(request, "web/driver/handed_over.html", status=error.status)


def _had_it(user: Any, what: str, ref: str) -> bool:
    if not getattr(user, "is_driver", False):
        return False
    model, driver = DRIVEN[what]
    now_others = model.objects.filter(ref=ref, **{f"{driver}__isnull": False}).exclude(**{driver: user})
    return now_others.exists() and Message.objects.visible_to(user).filter(**{f"facts__{what}": ref}).exists()
