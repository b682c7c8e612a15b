"""The back office of supply: ports, yards, lanes, hours and holidays. Edits of bays and lanes enter the ledger."""

from __future__ import annotations

from typing import Any

from django.contrib import admin

from accounts.office import SHARED, Configuration, Record
from core.ledger import record
from yards.models import Bay, CalendarDay, Closure, Crossing, FarSideRate, Gate, Lane, Port, Stay, Window, Yard, Zone
from yards.office_forms import BayForm, LaneForm
from yards.operations.bays import lock_yard
from yards.operations.configuration import bay_facts, lane_facts


@admin.register(Port)
class PortAdmin(Configuration):
    """Ports are loaded (docs/ports.md), not added."""

    port_path = "code"
    may_add = False
    fixed = ("code",)
    list_display = ("code", "name_zh", "name_en", "kind", "level", "counterpart_country")
    search_fields = ("code", "name_zh", "name_en")


@admin.register(Yard)
class YardAdmin(Configuration):
    port_path = "port__code"
    fixed = ("port", "code")
    list_display = ("code", "name_zh", "name_en", "port")
    search_fields = ("code",)


class _OnThePlan(Configuration):
    """Where a plan is in force its zones, gates and bays follow it: they are changed there, as a new version."""

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        planned = obj is not None and obj.pk and obj.yard.layouts.filter(state="in_force").exists()
        return not planned and super().has_change_permission(request, obj)


@admin.register(Zone)
class ZoneAdmin(_OnThePlan):
    port_path = "yard__port__code"
    fixed = ("yard", "code")
    list_display = ("code", "yard", "name_zh", "name_en", "shape", "colour")
    list_select_related = ("yard",)


@admin.register(Gate)
class GateAdmin(_OnThePlan):
    port_path = "yard__port__code"
    fixed = ("yard", "code")
    list_display = ("code", "yard", "kind")
    list_select_related = ("yard",)


class _Guarded(Configuration):
    """Rows that operations write too, under their yard's lock (docs/locking.md)."""

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        """This will write what the form changed and nothing else: the rest is read again under the lock, for the history
        and the ledger tell the whole row."""
        lock_yard(obj.yard_id)
        if not change:
            return super().save_model(request, obj, form, change)
        kept = [field.name for field in obj._meta.concrete_fields if field.name not in form.changed_data]
        obj.refresh_from_db(fields=kept)
        obj.save(update_fields=form.changed_data)
        return None


@admin.register(Bay)
class BayAdmin(_OnThePlan, _Guarded):
    """Blocking is the console's: it needs a reason and moves whoever stands there."""

    port_path = "yard__port__code"
    form = BayForm
    fixed = ("yard", "code")
    readonly_fields = ("blocked_at", "blocked_reason")
    list_display = ("code", "yard", "zone", "length_m", "width_m", "equipment", "blocked_at")
    list_filter = (("zone", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("yard", "zone")
    search_fields = ("code",)

    def record(self, row: Any) -> None:
        record(row.yard.stream, "bay.configured", **bay_facts(row))


class WindowInline(admin.TabularInline):
    model = Window
    extra = 0

    # A lane's windows are seen and edited with the lane.
    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        return True

    has_add_permission = has_change_permission = has_delete_permission = has_view_permission


@admin.register(Lane)
class LaneAdmin(_Guarded):
    """Opening, closing and automatic calling are switched at the console, with a reason and an entry of their own."""

    port_path = "port__code"
    form = LaneForm
    fixed = ("port", "yard", "code", "direction")
    readonly_fields = ("is_open", "closed_reason", "auto_call")
    inlines = (WindowInline,)
    list_display = ("code", "name_zh", "name_en", "direction", "cargo_kinds", "is_open", "auto_call")
    search_fields = ("code",)

    def record(self, row: Any) -> None:
        record(row.yard.stream, "lane.configured", **lane_facts(row))


@admin.register(CalendarDay)
class CalendarDayAdmin(Configuration):
    """Holidays of a country hold for all its ports."""

    verb = SHARED
    may_delete = True
    list_display = ("date", "country", "is_off", "name_zh", "name_en")
    list_filter = ("country", "is_off")
    date_hierarchy = "date"


@admin.register(Stay)
class StayAdmin(Record):
    port_path = "bay__yard__port__code"
    list_display = ("ref", "visit_ref", "bay", "state", "held_at", "occupied_at", "released_at")
    list_filter = ("state",)
    list_select_related = ("bay",)
    search_fields = ("ref", "visit_ref")


@admin.register(Closure)
class ClosureAdmin(Record):
    """Declared, lifted and undone on the supervisor's pages, where everybody affected is dealt with."""

    port_path = "port__code"
    list_display = ("ref", "port", "scope", "starts_at", "ends_at", "state", "reason", "declared_by")
    list_filter = ("state", "scope")
    list_select_related = ("port", "declared_by")
    search_fields = ("ref", "reason")


@admin.register(FarSideRate)
class FarSideRateAdmin(Record):
    port_path = "lane__port__code"
    list_display = ("lane", "units_per_hour", "valid_from", "source", "entered_by", "entered_at", "note")
    list_filter = ("source",)
    list_select_related = ("lane",)
    search_fields = ("lane__code",)


@admin.register(Crossing)
class CrossingAdmin(Record):
    port_path = "port__code"
    list_display = ("ref", "port", "kind", "visit_ref", "crossed_at", "told_at", "told_by")
    list_filter = ("kind",)
    list_select_related = ("port",)
    search_fields = ("ref", "visit_ref")
