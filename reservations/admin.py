"""The back office of demand: everything here is written by operations, so it is shown and not edited; vehicles are kept."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from accounts.models import Vehicle
from accounts.office import VERB, Record, Scoped
from accounts.office_forms import VehicleForm
from accounts.policy import ports_where
from reservations.models import (
    Appeal,
    Credit,
    Disposition,
    Mark,
    Override,
    Policy,
    QueueEntry,
    Request,
    Reservation,
    Round,
    Slot,
)


@admin.register(Policy)
class PolicyAdmin(Record):
    """Rules are published on the supervisor's page, for a later moment, and never edited."""

    port_path = "port__code"
    list_display = ("port", "version", "effective_from", "note", "published_at")
    list_select_related = ("port",)


@admin.register(Slot)
class SlotAdmin(Record):
    port_path = "lane__port__code"
    list_display = ("ref", "lane", "starts_at", "ends_at", "planned", "capacity", "taken", "is_frozen")
    list_filter = ("is_frozen", "service_date")
    list_select_related = ("lane",)
    search_fields = ("ref", "lane__code")


@admin.register(Reservation)
class ReservationAdmin(Record):
    port_path = "lane__port__code"
    exclude = ("driver",)
    list_display = ("ref", "lane", "slot", "vehicle", "cargo_kind", "state", "created_at")
    list_filter = ("state", "cargo_kind")
    list_select_related = ("lane", "slot__lane", "vehicle")
    search_fields = ("ref", "visit_ref", "vehicle__plate_key")


@admin.register(QueueEntry)
class QueueEntryAdmin(Record):
    port_path = "lane__port__code"
    exclude = ("driver",)
    list_display = ("ref", "lane", "vehicle", "queue_class", "ticket", "promised_at", "arrived_at", "state", "missed")
    list_filter = ("state", "queue_class")
    list_select_related = ("lane", "vehicle")
    search_fields = ("ref", "visit_ref", "vehicle__plate_key")


@admin.register(Override)
class OverrideAdmin(Record):
    port_path = "entry__lane__port__code"
    list_display = ("ref", "entry", "reason", "state", "asked_by", "asked_at", "decided_by", "decided_at")
    list_filter = ("state",)
    list_select_related = ("entry", "asked_by", "decided_by")


@admin.register(Round)
class RoundAdmin(Record):
    """The seed is nobody's to see before the result: it stands on the round's public page afterwards."""

    port_path = "port__code"
    exclude = ("seed",)
    list_display = ("ref", "port", "service_date", "state", "asked", "placed", "published_at", "failure")
    list_filter = ("state",)
    list_select_related = ("port",)
    search_fields = ("ref",)


@admin.register(Request)
class RequestAdmin(Record):
    port_path = "port__code"
    exclude = ("driver",)
    list_display = ("ref", "port", "service_date", "vehicle", "queue_class", "state", "stands_at", "created_at")
    list_filter = ("state", "queue_class")
    list_select_related = ("port", "vehicle")
    search_fields = ("ref", "bundle", "vehicle__plate_key")


@admin.register(Mark)
class MarkAdmin(Record):
    port_path = "reservation__lane__port__code"
    list_display = ("ref", "kind", "vehicle", "reservation", "at", "excused_at", "excused_reason")
    list_filter = ("kind",)
    list_select_related = ("vehicle", "reservation")
    search_fields = ("ref", "reservation__ref", "vehicle__plate_key")


@admin.register(Appeal)
class AppealAdmin(Record):
    """Answered on the supervisor's page, with a reason."""

    port_path = "mark__reservation__lane__port__code"
    exclude = ("asked_by",)
    list_display = ("ref", "mark", "state", "asked_at", "decided_by", "decided_at")
    list_filter = ("state",)
    list_select_related = ("mark", "decided_by")
    search_fields = ("ref", "mark__ref")


@admin.register(Credit)
class CreditAdmin(Record):
    port_path = "reservation__lane__port__code"
    list_display = ("ref", "vehicle", "reservation", "given_at", "expires_at", "used_in")
    list_select_related = ("vehicle", "reservation", "used_in")
    search_fields = ("ref", "vehicle__plate_key")


@admin.register(Disposition)
class DispositionAdmin(Record):
    port_path = "closure__port__code"
    list_display = ("closure", "reservation", "kind", "from_slot", "to_slot", "at")
    list_filter = ("kind",)
    list_select_related = ("closure", "reservation", "from_slot__lane", "to_slot__lane")
    search_fields = ("closure__ref", "reservation__ref")


@admin.register(Vehicle)
class VehicleAdmin(Scoped):
    """A port's people see the vehicles that reserved or came here; plate and country are an identity and stay."""

    form = VehicleForm
    may_add = False
    readonly_fields = ("ref", "country", "plate_class", "plate", "plate_key", "created_at")
    list_display = ("ref", "country", "plate", "plate_class", "organisation", "length_m", "reefer")
    list_select_related = ("organisation",)
    search_fields = ("ref", "plate_key")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        ports = ports_where(request.user, VERB)
        came = Q(reservations__lane__port__code__in=ports) | Q(entries__lane__port__code__in=ports)
        return Vehicle.objects.filter(pk__in=Vehicle.objects.filter(came).values("pk"))
