"""How full a yard is, as everybody may know it: figures of zones, never who."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from yards.fullness import CLOSED, EVACUATE, ZoneCount, zone_counts
from yards.models import Lane, Layout, Yard
from yards.queries import lane_state, openings_around

ALMOST_FULL_PERCENT = 90.0
SPACES, ALMOST_FULL, FULL, SHUT, UNKNOWN = "spacesAvailable", "almostFull", "full", "closed", "unknown"
STATUSES = (SPACES, ALMOST_FULL, FULL, SHUT, UNKNOWN)
OPENINGS = ("open", "closed")


@dataclass(frozen=True)
class ParkingGroup:
    """A zone. `vehicles` stand there now; `spaces_free` may still be given away: held and blocked bays are not free."""

    code: str
    label_en: str
    label_zh: str
    colour: str
    shape: str
    capacity: int
    vehicles: int
    spaces_free: int
    status: str

    @property
    def occupancy_percent(self) -> float | None:
        return _percent(self.spaces_free, self.capacity)


@dataclass(frozen=True)
class Parking:
    """A yard with its zones. `version` is that of the plan in force, 0 where there is none."""

    yard: Yard
    groups: tuple[ParkingGroup, ...]
    opening_status: str
    version: str
    lat_deg: float
    lon_deg: float
    as_of: datetime

    @property
    def code(self) -> str:
        return self.yard.code

    @property
    def capacity(self) -> int:
        return sum(group.capacity for group in self.groups)

    @property
    def vehicles(self) -> int:
        return sum(group.vehicles for group in self.groups)

    @property
    def spaces_free(self) -> int:
        return sum(group.spaces_free for group in self.groups)

    @property
    def occupancy_percent(self) -> float | None:
        return _percent(self.spaces_free, self.capacity)

    @property
    def status(self) -> str:
        if not self.capacity:
            return UNKNOWN
        if self.opening_status == "closed" or all(group.status == SHUT for group in self.groups):
            return SHUT
        return _filled(self.spaces_free, self.capacity)


def parking_of(yard: Yard, *, now: datetime) -> Parking:
    """This will read a yard's figures. It is open while one of its lanes is."""
    lanes = list(Lane.objects.filter(yard=yard).select_related("port", "yard", "gate"))
    openings = openings_around(lanes, now, days=1)
    layout = Layout.objects.filter(yard=yard, state="in_force").first()
    lat_deg, lon_deg = _place(yard, layout)
    return Parking(
        yard=yard,
        groups=_groups(zone_counts(yard)),
        opening_status="open" if any(lane_state(lane, openings, now).is_open for lane in lanes) else "closed",
        version=str(layout.version if layout else 0),
        lat_deg=lat_deg,
        lon_deg=lon_deg,
        as_of=now,
    )


def _place(yard: Yard, layout: Layout | None) -> tuple[float, float]:
    """Where the yard lies: the corner of its plan, else its port."""
    if layout is None:
        return float(yard.port.lat_deg), float(yard.port.lon_deg)
    lon_deg, lat_deg = layout.plan["origin"]
    return round(lat_deg, 6), round(lon_deg, 6)


def _groups(counts: Iterable[ZoneCount]) -> tuple[ParkingGroup, ...]:
    return tuple(
        ParkingGroup(
            code=count.zone.code,
            label_en=count.zone.name_en,
            label_zh=count.zone.name_zh,
            colour=count.zone.colour,
            shape=count.zone.shape,
            capacity=count.capacity,
            vehicles=count.occupied,
            spaces_free=count.free,
            status=SHUT if count.state in (CLOSED, EVACUATE) else _filled(count.free, count.capacity),
        )
        for count in counts
    )


def _filled(free: int, capacity: int) -> str:
    if free == 0:
        return FULL
    return ALMOST_FULL if (_percent(free, capacity) or 0.0) >= ALMOST_FULL_PERCENT else SPACES


def _percent(free: int, capacity: int) -> float | None:
    """Which part of the spaces nobody can be given, as feeds of rest areas count it: 100 exactly when none is left."""
    return (1000 * (capacity - free) // capacity) / 10 if capacity else None
