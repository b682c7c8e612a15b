"""The driver's small map: the part of the plan round his way, drawn with few bytes. Zones by colour and sign, his own row, his bay.

Drawn as `web.drawing` does: metres, x from the left, y from the top, north is up.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from web.drawing import SHAPES, Frame, outline_of
from yards.guidance.ways import Way
from yards.layouts.plan import Plan, PlanBay, PlanGate, PlanPoint, PlanZone, Point

LEAST_MARGIN_M, MARGIN_PART = 16.0, 12.0  # ground shown round what matters: metres, or this part of the longer side
LEAST_SIDE_M = 60.0
NARROWEST, WIDEST = (
    0.85,
    1.5,
)  # width : height, so that the map fills a phone held upright and leaves room for the steps
SIGN_PART = 28.0  # a sign's radius is this part of the longer side
MARK_HALVES = (1.3, 0.9)  # half the width and height of a mark with its edge, in `sign_m`
ROW_M = 28.0  # bays this near to the own one are drawn one by one
FINE_M = 220.0  # a map wider than this is drawn to the metre
STROKE_SHARE = 0.72  # of a bay's width, so that neighbours stay two

Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True)
class ZoneDraft:
    """A zone on the map: its bays as strokes of `width_m` (one path), and its sign where the bays shown have their middle."""

    code: str
    colour: str
    strokes: str
    width_m: float
    sign: str
    place: str
    x: float
    y: float


@dataclass(frozen=True)
class Spot:
    """Something that has a name on the map; `kind`: bay, entry, exit, inspection, dock, weighbridge, post."""

    code: str
    kind: str
    x: float
    y: float
    points: str = ""


@dataclass(frozen=True)
class WayMap:
    """Ready for its template. `way_points` and `depth_m` are for the phone, which lays its own position beside the way."""

    view_box: str
    sign_m: float
    depth_m: float
    origin: tuple[float, float]
    zones: tuple[ZoneDraft, ...]
    aisles: str
    walls: str
    row: str
    own: Spot | None
    way: str
    way_points: str
    arrows: tuple[str, ...]
    start: Point | None
    end: Point | None
    marks: tuple[Spot, ...]
    attribution: str

    @property
    def start_anchor(self) -> str:
        """To which side the word beside the start runs, so that it stays on the map."""
        return self._anchor(self.start[0]) if self.start else ""

    @property
    def start_label(self) -> Point | None:
        """Where the word beside the start begins: above it, on the map; None where a gate's mark says it already."""
        if self.start is None or any(
            math.dist(self.start, (mark.x, mark.y)) < 2.5 * self.sign_m for mark in self.marks
        ):
            return None
        _, top, _, height = (float(part) for part in self.view_box.split())
        y = min(max(self.start[1] - self.text_m, top + 1.2 * self.text_m), top + height - 0.4 * self.text_m)
        return self.start[0] + (-self.sign_m if self.start_anchor == "end" else self.sign_m), y

    @property
    def own_anchor(self) -> str:
        return self._anchor(self.own.x) if self.own else ""

    def _anchor(self, x: float) -> str:
        left, _, width, _ = (float(part) for part in self.view_box.split())
        return "end" if x > left + width / 2 else "start"

    @property
    def text_m(self) -> float:
        return round(self.sign_m * 1.15, 1)

    @property
    def way_m(self) -> float:
        return round(self.sign_m * 0.75, 1)

    @property
    def fine_m(self) -> float:
        """The width of thin lines."""
        return round(self.sign_m / 5, 2)


def map_of(plan: Plan, *, way: Way | None = None, bay_code: str = "", here: Point | None = None) -> WayMap:
    """This will draw the ground round a way, all of the plan where there is none; `here`: where the reader stands, metres."""
    frame = Frame(plan.width_m, plan.depth_m)
    own = next((bay for bay in plan.bays if bay.code == bay_code and not (way and way.start == bay_code)), None)
    line = list(way.line) if way else []
    start = line[0] if line else here
    box = _box(frame, plan, line, own, here)
    side_m = max(box[2] - box[0], box[3] - box[1])
    sign_m = round(side_m / SIGN_PART, 1)
    shown = [bay for bay in plan.bays if _within(frame, bay, box)]
    row = [bay for bay in shown if own and bay.zone == own.zone and _near(bay, own) and bay.code != own.code]
    return WayMap(
        view_box=" ".join(f"{value:.0f}" for value in (box[0], box[1], box[2] - box[0], box[3] - box[1])),
        sign_m=sign_m,
        depth_m=plan.depth_m,
        origin=plan.origin,
        zones=tuple(_zones(frame, plan, shown, row, own, sign_m, fine=side_m <= FINE_M)),
        aisles="".join(_path(frame, aisle.line, box) for aisle in plan.aisles),
        walls="".join(_path(frame, wall.line, box, closed=wall.closed) for wall in plan.walls),
        row="".join(_ring(frame, outline_of(bay)) for bay in row),
        own=_own(frame, own) if own else None,
        way=frame.path(line) if len(line) > 1 else "",
        way_points=" ".join("{:.1f},{:.1f}".format(*frame.at(*point)) for point in line),
        arrows=_arrows(frame, line, sign_m),
        start=frame.at(*start) if start else None,
        end=frame.at(*line[-1]) if line else None,
        marks=tuple(_marks(frame, plan, box, sign_m)),
        attribution=plan.attribution,
    )


