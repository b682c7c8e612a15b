"""PURE. Every bay belongs to a zone of the plan."""

from __future__ import annotations

from dataclasses import replace

from yards.layouts.features import COLOURS, SHAPES
from yards.layouts.plan import Plan, PlanBay, PlanZone
from yards.layouts.shapes import contains
from yards.layouts.values import Notes


def zoned(plan: Plan, notes: Notes) -> Plan:
    """This will put bays that name no zone into the one they lie in (else the first), and make zones that bays name and the file does not
    draw; each zone without a colour of its own gets the next colour and shape."""
    bays = tuple(bay if bay.zone else replace(bay, zone=_around(bay, plan, notes)) for bay in plan.bays)
    known = {zone.code for zone in plan.zones}
    made = sorted({bay.zone for bay in bays} - known)
    for code in made:
        notes.add("note", "zone_made", f"zone {code}")
    zones = (*plan.zones, *(PlanZone(code) for code in made))
    return replace(plan, bays=bays, zones=_told_apart(zones))


def _around(bay: PlanBay, plan: Plan, notes: Notes) -> str:
    lies_in = [zone.code for zone in plan.zones if zone.outline and contains(zone.outline, (bay.x_m, bay.y_m))]
    if len(lies_in) > 1:
        notes.add("warning", "in_two_zones", f"bay {bay.code}", zones=", ".join(lies_in[:5]), taken=lies_in[0])
    return next(iter(lies_in), plan.zones[0].code if plan.zones else "A")


def _told_apart(zones: tuple[PlanZone, ...]) -> tuple[PlanZone, ...]:
    """Zones that look alike are told apart: colour alone would exclude one driver in twelve, so shapes differ first."""
    seen: set[tuple[str, str]] = set()
    done = []
    for number, zone in enumerate(zones):
        looks = (zone.colour, zone.shape)
        if looks in seen:
            looks = (COLOURS[number % len(COLOURS)], SHAPES[number % len(SHAPES)])
            zone = replace(zone, colour=looks[0], shape=looks[1])
        seen.add(looks)
        done.append(zone)
    return tuple(done)
