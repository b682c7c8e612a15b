"""PURE. One GeoJSON feature becomes one part of a plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from yards.layouts import shapes
from yards.layouts.plan import (
    BACK_IN,
    DRIVE_THROUGH,
    PlanAisle,
    PlanBay,
    PlanGate,
    PlanPoint,
    PlanWall,
    PlanZone,
    Point,
    Ring,
)
from yards.layouts.plane import Plane
from yards.layouts.values import Notes, Values

EQUIPMENT = ("reefer", "hazmat", "dock", "weighbridge")
COLOURS = ("blue", "green", "red", "amber", "violet", "yellow", "orange", "white")
SHAPES = ("circle", "triangle", "diamond", "square")
POINTS = ("inspection", "dock", "weighbridge", "post", "sign")
KINDS = ("bay", "zone", "gate", "aisle", "wall", *POINTS)
#: What each kind of feature may say of itself; anything else is kept in the document and not read.
READ = {
    "bay": {"zone", "length_m", "width_m", "heading_deg", "entry", "equipment", "behind", "segregation_m"},
    "zone": {"name_en", "name_zh", "colour", "shape"},
    "gate": {"gate"},
    "aisle": {"one_way", "width_m", "height_m", "max_length_m", "speed_kmh"},
    "wall": set(),
} | {kind: {"name_en", "name_zh"} for kind in POINTS}
GEOMETRY = {"bay": ("Polygon",), "zone": ("Polygon", None), "gate": ("Point",), "aisle": ("LineString",)}
GEOMETRY |= {"wall": ("LineString", "Polygon")} | dict.fromkeys(POINTS, ("Point",))


@dataclass(frozen=True)
class Feature:
    """A feature whose kind is known: its code ("" for walls), its properties, and its positions in degrees (checked)."""

    kind: str
    code: str
    said: Mapping[str, Any]
    geometry: str | None
    positions: tuple[tuple[float, float], ...]

    @property
    def where(self) -> str:
        return f"{self.kind} {self.code}".strip()


Part = PlanBay | PlanZone | PlanGate | PlanAisle | PlanPoint | PlanWall


def part(feature: Feature, plane: Plane, notes: Notes) -> Part:
    """This will make the feature's part of the plan; what is not as it should be is told in `notes` and replaced by a default."""
    values = Values(feature.said, feature.where, notes)
    line = tuple(plane.metres(*position) for position in feature.positions)
    return _MAKERS.get(feature.kind, _point)(feature, values, line)


def _bay(feature: Feature, values: Values, ring: Ring) -> PlanBay:
    long_m, wide_m, along_deg = shapes.measured(ring)
    missing = [name for name in ("length_m", "width_m") if feature.said.get(name) is None]
    if missing:
        values.notes.add("note", "size_from_outline", values.where, length_m=round(long_m, 1), width_m=round(wide_m, 1))
    if feature.said.get("heading_deg") is None:
        values.notes.add("warning", "missing_heading", values.where, heading_deg=round(along_deg))
    x_m, y_m = shapes.centre(ring)
    bay = PlanBay(
        code=feature.code,
        zone=values.text("zone", most=10),
        x_m=x_m,
        y_m=y_m,
        length_m=values.number("length_m", round(long_m, 2), least=2, most=60),
        width_m=values.number("width_m", round(wide_m, 2), least=1, most=20),
        heading_deg=values.number("heading_deg", along_deg, least=-360, most=360) % 360,
        entry=values.choice("entry", (BACK_IN, DRIVE_THROUGH), BACK_IN),
        equipment=values.choices("equipment", EQUIPMENT),
        behind=values.text("behind", most=20),
        segregation_m=values.number("segregation_m", 0, least=0, most=500),
        outline=ring,
    )
    return bay if not shapes.is_rectangle_of(ring, bay) else _without_outline(bay)


def _without_outline(bay: PlanBay) -> PlanBay:
    return PlanBay(**(vars(bay) | {"outline": ()}))


def _zone(feature: Feature, values: Values, ring: Ring) -> PlanZone:
    return PlanZone(
        code=feature.code,
        name_en=values.text("name_en"),
        name_zh=values.text("name_zh"),
        colour=values.choice("colour", COLOURS, COLOURS[0]),
        shape=values.choice("shape", SHAPES, SHAPES[0]),
        outline=ring,
    )


def _gate(feature: Feature, values: Values, line: Ring) -> PlanGate:
    kind = values.choice("gate", ("entry", "exit"), "entry")
    if feature.said.get("gate") is None:
        values.notes.add("warning", "gate_without_kind", values.where)
    return PlanGate(feature.code, kind, *_only(line))


def _aisle(feature: Feature, values: Values, line: Ring) -> PlanAisle:
    return PlanAisle(
        code=feature.code,
        line=line,
        one_way=values.flag("one_way"),
        width_m=values.number("width_m", 6, least=0, most=100),
        height_m=values.number("height_m", 0, least=0, most=50),
        max_length_m=values.number("max_length_m", 0, least=0, most=100),
        speed_kmh=values.number("speed_kmh", 15, least=1, most=100),
    )


def _point(feature: Feature, values: Values, line: Ring) -> PlanPoint:
    return PlanPoint(feature.code, feature.kind, *_only(line), values.text("name_en"), values.text("name_zh"))


def _wall(feature: Feature, values: Values, line: Ring) -> PlanWall:
    return PlanWall(line, closed=feature.geometry == "Polygon")


def _only(line: Ring) -> Point:
    return line[0]


_MAKERS: dict[str, Callable[[Feature, Values, Ring], Part]] = {
    "bay": _bay,
    "zone": _zone,
    "gate": _gate,
    "aisle": _aisle,
    "wall": _wall,
}
