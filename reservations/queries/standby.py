"""Who stands by, in the published order, and the offers that wait for an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from reservations.models import Request
from yards.models import Lane, Port


@dataclass(frozen=True)
class StandsBy:
    """A place in the standby order: `position` 1 is asked first. A request with an offer (state offered) keeps its place meanwhile.

    `ref` is all that the public sees of whose it is: no plate, no name, no organisation.
    """

    position: int
    request: Request

    @property
    def ref(self) -> str:
        return self.request.ref

    @property
    def has_an_offer(self) -> bool:
        return self.request.state == "offered"


def standby_of(place: Lane | Port, *, now: datetime) -> list[StandsBy]:
    """This will return who stands by for a lane, or anywhere at a port, in the published order; whose time is over is left out."""
    rows = Request.objects.in_the_standby_order().filter(latest_at__gte=now).select_related("vehicle", "round", "slot")
    mine = rows.filter(lanes=place) if isinstance(place, Lane) else rows.filter(port=place)
    return [StandsBy(position, request) for position, request in enumerate(mine, start=1)]


def offers_of(user: Any, *, now: datetime) -> QuerySet[Request]:
    """This will return the offers to a person and to their organisations that can still be taken, the most urgent first."""
    related = ("port", "vehicle", "reservation__slot", "slot__lane", "slot__policy")
    open_ = Request.objects.own_to(user).filter(state="offered", offer_until__gt=now)
    return open_.select_related(*related).order_by("offer_until", "pk")
