"""Driver audience: its paths below /api/v1/driver/."""

from __future__ import annotations

from django.urls import path

from core.api import paths  # noqa: F401  registers the path converters
from reservations.api import driver_reservations as reservations
from reservations.api import driver_turn as turn

urlpatterns = [
    path("reservations/", reservations.Reservations.as_view(), name="reservations"),
    path("reservations/<ref:ref>/", reservations.OneReservation.as_view(), name="reservation"),
    path("reservations/<ref:ref>/confirm/", reservations.Confirm.as_view(), name="reservation_confirm"),
    path("reservations/<ref:ref>/change/", reservations.Change.as_view(), name="reservation_change"),
    path("reservations/<ref:ref>/cancel/", reservations.Cancel.as_view(), name="reservation_cancel"),
    path("reservations/<ref:ref>/pass/", reservations.PassPicture.as_view(), name="reservation_pass"),
    path("reservations/<ref:ref>/calendar.ics", reservations.CalendarFile.as_view(), name="reservation_calendar"),
    path("check-in/", turn.CheckIn.as_view(), name="check_in"),
    path("walk-up/", turn.WalkUp.as_view(), name="walk_up"),
    path("turn/<ref:ref>/", turn.Turn.as_view(), name="turn"),
    path("turn/<ref:ref>/why/", turn.TurnWhy.as_view(), name="turn_why"),
    path("turn/<ref:ref>/withdraw/", turn.Withdraw.as_view(), name="turn_withdraw"),
    path("turn/<ref:ref>/occupy/", turn.Occupy.as_view(), name="turn_occupy"),
]
