"""Small yards for tests, drawn aisle by aisle: an entry in the west, an exit in the east, bays north of the road between."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from yards.layouts.plan import Plan, PlanAisle, PlanBay, PlanGate, PlanPoint, PlanWall

ENTRY, EXIT = PlanGate("IN", "entry", 0.0, 0.0), PlanGate("OUT", "exit", 200.0, 0.0)
ROAD = PlanAisle("ROAD", ((0.0, 0.0), (200.0, 0.0)))


def bay(code: str, x_m: float, y_m: float = 21.0, heading_deg: float = 180.0, **more: Any) -> PlanBay:
    """An 18 m bay; as it stands its nose is 12 m north of the road."""
    return PlanBay(code, "Z", x_m, y_m, 18.0, 3.5, heading_deg, **more)


def yard(
    *aisles: PlanAisle,
    bays: tuple[PlanBay, ...] = (),
    points: tuple[PlanPoint, ...] = (),
    walls: tuple[PlanWall, ...] = (),
    gates: tuple[PlanGate, ...] = (ENTRY, EXIT),
) -> Plan:
    return Plan((0.0, 0.0), 200.0, 100.0, bays=bays, gates=gates, aisles=aisles, points=points, walls=walls)


def road(**changes: Any) -> PlanAisle:
    """The road from the entry to the exit, with a limit or a direction."""
    return replace(ROAD, **changes)
