"""The plan of a starting yard: the drawing of `layout` with its aisles, posts, signs and places to drive on to. No survey.

The rule: an aisle runs through the middle of each strip, a road along the west and the east edge joins them, and the gates
stand at the roads. Trucks are inspected on the east road between the first two strips and weighed on the west road between
the last two, so that a round through two strips leads over both. A post with a code to scan stands at every junction, and a
sign at every junction for those who come along the road.
"""

from __future__ import annotations

from collections.abc import Iterator

from yards.layouts.plan import Plan, PlanAisle, PlanBay, PlanGate, PlanPoint, PlanZone
from yards.seeding.layout import AISLE_M, ROAD_M, YardPlan, ZonePlan

ROAD_KMH, AISLE_KMH = 20.0, 10.0
EDGE_M = 3.0  # from the road's end to the yard's edge


def plan_of(drawing: YardPlan, *, origin: tuple[float, float]) -> Plan:
    """This will return a drawing as a plan in metres; `origin` is (longitude, latitude) of its south-west corner."""
    return Plan(
        origin=origin,
        width_m=drawing.width_m,
        depth_m=drawing.depth_m,
        bays=tuple(bay for zone in drawing.zones for bay in _bays(zone)),
        zones=tuple(_zone(drawing, zone) for zone in drawing.zones),
        gates=tuple(PlanGate(gate.code, gate.kind, gate.x_m, gate.y_m) for gate in drawing.gates),
        aisles=tuple(_aisles(drawing)),
        points=tuple(_points(drawing)),
    )


def _bays(zone: ZonePlan) -> Iterator[PlanBay]:
    for bay in zone.bays:
        yield PlanBay(
            code=bay.code,
            zone=zone.kind.code,
            x_m=bay.x_m,
            y_m=bay.y_m,
            length_m=bay.length_m,
            width_m=bay.width_m,
            heading_deg=bay.heading_deg,
            equipment=bay.equipment,
        )


def _zone(drawing: YardPlan, zone: ZonePlan) -> PlanZone:
    kind, half_m = zone.kind, zone.kind.size_m[0] + AISLE_M / 2
    south, north = zone.aisle_m - half_m, zone.aisle_m + half_m
    west, east = ROAD_M, drawing.width_m - ROAD_M
    outline = ((west, south), (east, south), (east, north), (west, north))
    return PlanZone(kind.code, kind.name_en, kind.name_zh, kind.colour, kind.shape, outline)


def _roads(drawing: YardPlan) -> tuple[float, float]:
    """The middle of the west and of the east road."""
    return ROAD_M / 2, drawing.width_m - ROAD_M / 2


def _aisles(drawing: YardPlan) -> Iterator[PlanAisle]:
    west, east = _roads(drawing)
    for zone in drawing.zones:
        line = ((west, zone.aisle_m), (east, zone.aisle_m))
        yield PlanAisle(f"ROW-{zone.kind.code}", line, width_m=AISLE_M, speed_kmh=AISLE_KMH)
    for code, x_m in (("ROAD-W", west), ("ROAD-E", east)):
        line = ((x_m, EDGE_M), (x_m, drawing.depth_m - EDGE_M))
        yield PlanAisle(code, line, width_m=ROAD_M, speed_kmh=ROAD_KMH)


def _points(drawing: YardPlan) -> Iterator[PlanPoint]:
    west, east = _roads(drawing)
    rows_m = [zone.aisle_m for zone in drawing.zones]
    yield PlanPoint("INSPECTION", "inspection", east, sum(rows_m[:2]) / 2, "Inspection", "查验点")
    if any("weighbridge" in bay.equipment for zone in drawing.zones for bay in zone.bays):
        yield PlanPoint("WEIGHBRIDGE", "weighbridge", west, sum(rows_m[-2:]) / 2, "Weighbridge", "地磅")
    for zone in drawing.zones:
        code, corner_m = zone.kind.code, zone.aisle_m + AISLE_M / 2 - 1
        yield PlanPoint(f"P-{code}W", "post", ROAD_M - 1, corner_m, f"Post {code} west", f"{code}区西桩")
        yield PlanPoint(
            f"P-{code}E", "post", drawing.width_m - ROAD_M + 1, corner_m, f"Post {code} east", f"{code}区东桩"
        )
        yield PlanPoint(f"S-{code}W", "sign", 1.0, zone.aisle_m, f"Sign {code} west", f"{code}区西牌")
        yield PlanPoint(f"S-{code}E", "sign", drawing.width_m - 1, zone.aisle_m, f"Sign {code} east", f"{code}区东牌")
