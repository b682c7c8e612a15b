"""Does the way to a bay lead through a zone? Who is seen there then is not astray."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

from yards import plans
from yards.guidance.ways import Size
from yards.layouts.plan import Point, Ring
from yards.layouts.shapes import contains
from yards.models import Stay

STEP_M = 3.0  # the way is looked at this densely: less than a bay's width


def passes_through(stay: Stay, *, gate: str, zone: str) -> bool:
    """This will tell whether the way from a gate to the stay's bay touches a zone, by the plan it drives by.

    Without a plan, an outline or a way nobody can say: then it is not passed through.
    """
    layout = plans.layout_of_stay(stay)
    if layout is None:
        return False
    outline = next((one.outline for one in plans.plan_of(layout).zones if one.code == zone), ())
    size = Size(float(stay.vehicle.length_m), float(stay.vehicle.width_m))
    way = plans.ways_of(layout, size, plans.blocked_aisles(stay.bay.yard_id)).way_in(gate, stay.bay.code)
    return bool(outline and way) and any(contains(outline, point) for point in _along(way.line if way else ()))


def _along(line: Ring) -> Iterator[Point]:
    for (x1, y1), (x2, y2) in pairwise(line):
        parts = max(1, math.ceil(math.dist((x1, y1), (x2, y2)) / STEP_M))
        yield from ((x1 + (x2 - x1) * n / parts, y1 + (y2 - y1) * n / parts) for n in range(parts))
    yield from line[-1:]
