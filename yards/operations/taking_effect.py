"""A plan takes effect: under the yard's lock its zones, gates and bays as rows follow it, in one transaction with the change of version.

A bay keeps its row by its code, with its block and whoever stands in it. One that is not on the plan any more is retired: nobody new
is sent there, who is inside stays, under the plan his stay began with.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Model, ProtectedError
from simple_history.utils import bulk_create_with_history

from core.actors import Actor, system
from core.bulk import update_each
from core.db import operation
from core.errors import DomainError
from core.ledger import record
from core.machine import advance
from yards.layouts.plan import Plan, PlanBay, PlanGate, PlanZone
from yards.models import Bay, Gate, Layout, Yard, Zone
from yards.operations.configuration import bay_facts
from yards.operations.layouts import check_usable, locked, unschedule_layout

log = logging.getLogger(__name__)
SYSTEM = system("layouts")
BAY = ("zone", "length_m", "width_m", "equipment", "x_m", "y_m", "heading_deg", "entry", "retired_at")
GATE = ("kind", "x_m", "y_m")
ZONE = ("name_en", "name_zh", "colour", "shape")
Rows = dict[str, Any]
RETRIED_AFTER = timedelta(minutes=1)
_retry_at: dict[
    str, datetime
] = {}  # of this process: nothing depends on it but how often a plan that cannot be used is looked at


@operation
def put_in_force(*, ref: str, now: datetime, actor: Actor) -> Layout:
    """This will put a draft or a scheduled plan in force now (→ in_force); the one until now is replaced (in_force → replaced).

    Raises NotFound, WrongState, LayoutNotValid (it has errors, or a lane uses a gate that it does not have).
    """
    layout = locked(ref)
    check_usable(layout)
    for old in Layout.objects.filter(yard=layout.yard, state="in_force"):
        advance(old, "replaced", replaced_at=now)
    advance(layout, "in_force", in_force_at=now, changed_at=now)
    counts = follow(layout.yard, Plan.from_json(layout.plan), now=now)
    told: dict[str, Any] = {"layout": layout.ref, "version": layout.version} | counts
    record(layout.yard.stream, "layout.in_force", reason=layout.note, **told)
    return layout


def put_due_in_force(now: datetime) -> int:
    """This will put every scheduled plan in force whose moment has come, the earliest first, and tell how many that were.

    Lost ticks are made up. One that cannot take effect now stays scheduled (an alarm names it), keeps no other waiting, and is tried
    again in a minute; one that a later plan has overtaken meanwhile becomes a draft again.
    """
    due = Layout.objects.filter(state="scheduled", takes_effect_at__lte=now).order_by("takes_effect_at", "version")
    waiting = [ref for ref in due.values_list("ref", flat=True) if _retry_at.get(ref, now) <= now]
    return sum(_take_effect(ref, now) for ref in waiting)


def _take_effect(ref: str, now: datetime) -> bool:
    try:
        if _is_overtaken(ref):
            unschedule_layout(ref=ref, now=now, actor=SYSTEM)
            return False
        put_in_force(ref=ref, now=now, actor=SYSTEM)
        _retry_at.pop(ref, None)
        return True
    except DomainError as reason:
        log.warning("layout %s could not take effect: %s", ref, reason.code)
    except Exception:
        log.exception("layout %s could not take effect", ref)
    _retry_at[ref] = now + RETRIED_AFTER
    return False


def _is_overtaken(ref: str) -> bool:
    """Whether the plan in force was meant for a later moment than this one was."""
    late = Layout.objects.get(ref=ref)
    current = Layout.objects.filter(yard_id=late.yard_id, state="in_force").first()
    if current is None or current.in_force_at is None or late.takes_effect_at is None:
        return False
    return min(current.takes_effect_at or current.in_force_at, current.in_force_at) > late.takes_effect_at


def follow(yard: Yard, plan: Plan, *, now: datetime) -> dict[str, int]:
    """This will bring the yard's rows to what the plan says and tell how many bays came, changed and went. The yard is locked."""
    _follow_yard(yard, plan, now)
    zones = _follow_all(Zone, yard, {zone.code: _zone(zone) for zone in plan.zones}, ZONE, now)
    gates = _follow_all(Gate, yard, {gate.code: _gate(gate) for gate in plan.gates}, GATE, now)
    wanted = {bay.code: _bay(bay, zones) for bay in plan.bays}
    known = {bay.code: bay for bay in Bay.objects.filter(yard=yard).select_related("zone")}
    gone = [bay for code, bay in known.items() if code not in wanted and bay.retired_at is None]
    came, changed = _apart(Bay, yard, known, wanted)
    for bay in gone:
        bay.retired_at = now
    _write(Bay, came, [*changed, *gone], BAY, now)
    _tell_bays(yard, came + changed, gone)
    _drop(Zone, yard, zones.keys() - {zone.code for zone in plan.zones})
    _drop(Gate, yard, gates.keys() - {gate.code for gate in plan.gates})
    return {"came": len(came), "changed": len(changed), "went": len(gone)}


