"""PURE. Bytes to a GeoJSON collection that can be worked with, and positions out of its geometries. Nothing here raises."""

from __future__ import annotations

import json
import math
from collections.abc import Collection
from statistics import median
from typing import Any

from yards.layouts.shapes import area_m2
from yards.layouts.values import Notes, shown

DEEPEST = 40
MOST_FEATURES = 20_000
FULL_TURN_DEG = 360.0  # longitudes from 0 to 360 are degrees too, if not those of GeoJSON
MOST_POSITIONS = 2_000
Positions = tuple[tuple[float, float], ...]


def load(data: bytes, notes: Notes) -> dict[str, Any] | None:
    """This will return a feature collection, None with an error when the bytes are none."""
    document = _parsed(data, notes)
    if notes.has_errors:
        return None
    if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
        notes.add("error", "not_geojson")
        return None
    features = document.get("features")
    if not isinstance(features, list):
        notes.add("error", "not_geojson")
        return None
    if len(features) > MOST_FEATURES:
        notes.add("error", "too_many_features", count=len(features), most=MOST_FEATURES)
        return None
    if _is_in_metres(features):
        notes.add("error", "not_degrees")
        return None
    if _is_swapped(features):
        notes.add("error", "swapped_coordinates")
        return None
    return document


def positions_of(
    geometry: Any, allowed: Collection[str | None], where: str, notes: Notes
) -> tuple[str | None, Positions | None]:
    """This will return a geometry's type and its positions, a polygon's outer ring without its repeated last one; None with an error."""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    kind = kind if isinstance(kind, str) else None
    if kind not in allowed or (geometry is not None and not isinstance(geometry, dict)):
        wanted = ", ".join(name for name in allowed if name)
        notes.add("error", "bad_geometry", where, wanted=wanted, value=shown(kind))
        return None, None
    if kind is None or geometry is None:
        return None, ()
    said = geometry.get("coordinates")
    rows = [said] if kind == "Point" else said[0] if kind == "Polygon" and isinstance(said, list) and said else said
    if kind == "Polygon" and isinstance(said, list) and len(said) > 1:
        notes.add("note", "holes_ignored", where)
    positions = _positions(rows)
    least = {"Point": 1, "LineString": 2, "Polygon": 3}[kind]
    if positions is not None and kind == "Polygon" and len(positions) > 1 and positions[0] == positions[-1]:
        positions = positions[:-1]
    if positions is None or len(set(positions)) < least or len(positions) > MOST_POSITIONS:
        notes.add("error", "bad_coordinates", where)
        return None, None
    return kind, positions


def _positions(rows: Any) -> Positions | None:
    if not isinstance(rows, list):
        return None
    found = [_position(row) for row in rows]
    return None if None in found else tuple(position for position in found if position)


def _position(row: Any) -> tuple[float, float] | None:
    """Longitude and latitude; a height, where one is given, is not read."""
    if not isinstance(row, list) or len(row) < 2 or not all(_is_number(value) for value in row[:2]):
        return None
    lon, lat = float(row[0]), float(row[1])
    return (lon, lat) if abs(lon) <= 180 and abs(lat) <= 89 else None


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e9


def _parsed(data: bytes, notes: Notes) -> Any:
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):  # not UTF-8, not JSON, a number of thousands of digits, or nested without end
        notes.add("error", "not_json")
        return None
    if not _is_sound(document):
        notes.add("error", "unsound_values")
        return None
    return document


def _is_sound(document: Any) -> bool:
    """Whether every database can keep it: no endless number, no NUL or half a character, not nested without end."""
    todo = [(document, 0)]
    while todo:
        value, depth = todo.pop()
        if depth > DEEPEST or (isinstance(value, float) and not math.isfinite(value)):
            return False
        if isinstance(value, str) and not _is_text(value):
            return False
        if isinstance(value, dict):
            if not all(_is_text(name) for name in value):
                return False
            todo += [(each, depth + 1) for each in value.values()]
        elif isinstance(value, list):
            todo += [(each, depth + 1) for each in value]
    return True


def _is_text(text: str) -> bool:
    return "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


# ---------------------------------------------------------------- metres, latitude first
def _is_in_metres(features: list[Any]) -> bool:
    """Whether most positions lie off the globe whichever way round: they are metres of a map's projection (EPSG:3857 and others)."""
    spots = [spot for feature in features[:2_000] for spot in _raw_ring(feature)]
    return 2 * sum(max(abs(a), abs(b)) > FULL_TURN_DEG for a, b in spots) > len(spots)


def _is_swapped(features: list[Any]) -> bool:
    """Whether positions say latitude before longitude: they lie off the globe unless swapped, or only then have the sizes stated."""
    rings = [ring for feature in features[:2_000] if (ring := _raw_ring(feature))]
    spots = [spot for ring in rings for spot in ring]
    if not spots:
        return False
    if any(abs(lat) > 90 for _, lat in spots):
        return all(abs(lon) <= 90 and abs(lat) <= 180 for lon, lat in spots)
    stated = [
        (ring, size) for feature in features[:200] if (ring := _raw_ring(feature)) and (size := _size_m2(feature))
    ]
    if len(stated) < 3:
        return False
    as_is = median(_drawn_m2(ring, swap=False) / size for ring, size in stated)
    swapped = median(_drawn_m2(ring, swap=True) / size for ring, size in stated)
    return abs(swapped - 1) < abs(as_is - 1) / 2 and abs(as_is - 1) > 0.3


def _raw_ring(feature: Any) -> list[tuple[float, float]]:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    said = geometry.get("coordinates") if isinstance(geometry, dict) else None
    while isinstance(said, list) and said and isinstance(said[0], list) and said[0] and isinstance(said[0][0], list):
        said = said[0]
    rows = said if isinstance(said, list) and said and isinstance(said[0], list) else [said]
    sound = [r for r in rows if isinstance(r, list) and len(r) >= 2 and _is_number(r[0]) and _is_number(r[1])]
    return [(float(row[0]), float(row[1])) for row in sound]


def _size_m2(feature: Any) -> float:
    """The area that a bay's stated length and width make, 0 where it states none."""
    properties = feature.get("properties") if isinstance(feature, dict) else None
    said = properties if isinstance(properties, dict) else {}
    sides = [float(value) for name in ("length_m", "width_m") if _is_number(value := said.get(name, 0))]
    return sides[0] * sides[1] if len(sides) == 2 and min(sides) > 0 else 0.0


def _drawn_m2(ring: list[tuple[float, float]], *, swap: bool) -> float:
    """The area of a ring, each degree 111.32 km and longitudes shortened by their latitude."""
    spots = [(b, a) if swap else (a, b) for a, b in ring]
    east = 111_320 * math.cos(math.radians(min(89.0, abs(spots[0][1]))))
    lon, lat = spots[0]
    return abs(area_m2(tuple(((x - lon) * east, (y - lat) * 111_320) for x, y in spots)))
