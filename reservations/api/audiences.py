"""Drivers, and programs of enterprises: who makes the same acts on reservations and requests, and what each is shown of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from accounts.api.enterprise import EnterpriseView
from core.api.views import Serializer, View
from reservations.api.shapes.driver import ReservationShape
from reservations.api.shapes.enterprise import FleetReservation
from reservations.api.versions import request_tag, reservation_tag
from reservations.models import Request, Reservation


@dataclass(frozen=True)
class Audience:
    """`reads` and `acts` are the bases of views that show and that change something, `reservation` the shape it is shown in."""

    name: str
    reads: type[View]
    acts: type[View]
    reservation: Serializer
    reservation_at: str
    request_at: str

    def with_reservation(self, reservation: Reservation) -> dict[str, str]:
        """This will return what goes with a fresh answer: the ETag, and where the reservation is read."""
        return {"ETag": reservation_tag(reservation), "Location": reverse(self.reservation_at, args=[reservation.ref])}

    def with_request(self, wish: Request) -> dict[str, str]:
        """This will return what goes with a fresh answer: the ETag, and where the request is read."""
        return {"ETag": request_tag(wish), "Location": reverse(self.request_at, args=[wish.ref])}


def view_of(base: type[View], name: str, *, verb: str, **methods: Callable[..., Any]) -> type[View]:
    """This will make a view of its methods, such as `post`; `verb` is its row in accounts/policy.py."""
    return type(name.title().replace("_", ""), (base,), {"verb": verb} | methods)


class FleetReads(EnterpriseView):
    scope = "reservations:read"


class FleetActs(EnterpriseView):
    scope = "reservations:write"


DRIVER = Audience(
    "driver",
    reads=View,
    acts=View,
    reservation=ReservationShape,
    reservation_at="api:reservation",
    request_at="api:request",
)
ENTERPRISE = Audience(
    "enterprise",
    reads=FleetReads,
    acts=FleetActs,
    reservation=FleetReservation,
    reservation_at="api:enterprise_reservation",
    request_at="api:enterprise_request",
)
