"""What a plan must suit among the rows it will change: lanes that use a gate, and how long a code may be."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any

from yards.layouts.plan import Finding, Plan
from yards.models import Bay, Gate, Lane, Yard, Zone

#: judged again when a plan is scheduled and when it takes effect: lanes change meanwhile
GATE_IN_USE = "gate_in_use"
NEAR_KM = 50.0  # a yard lies nearer to the middle of its port
EARTH_KM = 6_371.0
#: what is kept as the plan of a file that no plan could be read from; its own findings say why
NOTHING = Plan(origin=(0.0, 0.0), width_m=0.0, depth_m=0.0)


def beside_rows(yard: Yard, plan: Plan) -> list[Finding]:
    """This will tell what the yard's rows do not allow: a gate that a lane uses is not on the plan, a code is too long
    to keep; and a plan that lies far from its port, most often because its file says latitude first."""
    parts = (("bay", plan.bays, Bay), ("gate", plan.gates, Gate), ("zone", plan.zones, Zone))
    return [
        *gates_in_use(yard, plan),
        *_far_away(yard, plan),
        *(finding for part in parts for finding in _too_long(*part)),
    ]


def gates_in_use(yard: Yard, plan: Plan) -> list[Finding]:
    """This will name each gate that a lane of the yard uses and the plan does not have as an entry."""
    if plan == NOTHING:
        return []
    entries = {gate.code for gate in plan.gates if gate.kind == "entry"}
    used: dict[str, list[str]] = {}
    for gate, lane in Lane.objects.filter(yard=yard).order_by("code").values_list("gate__code", "code"):
        used.setdefault(gate, []).append(lane)
    return [
        Finding("error", GATE_IN_USE, f"gate {gate}", {"lanes": ", ".join(lanes)})
        for gate, lanes in sorted(used.items())
        if gate not in entries
    ]


def _far_away(yard: Yard, plan: Plan) -> Iterator[Finding]:
    if plan == NOTHING:
        return
    port = (float(yard.port.lon_deg), float(yard.port.lat_deg))
    lon_deg, lat_deg = plan.origin
    away_km = _apart_km(port, (lon_deg, lat_deg))
    if away_km <= NEAR_KM:
        return
    swapped = abs(lon_deg) <= 90 and _apart_km(port, (lat_deg, lon_deg)) <= NEAR_KM
    yield Finding("warning", "perhaps_swapped" if swapped else "far_from_port", figures={"distance_km": round(away_km)})


def _apart_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Along a great circle, by the haversine formula; (longitude, latitude) in degrees."""
    (lon, lat), (to_lon, to_lat) = ((math.radians(a), math.radians(b)) for a, b in (one, other))
    share = math.sin((to_lat - lat) / 2) ** 2 + math.cos(lat) * math.cos(to_lat) * math.sin((to_lon - lon) / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(share)))


def _too_long(what: str, parts: Iterable[Any], model: type[Bay] | type[Gate] | type[Zone]) -> Iterator[Finding]:
    most = model._meta.get_field("code").max_length
    for part in parts:
        if len(part.code) > (most or 0):
            yield Finding("error", "code_too_long", f"{what} {part.code[:40]}", {"most": most})
