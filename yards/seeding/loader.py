"""Loads the ports, their calendars and their starting yards into a database, once.

A row that the database ever knew is left alone: what staff changed stays changed, what they deleted stays deleted.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db.models import Model
from simple_history.utils import bulk_create_with_history

from core import ledger
from core.actors import Actor
from core.db import operation
from yards.models import Bay, CalendarDay, Gate, Lane, Port, PortKind, Window, Yard, Zone
from yards.operations.configuration import bay_facts, lane_facts
from yards.seeding import data, drawn, lanes, layout
from yards.seeding.plans import put_first_in_force

REASON = "starting data"
VALID_FROM = date(2025, 1, 1)  # before the first day of any calendar we ship


def load_ports(*, now: datetime, actor: Actor, say: Callable[[str], Any] = print) -> int:
    """This will load every port the database never knew, each in its own transaction, and tell how many that were.

    A road port comes with a yard, zones, gates, bays, a plan, lanes and windows, and with `yard.laid_out`, `layout.in_force` and
    `lane.configured` in its yard's ledger; other ports stand alone. `say` gets one line per port. Raises Busy when it is locked.
    """
    known = {*Port.history.values_list("code", flat=True), *Port.objects.values_list("code", flat=True)}
    missing = [fields for fields in data.ports() if fields["code"] not in known]
    for fields in missing:
        say(load_port(now=now, actor=actor, fields=fields))
    return len(missing)


def load_calendar(*, now: datetime, actor: Actor, say: Callable[[str], Any] = print) -> int:
    """This will add the public holidays and make-up workdays the database never knew, and tell how many that were."""
    added = int(_load_calendar(now=now, actor=actor))
    if added:
        say(f"{added} holidays and make-up workdays of CN, LA, MM, VN")
    return added


@operation
def load_port(*, now: datetime, actor: Actor, fields: dict[str, Any]) -> str:
    """This will create one port with all that belongs to it and return a line that says what was made."""
    [port] = create(Port, [Port(**fields)], now)
    if port.kind != PortKind.ROAD:
        return f"{port.code}: {port.name_en}, not a road port"
    profile = lanes.profile_of(code=port.code, positioning=port.positioning)
    drawing = layout.draw(bays=profile.bays, entries=profile.entries)
    yard = lay_out_yard(port, drawing, now)
    plans = lanes.plan(code=port.code, profile=profile, cargo_kinds=drawing.cargo_kinds)
    for plan in plans:
        gate = yard.gates.get(code=drawing.entry(direction=plan.direction, lane_number=plan.number).code)
        configure_lane(yard, plan, gate, keeps_holidays=profile.keeps_holidays, now=now)
    return f"{port.code}: {port.name_en}, {len(plans)} lanes, {profile.bays} bays"


@operation
def _load_calendar(*, now: datetime, actor: Actor) -> int:
    known = {*CalendarDay.history.values_list("country", "date"), *CalendarDay.objects.values_list("country", "date")}
    days = [CalendarDay(**day) for day in data.calendar_days() if (day["country"], day["date"]) not in known]
    create(CalendarDay, days, now)
    return len(days)


def lay_out_yard(port: Port, drawing: layout.YardPlan, now: datetime) -> Yard:
    """Creates the yard, its zones, gates and bays, and its plan; records `yard.laid_out` and `layout.in_force`."""
    names = {"name_en": f"{port.name_en} cargo yard", "name_zh": f"{port.name_zh}货场"}
    [yard] = create(
        Yard, [Yard(port=port, code=port.code, width_m=drawing.width_m, depth_m=drawing.depth_m, **names)], now
    )
    create(Gate, [Gate(yard=yard, code=g.code, kind=g.kind, x_m=g.x_m, y_m=g.y_m) for g in drawing.gates], now)
    zones = create(Zone, [_zone(yard, plan.kind) for plan in drawing.zones], now)
    bays = [_bay(zone, plan) for zone, drawn in zip(zones, drawing.zones, strict=True) for plan in drawn.bays]
    create(Bay, bays, now)
    ledger.record(
        yard.stream,
        "yard.laid_out",
        reason=REASON,
        port=port.code,
        yard=yard.code,
        bays=[bay_facts(bay) for bay in bays],
    )
    put_first_in_force(yard, drawn.plan_of(drawing, origin=(float(port.lon_deg), float(port.lat_deg))), now=now)
    return yard


def configure_lane(
    yard: Yard, plan: lanes.LanePlan, gate: Gate, *, keeps_holidays: bool, now: datetime, next_step: str = "exit"
) -> None:
    """This will create a lane with its windows and record `lane.configured`, inside the caller's transaction."""
    lane = Lane(
        port=yard.port,
        yard=yard,
        gate=gate,
        next_step=next_step,
        code=f"{yard.port.code}-{plan.suffix}",
        name_en=plan.name_en,
        name_zh=plan.name_zh,
        direction=plan.direction,
        cargo_kinds=list(plan.cargo_kinds),
        closes_on_holidays_of=["CN", yard.port.counterpart_country] if keeps_holidays else [],
    )
    create(Lane, [lane], now)
    windows = create(Window, _windows(lane, plan), now)
    ledger.record(
        yard.stream,
        "lane.configured",
        reason=REASON,
        **lane_facts(lane),
        closes_on_holidays_of=lane.closes_on_holidays_of,
        windows=[_window_entry(window) for window in windows],
    )


def _zone(yard: Yard, kind: layout.ZoneKind) -> Zone:
    return Zone(
        yard=yard, code=kind.code, name_en=kind.name_en, name_zh=kind.name_zh, colour=kind.colour, shape=kind.shape
    )


def _bay(zone: Zone, plan: layout.BayPlan) -> Bay:
    return Bay(
        yard=zone.yard,
        zone=zone,
        code=plan.code,
        length_m=plan.length_m,
        width_m=plan.width_m,
        equipment=list(plan.equipment),
        x_m=plan.x_m,
        y_m=plan.y_m,
        heading_deg=plan.heading_deg,
    )


def _windows(lane: Lane, plan: lanes.LanePlan) -> list[Window]:
    return [
        Window(
            lane=lane,
            weekday=weekday,
            opens_at=hours.opens_at,
            closes_at=hours.closes_at,
            units_per_hour=plan.units_per_hour,
            valid_from=VALID_FROM,
        )
        for hours in plan.hours
        for weekday in hours.weekdays
    ]


def _window_entry(window: Window) -> dict[str, Any]:
    return {
        "weekday": window.weekday,
        "opens_at": f"{window.opens_at:%H:%M}",
        "closes_at": f"{window.closes_at:%H:%M}",
        "units_per_hour": window.units_per_hour,
    }


def create(model: type[Model], rows: list[Any], now: datetime) -> list[Any]:
    """This will insert rows with the first line of their history: `bulk_create` alone would leave none."""
    return bulk_create_with_history(rows, model, default_change_reason=REASON, default_date=now) if rows else []
