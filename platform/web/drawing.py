"""A plan as the parts of an SVG drawing, for whoever draws it: the driver's map, the desk's live plan, the editor.

Metres; x from the left, y from the top, north is up. Angles in degrees clockwise as SVG turns. Every `points`, `path` and `place`
is ready for its attribute (`points`, `d`, `transform`); sizes of signs are `sign_m`, which grows with the plan, so that they are
read on a small screen too.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from yards.layouts.plan import DRIVE_THROUGH, Plan, PlanAisle, PlanBay, PlanGate, PlanPoint, PlanZone, Point
from yards.models.places import in_reader_language

MARGIN_M = 6.0  # room for the gates' signs on the edge
ARROW_EVERY_M = 40.0  # along a one-way aisle
SIGN_PART = 60.0  # a sign's radius is this part of the longer side …
LEAST_SIGN_M, MOST_SIGN_M = 2.0, 9.0  # … within these
NOSE_M = 1.2  # half the width of the mark at a bay's open end

# In a box from -1 to 1, to be scaled to `sign_m`: the four shapes that zones are told apart by, and the arrow (pointing east).
SHAPES = {
    "circle": "M-1 0a1 1 0 1 0 2 0a1 1 0 1 0-2 0z",
    "square": "M-.9-.9h1.8v1.8h-1.8z",
    "triangle": "M0-1 1 .9h-2z",
    "diamond": "M0-1 1 0 0 1-1 0z",
}
ARROW = "M-.7-.8 1 0-.7.8-.2 0z"


@dataclass(frozen=True)
class BayPart:
    """A bay: its outline, where its name stands (`place` turns it along the bay, never upside down), and its open ends.

    `x`, `y` is its centre on the drawing, `noses` are small marks at the ends it is entered or left by.
    """

    code: str
    zone: str
    points: str
    place: str
    noses: str
    x: float
    y: float
    bay: PlanBay


@dataclass(frozen=True)
class ZonePart:
    """A zone: its outline ("" where the plan has none), and its sign: `sign` in `place`, filled by the class `zone-<colour>`."""

    code: str
    name: str
    colour: str
    shape: str
    points: str
    place: str
    sign: str
    x: float
    y: float


@dataclass(frozen=True)
class AislePart:
    """A drivable line; `arrows` are the places of `ARROW` along a one-way aisle, `label` that of its name."""

    code: str
    path: str
    width_m: float
    arrows: tuple[str, ...]
    label: str
    aisle: PlanAisle


@dataclass(frozen=True)
class Mark:
    """A gate (`kind`: entry or exit) or another point of the plan, by its own sign."""

    code: str
    kind: str
    name: str
    place: str
    x: float
    y: float


@dataclass(frozen=True)
class Frame:
    """Turns metres of the plan into the drawing's."""

    width_m: float
    depth_m: float

    @property
    def view_box(self) -> str:
        return _numbers(-MARGIN_M, -MARGIN_M, self.width_m + 2 * MARGIN_M, self.depth_m + 2 * MARGIN_M)

    @property
    def sign_m(self) -> float:
        """The radius of a sign, in metres."""
        return min(MOST_SIGN_M, max(LEAST_SIGN_M, max(self.width_m, self.depth_m) / SIGN_PART))

    def at(self, x_m: float, y_m: float) -> Point:
        return (round(x_m, 2), round(self.depth_m - y_m, 2))

    def place(self, x_m: float, y_m: float, *, turn_deg: float = 0.0, scale: float = 1.0) -> str:
        """This will return the transform of something drawn around its own origin."""
        turned = f" rotate({_number(turn_deg)})" if turn_deg else ""
        scaled = f" scale({_number(scale)})" if scale != 1.0 else ""
        return f"translate({_numbers(*self.at(x_m, y_m))}){turned}{scaled}"

    def points(self, ring: Iterable[Point]) -> str:
        return " ".join(_numbers(*self.at(*point), by=",") for point in ring)

    def path(self, line: Iterable[Point], *, closed: bool = False) -> str:
        """This will return a line (an aisle, a wall, a truck's way) as path data."""
        return "M" + "L".join(_numbers(*self.at(*point)) for point in line) + ("z" if closed else "")

    def arrows(self, line: Iterable[Point], *, every_m: float = ARROW_EVERY_M) -> tuple[str, ...]:
        """This will return the places of `ARROW` along a line, at least one, each in the direction of driving."""
        return tuple(self.place(x, y, turn_deg=turn, scale=self.sign_m / 2) for x, y, turn in _along(line, every_m))

    def box_around(self, line: Iterable[Point], *, margin_m: float = 15.0) -> str:
        """This will return the view box that shows all points of a line and some ground about them."""
        xs, ys = zip(*(self.at(*point) for point in line), strict=True)
        left, top = min(xs) - margin_m, min(ys) - margin_m
        return _numbers(left, top, max(xs) + margin_m - left, max(ys) + margin_m - top)


@dataclass(frozen=True)
class Drawing:
    """A plan's parts, in the order to draw them: zones, aisles, walls, bays, points, gates."""

    frame: Frame
    zones: tuple[ZonePart, ...]
    aisles: tuple[AislePart, ...]
    walls: tuple[str, ...]
    bays: tuple[BayPart, ...]
    points: tuple[Mark, ...]
    gates: tuple[Mark, ...]
    attribution: str

    @property
    def view_box(self) -> str:
        return self.frame.view_box


