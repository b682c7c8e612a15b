"""PURE. The plan of a yard as guidance reads it.

Metres on the plan: x east, y north, from the south-west corner of everything drawn. Degrees clockwise from north.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

Point = tuple[float, float]
Ring = tuple[Point, ...]  # closed without repeating its first point

BACK_IN, DRIVE_THROUGH = "back_in", "drive_through"


@dataclass(frozen=True)
class PlanBay:
    """One parking place; (`x_m`, `y_m`) is its centre. A truck in it has its nose towards `heading_deg`.

    A `back_in` bay is entered and left at its nose end, a `drive_through` bay is entered at its tail and left at its nose.
    `behind` names the bay that must be empty for this one to be entered or left (its front bay of a tandem pair).
    `segregation_m`: least distance from it to other dangerous goods, where it is more than the goods themselves ask for.
    """

    code: str
    zone: str
    x_m: float
    y_m: float
    length_m: float
    width_m: float
    heading_deg: float
    entry: str = BACK_IN
    equipment: tuple[str, ...] = ()
    behind: str = ""
    segregation_m: float = 0.0
    outline: Ring = ()


@dataclass(frozen=True)
class PlanZone:
    code: str
    name_en: str = ""
    name_zh: str = ""
    colour: str = "blue"
    shape: str = "circle"
    outline: Ring = ()


@dataclass(frozen=True)
class PlanGate:
    """`kind` is entry or exit."""

    code: str
    kind: str
    x_m: float
    y_m: float


@dataclass(frozen=True)
class PlanAisle:
    """A drivable line. Driven from its first point to its last only when `one_way`. Aisles meet where they share a point or cross.

    A limit of 0 is no limit; `max_length_m` is the longest vehicle that can take its turns.
    """

    code: str
    line: Ring
    one_way: bool = False
    width_m: float = 6.0
    height_m: float = 0.0
    max_length_m: float = 0.0
    speed_kmh: float = 15.0


@dataclass(frozen=True)
class PlanPoint:
    """`kind` is inspection, dock, weighbridge (places to drive on to), post (a QR post) or sign (where a guidance sign stands)."""

    code: str
    kind: str
    x_m: float
    y_m: float
    name_en: str = ""
    name_zh: str = ""


@dataclass(frozen=True)
class PlanWall:
    """What nobody drives through: a building (closed) or a fence (open)."""

    line: Ring
    closed: bool = False


@dataclass(frozen=True)
class Plan:
    """`origin` is (longitude, latitude) of the plan's point (0, 0)."""

    origin: tuple[float, float]
    width_m: float
    depth_m: float
    bays: tuple[PlanBay, ...] = ()
    zones: tuple[PlanZone, ...] = ()
    gates: tuple[PlanGate, ...] = ()
    aisles: tuple[PlanAisle, ...] = ()
    points: tuple[PlanPoint, ...] = ()
    walls: tuple[PlanWall, ...] = ()
    attribution: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Plan:
        """This will read what `as_json` wrote; names it does not know are left out."""
        parts = {name: tuple(_part(kind, row) for row in said.get(name, ())) for name, kind in _PARTS.items()}
        rest = {f.name: said[f.name] for f in fields(cls) if f.name in said and f.name not in _PARTS}
        return cls(**(rest | parts | {"origin": tuple(said["origin"])}))


_PARTS: dict[str, type] = {
    "bays": PlanBay,
    "zones": PlanZone,
    "gates": PlanGate,
    "aisles": PlanAisle,
    "points": PlanPoint,
    "walls": PlanWall,
}


def _part(kind: type, row: Mapping[str, Any]) -> Any:
    known = {f.name: row[f.name] for f in fields(kind) if f.name in row}
    for name in ("outline", "line"):
        if name in known:
            known[name] = tuple((x, y) for x, y in known[name])
    if "equipment" in known:
        known["equipment"] = tuple(known["equipment"])
    return kind(**known)


@dataclass(frozen=True)
class Finding:
    """What reading or checking a plan found. `level`: error (it cannot be used), warning, or note (how it was understood).

    `code` is stable and its sentence is in `yards.findings`; `where` names the feature ("bay C-31", "feature 12"); `figures` fill
    the sentence.
    """

    level: str
    code: str
    where: str = ""
    figures: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> list[Any]:
        return [self.level, self.code, self.where, dict(self.figures)]
