"""PURE. A plan from GeoJSON (RFC 7946) and back. docs/layouts.md names the kinds of features and what each may say.

What is read is kept: the document that came in is the document that goes out, foreign properties included. Only where a file names no
kinds or codes (it was made for something else) are those that were given written into it, for people and the editor to refer to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from yards.layouts import shapes
from yards.layouts.documents import Positions, load, positions_of
from yards.layouts.features import GEOMETRY, KINDS, READ, Feature, part
from yards.layouts.limits import MOST_CORNERS, MOST_PLACES, MOST_POINTS, listed
from yards.layouts.naming import named
from yards.layouts.plan import (
    Finding,
    Plan,
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
from yards.layouts.values import Notes
from yards.layouts.zoning import zoned

MEMBER = "portlane"  # our own member of the collection: where the plan's metres begin, and its extent
FAR_M = 20_000.0
TOP = {"type", "features", "name", "attribution", "crs", "bbox", MEMBER}


@dataclass(frozen=True)
class Reading:
    """`document` and `plan` are None where the file cannot be understood at all; `findings` say why."""

    document: dict[str, Any] | None
    plan: Plan | None
    findings: tuple[Finding, ...]


def read(data: bytes) -> Reading:
    """This will read a file; it never raises, whatever the bytes are."""
    notes = Notes()
    document = load(data, notes)
    if document is None:
        return Reading(None, None, tuple(notes.found))
    document, features = named(document, _features(document, notes), notes)
    plane, extent = _plane(document, features)
    parts = [part(feature, plane, notes) for feature in features]
    _tell_ignored(document, features, notes)
    plan = zoned(_plan(document, parts, plane, extent), notes)
    return Reading(document, plan, tuple(listed(notes.found)))


def write(plan: Plan) -> dict[str, Any]:
    """This will write a plan as GeoJSON: `read` gives the same plan again, to a centimetre."""
    plane = Plane(plan.origin)
    rows: list[Any] = [*plan.zones, *plan.bays, *plan.gates, *plan.aisles, *plan.points, *plan.walls]
    own = {"origin": list(plan.origin), "width_m": plan.width_m, "depth_m": plan.depth_m}
    head = {"type": "FeatureCollection", MEMBER: own}
    if plan.attribution:
        head["attribution"] = plan.attribution
    return head | {"features": [_feature(row, plane) for row in rows]}


# ---------------------------------------------------------------- reading
def _features(document: dict[str, Any], notes: Notes) -> list[tuple[int, Feature]]:
    """Every feature that can be used, with its place in the file; each other one is told."""
    found: list[tuple[int, Feature]] = []
    unknown = 0
    drawn: Counter[str] = Counter()
    for index, row in enumerate(document["features"]):
        properties = row.get("properties") if isinstance(row, dict) else None
        said: dict[str, Any] = properties if isinstance(properties, dict) else {}
        kind = _kind(said)
        if not isinstance(row, dict) or kind is None:
            unknown += 1
            continue
        code = said.get("code")
        code = str(code).strip()[:60] if isinstance(code, (str, int)) and not isinstance(code, bool) else ""
        where = f"{kind} {code}" if code else f"feature {index + 1}"
        geometry, positions = positions_of(row.get("geometry"), GEOMETRY[kind], where, notes)
        if positions is not None and _is_modest(kind, positions, where, drawn, notes):
            found.append((index, Feature(kind, code, said, geometry, positions)))
    if unknown:
        notes.add("note", "ignored_features", count=unknown)
    return found


def _is_modest(kind: str, positions: Positions, where: str, drawn: Counter[str], notes: Notes) -> bool:
    """Whether a feature has no more corners, and its kind no more points, than can be worked with; `drawn` counts the kind's."""
    most = MOST_CORNERS.get(kind, len(positions))
    if len(positions) > most:
        notes.add("error", "too_many_corners", where, count=len(positions), most=most)
        return False
    most = MOST_POINTS.get(kind, MOST_PLACES)
    if drawn[kind] <= most < drawn[kind] + len(positions):
        notes.add("error", "too_detailed", kind=kind, most=most)
    drawn[kind] += len(positions)
    return drawn[kind] <= most


