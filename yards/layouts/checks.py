"""PURE. Whether a plan can be used: what is drawn, and whether every bay can be reached and left again."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from yards.guidance.ways import Network, Size
from yards.layouts.crossings import Barriers, crosses_itself, overlap_m2, pairs_near
from yards.layouts.plan import Finding, Plan, PlanBay, Ring
from yards.layouts.shapes import area_m2, rectangle

MOST_BAYS = 5_000
APART_M = 3_000.0  # parts of one yard are nearer than this to their next
OVERLAP_SHARE = 0.05  # of the smaller bay: less is how a survey draws neighbours
SIZE_SHARE = 0.25  # a slanted bay is drawn larger than the truck it takes
TRUCK_WIDTH_M = 2.55


def check(plan: Plan) -> list[Finding]:
    """This will return what is wrong with a plan, errors (it cannot be used) before warnings (those bays are not chosen)."""
    if not plan.bays:
        return [Finding("error", "no_bays")]
    if len(plan.bays) > MOST_BAYS:
        return [Finding("error", "too_many_bays", figures={"count": len(plan.bays), "most": MOST_BAYS})]
    found = [*_codes(plan), *_apart(plan), *_outlines(plan), *_tandem(plan)]
    found += _gates(plan)
    if not any(finding.level == "error" for finding in found):
        found += [*_aisles(plan), *_reach(plan)]
    return sorted(found, key=lambda finding: finding.level != "error")


def outline_of(bay: PlanBay) -> Ring:
    return bay.outline or rectangle(bay)


def _codes(plan: Plan) -> Iterator[Finding]:
    for name, rows in (("bay", plan.bays), ("zone", plan.zones), ("gate", plan.gates), ("aisle", plan.aisles)):
        for code, count in Counter(row.code for row in rows).items():
            if count > 1:
                yield Finding("error", "duplicate_code", f"{name} {code}", {"count": count})
    for code, count in Counter(point.code for point in plan.points).items():
        if count > 1:
            kind = next(point.kind for point in plan.points if point.code == code)
            yield Finding("error", "duplicate_code", f"{kind} {code}", {"count": count})


def _apart(plan: Plan) -> Iterator[Finding]:
    """Bays in clusters kilometres apart are two yards; along each axis a gap tells them."""
    for axis in range(2):
        along = sorted((bay.x_m, bay.y_m)[axis] for bay in plan.bays)
        gap = max((b - a for a, b in pairwise(along)), default=0.0)
        if gap > APART_M:
            yield Finding("error", "two_yards", figures={"distance_km": round(gap / 1000, 1)})
            return


def _outlines(plan: Plan) -> Iterator[Finding]:
    rings = [outline_of(bay) for bay in plan.bays]
    crossed = {n for n, bay in enumerate(plan.bays) if bay.outline and crosses_itself(bay.outline)}
    for n in sorted(crossed):
        yield Finding("error", "self_crossing", f"bay {plan.bays[n].code}")
    for zone in plan.zones:
        if zone.outline and crosses_itself(zone.outline):
            yield Finding("error", "self_crossing", f"zone {zone.code}")
    for a, b in pairs_near(rings):
        if a in crossed or b in crossed:
            continue
        shared = overlap_m2(rings[a], rings[b])
        if shared > OVERLAP_SHARE * min(abs(area_m2(rings[a])), abs(area_m2(rings[b]))):
            figures = {"other": f"bay {plan.bays[b].code}", "area_m2": round(shared, 1)}
            yield Finding("error", "overlap", f"bay {plan.bays[a].code}", figures)
    for bay in plan.bays:
        drawn, stated = abs(area_m2(outline_of(bay))), bay.length_m * bay.width_m
        if abs(drawn / stated - 1) > SIZE_SHARE:
            figures = {"length_m": f"{bay.length_m:g}", "width_m": f"{bay.width_m:g}", "drawn_m2": round(drawn)}
            yield Finding("warning", "size_differs", f"bay {bay.code}", figures)


def _tandem(plan: Plan) -> Iterator[Finding]:
    codes = {bay.code for bay in plan.bays}
    for bay in plan.bays:
        if bay.behind == bay.code:
            yield Finding("error", "behind_itself", f"bay {bay.code}")
        elif bay.behind and bay.behind not in codes:
            yield Finding("error", "behind_unknown", f"bay {bay.code}", {"behind": bay.behind})


def _gates(plan: Plan) -> Iterator[Finding]:
    kinds = {gate.kind for gate in plan.gates}
    level = "error" if plan.aisles else "warning"
    if "entry" not in kinds:
        yield Finding(level, "no_entry")
    if "exit" not in kinds:
        yield Finding(level, "no_exit")


def _aisles(plan: Plan) -> Iterator[Finding]:
    if not plan.aisles:
        yield Finding("warning", "no_aisles")
    bays = Barriers([(outline_of(bay), True) for bay in plan.bays])
    walls = Barriers([(wall.line, wall.closed) for wall in plan.walls])
    for aisle in plan.aisles:
        if walls.crossed(aisle.line):
            yield Finding("warning", "aisle_in_wall", f"aisle {aisle.code}")
        for n in bays.crossed(aisle.line)[:3]:
            yield Finding("warning", "aisle_through_bay", f"aisle {aisle.code}", {"bay": plan.bays[n].code})


def _reach(plan: Plan) -> Iterator[Finding]:
    """Bays that the vehicle they are for cannot reach and leave: each length is asked for once."""
    if not plan.aisles or not {"entry", "exit"} <= {gate.kind for gate in plan.gates}:
        return
    network = Network(plan)
    lengths = np.array([math.floor(bay.length_m * 2) / 2 for bay in plan.bays])
    cut_off: list[int] = []
    for length_m in sorted(set(lengths.tolist())):
        reachable = network.ways(Size(length_m, TRUCK_WIDTH_M)).reachable
        cut_off += np.flatnonzero((lengths == length_m) & ~reachable).tolist()
    if len(cut_off) == len(plan.bays):
        yield Finding("error", "none_reachable")
        return
    for n in sorted(cut_off):
        figures = {"length_m": f"{lengths[n]:g}"}
        yield Finding("warning", "unreachable", f"bay {plan.bays[n].code}", figures)
