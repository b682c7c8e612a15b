"""Exclusive things: at each ledger position a bay has at most one vehicle, a visit at most one bay."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from audit.findings import Said
from audit.moves import STAY, Track
from audit.rows import Entry

HAZMAT = "hazmat"


@dataclass
class Bay:
    """A bay as the ledger tells it; `stay` is the ref of who holds or occupies it."""

    length_m: float
    width_m: float
    equipment: frozenset[str]
    zone: str = ""
    blocked: bool = False
    retired: bool = False
    stay: str = ""


@dataclass(frozen=True)
class Need:
    """What a vehicle with its cargo needs of a bay."""

    length_m: float
    width_m: float
    equipment: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Stay:
    bay: str
    visit: str


class Bays:
    """The bays and stays of one yard along its ledger."""

    def __init__(self) -> None:
        self.bays: dict[str, Bay] = {}
        self.stays: dict[str, Stay] = {}
        self.by_visit: dict[str, str] = {}
        self.shut_zones: set[str] = set()
        self.has_plan = False
        self.track = Track("stay", STAY)
        self.on = {
            "yard.laid_out": self.laid_out,
            "bay.configured": self.configured,
            "bay.blocked": self.blocked,
            "bay.unblocked": self.blocked,
            "bay.retired": self.retired,
            "zone.blocked": self.zone_blocked,
            "zone.unblocked": self.zone_blocked,
            "layout.in_force": self.planned,
            "stay.held": self.held,
            "stay.occupied": self.occupied,
            "stay.released": self.released,
        }

    def laid_out(self, entry: Entry) -> Iterator[Said]:
        for facts in entry.data["bays"]:
            self._configure(facts)
        yield from ()

    def configured(self, entry: Entry) -> Iterator[Said]:
        self._configure(entry.data)
        yield from ()

    def _configure(self, facts: dict[str, Any]) -> None:
        code = facts["bay"]
        known = self.bays.get(code)
        size = float(facts["length_m"]), float(facts["width_m"]), frozenset(facts["equipment"])
        blocked, stay = bool(known and known.blocked), known.stay if known else ""
        self.bays[code] = Bay(*size, zone=facts.get("zone", ""), blocked=blocked, stay=stay)

    def blocked(self, entry: Entry) -> Iterator[Said]:
        self.bays[entry.data["bay"]].blocked = entry.kind == "bay.blocked"
        yield from ()

    def retired(self, entry: Entry) -> Iterator[Said]:
        code = entry.data["bay"]
        if self.bays[code].retired:
            yield "bay", f"bay {code} was taken off the plan twice"
        self.bays[code].retired = True

    def zone_blocked(self, entry: Entry) -> Iterator[Said]:
        (self.shut_zones.add if entry.kind == "zone.blocked" else self.shut_zones.discard)(entry.data["zone"])
        yield from ()

    def planned(self, entry: Entry) -> Iterator[Said]:
        self.has_plan = True
        yield from ()

    def held(self, entry: Entry) -> Iterator[Said]:
        ref, code = entry.data["stay"], entry.data["bay"]
        bay = self.bays[code]
        yield from self.track.move(ref, "held")
        if bay.stay:
            yield "bay", f"bay {code} was given to {entry.visit} while {self.stays[bay.stay].visit} had it"
        if bay.blocked:
            yield "bay", f"bay {code} was given to {entry.visit} while it was blocked"
        if bay.retired:
            yield "bay", f"bay {code} was given to {entry.visit} while it was off the plan"
        if bay.zone in self.shut_zones:
            yield "bay", f"bay {code} was given to {entry.visit} while zone {bay.zone} was blocked"
        if entry.visit in self.by_visit:
            yield "bay", f"visit {entry.visit} was given bay {code} while it had one"
        self.stays[ref] = Stay(code, entry.visit)
        self.by_visit[entry.visit] = ref
        bay.stay = ref

    def occupied(self, entry: Entry) -> Iterator[Said]:
        yield from self.track.move(entry.data["stay"], "occupied")

    def released(self, entry: Entry) -> Iterator[Said]:
        ref = entry.data["stay"]
        yield from self.track.move(ref, "released")
        stay = self.stays[ref]
        if self.by_visit.get(stay.visit) == ref:
            del self.by_visit[stay.visit]
        if self.bays[stay.bay].stay == ref:
            self.bays[stay.bay].stay = ""

    def free_for(self, need: Need) -> str | None:
        """This will return the code of some free bay that fits, None when there is none.

        A stand for hazardous goods is kept for them.
        """
        return next((code for code, bay in self._free() if holds(bay, need) and _is_for(bay, need)), None)

    def _free(self) -> Iterable[tuple[str, Bay]]:
        return ((code, bay) for code, bay in self.bays.items() if not bay.stay and self._is_served(bay))

    def _is_served(self, bay: Bay) -> bool:
        return not (bay.blocked or bay.retired or bay.zone in self.shut_zones)


def holds(bay: Bay, need: Need) -> bool:
    """This will tell whether a vehicle fits into a bay that has what it needs."""
    return bay.length_m >= need.length_m and bay.width_m >= need.width_m and need.equipment <= bay.equipment


def _is_for(bay: Bay, need: Need) -> bool:
    return HAZMAT not in bay.equipment or HAZMAT in need.equipment
