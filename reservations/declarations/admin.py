"""The back office of declarations: they are written by operations and shown here; rules are a port's own."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.office import Record
from reservations.declarations.models import Declaration, Rule


@admin.register(Declaration)
class DeclarationAdmin(Record):
    """What is in it is read on its own page, by who may read declarations; here is where it stands."""

    port_path = "port__code"
    fields = (
        "ref",
        "organisation",
        "port",
        "direction",
        "mode",
        "trips",
        "trips_made",
        "edition",
        "state",
        "created_at",
        "ended_at",
    )
    list_display = ("ref", "organisation", "port", "direction", "mode", "trips", "trips_made", "state", "created_at")
    list_filter = ("state", "mode")
    list_select_related = ("organisation", "port")
    search_fields = ("ref",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).filter(submitted_at__isnull=False)  # a draft is its declarant's alone


@admin.register(Rule)
class RuleAdmin(Record):
    """Set on the rules page of the port, where each check is explained."""

    port_path = "port__code"
    list_display = ("check_code", "port", "mode", "level")
    list_filter = ("level", "mode")
    list_select_related = ("port",)
