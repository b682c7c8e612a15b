"""Paths of the drivers' pages."""

from __future__ import annotations

from django.urls import path

from web.driver import acts, ask, booking, inbox, moving, record, requests, sign_in, trips, turn

urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/code/", sign_in.sign_in_code, name="sign_in_code"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("messages/", inbox.messages, name="messages"),
    path("me/", sign_in.home_for_me, name="home_for_me"),
    path("reserve/", booking.choose_port, name="reserve"),
    path("reserve/<slug:port_code>/", booking.choose_lane, name="reserve_lane"),
    path("reserve/lane/<slug:lane_code>/", booking.choose_slot, name="reserve_slot"),
    path("reserve/slot/<slug:slot_ref>/", booking.choose_vehicle, name="reserve_vehicle"),
    path("reserve/slot/<slug:slot_ref>/confirm/", booking.confirm, name="reserve_confirm"),
    path("reservations/", trips.reservations, name="reservations"),
    path("reservations/<slug:ref>/", trips.reservation, name="reservation"),
    path("reservations/<slug:ref>/pass.svg", trips.qr, name="reservation_pass"),
    path("reservations/<slug:ref>/calendar.ics", trips.calendar, name="reservation_calendar"),
    path("reservations/<slug:ref>/change/", moving.change, name="reservation_change"),
    path("reservations/<slug:ref>/change/<slug:slot_ref>/", moving.change_to, name="reservation_change_to"),
    path("reservations/<slug:ref>/confirm/", trips.confirm, name="reservation_confirm"),
    path("reservations/<slug:ref>/cancel/", trips.cancel, name="reservation_cancel"),
    path("reservations/<slug:ref>/check-in/", trips.arrive, name="reservation_check_in"),
    path("reservations/<slug:ref>/better/", requests.better, name="reservation_better"),
    path("reservations/<slug:ref>/later/", acts.extend, name="reservation_extend"),
    path("reservations/<slug:ref>/vehicle/", acts.vehicle, name="reservation_vehicle"),
    path("reservations/<slug:ref>/driver/", acts.driver, name="reservation_driver"),
    path("ask/<slug:port_code>/", ask.choose_day, name="ask"),
    path("ask/<slug:port_code>/vehicle/", ask.choose_load, name="ask_load"),
    path("ask/<slug:port_code>/time/", ask.choose_times, name="ask_times"),
    path("requests/<slug:ref>/", requests.request_page, name="request"),
    path("requests/<slug:ref>/accept/", requests.accept, name="request_accept"),
    path("requests/<slug:ref>/decline/", requests.decline, name="request_decline"),
    path("requests/<slug:ref>/readiness/", requests.readiness, name="request_readiness"),
    path("requests/<slug:ref>/change/", requests.change, name="request_change"),
    path("requests/<slug:ref>/withdraw/", requests.withdraw, name="request_withdraw"),
    path("record/", record.record, name="record"),
    path("record/marks/<slug:ref>/", record.mark, name="mark"),
    path("arrive/<slug:lane_code>/", turn.walk_up, name="walk_up"),
    path("turns/<slug:ref>/", turn.turn, name="turn"),
    path("turns/<slug:ref>/in-the-bay/", turn.in_the_bay, name="turn_occupy"),
    path("turns/<slug:ref>/leave/", turn.leave, name="turn_leave"),
]
