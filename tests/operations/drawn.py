"""A plan of the cast's yard, drawn with ways: what tests of layouts and blocks put in force.

north   A-01 A-02 A-03        B-01   C-01      bays, their noses to the aisle
middle  G1 ──── M1 ────────┬──── M2 ──── G2    G1 is the entry, G2 the exit
south    └───────────── R ─┴───────────── ┘    a road round the back
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from core.machine import begin
from tests.cast import Cast
from yards.layouts.plan import Plan, PlanAisle, PlanBay, PlanGate, PlanPoint, PlanZone
from yards.models import Layout
from yards.operations import put_in_force

EQUIPMENT = {"A-01": ("dock",), "B-01": ("reefer",), "C-01": ("hazmat",)}
PLACES = {"A-01": 40.0, "A-02": 50.0, "A-03": 60.0, "B-01": 140.0, "C-01": 180.0}


def a_plan_bay(code: str, x_m: float, **fields: Any) -> PlanBay:
    values = {
        "y_m": 75.0,
        "length_m": 18.0,
        "width_m": 3.5,
        "heading_deg": 180.0,
        "equipment": EQUIPMENT.get(code, ()),
    } | fields
    y_m = values["y_m"]
    outline = tuple((x_m + dx, y_m + dy) for dx, dy in ((-1.75, -9), (1.75, -9), (1.75, 9), (-1.75, 9)))
    return PlanBay(code=code, zone=code[0], x_m=x_m, outline=outline, **values)


def a_plan(**changed: Any) -> Plan:
    """This will draw the yard; `changed` replaces whole parts of the plan."""
    shapes = {"A": "circle", "B": "triangle", "C": "diamond"}
    spans = {"A": (30.0, 70.0), "B": (130.0, 150.0), "C": (170.0, 190.0)}
    zones = [
        PlanZone(code, f"Zone {code}", f"{code}区", "blue", shapes[code], ((x1, 60), (x2, 60), (x2, 90), (x1, 90)))
        for code, (x1, x2) in spans.items()
    ]
    return replace(
        Plan(
            origin=(101.69, 21.18),
            width_m=220.0,
            depth_m=90.0,
            bays=tuple(a_plan_bay(code, x_m) for code, x_m in PLACES.items()),
            zones=tuple(zones),
            gates=(PlanGate("G1", "entry", 0.0, 45.0), PlanGate("G2", "exit", 220.0, 45.0)),
            aisles=(
                PlanAisle("M1", ((0.0, 45.0), (110.0, 45.0)), width_m=24.0),
                PlanAisle("M2", ((110.0, 45.0), (220.0, 45.0)), width_m=24.0),
                PlanAisle("R", ((0.0, 45.0), (0.0, 0.0), (220.0, 0.0), (220.0, 45.0)), width_m=24.0),
                PlanAisle("S", ((110.0, 45.0), (110.0, 0.0)), width_m=24.0),
            ),
            points=(PlanPoint("P1", "post", 100.0, 40.0),),
        ),
        **changed,
    )


def a_draft(cast: Cast, plan: Plan | None = None, *, findings: list[list[Any]] | None = None) -> Layout:
    """This will write a draft row as it is after reading a file of this plan."""
    newest = Layout.objects.filter(yard=cast.yard).order_by("-version").values_list("version", flat=True).first() or 0
    return begin(
        Layout,
        "draft",
        yard=cast.yard,
        version=newest + 1,
        document={},
        plan=(plan or a_plan()).as_json(),
        findings=findings or [],
        made_at=cast.now,
        changed_at=cast.now,
    )


def in_force(cast: Cast, plan: Plan | None = None) -> Layout:
    """This will put a plan of the cast's yard in force now."""
    return put_in_force(ref=a_draft(cast, plan).ref, **cast.by(cast.port_admin))
