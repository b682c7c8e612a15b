"""What the crawl of rights names of a yard's plan: an aisle of it, a zone that is emptied, a sensor that is doubted."""

from __future__ import annotations

from typing import Any

from accounts.models import Device
from core.machine import advance, begin
from reservations.models.gate import GateEvent
from tests import factories as make
from tests.cast import Cast
from yards.layouts.plan import Plan, PlanAisle, PlanGate, PlanZone
from yards.models import Bay, Evacuation, Lane, Layout, Sensed

AISLE = "N1"


def rows_of(cast: Cast, bay: Bay) -> dict[str, str]:
    """This will return the refs by their names in paths; made once for each yard."""
    yard = bay.yard
    if not Layout.objects.filter(yard=yard, state="in_force").exists():
        _put_in_force(cast, bay)
    evacuation = Evacuation.objects.filter(yard=yard).first() or begin(
        Evacuation, "ordered", yard=yard, zone_code=bay.zone.code, reason="leak", ordered_at=cast.now
    )
    heard: dict[str, Any] = {"taken": 1, "books": 0, "seen_at": cast.now, "received_at": cast.now}
    Sensed.objects.get_or_create(yard=yard, kind="bay", code=bay.code, defaults=heard | {"doubted_at": cast.now})
    return {"aisle": AISLE, "zone": bay.zone.code, "evacuation": evacuation.ref, "place": bay.code}


def _put_in_force(cast: Cast, bay: Bay) -> None:
    plan = Plan(
        origin=(0.0, 0.0),
        width_m=100.0,
        depth_m=100.0,
        zones=(PlanZone(bay.zone.code),),
        gates=tuple(PlanGate(gate.code, gate.kind, 0.0, 0.0) for gate in bay.yard.gates.all()),
        aisles=(PlanAisle(AISLE, ((0.0, 0.0), (100.0, 0.0))),),
    )
    times = {"made_at": cast.now, "changed_at": cast.now, "in_force_at": cast.now}
    begin(Layout, "in_force", yard=bay.yard, version=1, document={}, plan=plan.as_json(), **times)


def a_doubt(cast: Cast, device: Device, lane: Lane) -> GateEvent:
    """A plate that a camera was not sure of (waiting → doubt)."""
    read = {"kind": "plate", "way": "in", "plate": "云A1000", "plate_key": "云A1000", "gate_code": lane.gate.code}
    told = {"number": make.nth(), "fingerprint": "f" * 64, "occurred_at": cast.now, "received_at": cast.now}
    event = begin(GateEvent, "waiting", device=device, yard=lane.yard, **read, **told)
    advance(event, "doubt", reason="low_confidence")
    return event
