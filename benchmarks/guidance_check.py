"""Whether a played day kept the law, looked at anew from the plan and who stood where: nothing of the choice is used here.

Never two on one bay; long and wide enough; power for who needs it; dangerous goods on their stands and nobody else there; far enough from
other dangerous goods by the corners of the bays; nobody drove to a rear bay past a taken front one.
"""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import pairwise

from benchmarks.guidance_day import NEEDS, Day
from benchmarks.guidance_play import Outcome
from yards.layouts.plan import Plan, PlanBay

# The four classes of the measured days, from IMDG 7.2.4 by hand: metres between them.
APART_M = {
    frozenset({"3", "5.1"}): 6.0,
    frozenset({"5.1", "8"}): 6.0,
    frozenset({"4.1", "5.1"}): 3.0,
    frozenset({"4.1", "8"}): 3.0,
}

Stay = tuple[float, float, int]  # from, to, truck


def wrong(plan: Plan, day: Day, outcome: Outcome) -> dict[str, int]:
    """This will count what broke the law, by its kind; all of them 0 for a lawful day."""
    bays = {bay.code: bay for bay in plan.bays}
    stays: dict[str, list[Stay]] = defaultdict(list)
    for truck, code, start, end in outcome.stood:
        stays[code].append((start, end, truck))
    return {
        "two_on_one_bay": sum(_overlaps(sorted(here)) for here in stays.values()),
        "does_not_fit": sum(not _fits(bays[code], int(day.need[truck])) for truck, code, _, _ in outcome.stood),
        "too_near": _too_near(bays, day, outcome),
        "past_a_taken_bay": sum(_past_taken(stays[bay.behind], stays[bay.code]) for bay in plan.bays if bay.behind),
        "unaccounted": outcome.trucks - outcome.no_bay - len({truck for truck, *_ in outcome.stood}),
    }


def _overlaps(here: list[Stay]) -> int:
    return sum(before[1] > after[0] for before, after in pairwise(here))


def _fits(bay: PlanBay, need: int) -> bool:
    wanted = NEEDS[need]
    is_stand, has_power = "hazmat" in bay.equipment, "reefer" in bay.equipment
    if is_stand != bool(wanted.hazard) or ("reefer" in wanted.equipment and not has_power):
        return False
    return bay.length_m >= wanted.length_m and bay.width_m >= wanted.width_m


def _too_near(bays: dict[str, PlanBay], day: Day, outcome: Outcome) -> int:
    dangerous = [
        (start, end, NEEDS[day.need[truck]].hazard, bays[code])
        for truck, code, start, end in outcome.stood
        if NEEDS[day.need[truck]].hazard
    ]
    found = 0
    for n, (start, _, hazard, bay) in enumerate(dangerous):
        for began, ended, other, there in dangerous[:n]:
            least_m = APART_M.get(frozenset({hazard, other}), 0.0)
            found += began <= start < ended and _gap_m(bay, there) < least_m
    return found


def _gap_m(one: PlanBay, other: PlanBay) -> float:
    """All bays of the measured yard lie east and west: rectangles along the axes."""
    across = max(0.0, abs(one.x_m - other.x_m) - (one.length_m + other.length_m) / 2)
    along = max(0.0, abs(one.y_m - other.y_m) - (one.width_m + other.width_m) / 2)
    return math.hypot(across, along)


def _past_taken(front: list[Stay], rear: list[Stay]) -> int:
    return sum(start < came < end for came, _, _ in rear for start, end, _ in front)
