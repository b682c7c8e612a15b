"""PURE. Outlines of bays: the rectangle of a bay, and size and heading from an outline."""

from __future__ import annotations

import math
from itertools import pairwise

from yards.layouts.plan import PlanBay, Point, Ring

SAME_M = 0.02  # corners this near are the same corner


def rectangle(bay: PlanBay) -> Ring:
    """This will return the four corners of a bay from its centre, size and heading, counter-clockwise."""
    turn = math.radians(bay.heading_deg)
    ahead, right = (math.sin(turn), math.cos(turn)), (math.cos(turn), -math.sin(turn))
    half_l, half_w = bay.length_m / 2, bay.width_m / 2
    sides = ((1, 1), (1, -1), (-1, -1), (-1, 1))
    return tuple(
        (
            bay.x_m + nose * half_l * ahead[0] + side * half_w * right[0],
            bay.y_m + nose * half_l * ahead[1] + side * half_w * right[1],
        )
        for nose, side in sides
    )


def is_rectangle_of(ring: Ring, bay: PlanBay) -> bool:
    """This will tell whether an outline is just the rectangle of the bay, wherever it begins and whichever way round it goes."""
    corners = rectangle(bay)
    return len(ring) == len(corners) and all(any(math.dist(a, b) <= SAME_M for b in corners) for a in ring)


def area_m2(ring: Ring) -> float:
    """This will return the area of an outline, negative when it goes clockwise (shoelace formula)."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise((*ring, ring[0]))) / 2 if ring else 0.0


def contains(ring: Ring, spot: Point) -> bool:
    """This will tell whether a point lies inside an outline (crossings of a ray to the east)."""
    x, y = spot
    inside = False
    for (ax, ay), (bx, by) in pairwise((*ring, ring[0])):
        if (ay > y) != (by > y) and x < ax + (y - ay) / (by - ay) * (bx - ax):
            inside = not inside
    return inside


def centre(ring: Ring) -> Point:
    """This will return the centre of area of an outline; of one without area, the mean of its corners."""
    area = area_m2(ring)
    if abs(area) < 1e-6:
        return (sum(x for x, _ in ring) / len(ring), sum(y for _, y in ring) / len(ring))
    x0, y0 = ring[0]  # near the outline: far from it the products would lose their last digits
    near = [(x - x0, y - y0) for x, y in ring]
    cross = [(a, b, a[0] * b[1] - b[0] * a[1]) for a, b in pairwise((*near, near[0]))]
    x_m = sum((a[0] + b[0]) * c for a, b, c in cross) / (6 * area)
    y_m = sum((a[1] + b[1]) * c for a, b, c in cross) / (6 * area)
    return (x0 + x_m, y0 + y_m)


def measured(ring: Ring) -> tuple[float, float, float]:
    """This will return (length, width, heading 0-180°) of an outline: along its longest side, its nose not known."""
    sides = list(pairwise((*ring, ring[0])))
    a, b = max(sides, key=lambda side: math.dist(*side))
    heading_deg = math.degrees(math.atan2(b[0] - a[0], b[1] - a[1])) % 180
    turn = math.radians(heading_deg)
    along = [x * math.sin(turn) + y * math.cos(turn) for x, y in ring]
    across = [x * math.cos(turn) - y * math.sin(turn) for x, y in ring]
    longest = math.dist(a, b)
    # A slanted bay is a parallelogram: a truck has the length of its side and the room between its sides.
    length_m = longest if len(ring) == 4 else max(along) - min(along)
    return length_m, max(across) - min(across), heading_deg
