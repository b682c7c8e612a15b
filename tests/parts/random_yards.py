"""Yards drawn at random, always connected: strips of bays between aisles, a road at either end and sometimes one in the middle,
one-way and limited aisles, tandem and drive-through bays, turned by any angle. One seed, one yard."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from typing import TypeVar

from yards.layouts.plan import BACK_IN, DRIVE_THROUGH, Plan, PlanAisle, PlanBay, PlanGate, PlanPoint, PlanZone, Point

Part = TypeVar("Part", PlanBay, PlanGate, PlanPoint)
BACK, THROUGH, TANDEM = "back", "through", "tandem"
HALF_AISLE_M = 12.0  # from a mouth to the middle of its aisle
MARGIN_M = 24.0  # from the roads' middles to the first and the last bay
STEP_M = 4.5  # from bay to bay
SHAPES = ("circle", "square", "triangle", "diamond")
COLOURS = ("blue", "green", "red", "amber", "purple", "grey")


def random_plan(seed: int, *, strips: int = 3, columns: int = 6, limits: bool = True, turned: bool = True) -> Plan:
    """This will draw a yard of about 2 x `strips` x `columns` bays. The outer ring of aisles runs both ways without a limit;
    with `limits` some of the others are one-way, low, narrow or short."""
    rng = random.Random(seed)
    kinds = [rng.choice((BACK, BACK, THROUGH, TANDEM)) for _ in range(strips)]
    sizes = [rng.choice(((18.0, 3.5), (22.0, 4.0), (25.0, 4.0))) for _ in range(strips)]
    rows_m = [0.0]
    for kind, (length_m, _) in zip(kinds, sizes, strict=True):
        rows_m.append(rows_m[-1] + 2 * HALF_AISLE_M + length_m * (1 if kind == THROUGH else 2))
    across_m = 2 * MARGIN_M + columns * STEP_M
    middle = rng.random() < 0.4 and columns >= 4
    bays = [
        bay
        for n, (kind, size) in enumerate(zip(kinds, sizes, strict=True))
        for bay in _strip(rng, n, kind, size, rows_m[n], rows_m[n + 1], columns, middle)
    ]
    plan = Plan(
        origin=(101.68, 21.18),
        width_m=across_m,
        depth_m=rows_m[-1],
        bays=tuple(bays),
        zones=tuple(_zone(n) for n in range(strips)),
        gates=tuple(_gates(rng, across_m, rows_m)),
        aisles=tuple(_aisles(rng, across_m, rows_m, middle, limits)),
        points=tuple(_points(rng, across_m, rows_m)),
    )
    return _placed(plan, rng.uniform(0, 360) if turned else 0.0)


def _strip(
    rng: random.Random,
    n: int,
    kind: str,
    size: tuple[float, float],
    south_m: float,
    north_m: float,
    columns: int,
    gap: bool,
) -> list[PlanBay]:
    """One strip; tandem bays stand one behind the other, all with their noses to the south aisle."""
    length_m, width_m = size
    found = []
    flipped = rng.random() < 0.5
    for column in range(columns):
        if gap and abs(column - (columns - 1) / 2) < 3.1:
            continue  # the middle road runs here
        x_m = MARGIN_M + (column + 0.5) * STEP_M
        low_m, high_m = south_m + HALF_AISLE_M + length_m / 2, north_m - HALF_AISLE_M - length_m / 2
        base = PlanBay("", f"Z{n}", x_m, low_m, length_m, width_m, 180.0, equipment=_equipment(rng))
        code = f"Z{n}-{column + 1:02d}"
        if kind == THROUGH:
            found.append(replace(base, code=code, heading_deg=180.0 if flipped else 0.0, entry=DRIVE_THROUGH))
            continue
        found.append(replace(base, code=f"{code}S", entry=BACK_IN))
        behind = f"{code}S" if kind == TANDEM else ""
        heading_deg = 180.0 if kind == TANDEM else 0.0
        found.append(replace(base, code=f"{code}N", y_m=high_m, heading_deg=heading_deg, behind=behind))
    return found


def _equipment(rng: random.Random) -> tuple[str, ...]:
    return rng.choice(((), (), (), ("reefer",), ("dock",), ("hazmat",), ("reefer", "dock")))


def _zone(n: int) -> PlanZone:
    return PlanZone(f"Z{n}", f"Zone {n}", f"{n}区", COLOURS[n % len(COLOURS)], SHAPES[n % len(SHAPES)])


def _gates(rng: random.Random, across_m: float, rows_m: list[float]) -> list[PlanGate]:
    entries = [PlanGate(f"IN{n}", "entry", -10.0, _between(rng, rows_m)) for n in range(rng.choice((1, 2)))]
    exits = [PlanGate(f"OUT{n}", "exit", across_m + 10.0, _between(rng, rows_m)) for n in range(rng.choice((1, 2)))]
    return entries + exits


def _between(rng: random.Random, rows_m: list[float]) -> float:
    """Somewhere on a side road, on a whole metre, not at a corner."""
    n = rng.randrange(len(rows_m) - 1)
    return rows_m[n] + rng.randrange(5, int(rows_m[n + 1] - rows_m[n]) - 5)


def _aisles(rng: random.Random, across_m: float, rows_m: list[float], middle: bool, limits: bool) -> list[PlanAisle]:
    first, last = rows_m[0], rows_m[-1]
    found = [
        PlanAisle("W", ((0.0, first), (0.0, last)), width_m=12),
        PlanAisle("E", ((across_m, last), (across_m, first)), width_m=12),
    ]
    for n, y_m in enumerate(rows_m):
        line: tuple[Point, ...] = ((0.0, y_m), (across_m, y_m))
        aisle = PlanAisle(f"R{n}", line, width_m=24)
        inner = limits and 0 < n < len(rows_m) - 1
        found.append(_limited(rng, aisle) if inner else aisle)
    if middle:
        road = PlanAisle("M", ((across_m / 2, first), (across_m / 2, last)), width_m=12)
        found.append(_limited(rng, road) if limits else road)
    return found


def _limited(rng: random.Random, aisle: PlanAisle) -> PlanAisle:
    kind = rng.choice(("", "one_way", "one_way", "back_way", "low", "narrow", "short"))
    if kind == "back_way":
        return replace(aisle, one_way=True, line=aisle.line[::-1])
    changes = {
        "one_way": {"one_way": True},
        "low": {"height_m": 3.5},
        "narrow": {"width_m": 2.8},
        "short": {"max_length_m": 12.5},
    }
    return replace(aisle, **changes.get(kind, {}))  # type: ignore[arg-type]


def _points(rng: random.Random, across_m: float, rows_m: list[float]) -> list[PlanPoint]:
    found = [PlanPoint("INSPECTION", "inspection", across_m, _between(rng, rows_m), "Inspection", "查验点")]
    if rng.random() < 0.5:
        found.append(
            PlanPoint(
                "WEIGHBRIDGE",
                "weighbridge",
                float(rng.randrange(5, int(across_m / 2) - 5)),
                rows_m[0],
                "Weighbridge",
                "地磅",
            )
        )
    return found + [PlanPoint(f"POST{n}", "post", 3.0, y_m + 3) for n, y_m in enumerate(rows_m)]


def _placed(plan: Plan, turn_deg: float) -> Plan:
    """The plan turned clockwise and moved so that its south-west corner is (0, 0)."""
    angle = math.radians(turn_deg)

    def turned(x_m: float, y_m: float) -> Point:
        return x_m * math.cos(angle) + y_m * math.sin(angle), y_m * math.cos(angle) - x_m * math.sin(angle)

    corners = [turned(x, y) for x in (-10, plan.width_m + 10) for y in (-5, plan.depth_m + 5)]
    west, south = min(x for x, _ in corners), min(y for _, y in corners)

    def moved(x_m: float, y_m: float) -> Point:
        x, y = turned(x_m, y_m)
        return x - west, y - south

    def at(part: Part) -> Part:
        x_m, y_m = moved(part.x_m, part.y_m)
        return replace(part, x_m=x_m, y_m=y_m)

    return replace(
        plan,
        width_m=max(x for x, _ in corners) - west,
        depth_m=max(y for _, y in corners) - south,
        bays=tuple(replace(at(b), heading_deg=(b.heading_deg + turn_deg) % 360) for b in plan.bays),
        gates=tuple(at(g) for g in plan.gates),
        points=tuple(at(p) for p in plan.points),
        aisles=tuple(replace(a, line=tuple(moved(*spot) for spot in a.line)) for a in plan.aisles),
    )
