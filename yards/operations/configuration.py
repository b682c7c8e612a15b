"""Configuration enters the ledger too: an auditor that replays it must know every bay and lane."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from core.actors import Actor
from core.db import operation
from core.ledger import record
from yards.models import Bay, Lane, Yard


@operation
def record_layout(*, yard_code: str, now: datetime, actor: Actor) -> None:
    """This will record a yard's bays as they stand, once it has been laid out."""
    yard = Yard.objects.get(code=yard_code)
    bays = [bay_facts(bay) for bay in Bay.objects.filter(yard=yard).select_related("zone")]
    record(yard.stream, "yard.laid_out", bays=bays)


@operation
def record_bay(*, bay_id: int, now: datetime, actor: Actor) -> None:
    """This will record a bay that was added or edited."""
    bay = Bay.objects.select_related("zone", "yard").get(pk=bay_id)
    record(bay.yard.stream, "bay.configured", **bay_facts(bay))


@operation
def record_lane(*, lane_id: int, now: datetime, actor: Actor) -> None:
    """This will record a lane that was added or edited."""
    lane = Lane.objects.select_related("yard", "gate").get(pk=lane_id)
    record(lane.yard.stream, "lane.configured", **lane_facts(lane))


def bay_facts(bay: Bay) -> dict[str, Any]:
    return {
        "bay": bay.code,
        "zone": bay.zone.code,
        "length_m": bay.length_m,
        "width_m": bay.width_m,
        "equipment": sorted(bay.equipment),
    }


def lane_facts(lane: Lane) -> dict[str, Any]:
    return {
        "lane": lane.code,
        "direction": lane.direction,
        "cargo_kinds": lane.cargo_kinds,
        "gate": lane.gate.code,
    }
