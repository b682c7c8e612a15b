"""Paths of the gate's page. All but the worker lie below /gate/, the worker's scope."""

from __future__ import annotations

from django.urls import path

from web.gate import doubts, views, wires

GATE = "gate/<slug:yard_code>/<slug:gate_code>/"

urlpatterns = [
    path("gate/", views.gates, name="gates"),
    path(GATE, views.gate, name="gate"),
    path(GATE + "day-list/", wires.signed_list, name="gate_day_list"),
    path(GATE + "look/", wires.look, name="gate_look"),
    path(GATE + "acts/", wires.acts, name="gate_acts"),
    path(GATE + "doubts/", doubts.doubts, name="gate_doubts"),
    path(GATE + "events/<ref:ref>/", doubts.decide, name="gate_event"),
    path(GATE + "conflicts/<str:ref>/", doubts.settle, name="gate_conflict"),
    path("gate-worker.js", views.worker, name="gate_worker"),
]
