"""The measured yard: aisles with bays on both sides, one-way in turn, three cross roads, some bays with power, some long, some in pairs.

Nobody's real yard, but a whole plan: bays, aisles, gates and the places to drive on to go through the reader's checks and the ways.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from yards.layouts.plan import Plan, PlanAisle, PlanBay, PlanGate, PlanPoint, PlanZone

STANDARD_M, LONG_M = (18.0, 3.5), (20.0, 4.0)  # length, width
ROW_M = 4.5
AISLE_HALF_M = 3.0
BEHIND_M = 0.5  # between the bays of a pair
CROSS_M = 20.0  # what the middle road takes
EDGE_M = 15.0  # from the outermost aisles to the roads round them
EXITS_AT = (
    0.74  # of the width: random bays then cost as much over the bound, within 2 %, as where the targets were measured
)
TANDEM_EVERY = 3
GATES = ("WEST-S", "WEST-N")
STEPS = ("exit", "dock", "inspection", "weighbridge")


@dataclass(frozen=True)
class Shape:
    """How many aisles there are, and how many rows of bays each has."""

    aisles: int
    rows: int

    @property
    def bays(self) -> int:
        return self.aisles * self.rows * 2

    @property
    def height_m(self) -> float:
        return self.rows * ROW_M + CROSS_M


SHAPES = {528: Shape(11, 24), 704: Shape(11, 32), 2000: Shape(20, 50), 3000: Shape(25, 60)}


def yard_of(shape: Shape) -> Plan:
    """This will draw the yard of that shape."""
    middles = _middles(shape)
    width_m, height_m = middles[-1], shape.height_m
    bays = [bay for aisle, x_m in enumerate(middles) for bay in _bays(shape, aisle, x_m)]
    return Plan(
        origin=(101.69, 21.19),
        width_m=width_m + 2 * EDGE_M + 60,
        depth_m=height_m + 60,
        bays=tuple(bays),
        zones=tuple(PlanZone(f"Z{aisle:02d}") for aisle in range(shape.aisles)),
        gates=_gates(width_m, height_m),
        aisles=(*_roads(middles, height_m), *_aisles(shape, middles)),
        points=_points(width_m, height_m),
    )


def _is_tandem(aisle: int) -> bool:
    return aisle % TANDEM_EVERY == TANDEM_EVERY - 1


def _middles(shape: Shape) -> list[float]:
    """Where each aisle lies: between two of them the bays of both."""
    deep = [AISLE_HALF_M + (2 * LONG_M[0] + BEHIND_M if _is_tandem(a) else LONG_M[0]) + 1 for a in range(shape.aisles)]
    middles = [EDGE_M + deep[0]]
    for before, this in pairwise(deep):
        middles.append(middles[-1] + before + this)
    return middles


def _bays(shape: Shape, aisle: int, x_m: float) -> list[PlanBay]:
    return [_bay(shape, aisle, x_m, row, side) for row in range(shape.rows) for side in (0, 1)]


def _bay(shape: Shape, aisle: int, x_m: float, row: int, side: int) -> PlanBay:
    length_m, width_m = LONG_M if row < 2 or row >= shape.rows - 2 else STANDARD_M
    is_rear = _is_tandem(aisle) and row % 2 == 1
    door = row - row % 2 + 0.5 if _is_tandem(aisle) else row
    away_m = AISLE_HALF_M + length_m / 2 + (length_m + BEHIND_M if is_rear else 0)
    return PlanBay(
        code=_code(aisle, row, side),
        zone=f"Z{aisle:02d}",
        x_m=x_m + (away_m if side else -away_m),
        y_m=38 + door * ROW_M + (CROSS_M / 2 if row >= shape.rows // 2 else 0),
        length_m=length_m,
        width_m=width_m,
        heading_deg=270.0 if side else 90.0,
        equipment=_equipment(shape, aisle, row, side),
        behind=_code(aisle, row - 1, side) if is_rear else "",
    )


def _code(aisle: int, row: int, side: int) -> str:
    return f"{aisle:02d}-{row:02d}{'LR'[side]}"


def _equipment(shape: Shape, aisle: int, row: int, side: int) -> tuple[str, ...]:
    """The upper half of the last aisle is for dangerous goods; the left side of a third of the aisles has power."""
    if aisle == shape.aisles - 1 and row >= shape.rows // 2:
        return ("hazmat",)
    return ("reefer",) if side == 0 and 1 <= aisle <= round(shape.aisles * 0.36) else ()


def _aisles(shape: Shape, middles: list[float]) -> list[PlanAisle]:
    """Northwards and southwards in turn."""
    ends = [((x_m, 30.0), (x_m, 30.0 + shape.height_m)) for x_m in middles]
    return [
        PlanAisle(f"A{n:02d}", (start, end) if n % 2 == 0 else (end, start), one_way=True)
        for n, (start, end) in enumerate(ends)
    ]


def _roads(middles: list[float], height_m: float) -> tuple[PlanAisle, ...]:
    east, south, north = middles[-1] + 45, 30.0, 30.0 + height_m
    middle = (south + north) / 2
    return (
        PlanAisle("SOUTH", ((0.0, south), (east + EDGE_M, south)), width_m=8),
        PlanAisle("NORTH", ((0.0, north), (east + EDGE_M, north)), width_m=8),
        PlanAisle("MIDDLE", ((middles[0], middle), (east, middle)), one_way=True),
        PlanAisle("EAST", ((east, south), (east, north)), width_m=8),
    )


def _gates(width_m: float, height_m: float) -> tuple[PlanGate, ...]:
    north = 30 + height_m
    return (
        PlanGate(GATES[0], "entry", 0, 30),
        PlanGate(GATES[1], "entry", 0, north),
        PlanGate("EXIT-S", "exit", (width_m + 60) * EXITS_AT, 30),
        PlanGate("EXIT-N", "exit", (width_m + 60) * EXITS_AT, north),
    )


def _points(width_m: float, height_m: float) -> tuple[PlanPoint, ...]:
    north = 30 + height_m
    return (
        PlanPoint("DOCK-1", "dock", width_m * 0.3, north + 20),
        PlanPoint("DOCK-2", "dock", width_m * 0.7, north + 20),
        PlanPoint("CUSTOMS", "inspection", width_m + 55, 30 + height_m / 2),
        PlanPoint("SCALE", "weighbridge", width_m * 0.5, 18),
    )
