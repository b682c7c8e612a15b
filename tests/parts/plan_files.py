"""Plan files for tests: GeoJSON features in metres round one corner, as a survey or our own editor would write them."""

from __future__ import annotations

import json
from typing import Any

from yards.layouts.geojson import Reading, read
from yards.layouts.plane import Plane

PLANE = Plane((101.68, 21.18))


def spot(x_m: float, y_m: float) -> list[float]:
    return PLANE.degrees((x_m, y_m))


def point(kind: str, x_m: float, y_m: float, **said: Any) -> dict[str, Any]:
    return _feature("Point", spot(x_m, y_m), {"kind": kind} | said)


def line(kind: str, *corners: tuple[float, float], **said: Any) -> dict[str, Any]:
    return _feature("LineString", [spot(*corner) for corner in corners], {"kind": kind} | said)


def area(*corners: tuple[float, float], **said: Any) -> dict[str, Any]:
    ring = [spot(*corner) for corner in corners]
    return _feature("Polygon", [[*ring, ring[0]]], said)


def box(x_m: float, y_m: float, **said: Any) -> dict[str, Any]:
    """An upright rectangle of 4 x 20 m round (x, y) that says only what is given."""
    w, h = 2, 10
    return area((x_m - w, y_m - h), (x_m + w, y_m - h), (x_m + w, y_m + h), (x_m - w, y_m + h), **said)


def bay(code: str, x_m: float, y_m: float = 24.0, **said: Any) -> dict[str, Any]:
    """A bay of 20 x 4 m in zone A whose nose points south, to an aisle along y = 0; `said` overrides, None leaves out."""
    stated = {"zone": "A", "length_m": 20, "width_m": 4, "heading_deg": 180} | said
    return box(x_m, y_m, kind="bay", code=code, **{name: value for name, value in stated.items() if value is not None})


def collection(*features: Any, **members: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)} | members


def small_yard(*bays: dict[str, Any]) -> list[dict[str, Any]]:
    """A road from an entry in the west to an exit in the east, with these bays north of it."""
    return [
        line("aisle", (0, 0), (200, 0), code="R1", width_m=8),
        point("gate", 0, 0, code="IN", gate="entry"),
        point("gate", 200, 0, code="OUT", gate="exit"),
        *bays,
    ]


def reading_of(*features: Any, **members: Any) -> Reading:
    return read(json.dumps(collection(*features, **members)).encode())


def _feature(geometry: str, coordinates: Any, properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": geometry, "coordinates": coordinates},
        "properties": properties,
    }