def _kind(said: dict[str, Any]) -> str | None:
    """The feature's kind: named, or told by what surveys and maps say of truck bays and parking areas."""
    kind = said.get("kind")
    if isinstance(kind, str):
        return kind if kind in KINDS else None
    if said.get("type") == "parking_area":
        return "zone"
    if "vehicle_type" in said or {"length_m", "width_m"} <= said.keys():
        return "bay"
    return None


def _plane(document: dict[str, Any], features: Iterable[Feature]) -> tuple[Plane, tuple[float, float]]:
    """Where metres begin: as the file says, unless that is far from everything drawn; else at the south-west corner."""
    spots = [position for feature in features for position in feature.positions]
    lons, lats = [lon for lon, _ in spots] or [0.0], [lat for _, lat in spots] or [0.0]
    corner = Plane((min(lons), min(lats)))
    stated = _stated(document.get(MEMBER))
    if stated:
        plane = Plane(stated[0])
        ends = [plane.metres(min(lons), min(lats)), plane.metres(max(lons), max(lats))]
        if not spots or all(abs(value) < FAR_M for end in ends for value in end):
            return plane, (max(stated[1], ends[1][0]), max(stated[2], ends[1][1]))
    return corner, corner.metres(max(lons), max(lats))


def _stated(own: Any) -> tuple[tuple[float, float], float, float] | None:
    try:
        lon, lat = (float(value) for value in own["origin"])
        width_m, depth_m = float(own["width_m"]), float(own["depth_m"])
    except (TypeError, ValueError, KeyError, OverflowError):
        return None
    sound = abs(lon) <= 180 and abs(lat) <= 89 and 0 <= width_m < FAR_M and 0 <= depth_m < FAR_M
    return ((lon, lat), width_m, depth_m) if sound else None


def _tell_ignored(document: dict[str, Any], features: Iterable[Feature], notes: Notes) -> None:
    ignored = Counter(
        name for each in features for name in each.said if name not in READ[each.kind] and name not in ("kind", "code")
    )
    if ignored:
        notes.add("note", "ignored_properties", names=", ".join(name[:40] for name, _ in ignored.most_common(12)))
    if rest := [name[:40] for name in document if name not in TOP]:
        notes.add("note", "ignored_members", names=", ".join(rest[:12]))


def _plan(document: dict[str, Any], parts: list[Any], plane: Plane, extent: tuple[float, float]) -> Plan:
    def of(kind: type) -> tuple[Any, ...]:
        return tuple(each for each in parts if isinstance(each, kind))

    attribution = document.get("attribution")
    return Plan(
        origin=plane.origin,
        width_m=extent[0],
        depth_m=extent[1],
        bays=of(PlanBay),
        zones=of(PlanZone),
        gates=of(PlanGate),
        aisles=of(PlanAisle),
        points=of(PlanPoint),
        walls=of(PlanWall),
        attribution=attribution[:500] if isinstance(attribution, str) else "",
    )


# ---------------------------------------------------------------- writing
def _feature(row: Any, plane: Plane) -> dict[str, Any]:
    kind, geometry = _geometry(row, plane)
    names = READ[kind] - {"gate"}
    said = {name: _plain(getattr(row, name)) for name in sorted(names)}
    if kind == "gate":
        said["gate"] = row.kind
    code = {"code": row.code} if kind != "wall" else {}
    return {"type": "Feature", "geometry": geometry, "properties": {"kind": kind} | code | said}


def _geometry(row: Any, plane: Plane) -> tuple[str, dict[str, Any] | None]:
    match row:
        case PlanBay():
            return "bay", _polygon(row.outline or shapes.rectangle(row), plane)
        case PlanZone():
            return "zone", _polygon(row.outline, plane) if row.outline else None
        case PlanAisle():
            return "aisle", _line(row.line, plane)
        case PlanWall():
            return "wall", _polygon(row.line, plane) if row.closed else _line(row.line, plane)
        case PlanGate():
            return "gate", _spot((row.x_m, row.y_m), plane)
        case _:
            return row.kind, _spot((row.x_m, row.y_m), plane)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _spot(point: Point, plane: Plane) -> dict[str, Any]:
    return {"type": "Point", "coordinates": plane.degrees(point)}


def _line(line: Ring, plane: Plane) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": [plane.degrees(point) for point in line]}


def _polygon(ring: Ring, plane: Plane) -> dict[str, Any]:
    corners = [plane.degrees(point) for point in ring]
    return {"type": "Polygon", "coordinates": [[*corners, corners[0]]]}
