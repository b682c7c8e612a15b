"""What the ledger says of a bay and a lane: an auditor that replays it must know every one, as first loaded and as edited."""

from __future__ import annotations

from typing import Any

from yards.models import Bay, Lane


def bay_facts(bay: Bay) -> dict[str, Any]:
    """This will return what `yard.laid_out` and `bay.configured` say of a bay."""
    return {
        "bay": bay.code,
        "zone": bay.zone.code,
        "length_m": bay.length_m,
        "width_m": bay.width_m,
        "equipment": sorted(bay.equipment),
    }


def lane_facts(lane: Lane) -> dict[str, Any]:
    """This will return what `lane.configured` says of a lane."""
    return {
        "lane": lane.code,
        "direction": lane.direction,
        "cargo_kinds": lane.cargo_kinds,
        "gate": lane.gate.code,
    }
