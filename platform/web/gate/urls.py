"""Paths of the gate's page. All but the worker lie below /gate/, the worker's scope."""

from __future__ import annotations

from django.urls import path

from web.gate import views, wires

GATE = "gate/<slug:yard_code>/<slug:gate_code>/"

urlpatterns = [
    path("gate/", views.gates, name="gates"),
    path(GATE, views.gate, name="gate"),
    path(GATE + "day-list/", wires.signed_list, name="gate_day_list"),
    path(GATE + "look/", wires.look, name="gate_look"),
    path(GATE + "acts/", wires.acts, name="gate_acts"),
    path("gate-worker.js", views.worker, name="gate_worker"),
]
