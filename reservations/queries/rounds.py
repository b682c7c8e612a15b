"""Reads of rounds and requests: the calendar of a port, one round or request within reach, and what the last rounds gave."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import ExtractHour

from accounts.policy import DRIVER_SIDE, POLICY, ports_where
from core.errors import NotFound
from reservations.errors import UnknownRound
from reservations.models import Request, Round
from yards.models import Lane, Port

LOOKED_BACK = timedelta(days=28)


def rounds_of(port: Port, now: datetime) -> list[Round]:
    """This will return a port's rounds of the last four weeks and those to come, by day."""
    since = now.astimezone(port.tz).date() - LOOKED_BACK
    return list(
        Round.objects.filter(port=port, service_date__gte=since).select_related("policy").order_by("service_date")
    )


def round_for(*, user: Any, ref: str, verb: str) -> Round:
    """This will return a round at a port where the person may do the verb; raises UnknownRound."""
    rows = Round.objects.select_related("port", "policy").filter(port__code__in=ports_where(user, verb))
    found = rows.filter(ref=ref).first()
    if found is None:
        raise UnknownRound
    return found


def request_for(*, user: Any, ref: str, verb: str) -> Request:
    """This will return a request within reach of the verb: their own, or one at the desk's port. Raises NotFound."""
    related = (
        "port",
        "round__policy",
        "vehicle",
        "driver",
        "slot__lane",
        "reservation__slot__policy",
        "reservation__lane",
    )
    rows = Request.objects.select_related(*related).prefetch_related("lanes")
    is_own = bool(POLICY[verb] & DRIVER_SIDE)
    rows = rows.own_to(user) if is_own else rows.filter(port__code__in=ports_where(user, verb))
    found = rows.filter(ref=ref).first()
    if found is None:
        raise NotFound(field="request")
    return found


def chances(lane: Lane, *, hour_starts_at: datetime, now: datetime) -> dict[str, int]:
    """This will say what the rounds of the last four weeks gave to wishes for this lane and hour of day: {asked, placed, rounds}.

    `placed` counts places given by the rounds themselves, not those found later. `lane.port` must be loaded.
    """
    hour = hour_starts_at.astimezone(lane.port.tz).hour
    return chances_by_hour([lane], now=now).get(hour, {"asked": 0, "placed": 0, "rounds": 0})


def chances_by_hour(lanes: Sequence[Lane], *, now: datetime) -> dict[int, dict[str, int]]:
    """This will say the same of every hour of the port's day that anybody liked best, over several lanes of one port in one query.

    A wish that names two of the lanes counts once.
    """
    if not lanes:
        return {}
    port = lanes[0].port
    rounds = Round.objects.filter(port=port, state="published", published_at__range=(now - LOOKED_BACK, now))
    wishes = Request.objects.filter(round__in=rounds, lanes__in=lanes, drawn__gt=0)
    by_hour = wishes.annotate(hour=ExtractHour("preferred_at", tzinfo=port.tz)).order_by().values("hour")
    rows = by_hour.annotate(
        asked=Count("pk", distinct=True),
        placed=Count("pk", distinct=True, filter=Q(state="placed", stands_at=None)),
        rounds=Count("round", distinct=True),
    )
    return {row["hour"]: {name: int(row[name]) for name in ("asked", "placed", "rounds")} for row in rows}
