"""The back office of people: organisations with their offices, who holds a role, and gate devices."""

from __future__ import annotations

from typing import Any

from django.contrib import admin

from accounts.models import CARRIER_PEOPLE, Device, Membership, Organisation
from accounts.office import SHARED, Configuration, Record
from accounts.office_forms import CarrierStaffForm, CarrierStaffFormSet
from accounts.policy import may


class CarrierStaffInline(admin.TabularInline):
    model = Membership
    form = CarrierStaffForm
    formset = CarrierStaffFormSet
    fields = ("email", "name", "role")
    extra = 0

    def get_queryset(self, request: Any) -> Any:
        """This will leave out the accounts of API clients, which are no people."""
        return super().get_queryset(request).filter(role__in=CARRIER_PEOPLE)

    def get_formset(self, request: Any, obj: Any = None, **options: Any) -> Any:
        """This will tell the forms who names people: nobody names themselves."""
        formset: Any = super().get_formset(request, obj, **options)
        formset.by = request.user
        return formset

    # An organisation's people are seen and named with the organisation.
    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        return may(request.user, SHARED)

    has_add_permission = has_change_permission = has_delete_permission = has_view_permission


@admin.register(Organisation)
class OrganisationAdmin(Configuration):
    """Carriers and forwarders use many ports, so no port's supervisor edits them."""

    verb = SHARED
    fixed = ("is_sandbox",)  # its vehicles, places and declarations are of one world
    readonly_fields = ("ref",)
    inlines = (CarrierStaffInline,)
    list_display = ("ref", "name", "country")
    list_filter = ("country",)
    search_fields = ("name",)


@admin.register(Membership)
class MembershipAdmin(Record):
    """Roles at a port are given and taken on the supervisor's page, by the rules of docs/rights.md."""

    port_path = "port_code"
    list_display = ("user", "role", "port_code")
    list_filter = ("role",)
    list_select_related = ("user",)


@admin.register(Device)
class DeviceAdmin(Configuration):
    """Devices are enrolled on the supervisor's page, where the secret is shown once."""

    port_path = "port_code"
    may_add = False
    fixed = ("ref", "port_code", "kind")
    readonly_fields = ("last_seen_at",)
    list_display = ("ref", "name", "kind", "port_code", "gate_code", "is_active", "last_seen_at")
    list_filter = ("is_active",)