def draw(plan: Plan) -> Drawing:
    """This will lay a plan on a drawing; names of zones and points are in the reader's language."""
    frame = Frame(plan.width_m, plan.depth_m)
    return Drawing(
        frame=frame,
        zones=tuple(_zone(frame, zone, plan) for zone in plan.zones),
        aisles=tuple(_aisle(frame, aisle) for aisle in plan.aisles),
        walls=tuple(frame.path(wall.line, closed=wall.closed) for wall in plan.walls),
        bays=tuple(bay_part(frame, bay) for bay in plan.bays),
        points=tuple(
            _mark(frame, point, in_reader_language(zh=point.name_zh, en=point.name_en)) for point in plan.points
        ),
        gates=tuple(_mark(frame, gate, gate.code) for gate in plan.gates),
        attribution=plan.attribution,
    )


def outline_of(bay: PlanBay) -> tuple[Point, ...]:
    """This will return a bay's corners on the plan: its own outline, else the rectangle of its size and heading."""
    if bay.outline:
        return bay.outline
    half_l, half_w = bay.length_m / 2, bay.width_m / 2
    return tuple(_beside(bay, along, across) for along, across in _corners(half_l, half_w))


def _corners(half_l: float, half_w: float) -> tuple[Point, ...]:
    return ((half_l, -half_w), (half_l, half_w), (-half_l, half_w), (-half_l, -half_w))


def _beside(bay: PlanBay, along_m: float, across_m: float) -> Point:
    """The point of the plan `along_m` ahead of a bay's centre and `across_m` to the right of it."""
    turn = math.radians(bay.heading_deg)
    east, north = math.sin(turn), math.cos(turn)
    return (bay.x_m + along_m * east + across_m * north, bay.y_m + along_m * north - across_m * east)


def bay_part(frame: Frame, bay: PlanBay) -> BayPart:
    """This will draw one bay."""
    x, y = frame.at(bay.x_m, bay.y_m)
    return BayPart(
        code=bay.code,
        zone=bay.zone,
        points=frame.points(outline_of(bay)),
        place=frame.place(bay.x_m, bay.y_m, turn_deg=upright_deg(bay.heading_deg - 90)),
        noses=_noses(frame, bay),
        x=x,
        y=y,
        bay=bay,
    )


def upright_deg(turn_deg: float) -> float:
    """This will turn words along a line without ever standing them on their head: -90 < angle ≤ 90."""
    return 90 - (90 - turn_deg) % 180


def _noses(frame: Frame, bay: PlanBay) -> str:
    """A wedge at the nose; of a bay that is driven through one at the tail as well, both pointing the way of driving."""
    half_m = bay.length_m / 2
    tips = [half_m, NOSE_M - half_m] if bay.entry == DRIVE_THROUGH else [half_m]
    wedges = [((tip - NOSE_M, -NOSE_M), (tip, 0.0), (tip - NOSE_M, NOSE_M)) for tip in tips]
    return "".join(frame.path(_beside(bay, *corner) for corner in wedge) for wedge in wedges)


def _zone(frame: Frame, zone: PlanZone, plan: Plan) -> ZonePart:
    ring = zone.outline or [(bay.x_m, bay.y_m) for bay in plan.bays if bay.zone == zone.code] or [(0.0, plan.depth_m)]
    x_m, y_m = _middle(ring)
    x, y = frame.at(x_m, y_m)
    return ZonePart(
        code=zone.code,
        name=in_reader_language(zh=zone.name_zh, en=zone.name_en) or zone.code,
        colour=zone.colour,
        shape=zone.shape,
        points=frame.points(zone.outline),
        place=frame.place(x_m, y_m, scale=frame.sign_m),
        sign=SHAPES.get(zone.shape, SHAPES["circle"]),
        x=x,
        y=y,
    )


def _aisle(frame: Frame, aisle: PlanAisle) -> AislePart:
    (x_m, y_m, turn_deg), *_rest = _along(aisle.line, math.inf)
    return AislePart(
        code=aisle.code,
        path=frame.path(aisle.line),
        width_m=aisle.width_m,
        arrows=frame.arrows(aisle.line) if aisle.one_way else (),
        label=frame.place(x_m, y_m, turn_deg=upright_deg(turn_deg)),
        aisle=aisle,
    )


def _mark(frame: Frame, point: PlanGate | PlanPoint, name: str) -> Mark:
    x, y = frame.at(point.x_m, point.y_m)
    return Mark(point.code, point.kind, name or point.code, frame.place(point.x_m, point.y_m), x, y)


def _along(line: Iterable[Point], every_m: float) -> list[tuple[float, float, float]]:
    """Points of the plan evenly along a line, at least its middle, each with the direction of driving there in degrees."""
    corners = list(line)
    legs = [(a, b, math.dist(a, b)) for a, b in pairwise(corners) if a != b]
    whole = sum(length for _a, _b, length in legs)
    number = max(1, int(whole / every_m))
    stops = [whole * (2 * at + 1) / (2 * number) for at in range(number)]
    found, passed = [], 0.0
    for (ax, ay), (bx, by), length in legs:
        while stops and stops[0] <= passed + length:
            part = (stops.pop(0) - passed) / length
            turn_deg = math.degrees(math.atan2(ay - by, bx - ax))
            found.append((ax + part * (bx - ax), ay + part * (by - ay), turn_deg))
        passed += length
    return found or [(*corners[0], 0.0)]


def _middle(ring: Iterable[Point]) -> Point:
    xs, ys = zip(*ring, strict=True)
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def _number(value: float) -> str:
    return f"{round(value, 2) + 0.0:g}"  # + 0.0: no minus before nothing


def _numbers(*values: float, by: str = " ") -> str:
    return by.join(_number(value) for value in values)
