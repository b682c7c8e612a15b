"""The guidance signs of a yard as they are now: the plan in force, what is blocked on it, and the bays that are free."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from yards import plans
from yards.fullness import ZoneCount, zone_counts
from yards.guidance import signs
from yards.guidance.signs import Line, Place
from yards.guidance.ways import Size
from yards.models import Gate, GateKind, Layout, Yard, Zone

#: Signs speak to most trucks, and where a long one does not get, to the short ones.
SIZES = (Size(length_m=16.5, width_m=2.55), Size(length_m=10.0, width_m=2.5))
NO_BLOCKS: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ZoneLine:
    """One zone on a sign, with its row for colour and shape."""

    zone: Zone
    line: Line


def sign_places(yard: Yard) -> tuple[Place, ...]:
    """This will return where a yard's signs stand; without a plan in force, one at each entry gate that gives no directions."""
    layout = plans.layout_in_force(yard.pk)
    if layout is None:
        gates = Gate.objects.filter(yard=yard, kind=GateKind.ENTRY)
        return tuple(Place(gate.code, "gate", gate.x_m, gate.y_m) for gate in gates)
    return _places(layout.ref)


def sign_lines(yard: Yard, place: Place) -> list[ZoneLine]:
    """This will return what one sign says now, zone by zone."""
    counts = zone_counts(yard)
    layout = plans.layout_in_force(yard.pk)
    if layout is None:
        said = [Line(count.zone.code, count.state, count.free) for count in counts]
    else:
        turns = _turns(layout.ref, plans.blocked_aisles(yard.pk)).get(place.code, {})
        zone_of = {code: count.zone.code for count in counts for code in count.free_codes}
        shown = place.zones | {zone_of[bay] for bay in turns if bay in zone_of}
        said = list(signs.lines([_zone(count) for count in counts], turns, shown))
    rows = {count.zone.code: count.zone for count in counts}
    return [ZoneLine(rows[line.zone], line) for line in said]


def _zone(count: ZoneCount) -> signs.Zone:
    shut = count.state if count.state in (signs.CLOSED, signs.EVACUATE) else ""
    return signs.Zone(count.zone.code, count.free_codes, shut)


@lru_cache(maxsize=16)
def _places(ref: str) -> tuple[Place, ...]:
    """Kept per version of a plan, which never changes once in force: to know them, every bay's way is looked at."""
    layout = Layout.objects.get(ref=ref)
    plan = plans.plan_of(layout)
    return signs.places(plan, [plans.ways_of(layout, size, NO_BLOCKS) for size in SIZES])


@lru_cache(maxsize=16)
def _turns(ref: str, blocked: frozenset[str]) -> dict[str, dict[str, str]]:
    layout = Layout.objects.get(ref=ref)
    plan, at = plans.plan_of(layout), _places(ref)
    return signs.turns(plan, [plans.ways_of(layout, size, blocked) for size in SIZES], at)
