"""Where a driver's button lands: the second press of it, and one that comes after the fact, show what holds now, never an error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from core import clock
from core.errors import Busy, DomainError
from core.once import Replayed
from reservations.models import Mark, QueueEntry, Request, Reservation
from web import once

Landing = Reservation | QueueEntry | Request | Mark


def by(request: HttpRequest) -> dict[str, Any]:
    """This will return what every operation takes from a form: the moment, who acts, and the form's claim on one effect."""
    now = clock.now()
    return {"now": now, "actor": request.user.actor, "once": once.of_form(request, now=now)}  # type: ignore[union-attr]


def landed(row: Landing, act: Callable[..., Any], request: HttpRequest, *, there: str = "") -> DomainError | None:
    """This will carry out `act(now, actor, once)` on a row; None when its effect holds, be it from an earlier press.

    `there` is the state that the act leads to: who wanted it and finds the row in it already has what they wanted. Raises Busy.
    """
    try:
        act(**by(request))
    except Replayed:
        return None
    except Busy:
        raise
    except DomainError as error:
        row.refresh_from_db()
        return None if there and getattr(row, "state", "") == there else error
    return None