def _follow_yard(yard: Yard, plan: Plan, now: datetime) -> None:
    if (yard.width_m, yard.depth_m) != (plan.width_m, plan.depth_m):
        yard.width_m, yard.depth_m = plan.width_m, plan.depth_m
        _write(Yard, [], [yard], ("width_m", "depth_m"), now)


def _follow_all(
    model: type[Model], yard: Yard, wanted: dict[str, Rows], columns: tuple[str, ...], now: datetime
) -> Rows:
    """Zones or gates; returns all rows the yard has then, by code."""
    known = {row.code: row for row in model._base_manager.filter(yard=yard)}  # type: ignore[attr-defined]
    came, changed = _apart(model, yard, known, wanted)
    _write(model, came, changed, columns, now)
    return known | {row.code: row for row in came}


def _apart(model: type[Model], yard: Yard, known: Rows, wanted: dict[str, Rows]) -> tuple[list[Any], list[Any]]:
    """New rows, and those that changed, their values set."""
    came = [model(yard=yard, code=code, **values) for code, values in wanted.items() if code not in known]
    changed = []
    for code in wanted.keys() & known.keys():
        row, values = known[code], wanted[code]
        if any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            changed.append(row)
    return came, sorted(changed, key=lambda row: row.code)


def _write(model: Any, came: list[Any], changed: list[Any], columns: tuple[str, ...], now: datetime) -> None:
    """Each row with a line of its history, which neither way of writing many makes by itself."""
    if came:
        bulk_create_with_history(came, model, default_date=now)
    if changed:
        update_each(changed, columns)
        model.history.bulk_history_create(changed, update=True, default_date=now)


def _drop(model: Any, yard: Yard, codes: set[str]) -> None:
    """What nothing refers to goes; a zone of retired bays or a gate that somebody once came in by stays for their record."""
    for row in model.objects.filter(yard=yard, code__in=codes):
        try:
            row.delete()
        except ProtectedError:
            continue


def _tell_bays(yard: Yard, configured: list[Bay], gone: list[Bay]) -> None:
    for bay in configured:
        record(yard.stream, "bay.configured", **bay_facts(bay))
    for bay in gone:
        record(yard.stream, "bay.retired", bay=bay.code)


def _zone(zone: PlanZone) -> Rows:
    names = {"name_en": (zone.name_en or zone.code)[:80], "name_zh": zone.name_zh[:80]}
    return names | {"colour": zone.colour[:20], "shape": zone.shape}


def _gate(gate: PlanGate) -> Rows:
    return {"kind": gate.kind, "x_m": gate.x_m, "y_m": gate.y_m}


def _bay(bay: PlanBay, zones: Rows) -> Rows:
    return {
        "zone": zones[bay.zone],
        "length_m": bay.length_m,
        "width_m": bay.width_m,
        "equipment": list(bay.equipment),
        "x_m": bay.x_m,
        "y_m": bay.y_m,
        "heading_deg": bay.heading_deg,
        "entry": bay.entry,
        "retired_at": None,
    }
