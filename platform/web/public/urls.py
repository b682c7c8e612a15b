"""Paths that everybody may read."""

from __future__ import annotations

from django.urls import path

from core.api import paths  # noqa: F401  registers the path converters
from web.public import outbox, signs, views, views_rounds

urlpatterns = [
    path("", views.home, name="home"),
    path("ports/<slug:code>/", views.port, name="port"),
    path("ports/<slug:code>/rounds/", views_rounds.calendar, name="rounds"),
    path("ports/<slug:code>/scores/", views_rounds.both_scores, name="scores"),
    path("rounds/<ref:ref>/", views_rounds.one, name="round"),
    path("lanes/<slug:code>/order/", views.lane_order, name="lane_order"),
    path("boards/<slug:yard_code>/", views.wall, name="board"),
    path("yards/<slug:yard_code>/signs/", signs.signs, name="signs"),
    path("yards/<slug:yard_code>/signs/<code:sign_code>/", signs.sign, name="sign"),
    path("outbox/", outbox.outbox, name="outbox"),
    path("language/", views.set_language, name="set_language"),
    path("theme/", views.set_theme, name="set_theme"),
]