def _box(frame: Frame, plan: Plan, line: list[Point], own: PlanBay | None, here: Point | None) -> Box:
    """What must be seen, with ground round it, brought to a shape that suits a phone. Without a way: the whole plan."""
    points = [frame.at(*point) for point in line]
    if points and own:
        points += [frame.at(*point) for point in outline_of(own)]
    if points and here:
        points.append(frame.at(*here))
    if not points:
        points = [(0.0, 0.0), (plan.width_m, plan.depth_m)]
    xs, ys = zip(*points, strict=True)
    width, height = max(xs) - min(xs), max(ys) - min(ys)
    margin_m = max(LEAST_MARGIN_M, max(width, height) / MARGIN_PART)
    width, height = max(width + 2 * margin_m, LEAST_SIDE_M), max(height + 2 * margin_m, LEAST_SIDE_M)
    width, height = max(width, height * NARROWEST), max(height, width / WIDEST)
    x, y = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    return (x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def _within(frame: Frame, bay: PlanBay, box: Box) -> bool:
    x, y = frame.at(bay.x_m, bay.y_m)
    reach = bay.length_m / 2
    return box[0] - reach < x < box[2] + reach and box[1] - reach < y < box[3] + reach


def _near(bay: PlanBay, own: PlanBay) -> bool:
    return math.dist((bay.x_m, bay.y_m), (own.x_m, own.y_m)) <= ROW_M


# ---------------------------------------------------------------- parts
def _zones(
    frame: Frame,
    plan: Plan,
    shown: list[PlanBay],
    row: list[PlanBay],
    own: PlanBay | None,
    sign_m: float,
    *,
    fine: bool,
) -> Iterable[ZoneDraft]:
    """Each zone of which something is shown. Its sign keeps off the own bay."""
    named = {zone.code: zone for zone in plan.zones}
    drawn = {bay.code for bay in row} | ({own.code} if own else set())
    for code in dict.fromkeys(bay.zone for bay in shown):
        bays = [bay for bay in shown if bay.zone == code]
        zone = named.get(code, PlanZone(code))
        x, y = frame.at(*_middle([(bay.x_m, bay.y_m) for bay in bays]))
        if own and math.dist((x, y), frame.at(own.x_m, own.y_m)) < own.length_m / 2 + 2 * sign_m:
            x, y = frame.at(*_beyond(own, own.length_m / 2 + 1.4 * sign_m))
        yield ZoneDraft(
            code=code,
            colour=zone.colour,
            strokes="".join(_stroke(frame, bay, fine=fine) for bay in bays if bay.code not in drawn),
            width_m=round(STROKE_SHARE * min(bay.width_m for bay in bays), 1),
            sign=SHAPES.get(zone.shape, SHAPES["circle"]),
            place=f"translate({x:.1f} {y:.1f}) scale({sign_m:g})",
            x=x,
            y=y,
        )


def _stroke(frame: Frame, bay: PlanBay, *, fine: bool) -> str:
    """A bay as one thick stroke from tail to nose: a dozen bytes."""
    turn, half_m = math.radians(bay.heading_deg), bay.length_m / 2 - 0.5
    x, y = frame.at(bay.x_m, bay.y_m)
    dx, dy = half_m * math.sin(turn), -half_m * math.cos(turn)
    digits = 1 if fine else 0
    return f"M{_short(x - dx, digits)} {_short(y - dy, digits)}l{_short(2 * dx, digits)} {_short(2 * dy, digits)}"


def _beyond(bay: PlanBay, metres: float) -> Point:
    """The point so far behind a bay's middle, where no way leads."""
    turn = math.radians(bay.heading_deg)
    return bay.x_m - metres * math.sin(turn), bay.y_m - metres * math.cos(turn)


def _short(value: float, digits: int) -> str:
    return f"{round(value, digits) + 0.0:g}"


def _ring(frame: Frame, ring: Iterable[Point]) -> str:
    return "M" + "L".join(" ".join(_short(value, 1) for value in frame.at(*point)) for point in ring) + "z"


def _path(frame: Frame, line: Iterable[Point], box: Box, *, closed: bool = False) -> str:
    """A line of the plan, or nothing when no part of it can be on the map."""
    points = [frame.at(*point) for point in line]
    xs, ys = zip(*points, strict=True)
    if max(xs) < box[0] or min(xs) > box[2] or max(ys) < box[1] or min(ys) > box[3]:
        return ""
    return "M" + "L".join(f"{_short(x, 1)} {_short(y, 1)}" for x, y in points) + ("z" if closed else "")


def _own(frame: Frame, bay: PlanBay) -> Spot:
    x, y = frame.at(bay.x_m, bay.y_m)
    return Spot(bay.code, "bay", x, y, frame.points(outline_of(bay)))


def _arrows(frame: Frame, line: list[Point], sign_m: float) -> tuple[str, ...]:
    """Places of the arrows along a way; a way of one point has none."""
    if len(line) < 2:
        return ()
    scale = f" scale({sign_m * 0.36:.2g})"
    return tuple(place.rpartition(" scale(")[0] + scale for place in frame.arrows(line, every_m=sign_m * 5))


def _marks(frame: Frame, plan: Plan, box: Box, sign_m: float) -> Iterable[Spot]:
    """The gates and places in the box; one at its edge stands further in, so that its name is not cut off."""
    wide_m, high_m = (half * sign_m for half in MARK_HALVES)
    points = [point for point in plan.points if point.kind not in ("post", "sign")]
    named: list[PlanGate | PlanPoint] = [*plan.gates, *points]
    for each in named:
        x, y = frame.at(each.x_m, each.y_m)
        if box[0] <= x <= box[2] and box[1] <= y <= box[3]:
            x = min(max(x, box[0] + wide_m), box[2] - wide_m)
            yield Spot(each.code, each.kind, x, min(max(y, box[1] + high_m), box[3] - high_m))


def _middle(points: list[Point]) -> Point:
    xs, ys = zip(*points, strict=True)
    return sum(xs) / len(xs), sum(ys) / len(ys)
