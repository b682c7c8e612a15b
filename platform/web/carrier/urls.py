"""Paths of a carrier's office."""

from __future__ import annotations

from django.urls import path

from core.api import paths  # noqa: F401  registers the path converters
from web.carrier import board

urlpatterns = [
    path("carrier/", board.board, name="carrier"),
    path("carrier/switch/", board.switch, name="carrier_switch"),
]
