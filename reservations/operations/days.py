"""Days that are not given at once yet: a round is to give their places, whether its row is there or the beat that makes it is down."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from core.errors import Busy
from reservations import calendars
from reservations.errors import RoundNotOpen, RoundRuns, SlotTooFar
from reservations.models import Policy, Round
from reservations.states import ROUND
from yards.models import Port

RETRY_S = 60


def check_given(port: Port, day: date, policy: Policy, *, now: datetime) -> None:
    """This will refuse a day whose round is still to give its places: who stood by there would be before everybody in it.

    Raises RoundNotOpen, RoundRuns, SlotTooFar, Busy.
    """
    held = Round.objects.filter(port=port, service_date=day).first()
    if held is None:
        check_day_without_round(policy, port, day, now=now)
    elif held.state not in ROUND.ends:
        if now < held.opens_at:
            raise RoundNotOpen(service_date=day.isoformat(), opens_at=local(held.opens_at, port))
        raise RoundRuns(service_date=day.isoformat(), publishes_at=local(held.publishes_at, port))


def check_day_without_round(policy: Policy, port: Port, day: date, *, now: datetime) -> None:
    """This will refuse a day that has no round yet and is to have one, or may have: nothing is given at once before that is decided.

    Raises RoundNotOpen before requests open, SlotTooFar, Busy while the beat that should have announced the round is down.
    """
    moments = calendars.moments_of(policy, port, day)
    if policy.allocation != "open" and now < moments.opens_at:
        raise RoundNotOpen(service_date=day.isoformat(), opens_at=local(moments.opens_at, port))
    if datetime.combine(day, time(), port.tz) > now + timedelta(days=policy.horizon_days):
        raise SlotTooFar(horizon_days=policy.horizon_days)
    if calendars.is_due(policy, port, day, now=now):
        raise Busy(retry_after_s=RETRY_S)


def local(moment: datetime, port: Port) -> str:
    return f"{moment.astimezone(port.tz):%Y-%m-%d %H:%M %Z}"
