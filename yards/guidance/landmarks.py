"""PURE. What a driver sees on his way: the places he passes, and the rows and roads that leave to one side."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from yards.layouts.plan import Plan, PlanPoint, Point

SEEN = ("weighbridge", "inspection", "dock", "sign")  # the more telling first
BESIDE_M = 15.0  # from the line to a place one passes
JUST_PASSED_M = 40.0  # before the turn; farther back nobody remembers
SLACK_M = 0.5  # a line drawn by hand ends this near to another one
APART_M = 3.0  # nearer turnings are one
LEAST_DEG, MOST_DEG = 30.0, 150.0  # what leaves between these angles is a turning to that side


@dataclass(frozen=True)
class Landmark:
    """A place on the plan; the names may be empty."""

    kind: str
    code: str
    name_en: str = ""
    name_zh: str = ""


def named(point: PlanPoint) -> Landmark:
    """This will return a point of the plan as something to look for."""
    return Landmark(point.kind, point.code, point.name_en, point.name_zh)


def passed(plan: Plan, run: list[Point]) -> Landmark | None:
    """This will return the most telling place one has just passed at the end of a run."""
    end_m = _length(run)
    found = []
    for point in plan.points:
        if point.kind in SEEN:
            along_m, beside_m = along(run, (point.x_m, point.y_m))
            if beside_m <= BESIDE_M and 0 < along_m < end_m - 1 and end_m - along_m <= JUST_PASSED_M:
                found.append((SEEN.index(point.kind), end_m - along_m, point.code, point))
    return named(min(found)[3]) if found else None


def row(plan: Plan, run: list[Point], *, to_left: bool) -> tuple[int, bool]:
    """This will count the turnings to one side of a run, its last one included, and tell whether the run ends there.

    The count is 0 when there is nothing to choose: no turning is at its end, or the only one is where one has to turn.
    """
    end_m = _length(run)
    turnings = sorted(_turnings(plan, run, -MOST_DEG if to_left else LEAST_DEG))
    if not turnings or end_m - turnings[-1] > APART_M:
        return 0, False
    before = [m for m in turnings if APART_M < m < end_m - APART_M]
    number = 1 + sum(1 for n, m in enumerate(before) if n == 0 or m - before[n - 1] > APART_M)
    goes_on = _goes_on(plan, run)
    return (0 if number == 1 and not goes_on else number), number > 1 and not goes_on


def along(run: list[Point], spot: Point) -> tuple[float, float]:
    """This will return how far along a run one is nearest to a place, and how near, in metres."""
    best, gone_m = (math.inf, 0.0), 0.0
    for a, b in pairwise(run):
        length_m = math.dist(a, b)
        share = ((spot[0] - a[0]) * (b[0] - a[0]) + (spot[1] - a[1]) * (b[1] - a[1])) / max(length_m**2, 1e-9)
        share = min(max(share, 0.0), 1.0)
        foot = (a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]))
        best = min(best, (math.dist(foot, spot), gone_m + share * length_m))
        gone_m += length_m
    return best[1], best[0]


def _turnings(plan: Plan, run: list[Point], from_deg: float) -> list[float]:
    """The metres along the run at which an aisle leaves it to the side that begins at this angle, in degrees to the right."""
    found, gone_m = [], 0.0
    for a, b in pairwise(run):
        for c, d in _lines(plan):
            spot = _meeting(a, b, c, d)
            if spot is not None and any(_leaves(a, b, spot, end, from_deg, MOST_DEG - LEAST_DEG) for end in (c, d)):
                found.append(gone_m + math.dist(a, spot))
        gone_m += math.dist(a, b)
    return found


def _goes_on(plan: Plan, run: list[Point]) -> bool:
    """True when an aisle leads on ahead from the run's end."""
    a, b = run[-2:]
    return any(
        along([c, d], b)[1] <= SLACK_M and any(_leaves(a, b, b, end, -LEAST_DEG, 2 * LEAST_DEG) for end in (c, d))
        for c, d in _lines(plan)
    )


def _leaves(a: Point, b: Point, spot: Point, end: Point, from_deg: float, span_deg: float) -> bool:
    return math.dist(spot, end) >= APART_M and from_deg <= bend_deg(a, b, spot, end) <= from_deg + span_deg


def _lines(plan: Plan) -> Iterator[tuple[Point, Point]]:
    return (line for aisle in plan.aisles for line in pairwise(aisle.line))


def _meeting(a: Point, b: Point, c: Point, d: Point) -> Point | None:
    """Where lines a-b and c-d meet."""
    (ux, uy), (vx, vy) = (b[0] - a[0], b[1] - a[1]), (d[0] - c[0], d[1] - c[1])
    area = ux * vy - uy * vx
    if abs(area) < 1e-9:
        return None
    s = ((c[0] - a[0]) * vy - (c[1] - a[1]) * vx) / area
    t = ((c[0] - a[0]) * uy - (c[1] - a[1]) * ux) / area
    slack_s, slack_t = SLACK_M / math.hypot(ux, uy), SLACK_M / math.hypot(vx, vy)
    if not (-slack_s <= s <= 1 + slack_s and -slack_t <= t <= 1 + slack_t):
        return None
    return a[0] + s * ux, a[1] + s * uy


def bend_deg(a: Point, b: Point, c: Point, d: Point) -> float:
    """This will return by how many degrees line c-d points to the right of line a-b, -180 to 180."""
    before = math.atan2(b[0] - a[0], b[1] - a[1])
    after = math.atan2(d[0] - c[0], d[1] - c[1])
    return math.degrees((after - before + math.pi) % (2 * math.pi) - math.pi)


def _length(run: list[Point]) -> float:
    return sum(math.dist(a, b) for a, b in pairwise(run))
