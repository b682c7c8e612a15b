"""Enterprise audience: its paths below /api/v1/enterprise/ that are about places, reservations and visits."""

from __future__ import annotations

from django.urls import path

from core.api import paths  # noqa: F401  registers the path converters
from reservations.api import enterprise_bookings as bookings
from reservations.api import enterprise_bulk as bulk
from reservations.api import enterprise_passes as passes
from reservations.api import enterprise_ports as ports
from reservations.api import enterprise_requests as requests
from reservations.api import enterprise_reservations as reservations
from reservations.api import enterprise_visits as visits


def _named(route: str, view: type, name: str) -> object:
    return path(route, view.as_view(), name=f"enterprise_{name}")  # type: ignore[attr-defined]


urlpatterns = [
    _named("ports/", ports.Ports, "ports"),
    _named("ports/<code:code>/", ports.OnePort, "port"),
    _named("availability/", ports.Availability, "availability"),
    _named("rounds/", ports.Days, "rounds"),
    _named("rounds/day/", ports.DayBar, "rounds_day"),
    _named("bookings/options/", bookings.Options, "options"),
    _named("bookings/", bookings.Bookings, "bookings"),
    _named("bookings/<ref:ref>/remove/", bookings.Remove, "booking_remove"),
    _named("reservations/", reservations.Reservations, "reservations"),
    _named("reservations/<ref:ref>/", reservations.OneReservation, "reservation"),
    _named("reservations/<ref:ref>/cost/", reservations.Cost, "reservation_cost"),
    _named("reservations/<ref:ref>/confirm/", reservations.Confirm, "reservation_confirm"),
    _named("reservations/<ref:ref>/change/", reservations.Change, "reservation_change"),
    _named("reservations/<ref:ref>/extend/", reservations.Extend, "reservation_extend"),
    _named("reservations/<ref:ref>/vehicle/", reservations.ChangeVehicle, "reservation_vehicle"),
    _named("reservations/<ref:ref>/driver/", reservations.ChangeDriver, "reservation_driver"),
    _named("reservations/<ref:ref>/declaration/", reservations.Attach, "reservation_declaration"),
    _named("reservations/<ref:ref>/cancel/", reservations.Cancel, "reservation_cancel"),
    _named("reservations/<ref:ref>/stand-by/", requests.StandBy, "reservation_stand_by"),
    _named("reservations/<ref:ref>/pass/", passes.Pass, "pass"),
    _named("reservations/<ref:ref>/pass.svg", passes.PassSvg, "pass_svg"),
    _named("reservations/<ref:ref>/pass.pdf", passes.PassPdf, "pass_pdf"),
    _named("requests/", requests.Requests, "requests"),
    _named("requests/<ref:ref>/", requests.OneRequest, "request"),
    _named("requests/<ref:ref>/change/", requests.ChangeRequest, "request_change"),
    _named("requests/<ref:ref>/withdraw/", requests.WithdrawRequest, "request_withdraw"),
    _named("requests/<ref:ref>/accept/", requests.AcceptOffer, "request_accept"),
    _named("requests/<ref:ref>/decline/", requests.DeclineOffer, "request_decline"),
    _named("requests/<ref:ref>/readiness/", requests.Readiness, "request_readiness"),
    _named("bulk/reservations/", bulk.BulkReserve, "bulk_reservations"),
    _named("bulk/changes/", bulk.BulkChange, "bulk_changes"),
    _named("bulk/cancellations/", bulk.BulkCancel, "bulk_cancellations"),
    _named("bulk/requests/", bulk.BulkRequest, "bulk_requests"),
    _named("visits/", visits.Visits, "visits"),
    _named("history.csv", visits.HistoryCsv, "history_csv"),
    _named("history.jsonl", visits.HistoryLines, "history_jsonl"),
]
