"""Enterprise audience: what a program of an organisation may do. Its parts are in `reservations/api/enterprise_*.py`."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import path
from rest_framework.request import Request

from accounts.api.enterprise import EnterpriseView
from core.api import paths  # noqa: F401  registers the path converters
from core.api.answers import answer
from core.api.schema import Paging, operation, paged
from reservations.api.shapes import driver as shapes
from reservations.models import Reservation


class Reservations(EnterpriseView):
    verb, scope = "reservation.read", "reservations:read"

    @operation(
        name="enterprise_reservations_list",
        summary="Reservations of my organisation, newest first",
        audience="enterprise",
        query=[Paging, shapes.ListIn],
        answer=paged(shapes.ReservationShape),
    )
    def get(self, request: Request) -> HttpResponse:
        rows = Reservation.objects.own_to(request.user).select_related("lane__port", "slot", "vehicle")
        if self.asked(shapes.ListIn, request)["live"]:
            rows = rows.live()
        return answer(self.page(request, rows, shapes.ReservationShape))


urlpatterns = [path("reservations/", Reservations.as_view(), name="enterprise_reservations")]
