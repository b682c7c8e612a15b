"""PURE. How much of a plan is worked with: a file drawn wrong, or to do harm, is refused before anything takes long."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise

import numpy as np

from yards.guidance.network_lines import crossing_shares
from yards.layouts.crossings import box_of
from yards.layouts.plan import Finding, Plan

MOST_BAY_M = 200.0  # no bay is drawn wider: one of its corners is wrong
JOINED_M = 0.5  # as the ways have it
MOST_MEETINGS = 10_000  # of aisles with each other; a yard of 700 bays has a thousand
MOST_LISTED = 200  # findings of one code
#: Corners and points of one feature, and of all features of its kind together.
MOST_CORNERS = {"bay": 50, "zone": 500}
MOST_POINTS = {"bay": 40_000, "zone": 2_000, "aisle": 3_000, "wall": 3_000, "gate": 50}
MOST_PLACES = 1_000  # of any other kind


def too_large(plan: Plan) -> Iterator[Finding]:
    """This will tell bays that are drawn so large that a corner must be wrong."""
    for bay in plan.bays:
        west, south, east, north = box_of(bay.outline or ((0.0, 0.0),))
        if max(east - west, north - south) > MOST_BAY_M:
            figures = {"drawn_m": round(max(east - west, north - south)), "most_m": round(MOST_BAY_M)}
            yield Finding("error", "too_large", f"bay {bay.code}", figures)


def tangled(plan: Plan) -> Iterator[Finding]:
    """This will tell aisles that meet each other too often to be searched."""
    pieces = np.array([pair for aisle in plan.aisles for pair in pairwise(aisle.line)], dtype=np.float64)
    met = len(crossing_shares(pieces, JOINED_M)[0]) if len(pieces) else 0
    if met > MOST_MEETINGS:
        yield Finding("error", "too_many_meetings", figures={"count": met, "most": MOST_MEETINGS})


def listed(found: Iterable[Finding]) -> list[Finding]:
    """This will keep the first findings of each code, and say of the others how many they are."""
    seen: Counter[tuple[str, str]] = Counter()
    kept: list[Finding] = []
    for finding in found:
        seen[finding.level, finding.code] += 1
        if seen[finding.level, finding.code] <= MOST_LISTED:
            kept.append(finding)
    for (level, code), count in seen.items():
        if count > MOST_LISTED:
            kept.append(Finding(level, "and_more", figures={"count": count - MOST_LISTED, "code": code}))
    return kept
