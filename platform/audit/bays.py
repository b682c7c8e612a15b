"""Exclusive things: at each ledger position a bay has at most one vehicle, a visit at most one bay."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from audit.findings import Said
from audit.moves import STAY, Track
from audit.rows import Entry


@dataclass
class Bay:
    """A bay as the ledger tells it; `stay` is the ref of who holds or occupies it."""

    length_m: float
    width_m: float
    equipment: frozenset[str]
    blocked: bool = False
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
        self.track = Track("stay", STAY)
        self.on = {
            "yard.laid_out": self.laid_out,
            "bay.configured": self.configured,
            "bay.blocked": self.blocked,
            "bay.unblocked": self.blocked,
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
        self.bays[code] = Bay(*size, blocked=bool(known and known.blocked), stay=known.stay if known else "")

    def blocked(self, entry: Entry) -> Iterator[Said]:
        self.bays[entry.data["bay"]].blocked = entry.kind == "bay.blocked"
        yield from ()

    def held(self, entry: Entry) -> Iterator[Said]:
        ref, code = entry.data["stay"], entry.data["bay"]
        bay = self.bays[code]
        yield from self.track.move(ref, "held")
        if bay.stay:
            yield "bay", f"bay {code} was given to {entry.visit} while {self.stays[bay.stay].visit} had it"
        if bay.blocked:
            yield "bay", f"bay {code} was given to {entry.visit} while it was blocked"
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
        """This will return the code of some free bay that fits, None when there is none."""
        return next((code for code, bay in self._free() if _fits(bay, need)), None)

    def _free(self) -> Iterable[tuple[str, Bay]]:
        return ((code, bay) for code, bay in self.bays.items() if not bay.stay and not bay.blocked)


def _fits(bay: Bay, need: Need) -> bool:
    return bay.length_m >= need.length_m and bay.width_m >= need.width_m and need.equipment <= bay.equipment
