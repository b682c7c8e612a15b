"""Starting lanes, hours and yard sizes of the road ports (docs/ports.md). Starting values for staff to edit, not facts.

The study says that most road ports have one entry and one exit lane; the three hubs of its
"1+3+4+N" get three each way.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

ALL_DAYS = tuple(range(7))  # Monday is 0
MON_TO_SAT = tuple(range(6))


@dataclass(frozen=True)
class Hours:
    """Opening hours on some weekdays in the port's time; an end not after the start lies on the next day."""

    opens_at: time
    closes_at: time
    weekdays: tuple[int, ...] = ALL_DAYS


DAY = Hours(time(8), time(18))
LONG_DAY = Hours(time(7), time(21))
SHORT_DAY = Hours(time(8, 30), time(17, 30), MON_TO_SAT)
NIGHT = Hours(time(22), time(2), MON_TO_SAT)  # fruit travels cool; crosses midnight


@dataclass(frozen=True)
class Profile:
    """The size of a road port: bays, entry gates each way, vehicles an hour of the first lane, daily hours."""

    bays: int
    entries: int
    units_per_hour: int
    hours: Hours
    dedicated: bool = False  # three lanes each way by cargo kind instead of one for all
    keeps_holidays: bool = False  # closed on the public holidays of both sides


@dataclass(frozen=True)
class LanePlan:
    number: int
    direction: str
    cargo_kinds: tuple[str, ...]
    units_per_hour: int
    hours: tuple[Hours, ...]
    name_en: str
    name_zh: str

    @property
    def suffix(self) -> str:
        return f"{'IN' if self.direction == 'inbound' else 'OUT'}{self.number}"


HUBS = {
    "MOHAN": Profile(120, 2, 40, LONG_DAY, dedicated=True),
    "HEKOU": Profile(100, 2, 36, LONG_DAY, dedicated=True),
    "RUILI": Profile(90, 2, 30, DAY, dedicated=True),
}
BY_POSITIONING = {
    "hub": Profile(40, 1, 20, DAY),
    "national": Profile(32, 1, 15, DAY, keeps_holidays=True),
    "ordinary": Profile(24, 1, 10, DAY, keeps_holidays=True),
    "incubation": Profile(16, 1, 6, SHORT_DAY, keeps_holidays=True),
}
# Cargo kinds of a hub's lanes each way, their share of the first lane's rate, and their names.
DEDICATED = (
    (("general", "empty", "ecommerce"), 1.0, "general", "普货"),
    (("perishable",), 0.75, "perishable", "鲜活"),
    (("hazardous", "bulk"), 0.3, "hazardous and bulk", "危险品与大宗货"),
)
NIGHT_LANES = {("MOHAN", "inbound", 2)}
WAYS = {"inbound": ("Entry lane", "入境"), "outbound": ("Exit lane", "出境")}


def profile_of(*, code: str, positioning: str) -> Profile:
    """This will return the starting size of a road port: its own for the hubs, else that of its Table 2 positioning."""
    return HUBS.get(code) or BY_POSITIONING[positioning]


def plan(*, code: str, profile: Profile, cargo_kinds: list[str]) -> list[LanePlan]:
    """This will plan a port's lanes, in both directions, for the kinds of cargo its yard has bays for."""
    kinds = DEDICATED if profile.dedicated else ((tuple(cargo_kinds), 1.0, "", ""),)
    return [
        _lane(code, profile, direction, number, *kind)
        for direction in WAYS
        for number, kind in enumerate(kinds, start=1)
    ]


def _lane(
    code: str, profile: Profile, direction: str, number: int, takes: tuple[str, ...], share: float, en: str, zh: str
) -> LanePlan:
    lane_en, way_zh = WAYS[direction]
    night = (NIGHT,) if (code, direction, number) in NIGHT_LANES else ()
    return LanePlan(
        number=number,
        direction=direction,
        cargo_kinds=takes,
        units_per_hour=round(profile.units_per_hour * share),
        hours=(profile.hours, *night),
        name_en=f"{lane_en} {number}" + (f" ({en})" if en else ""),
        name_zh=f"{way_zh}{number}道" + (f"（{zh}）" if zh else ""),
    )
