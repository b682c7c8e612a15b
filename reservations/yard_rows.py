"""How many bays of each kind a yard will have free in each hour of a day, and for how long a vehicle needs one.

From stays that are over: the median of the last four weeks. A yard without enough of them sets no limit.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from reservations.models import Reservation, Slot
from reservations.states import HOLDS_A_PLACE
from yards.models import Bay, Equipment, Port, Stay

LOOKED_BACK = timedelta(days=28)
LEAST_STAYS = 50
HOURS = 48  # of the day and the night after it: who comes late stays on
HOUR = timedelta(hours=1)
STANDARD = "standard"
SCARCE = (Equipment.HAZMAT.value, Equipment.REEFER.value)


@dataclass(frozen=True)
class Yards:
    """`dwell_min` of each yard whose stays are known, by yard code; `free` bays in each hour since the epoch, by kind of bay."""

    dwell_min: dict[str, int]
    free: dict[str, list[int]]

    def kind_of(self, yard_codes: set[str], cargo_kind: str, reefer: bool) -> tuple[int, str]:
        """This will return (dwell, kind of bay) of a vehicle for lanes of these yards; (0, "") where no limit is known."""
        if len(yard_codes) != 1 or (yard := next(iter(yard_codes))) not in self.dwell_min:
            return 0, ""
        kind = _named(yard, _need(cargo_kind, reefer))
        return (self.dwell_min[yard], kind) if kind in self.free else (0, "")

    def as_json(self) -> list[list[object]] | None:
        return [[kind, row] for kind, row in sorted(self.free.items())] or None


def read(port: Port, slots: Sequence[Slot], *, epoch: datetime, until: datetime) -> Yards:
    """This will read a port's yards for a day that begins at `epoch`; stays that ended before `until` count (so does nothing later)."""
    dwell = _dwell(port, until)
    free = {kind: [count] * HOURS for kind, count in _bays(dwell).items()}
    yards = Yards(dwell, free)
    for starts_at, yard, cargo_kind, reefer in _promised(slots):
        minutes, kind = yards.kind_of({yard}, cargo_kind, reefer)
        first = int((starts_at - epoch) / HOUR)
        for hour in range(max(0, first), min(HOURS, first + -(-minutes // 60))):
            free[kind][hour] = max(0, free[kind][hour] - 1)
    return yards


def _dwell(port: Port, until: datetime) -> dict[str, int]:
    ended = Stay.objects.filter(bay__yard__port=port, released_at__gte=until - LOOKED_BACK, released_at__lt=until)
    minutes: dict[str, list[float]] = defaultdict(list)
    rows = (
        ended.filter(occupied_at__isnull=False).order_by().values_list("bay__yard__code", "occupied_at", "released_at")
    )
    for yard, came_at, left_at in rows:
        minutes[yard].append((left_at - came_at).total_seconds() / 60 if came_at and left_at else 0)
    return {yard: max(1, round(median(each))) for yard, each in minutes.items() if len(each) >= LEAST_STAYS}


def _bays(yards: Iterable[str]) -> Counter[str]:
    rows = Bay.objects.filter(yard__code__in=list(yards), blocked_at=None).values_list("yard__code", "equipment")
    return Counter(
        _named(yard, next((kit for kit in SCARCE if kit in equipment), STANDARD)) for yard, equipment in rows
    )


def _promised(slots: Sequence[Slot]) -> Iterable[tuple[datetime, str, str, bool]]:
    """Who is sure to come besides: the places that are taken already."""
    held = Reservation.objects.filter(slot__in=slots, state__in=HOLDS_A_PLACE).order_by()
    return held.values_list("slot__starts_at", "lane__yard__code", "cargo_kind", "vehicle__reefer")


def _need(cargo_kind: str, reefer: bool) -> str:
    if cargo_kind == "hazardous":
        return Equipment.HAZMAT.value
    return Equipment.REEFER.value if cargo_kind == "perishable" and reefer else STANDARD


def _named(yard: str, kind: str) -> str:
    return f"{yard}/{kind}"
