"""PURE. Outlines that can be drawn on the ground: none crosses itself or another, each has the size it states."""

from __future__ import annotations

from collections.abc import Iterator

from yards.layouts.crossings import crosses_itself, overlap_m2, pairs_near
from yards.layouts.plan import Finding, Plan, PlanBay, Ring
from yards.layouts.shapes import area_m2, rectangle

OVERLAP_SHARE = 0.05  # of the smaller bay: less is how a survey draws neighbours
SIZE_SHARE = 0.25  # a slanted bay is drawn larger than the truck it takes
#: Overlaps told of, and products of corners looked at for them (3,000 slanted bays take half a million): about two seconds.
MOST_OVERLAPS = 1_000
MOST_WORK = 2_000_000


def outline_of(bay: PlanBay) -> Ring:
    return bay.outline or rectangle(bay)


def outlines(plan: Plan) -> Iterator[Finding]:
    """This will tell outlines that cross themselves, bays that overlap, and bays drawn in another size than they state."""
    crossed = {n for n, bay in enumerate(plan.bays) if bay.outline and crosses_itself(bay.outline)}
    for n in sorted(crossed):
        yield Finding("error", "self_crossing", f"bay {plan.bays[n].code}")
    for zone in plan.zones:
        if zone.outline and crosses_itself(zone.outline):
            yield Finding("error", "self_crossing", f"zone {zone.code}")
    yield from _overlaps(plan, crossed)
    for bay in plan.bays:
        drawn, stated = abs(area_m2(outline_of(bay))), bay.length_m * bay.width_m
        if abs(drawn / stated - 1) > SIZE_SHARE:
            figures = {"length_m": f"{bay.length_m:g}", "width_m": f"{bay.width_m:g}", "drawn_m2": round(drawn)}
            yield Finding("warning", "size_differs", f"bay {bay.code}", figures)


def _overlaps(plan: Plan, crossed: set[int]) -> Iterator[Finding]:
    rings = [outline_of(bay) for bay in plan.bays]
    areas = [abs(area_m2(ring)) for ring in rings]
    found = work = 0
    for a, b in pairs_near(rings):
        if a in crossed or b in crossed:
            continue
        work += len(rings[a]) * len(rings[b])
        if work > MOST_WORK or found >= MOST_OVERLAPS:
            yield Finding("error", "too_crowded", f"bay {plan.bays[a].code}")
            return
        shared = overlap_m2(rings[a], rings[b])
        if shared > OVERLAP_SHARE * min(areas[a], areas[b]):
            found += 1
            figures = {"other": f"bay {plan.bays[b].code}", "area_m2": round(shared, 1)}
            yield Finding("error", "overlap", f"bay {plan.bays[a].code}", figures)
