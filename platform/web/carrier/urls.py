"""Paths of a carrier's office."""

from __future__ import annotations

from django.urls import path

from web.carrier import board, reserve

urlpatterns = [
    path("carrier/", board.board, name="carrier"),
    path("carrier/switch/", board.switch, name="carrier_switch"),
    path("carrier/reserve/", reserve.choose_port, name="carrier_reserve"),
    path("carrier/reserve/<slug:port_code>/", reserve.choose_trucks, name="carrier_reserve_trucks"),
    path("carrier/reserve/<slug:port_code>/times/", reserve.choose_times, name="carrier_reserve_times"),
]
