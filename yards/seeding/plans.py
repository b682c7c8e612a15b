"""A yard's first plan: version 1, in force from the start. Yards of older installations get one while they are still as drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from core import ledger
from core.actors import Actor
from core.db import operation
from core.machine import begin
from yards.layouts.geojson import write
from yards.layouts.plan import Plan, PlanBay, PlanGate, PlanZone
from yards.models import Bay, Gate, Layout, Port, Yard, Zone
from yards.operations.bays import lock_yard
from yards.seeding import drawn, lanes, layout

NOTE = "starting plan, drawn by rule"


def give_plans(*, now: datetime, actor: Actor, say: Callable[[str], Any] = print) -> int:
    """This will give a plan to every yard that never had one and whose bays, zones and gates are still as they were drawn, each
    in its own transaction, and tell how many that were."""
    without = Yard.objects.filter(layouts=None).values_list("pk", flat=True)
    given = [code for pk in list(without) if (code := give_plan(yard_id=pk, now=now, actor=actor))]
    for code in given:
        say(f"{code}: plan with aisles")
    return len(given)


@operation
def give_plan(*, yard_id: int, now: datetime, actor: Actor) -> str:
    """This will put the drawn plan of one yard in force (new → in_force) and return the yard's code; "" when the yard has a plan by
    now or was changed since it was drawn: then people draw the aisles."""
    yard = lock_yard(yard_id)
    plan = drawn_plan(yard.port)
    if yard.layouts.exists() or plan is None or not as_drawn(yard, plan):
        return ""
    rows = {zone.code: zone for zone in yard.zones.all()}
    named = replace(plan, zones=tuple(_as_named(zone, rows) for zone in plan.zones))
    put_first_in_force(yard, named, now=now)
    return yard.code


def put_first_in_force(yard: Yard, plan: Plan, *, now: datetime, note: str = NOTE) -> Layout:
    """This will make a plan version 1 of a yard (new → in_force) whose rows are what it says; inside the caller's transaction."""
    row = begin(
        Layout,
        "in_force",
        yard=yard,
        version=1,
        note=note,
        document=write(plan),
        plan=plan.as_json(),
        made_at=now,
        changed_at=now,
        in_force_at=now,
    )
    # The rows came with `yard.laid_out`: with the plan none came, changed or went.
    told: dict[str, Any] = {"layout": row.ref, "version": row.version, "came": 0, "changed": 0, "went": 0}
    ledger.record(yard.stream, "layout.in_force", reason=note, **told)
    return row


def drawn_plan(port: Port) -> Plan | None:
    """This will draw a port's starting yard; None for a port that is drawn by no rule."""
    try:
        profile = lanes.profile_of(code=port.code, positioning=port.positioning)
    except KeyError:
        return None
    drawing = layout.draw(bays=profile.bays, entries=profile.entries)
    return drawn.plan_of(drawing, origin=(float(port.lon_deg), float(port.lat_deg)))


def as_drawn(yard: Yard, plan: Plan) -> bool:
    """This will tell whether a yard's bays, zones and gates are those of a plan; names and colours may differ."""
    rows = yard.bays.select_related("zone").filter(retired_at=None)
    return (
        {_facts(bay, bay.zone.code) for bay in rows} == {_facts(bay, bay.zone) for bay in plan.bays}
        and {_where(gate) for gate in yard.gates.all()} == {_where(gate) for gate in plan.gates}
        and set(yard.zones.values_list("code", flat=True)) == {zone.code for zone in plan.zones}
    )


def _facts(bay: Bay | PlanBay, zone: str) -> tuple[Any, ...]:
    size = (bay.length_m, bay.width_m, bay.heading_deg, bay.x_m, bay.y_m)
    return (bay.code, zone, *size, bay.entry, tuple(sorted(bay.equipment)))


def _where(gate: Gate | PlanGate) -> tuple[Any, ...]:
    return (gate.code, gate.kind, gate.x_m, gate.y_m)


def _as_named(zone: PlanZone, rows: dict[str, Zone]) -> PlanZone:
    row = rows[zone.code]
    return replace(zone, name_en=row.name_en, name_zh=row.name_zh, colour=row.colour, shape=row.shape)
