"""Driver audience: its paths below /api/v1/driver/."""

from __future__ import annotations

from django.urls import path

from core.api import paths  # noqa: F401  registers the path converters
from reservations.api import driver_conduct as conduct
from reservations.api import driver_requests as requests
from reservations.api import driver_reservations as reservations
from reservations.api import driver_rounds as rounds
from reservations.api import driver_turn as turn
from reservations.api import guides

urlpatterns = [
    path("reservations/", reservations.Reservations.as_view(), name="reservations"),
    path("reservations/<ref:ref>/", reservations.OneReservation.as_view(), name="reservation"),
    path("reservations/<ref:ref>/confirm/", reservations.Confirm.as_view(), name="reservation_confirm"),
    path("reservations/<ref:ref>/change/", reservations.Change.as_view(), name="reservation_change"),
    path("reservations/<ref:ref>/cancel/", reservations.Cancel.as_view(), name="reservation_cancel"),
    path("reservations/<ref:ref>/pass/", reservations.PassPicture.as_view(), name="reservation_pass"),
    path("reservations/<ref:ref>/calendar.ics", reservations.CalendarFile.as_view(), name="reservation_calendar"),
    path("reservations/<ref:ref>/cost/", reservations.Cost.as_view(), name="reservation_cost"),
    path("reservations/<ref:ref>/extend/", reservations.Extend.as_view(), name="reservation_extend"),
    path("reservations/<ref:ref>/vehicle/", reservations.ChangeVehicle.as_view(), name="reservation_vehicle"),
    path("reservations/<ref:ref>/driver/", reservations.ChangeDriver.as_view(), name="reservation_driver"),
    path("reservations/<ref:ref>/stand-by/", requests.StandBy.as_view(), name="reservation_stand_by"),
    path("rounds/", rounds.Days.as_view(), name="rounds_to_ask"),
    path("rounds/day/", rounds.DayBar.as_view(), name="rounds_day"),
    path("requests/", requests.Requests.as_view(), name="requests"),
    path("requests/<ref:ref>/", requests.OneRequest.as_view(), name="request"),
    path("requests/<ref:ref>/change/", requests.ChangeRequest.as_view(), name="request_change"),
    path("requests/<ref:ref>/withdraw/", requests.WithdrawRequest.as_view(), name="request_withdraw"),
    path("requests/<ref:ref>/accept/", requests.AcceptOffer.as_view(), name="request_accept"),
    path("requests/<ref:ref>/decline/", requests.DeclineOffer.as_view(), name="request_decline"),
    path("requests/<ref:ref>/readiness/", requests.Readiness.as_view(), name="request_readiness"),
    path("conduct/", conduct.Conduct.as_view(), name="conduct"),
    path("marks/", conduct.Marks.as_view(), name="marks"),
    path("marks/<ref:ref>/appeal/", conduct.Appeals.as_view(), name="mark_appeal"),
    path("credits/", conduct.Credits.as_view(), name="credits"),
    path("check-in/", turn.CheckIn.as_view(), name="check_in"),
    path("walk-up/", turn.WalkUp.as_view(), name="walk_up"),
    path("turn/<ref:ref>/", turn.Turn.as_view(), name="turn"),
    path("turn/<ref:ref>/why/", turn.TurnWhy.as_view(), name="turn_why"),
    path("turn/<ref:ref>/withdraw/", turn.Withdraw.as_view(), name="turn_withdraw"),
    path("turn/<ref:ref>/occupy/", turn.Occupy.as_view(), name="turn_occupy"),
    path("turn/<ref:ref>/guide/", guides.DriverGuide.as_view(), name="turn_guide"),
    path("turn/<ref:ref>/bay-taken/", guides.BayTaken.as_view(), name="turn_bay_taken"),
]
