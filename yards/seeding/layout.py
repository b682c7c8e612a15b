"""The starting yard of a road port, drawn by one rule (docs/ports.md). Starting values for staff to edit, not a survey.

The rule: zones are strips stacked from south to north. A strip is two rows of bays with their noses to an aisle between
them. A road runs along the west edge from the entry gates, another along the east edge to the exit gates.
Metres; the origin is the yard's south-west corner, x grows east, y north; headings are degrees clockwise from north.
"""

from __future__ import annotations

from dataclasses import dataclass

AISLE_M = 24.0  # lets an 18 m combination swing out of a perpendicular bay
ROAD_M = 12.0  # two trucks side by side, along the west and the east edge
GAP_M = 6.0  # between strips: the zone's sign and a walkway
CLEARANCE_M = 0.5  # between neighbouring bays
STANDARD_M = (18.0, 3.5)  # length, width
OVERSIZE_M = (22.0, 4.0)

GENERAL = ("general", "empty", "ecommerce")


@dataclass(frozen=True)
class ZoneKind:
    """What a zone is for: its cargo kinds, look, and the equipment of its bays (`some` of it on every fourth bay only)."""

    code: str
    name: str
    colour: str
    shape: str
    cargo: tuple[str, ...]
    size_m: tuple[float, float] = STANDARD_M
    equipment: tuple[str, ...] = ()
    some: tuple[str, ...] = ()


A = ZoneKind("A", "General", "blue", "circle", GENERAL, some=("dock",))
A_MIXED = ZoneKind("A", "General and bulk", "blue", "circle", (*GENERAL, "bulk"), OVERSIZE_M, some=("dock", "weighbridge"))
B = ZoneKind("B", "Perishable", "green", "triangle", ("perishable",), equipment=("reefer",), some=("dock",))
C = ZoneKind("C", "Hazardous", "red", "diamond", ("hazardous",), OVERSIZE_M, equipment=("hazmat",))
D = ZoneKind("D", "Bulk and oversize", "amber", "square", ("bulk",), OVERSIZE_M, some=("weighbridge",))

# Bays of the yard at least, and the shares of its zones (the first zone takes what rounding leaves).
MIXES: tuple[tuple[int, tuple[tuple[ZoneKind, float], ...]], ...] = (
    (32, ((A, 0.50), (B, 0.20), (C, 0.10), (D, 0.20))),
    (24, ((A_MIXED, 0.60), (B, 0.25), (C, 0.15))),
    (0, ((A_MIXED, 0.75), (B, 0.25))),  # no hazardous cargo where there is no room to keep it apart
)


@dataclass(frozen=True)
class Rect:
    """A rectangle of the plan: south-west corner and size, in metres."""

    x_m: float
    y_m: float
    w_m: float
    h_m: float


@dataclass(frozen=True)
class BayPlan:
    code: str
    length_m: float
    width_m: float
    equipment: tuple[str, ...]
    rect: Rect
    heading_deg: int


@dataclass(frozen=True)
class ZonePlan:
    kind: ZoneKind
    rect: Rect
    bays: tuple[BayPlan, ...]


@dataclass(frozen=True)
class GatePlan:
    """A gate on the edge of the yard; `heading_deg` is the way a truck drives through it."""

    code: str
    direction: str
    x_m: float
    y_m: float
    heading_deg: int


@dataclass(frozen=True)
class YardPlan:
    width_m: float
    height_m: float
    zones: tuple[ZonePlan, ...]
    gates: tuple[GatePlan, ...]

    @property
    def bays(self) -> list[BayPlan]:
        return [bay for zone in self.zones for bay in zone.bays]

    @property
    def cargo(self) -> set[str]:
        return {cargo for zone in self.zones for cargo in zone.kind.cargo}


def draw(*, bays: int, gates: int) -> YardPlan:
    """This will draw a yard of `bays` bays with `gates` entry gates on its west edge and as many exit gates on its east edge."""
    zones: list[ZonePlan] = []
    south_m = GAP_M
    for kind, count in shares(bays):
        zones.append(_zone(kind, count, south_m))
        south_m += zones[-1].rect.h_m + GAP_M
    width_m = max(zone.rect.x_m + zone.rect.w_m for zone in zones) + ROAD_M
    return YardPlan(width_m, south_m, tuple(zones), _gates(gates, width_m, south_m))


def shares(bays: int) -> list[tuple[ZoneKind, int]]:
    """This will divide `bays` among the zones of the mix for a yard of that size; the counts add up to `bays`."""
    mix = next(zones for least, zones in MIXES if bays >= least)
    rest = [(kind, round(bays * share)) for kind, share in mix[1:]]
    return [(mix[0][0], bays - sum(count for _, count in rest)), *rest]


def _zone(kind: ZoneKind, count: int, south_m: float) -> ZonePlan:
    length_m, width_m = kind.size_m
    per_row = (count + 1) // 2
    bays = tuple(_bay(kind, number, per_row, south_m) for number in range(count))
    rect = Rect(ROAD_M, south_m, per_row * (width_m + CLEARANCE_M), 2 * length_m + AISLE_M)
    return ZonePlan(kind, rect, bays)


def _bay(kind: ZoneKind, number: int, per_row: int, south_m: float) -> BayPlan:
    length_m, width_m = kind.size_m
    north_row, column = divmod(number, per_row)
    x_m = ROAD_M + column * (width_m + CLEARANCE_M)
    y_m = south_m + north_row * (length_m + AISLE_M)
    equipment = kind.equipment + (kind.some if number % 4 == 0 else ())
    heading_deg = 180 if north_row else 0  # the nose points at the aisle
    return BayPlan(f"{kind.code}-{number + 1:02d}", length_m, width_m, equipment, Rect(x_m, y_m, width_m, length_m), heading_deg)


def _gates(count: int, width_m: float, height_m: float) -> tuple[GatePlan, ...]:
    step_m = height_m / (count + 1)
    entries = [GatePlan(f"G{n}", "entry", 0.0, round(n * step_m, 1), 90) for n in range(1, count + 1)]
    exits = [GatePlan(f"G{count + n}", "exit", width_m, round(n * step_m, 1), 90) for n in range(1, count + 1)]
    return (*entries, *exits)
