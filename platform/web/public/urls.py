"""Paths that everybody may read."""

from __future__ import annotations

from django.urls import path

from web.public import outbox, views

urlpatterns = [
    path("", views.home, name="home"),
    path("ports/<slug:code>/", views.port, name="port"),
    path("lanes/<slug:code>/order/", views.lane_order, name="lane_order"),
    path("boards/<slug:yard_code>/", views.wall, name="board"),
    path("outbox/", outbox.outbox, name="outbox"),
    path("language/", views.set_language, name="set_language"),
    path("theme/", views.set_theme, name="set_theme"),
]
