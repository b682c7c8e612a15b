"""PURE. The schematic map of the ports: places as points of a drawing, labels set where they cover nothing.

The outline is our own rough polygon of Yunnan from general knowledge (degrees). It shows where a port lies, not where a border runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, hypot, radians, sin

WEST_DEG, NORTH_DEG, SCALE = 96.5, 29.4, 100.0
SHRINK_LON = cos(radians(25.0))  # a degree of longitude in the middle of the province, in degrees of latitude
WIDTH, HEIGHT = 905, 870
MARK = 11.0  # half the size of a marker
APART = 25.0  # least distance of two markers' centres
LINE = 25.0  # height of a label

OUTLINE_DEG = (
    (99.1, 29.2), (99.4, 28.6), (99.5, 28.1), (100.1, 28.2), (100.5, 27.8), (100.9, 27.8), (101.3, 27.0), (101.5, 26.3),
    (101.8, 26.1), (102.4, 26.3), (102.9, 26.3), (103.0, 27.0), (102.9, 27.4), (103.4, 27.9), (103.6, 28.3), (103.9, 28.6),
    (104.3, 28.5), (104.4, 28.0), (105.2, 27.9), (105.2, 27.4), (104.5, 27.3), (103.9, 27.4), (103.7, 26.9), (103.8, 26.5),
    (104.6, 26.4), (104.5, 25.7), (104.7, 25.2), (104.5, 24.7), (105.2, 24.9), (105.3, 24.2), (106.0, 24.1), (106.2, 23.8),
    (105.9, 23.5), (105.5, 23.2), (105.3, 23.35), (104.9, 23.1), (104.8, 22.85), (104.4, 22.75), (104.1, 22.8), (103.95, 22.5),
    (103.6, 22.7), (103.2, 22.55), (102.9, 22.5), (102.5, 22.75), (102.2, 22.4), (101.8, 22.4), (101.6, 22.2), (101.8, 21.7),
    (101.75, 21.15), (101.2, 21.2), (101.15, 21.6), (100.6, 21.45), (100.1, 21.55), (99.95, 22.05), (99.3, 22.1), (99.4, 22.6),
    (99.15, 23.05), (98.85, 23.3), (98.75, 23.7), (98.8, 24.0), (98.2, 24.05), (97.8, 23.85), (97.6, 24.0), (97.75, 24.3),
    (97.5, 24.7), (97.75, 25.1), (98.1, 25.4), (98.3, 25.6), (98.65, 25.85), (98.7, 26.6), (98.65, 27.5), (98.3, 27.6),
    (98.15, 28.1), (98.6, 28.2), (98.75, 28.6), (98.7, 29.0),
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """What is to be drawn: a key, a position in degrees, a label, and how early it may choose its spot (0 first)."""

    key: str
    lat_deg: float
    lon_deg: float
    label: str
    rank: int = 0


@dataclass(frozen=True)
class Spot:
    """Where it is drawn: the marker's centre and its label's baseline (`anchor` start, end or middle), in units of the drawing.

    `is_far`: the label stands so far off that a line must lead to it.
    """

    key: str
    x: float
    y: float
    label: str
    label_x: float
    label_y: float
    anchor: str

    @property
    def is_far(self) -> bool:
        return hypot(self.label_x - self.x, self.label_y - self.y) > 3 * MARK


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    @property
    def inside(self) -> bool:
        return self.left >= 2 and self.top >= 2 and self.right <= WIDTH - 2 and self.bottom <= HEIGHT - 2


def project(lat_deg: float, lon_deg: float) -> tuple[float, float]:
    """This will turn degrees into units of the drawing (x east, y south)."""
    return round((lon_deg - WEST_DEG) * SHRINK_LON * SCALE, 1), round((NORTH_DEG - lat_deg) * SCALE, 1)


def outline() -> str:
    """This will return the province's outline as points of an SVG polygon."""
    return " ".join("{},{}".format(*project(lat, lon)) for lon, lat in OUTLINE_DEG)


def arrange(places: Iterable[Place]) -> list[Spot]:
    """This will place all markers at least `APART` from each other and every label where it covers no marker and no label."""
    ranked = sorted(places, key=lambda place: (place.rank, place.key))
    centres: list[tuple[float, float]] = []
    for place in ranked:
        centres.append(_clear_of(centres, project(place.lat_deg, place.lon_deg)))
    taken = [Box(x - MARK, y - MARK, x + MARK, y + MARK) for x, y in centres]
    spots = []
    for place, (x, y) in zip(ranked, centres, strict=True):
        label_x, label_y, anchor, box = _label(x, y, _width(place.label), taken)
        taken.append(box)
        spots.append(Spot(place.key, x, y, place.label, label_x, label_y, anchor))
    return spots


def _clear_of(centres: Sequence[tuple[float, float]], wanted: tuple[float, float]) -> tuple[float, float]:
    rings = [(0.0, 0)] + [(ring * 9.0, step) for ring in range(1, 8) for step in range(12)]
    for radius, step in rings:
        x = round(wanted[0] + radius * cos(radians(step * 30)), 1)
        y = round(wanted[1] + radius * sin(radians(step * 30)), 1)
        if all((x - a) ** 2 + (y - b) ** 2 >= APART**2 for a, b in centres):
            return x, y
    return wanted


def _label(x: float, y: float, width: float, taken: Sequence[Box]) -> tuple[float, float, str, Box]:
    found = [_at(x, y, width, way, reach) for reach in (16.0, 30.0, 46.0, 64.0) for way in range(6)]
    free = (spot for spot in found if spot[3].inside and not any(spot[3].meets(box) for box in taken))
    return next(free, found[0])


def _at(x: float, y: float, width: float, way: int, reach: float) -> tuple[float, float, str, Box]:
    """The six ways round a marker: right, left, below, above, right and below, left and below."""
    if way in (2, 3):
        baseline = y + reach + 18 if way == 2 else y - reach
        return x, baseline, "middle", Box(x - width / 2, baseline - LINE + 5, x + width / 2, baseline + 5)
    baseline = y + 8 + (reach if way > 3 else 0)
    if way in (0, 4):
        return x + reach, baseline, "start", Box(x + reach, baseline - LINE + 5, x + reach + width, baseline + 5)
    return x - reach, baseline, "end", Box(x - reach - width, baseline - LINE + 5, x - reach, baseline + 5)


def _width(label: str) -> float:
    return sum(22.0 if ord(letter) > 0x2E80 else 11.5 for letter in label)
