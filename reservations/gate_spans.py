"""Times without a net as a gate's page tells them, beside what the server knows itself: how long one can be, and when it was heard."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from django.db import OperationalError
from django.utils.translation import gettext_lazy as _

from accounts.limits import Limit
from core.errors import Conflict, Invalid, TooMany
from reservations.day_list import GOOD_FOR
from yards.models import Gate

#: A page tells a longer one in parts (gate-sync.js); a demo's fast clock makes the last tick of one long.
LONGEST = GOOD_FOR + timedelta(minutes=30)
#: A card that was drawn without a net may be pressed a little after it came back.
SLACK = timedelta(minutes=10)
#: Answers within a time without a net that prove nothing: one may be lost on its way, one may end it.
MAY_BE_LOST = 2
HEARD = Limit("gate_heard", most=1000, window_s=10)


class IntervalNotValid(Invalid):
    code = "interval_not_valid"
    title = _("No such interval")
    message = _("A time without a net begins before it ends, is over, and is no longer than a day list is good.")


class NotInItsInterval(Conflict):
    code = "not_in_its_interval"
    title = _("At another time")
    message = _("This is said to have been done without a net, at a moment when there was one.")


class StillHeard(Conflict):
    code = "still_heard"
    title = _("It had a net")
    message = _("The page was answered again and again in the time that it calls without a net.")


def check_length(since: datetime, until: datetime, *, now: datetime) -> None:
    """This will raise IntervalNotValid for one that is none, lies ahead, or is longer than a page goes on without a net."""
    if not since < until <= now or until - since > LONGEST:
        raise IntervalNotValid


def note_heard(gate: Gate, page: str, *, now: datetime) -> None:
    """This will note that a page (a session's name) was answered; what cannot be noted is not worth an answer."""
    with suppress(TooMany, OperationalError):
        HEARD.take(_subject(gate, page), now=now)


def check_silence(gate: Gate, page: str, since: datetime, until: datetime) -> None:
    """This will raise StillHeard for a time in which that page was answered more often than answers get lost."""
    if page and HEARD.windows_within(_subject(gate, page), since, until) > MAY_BE_LOST:
        raise StillHeard


def _subject(gate: Gate, page: str) -> str:
    return f"{gate.pk}:{page}"
