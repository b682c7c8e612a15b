"""The starting yard of a road port, drawn by one rule (docs/ports.md). Starting values for staff to edit, not a survey.

The rule: zones are strips stacked from south to north; a strip is two rows of bays with their noses to the aisle
between them. A road runs along the west edge, the border's side, and one along the east edge, the home side. A
direction enters on the side it comes from and leaves on the other. Metres from the south-west corner, x east, y north.
"""

from __future__ import annotations

from dataclasses import dataclass

AISLE_M = 24.0  # lets an 18 m combination swing out of a perpendicular bay
ROAD_M = 12.0  # two trucks side by side
GAP_M = 6.0  # between strips: the zone's sign and a walkway
CLEARANCE_M = 0.5  # between neighbouring bays
STANDARD_M = (18.0, 3.5)  # length, width
OVERSIZE_M = (22.0, 4.0)


@dataclass(frozen=True)
class ZoneKind:
    """What a zone is for, how it is told apart, and the equipment of its bays (`some` on every fourth bay only)."""

    code: str
    name_en: str
    name_zh: str
    colour: str
    shape: str
    cargo_kinds: tuple[str, ...]
    size_m: tuple[float, float] = STANDARD_M
    equipment: tuple[str, ...] = ()
    some: tuple[str, ...] = ()


_GENERAL = ("general", "empty", "ecommerce")
A = ZoneKind("A", "General", "普货区", "blue", "circle", _GENERAL, some=("dock",))
A_AND_BULK = ZoneKind(
    "A",
    "General and bulk",
    "普货与大宗货区",
    "blue",
    "circle",
    (*_GENERAL, "bulk"),
    OVERSIZE_M,
    some=("dock", "weighbridge"),
)
B = ZoneKind("B", "Perishable", "鲜活货区", "green", "triangle", ("perishable",), equipment=("reefer",), some=("dock",))
C = ZoneKind("C", "Hazardous", "危险品区", "red", "diamond", ("hazardous",), OVERSIZE_M, equipment=("hazmat",))
D = ZoneKind(
    "D", "Bulk and oversize", "大宗与超限货区", "amber", "square", ("bulk",), OVERSIZE_M, some=("weighbridge",)
)

# From how many bays on, and the shares of the zones; the first zone takes what rounding leaves.
MIXES: tuple[tuple[int, tuple[tuple[ZoneKind, float], ...]], ...] = (
    (32, ((A, 0.50), (B, 0.20), (C, 0.10), (D, 0.20))),
    (24, ((A_AND_BULK, 0.60), (B, 0.25), (C, 0.15))),
    (0, ((A_AND_BULK, 0.75), (B, 0.25))),  # no hazardous cargo where there is no room to keep it apart
)


@dataclass(frozen=True)
class BayPlan:
    """A bay; (x_m, y_m) is its centre, its length runs along `heading_deg` (clockwise from north)."""

    code: str
    length_m: float
    width_m: float
    equipment: tuple[str, ...]
    x_m: float
    y_m: float
    heading_deg: float


@dataclass(frozen=True)
class ZonePlan:
    """A strip; `aisle_m` is the y of the middle of the aisle between its two rows."""

    kind: ZoneKind
    bays: tuple[BayPlan, ...]
    aisle_m: float


@dataclass(frozen=True)
class GatePlan:
    """A gate: entry or exit of the yard, and the direction of the trucks that use it."""

    code: str
    kind: str
    direction: str
    x_m: float
    y_m: float


@dataclass(frozen=True)
class YardPlan:
    width_m: float
    depth_m: float
    zones: tuple[ZonePlan, ...]
    gates: tuple[GatePlan, ...]

    @property
    def cargo_kinds(self) -> list[str]:
        return [kind for zone in self.zones for kind in zone.kind.cargo_kinds]

    def entry(self, *, direction: str, lane_number: int) -> GatePlan:
        """This will return the entry gate of a direction's n-th lane; lanes beyond the gates share the last one."""
        gates = [gate for gate in self.gates if (gate.kind, gate.direction) == ("entry", direction)]
        return gates[min(lane_number, len(gates)) - 1]


def draw(*, bays: int, entries: int) -> YardPlan:
    """This will draw a yard of `bays` bays with `entries` entry gates and one exit gate for each direction."""
    zones: list[ZonePlan] = []
    south_m, width_m = GAP_M, 0.0
    for kind, count in shares(bays):
        length_m, bay_width_m = kind.size_m
        per_row = (count + 1) // 2
        drawn = tuple(_bay(kind, number, per_row, south_m) for number in range(count))
        zones.append(ZonePlan(kind, drawn, south_m + length_m + AISLE_M / 2))
        south_m += 2 * length_m + AISLE_M + GAP_M
        width_m = max(width_m, 2 * ROAD_M + per_row * (bay_width_m + CLEARANCE_M))
    return YardPlan(width_m, south_m, tuple(zones), tuple(_gates(entries, width_m, south_m)))


def shares(bays: int) -> list[tuple[ZoneKind, int]]:
    """This will divide `bays` among the zones of the mix for a yard of that size; the counts add up to `bays`."""
    mix = next(zones for least, zones in MIXES if bays >= least)
    rest = [(kind, round(bays * share)) for kind, share in mix[1:]]
    return [(mix[0][0], bays - sum(count for _, count in rest)), *rest]


def _bay(kind: ZoneKind, number: int, per_row: int, south_m: float) -> BayPlan:
    length_m, width_m = kind.size_m
    row, column = divmod(number, per_row)  # row 0 is south of the aisle
    return BayPlan(
        code=f"{kind.code}-{number + 1:02d}",
        length_m=length_m,
        width_m=width_m,
        equipment=kind.equipment + (kind.some if number % 4 == 0 else ()),
        x_m=ROAD_M + (column + 0.5) * (width_m + CLEARANCE_M),
        y_m=south_m + length_m / 2 + row * (length_m + AISLE_M),
        heading_deg=180.0 if row else 0.0,
    )


def _gates(entries: int, width_m: float, depth_m: float) -> list[GatePlan]:
    step_m = depth_m / (entries + 2)
    sides = [("inbound", 0.0, width_m), ("outbound", width_m, 0.0)]
    spots = [("entry", way, x_m, (n + 1) * step_m) for way, x_m, _ in sides for n in range(entries)]
    spots += [("exit", way, x_m, (entries + 1) * step_m) for way, _, x_m in sides]
    return [GatePlan(f"G{n}", kind, way, x_m, round(y_m, 1)) for n, (kind, way, x_m, y_m) in enumerate(spots, start=1)]
