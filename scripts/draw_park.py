"""Draws the demonstration yard: the real bays and areas of a truck park, with aisles, gates and equipment that we add.

    python scripts/draw_park.py spaces.geojson areas.geojson > yards/data/maasvlakte_plaza.geojson

The two files are OpenStreetMap's Maasvlakte Plaza (ODbL 1.0): 693 bays with their outlines, 4 areas. docs/layouts.md says what is theirs
and what is ours.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from yards.guidance.ways import Network, Size
from yards.layouts import geojson, propose, shapes
from yards.layouts.crossings import Barriers
from yards.layouts.plan import DRIVE_THROUGH, Plan, PlanAisle, PlanBay, PlanGate, PlanPoint, PlanZone, Point, Ring

ATTRIBUTION = "Bays and areas © OpenStreetMap contributors, ODbL 1.0; aisles, gates and equipment drawn for demonstration, not a survey"
ZONES = {
    "A": ("Main park", "主停车区", "blue", "circle"),
    "B": ("East bays", "东侧泊位", "green", "triangle"),
    "C": ("South park", "南停车区", "amber", "square"),
    "D": ("Small bays", "小型泊位", "violet", "diamond"),
    "H": ("Hazardous", "危险品区", "red", "diamond"),
}
GATES = (
    PlanGate("G1", "entry", 345.0, 330.0),
    PlanGate("G2", "entry", 430.0, 45.0),
    PlanGate("G3", "exit", 345.0, 250.0),
    PlanGate("G4", "exit", -30.0, 60.0),
)
POINTS = (
    PlanPoint("I1", "inspection", 205.0, 222.0, "Inspection", "查验点"),
    PlanPoint("W1", "weighbridge", 318.0, 300.0, "Weighbridge", "地磅"),
)
# Along the south edge of the main park, and the west and east edges of the southern one.
ROADS: tuple[Ring, ...] = (
    ((-12.0, 208.0), (312.0, 234.0)),
    ((-12.0, -12.0), (-12.0, 112.0)),
    ((252.0, -2.0), (252.0, 165.0)),
    ((252.0, 165.0), (231.0, 195.0)),
    ((231.0, 195.0), (231.0, 232.0)),
)
ROAD_REACH_M = 60.0
HAZMAT_FROM_M = (260.0, 25.0, 380.0, 60.0)  # the stand by itself in the south-east: west, south, east, north
REEFER_FROM_M = (0.0, 400.0, 320.0, 480.0)  # the long row in the north
DOCK_FROM_M = (0.0, 70.0, 120.0, 100.0)
LONG_AISLE_M = 90.0
POSTS_APART_M, SIGNS_APART_M = 30.0, 50.0


def main(spaces: str, areas: str) -> None:
    document = _read(areas, spaces)
    read = geojson.read(json.dumps(document).encode()).plan
    assert read
    plan = replace(read, zones=tuple(_zone(zone) for zone in read.zones), gates=GATES, attribution=ATTRIBUTION)
    plan = replace(plan, zones=(*plan.zones, _zone(PlanZone("H"))), bays=tuple(_equipped(bay) for bay in plan.bays))
    plan = replace(plan, aisles=_with_roads(plan))
    plan = _turned(plan)
    plan = replace(plan, points=(*POINTS, *_posts(plan)))
    plan = _renamed(plan)
    json.dump(geojson.write(plan), sys.stdout, ensure_ascii=False, separators=(",", ":"))
    sys.stdout.write("\n")


def _read(areas: str, spaces: str) -> dict[str, Any]:
    """Both files as one; the bays' stated sizes are left out, for a slanted bay's are not those of the truck it takes."""
    parts = [json.loads(Path(name).read_text()) for name in (areas, spaces)]
    for feature in parts[1]["features"]:
        feature["properties"] = {"kind": "bay"}
    return {"type": "FeatureCollection", "features": [*parts[0]["features"], *parts[1]["features"]]}


def _zone(zone: PlanZone) -> PlanZone:
    name_en, name_zh, colour, shape = ZONES[zone.code]
    return replace(zone, name_en=name_en, name_zh=name_zh, colour=colour, shape=shape)


def _equipped(bay: PlanBay) -> PlanBay:
    """A bay with the size of what it takes, and our equipment: a row with power, some docks, a stand for dangerous goods by itself."""
    long_m, wide_m, _ = shapes.measured(bay.outline or shapes.rectangle(bay))
    bay = replace(bay, length_m=round(long_m, 1), width_m=round(wide_m, 1), heading_deg=round(bay.heading_deg, 1))
    if _within(bay, HAZMAT_FROM_M):
        return replace(bay, zone="H", equipment=("hazmat",))
    if _within(bay, REEFER_FROM_M) and bay.zone == "A" and 120 < bay.heading_deg < 160:
        return replace(bay, equipment=("reefer",))
    return replace(bay, equipment=("dock",)) if _within(bay, DOCK_FROM_M) else bay


def _within(bay: PlanBay, box: tuple[float, float, float, float]) -> bool:
    return box[0] <= bay.x_m <= box[2] and box[1] <= bay.y_m <= box[3]


def _with_roads(plan: Plan) -> tuple[PlanAisle, ...]:
    """The proposed aisles with our roads, and what leads their ends straight on to the roads."""
    aisles = [
        replace(aisle, width_m=10.0 if _length_m(aisle) > LONG_AISLE_M else 8.0) for aisle in propose.aisles(plan)
    ]
    bays = Barriers([(bay.outline or shapes.rectangle(bay), True) for bay in plan.bays])
    ends = [each for road in ROADS for aisle in aisles for each in _led_on(aisle, road) if not bays.crossed(each)]
    lines = [*(aisle.line for aisle in aisles), *ROADS, *ends]
    lines += [_nearest((each.x_m, each.y_m), lines) for each in GATES]
    return tuple(
        PlanAisle(code=f"R{n}", line=line, width_m=10.0 if math.dist(line[0], line[-1]) > LONG_AISLE_M else 8.0)
        for n, line in enumerate(lines, start=1)
    )


def _led_on(aisle: PlanAisle, road: Ring) -> Iterator[Ring]:
    """From an end of a long aisle straight on to a road, where that is near."""
    if _length_m(aisle) < LONG_AISLE_M:
        return
    for end, before in ((aisle.line[0], aisle.line[-1]), (aisle.line[-1], aisle.line[0])):
        met = _met(end, before, road)
        if met and 0.5 < math.dist(end, met) < ROAD_REACH_M:
            yield (end, met)


def _met(end: Point, before: Point, road: Ring) -> Point | None:
    """Where the way on from `before` through `end` meets a straight road."""
    (ax, ay), (bx, by) = road
    dx, dy = end[0] - before[0], end[1] - before[1]
    across = dx * (by - ay) - dy * (bx - ax)
    if not across:
        return None
    on = ((ax - end[0]) * (by - ay) - (ay - end[1]) * (bx - ax)) / across
    along = ((ax - end[0]) * dy - (ay - end[1]) * dx) / across
    if on <= 0 or not 0 <= along <= 1:
        return None
    return (round(end[0] + on * dx, 2), round(end[1] + on * dy, 2))


def _nearest(spot: Point, lines: list[Ring]) -> Ring:
    """The shortest way from a spot to a straight line."""
    feet = []
    for (ax, ay), (bx, by) in lines:
        dx, dy = bx - ax, by - ay
        share = min(1.0, max(0.0, ((spot[0] - ax) * dx + (spot[1] - ay) * dy) / (dx * dx + dy * dy)))
        feet.append((round(ax + share * dx, 2), round(ay + share * dy, 2)))
    return (spot, min(feet, key=lambda foot: math.dist(spot, foot)))


def _length_m(aisle: PlanAisle) -> float:
    return math.dist(aisle.line[0], aisle.line[-1])


def _turned(plan: Plan) -> Plan:
    """Each bay is taken the way that lets its truck in and out: driven through where there is an aisle at both ends, else backed into."""
    for change in (_driven, _driven_back, lambda bay: bay, _back):
        trial = replace(plan, bays=tuple(change(bay) for bay in plan.bays))
        good = _reachable(trial)
        plan = replace(
            plan,
            bays=tuple(
                new if ok and not bay.behind else bay for bay, new, ok in zip(plan.bays, trial.bays, good, strict=True)
            ),
        )
    return plan


def _driven(bay: PlanBay) -> PlanBay:
    return replace(bay, entry=DRIVE_THROUGH)


def _back(bay: PlanBay) -> PlanBay:
    return replace(bay, heading_deg=(bay.heading_deg + 180) % 360)


def _driven_back(bay: PlanBay) -> PlanBay:
    return _driven(_back(bay))


def _reachable(plan: Plan) -> list[bool]:
    network = Network(plan)
    lengths = {math.floor(bay.length_m) for bay in plan.bays}
    known = {length_m: network.ways(Size(length_m, 2.55)).reachable for length_m in lengths}
    return [bool(known[math.floor(bay.length_m)][n]) for n, bay in enumerate(plan.bays)]


def _posts(plan: Plan) -> Iterator[PlanPoint]:
    """A post with a code where long aisles end, a sign where they leave a road and behind each entry."""
    ends = [end for aisle in plan.aisles if _length_m(aisle) > LONG_AISLE_M for end in (aisle.line[0], aisle.line[-1])]
    for n, (x_m, y_m) in enumerate(_apart(ends, POSTS_APART_M), start=1):
        yield PlanPoint(f"P{n}", "post", x_m, y_m)
    on_roads = [end for aisle in plan.aisles for end in aisle.line if any(_is_on(end, road) for road in ROADS)]
    for n, (x_m, y_m) in enumerate(_apart(on_roads, SIGNS_APART_M), start=1):
        yield PlanPoint(f"S{n}", "sign", x_m, y_m)


def _apart(spots: list[Point], least_m: float) -> list[Point]:
    kept: list[Point] = []
    for spot in spots:
        if all(math.dist(spot, other) >= least_m for other in kept):
            kept.append(spot)
    return kept


def _is_on(spot: Point, road: Ring) -> bool:
    a, b = road
    return abs(math.dist(a, spot) + math.dist(spot, b) - math.dist(a, b)) < 0.05 and spot not in road


def _renamed(plan: Plan) -> Plan:
    """The stand for dangerous goods counts its own bays."""
    number = count(1)
    return replace(
        plan, bays=tuple(replace(bay, code=f"H-{next(number):02d}") if bay.zone == "H" else bay for bay in plan.bays)
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
