"""Reads of rounds and requests: the calendar of a port, one round or request within reach, and what the last rounds gave."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import ExtractHour

from accounts.policy import POLICY, ports_where
from core.errors import NotFound
from reservations.errors import UnknownRound
from reservations.models import Request, Round
from yards.models import Lane, Port

LOOKED_BACK = timedelta(days=28)
_DRIVER_SIDE = {"driver", "carrier_staff"}


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
    is_own = bool(POLICY[verb] & _DRIVER_SIDE)
    rows = rows.own_to(user) if is_own else rows.filter(port__code__in=ports_where(user, verb))
    found = rows.filter(ref=ref).first()
    if found is None:
        raise NotFound(field="request")
    return found


def chances(lane: Lane, *, hour_starts_at: datetime, now: datetime) -> dict[str, int]:
    """This will say what the rounds of the last four weeks gave to wishes for this lane and hour of day: {asked, placed, rounds}.

    `placed` counts places given by the rounds themselves, not those found later. `lane.port` must be loaded.
    """
    zone = lane.port.tz
    rounds = Round.objects.filter(port=lane.port, state="published", published_at__range=(now - LOOKED_BACK, now))
    wishes = Request.objects.filter(round__in=rounds, lanes=lane, drawn__gt=0)
    at_this_hour = wishes.annotate(hour=ExtractHour("preferred_at", tzinfo=zone)).filter(
        hour=hour_starts_at.astimezone(zone).hour
    )
    by_the_round = Q(state="placed", stands_at=None)
    found = at_this_hour.order_by().aggregate(
        asked=Count("pk"), placed=Count("pk", filter=by_the_round), rounds=Count("round", distinct=True)
    )
    return {name: int(count) for name, count in found.items()}
