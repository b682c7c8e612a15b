"""PURE. Degrees and metres: the plane that touches the earth at a plan's origin."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

from yards.layouts.plan import Point

DEGREE_DIGITS = 8  # a millimetre


@dataclass(frozen=True)
class Plane:
    """Metres east and north of `origin`, (longitude, latitude) in degrees; good to a centimetre over some kilometres.

    Metres of a degree at a latitude: the series of the WGS 84 ellipsoid (NIMA TR8350.2, 1997).
    """

    origin: tuple[float, float]

    @cached_property
    def metres_of_degree(self) -> tuple[float, float]:
        lat = math.radians(self.origin[1])
        east = 111412.84 * math.cos(lat) - 93.5 * math.cos(3 * lat) + 0.118 * math.cos(5 * lat)
        north = 111132.92 - 559.82 * math.cos(2 * lat) + 1.175 * math.cos(4 * lat)
        return max(east, 1.0), north  # at a pole no yard is drawn, and nothing is divided by zero

    def metres(self, lon_deg: float, lat_deg: float) -> Point:
        east, north = self.metres_of_degree
        return ((lon_deg - self.origin[0]) * east, (lat_deg - self.origin[1]) * north)

    def degrees(self, point: Point) -> list[float]:
        east, north = self.metres_of_degree
        lon_deg, lat_deg = self.origin[0] + point[0] / east, self.origin[1] + point[1] / north
        return [round(lon_deg, DEGREE_DIGITS), round(lat_deg, DEGREE_DIGITS)]
