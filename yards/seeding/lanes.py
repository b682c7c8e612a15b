"""Starting lanes, opening hours and yard sizes of the road ports (docs/ports.md). Starting values for staff to edit.

The study says that most road ports have one entry and one exit lane; the three hubs of its "1+3+4+N" get three each way.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

GENERAL = ("general", "empty", "ecommerce")
ALL_DAYS = tuple(range(7))  # Monday is 0
MON_TO_SAT = tuple(range(6))


@dataclass(frozen=True)
class Hours:
    """Opening hours on some weekdays, local time of the port; an end before the start lies on the next day."""

    opens: time
    closes: time
    weekdays: tuple[int, ...] = ALL_DAYS


@dataclass(frozen=True)
class LanePlan:
    """A lane: `suffix` such as IN1, direction as seen from China, what it takes, how many trucks an hour, when."""

    suffix: str
    direction: str
    cargo: tuple[str, ...]
    per_hour: int
    hours: tuple[Hours, ...]


@dataclass(frozen=True)
class Profile:
    """The size of a road port: bays of its yard, gates each way, trucks an hour of its first lane, daily hours."""

    bays: int
    gates: int
    per_hour: int
    hours: Hours
    dedicated: bool = False  # three lanes each way by cargo instead of one


DAY = Hours(time(8), time(18))
LONG_DAY = Hours(time(7), time(21))
SHORT_WEEK = Hours(time(8, 30), time(17, 30), MON_TO_SAT)
NIGHT = Hours(time(22), time(2), MON_TO_SAT)  # fruit travels cool; crosses midnight

HUBS = {
    "MOHAN": Profile(120, 2, 40, LONG_DAY, dedicated=True),
    "HEKOU": Profile(100, 2, 36, LONG_DAY, dedicated=True),
    "RUILI": Profile(90, 2, 30, DAY, dedicated=True),
}
BY_POSITIONING = {
    "hub": Profile(40, 1, 20, DAY),
    "national": Profile(32, 1, 15, DAY),
    "ordinary": Profile(24, 1, 10, DAY),
    "incubation": Profile(16, 1, 6, SHORT_WEEK),
}
NIGHT_LANES = {"MOHAN-IN2"}


def profile_of(*, code: str, positioning: str) -> Profile:
    """This will return the starting size of a road port: its own for the three hubs, else that of its Table 2 positioning."""
    return HUBS.get(code) or BY_POSITIONING[positioning]


def plan(*, code: str, profile: Profile, cargo: set[str]) -> list[LanePlan]:
    """This will plan a port's lanes for the kinds of cargo its yard has bays for."""
    return [lane for direction in ("inbound", "outbound") for lane in _one_way(code, direction, profile, cargo)]


def _one_way(code: str, direction: str, profile: Profile, cargo: set[str]) -> list[LanePlan]:
    prefix = "IN" if direction == "inbound" else "OUT"
    kinds: list[tuple[tuple[str, ...], float]] = [(tuple(sorted(cargo)), 1.0)]
    if profile.dedicated:
        kinds = [(GENERAL, 1.0), (("perishable",), 0.75), (("hazardous", "bulk"), 0.3)]
    lanes = []
    for number, (takes, share) in enumerate(kinds, start=1):
        suffix = f"{prefix}{number}"
        night = (NIGHT,) if f"{code}-{suffix}" in NIGHT_LANES else ()
        lanes.append(LanePlan(suffix, direction, takes, round(profile.per_hour * share), (profile.hours, *night)))
    return lanes
