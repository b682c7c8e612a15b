"""How full a yard's zones are: the one count that signs, the public feed and pages share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from yards.models import Bay, Block, BlockKind, Evacuation, Stay, Yard, Zone

FREE, FULL, CLOSED, EVACUATE = "free", "full", "closed", "evacuate"


@dataclass(frozen=True)
class ZoneCount:
    """A zone's bays by state. `capacity` counts bays of the plan in force; a vehicle that still stands in a bay taken off the
    plan counts as occupied, so `occupied` may exceed it. `free_codes` name the bays somebody may be sent to: none while the
    zone is closed or emptied.
    """

    zone: Zone
    capacity: int
    occupied: int
    held: int
    blocked: int
    free_codes: frozenset[str]
    state: str

    @property
    def free(self) -> int:
        return len(self.free_codes)


def zone_counts(yard: Yard) -> list[ZoneCount]:
    """This will count every zone that has bays, in five queries whatever the yard's size."""
    stays = dict(Stay.objects.filter(bay__yard=yard, state__in=["held", "occupied"]).values_list("bay_id", "state"))
    by_zone: dict[int, list[Bay]] = {}
    for bay in Bay.objects.filter(yard=yard):
        if bay.retired_at is None or bay.pk in stays:
            by_zone.setdefault(bay.zone_id, []).append(bay)
    emptied, closed = emptied_zones(yard), closed_zones(yard)
    zones = [zone for zone in Zone.objects.filter(yard=yard) if zone.pk in by_zone]
    return [_count(zone, by_zone[zone.pk], stays, emptied, closed) for zone in zones]


def closed_zones(yard: Yard) -> frozenset[str]:
    """This will return the codes of the zones nobody is sent to."""
    rows = Block.objects.filter(yard=yard, kind=BlockKind.ZONE, unblocked_at=None)
    return frozenset(rows.values_list("code", flat=True))


def emptied_zones(yard: Yard) -> frozenset[str]:
    """This will return the codes of the zones that are being evacuated."""
    return frozenset(Evacuation.objects.filter(yard=yard, state="ordered").values_list("zone_code", flat=True))


def _count(
    zone: Zone, bays: Iterable[Bay], stays: dict[int, str], emptied: frozenset[str], closed: frozenset[str]
) -> ZoneCount:
    states: Counter[str] = Counter()
    free = set()
    capacity = 0
    for bay in bays:
        capacity += bay.retired_at is None
        state = stays.get(bay.pk) or ("blocked" if bay.blocked_at else "free")
        states[state] += 1
        if state == "free":
            free.add(bay.code)
    shut = EVACUATE if zone.code in emptied else CLOSED if zone.code in closed else ""
    return ZoneCount(
        zone=zone,
        capacity=capacity,
        occupied=states["occupied"],
        held=states["held"],
        blocked=states["blocked"],
        free_codes=frozenset() if shut else frozenset(free),
        state=shut or (FREE if free else FULL),
    )
