"""PURE. Whether a plan can be used: what is drawn, and whether every bay can be reached and left again."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from yards.guidance.ways import Network, Size
from yards.layouts.check_codes import codes
from yards.layouts.check_shapes import outline_of, outlines
from yards.layouts.crossings import Barriers
from yards.layouts.limits import listed, tangled, too_large
from yards.layouts.plan import Finding, Plan

MOST_BAYS = 5_000
APART_M = 3_000.0  # parts of one yard are nearer than this to their next
TRUCK_WIDTH_M = 2.55


def check(plan: Plan) -> list[Finding]:
    """This will return what is wrong with a plan, errors (it cannot be used) before warnings (those bays are not chosen)."""
    if not plan.bays:
        return [Finding("error", "no_bays")]
    if len(plan.bays) > MOST_BAYS:
        return [Finding("error", "too_many_bays", figures={"count": len(plan.bays), "most": MOST_BAYS})]
    found = [*too_large(plan), *tangled(plan)]
    if not found:
        found = [*codes(plan), *_apart(plan), *outlines(plan), *_tandem(plan), *_gates(plan)]
    if not any(finding.level == "error" for finding in found):
        found += [*_aisles(plan), *_reach(plan)]
    return listed(sorted(found, key=lambda finding: finding.level != "error"))


def _apart(plan: Plan) -> Iterator[Finding]:
    """Bays in clusters kilometres apart are two yards; along each axis a gap tells them."""
    for axis in range(2):
        along = sorted((bay.x_m, bay.y_m)[axis] for bay in plan.bays)
        gap = max((b - a for a, b in pairwise(along)), default=0.0)
        if gap > APART_M:
            yield Finding("error", "two_yards", figures={"distance_km": round(gap / 1000, 1)})
            return


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
