"""Counted places: at each ledger position no slot has more takers than the capacity in force there."""

from __future__ import annotations

import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from audit.findings import Said
from audit.rows import Entry, moment


@dataclass
class Slot:
    """A slot as the ledger tells it; `capacity` is in force, `planned` is what staff want."""

    lane: str
    starts_at: datetime
    ends_at: datetime
    planned: int
    capacity: int
    taken: int = 0
    frozen: bool = False
    owed: int = 0  # places that came back while somebody stood by, neither offered nor released since


class Places:
    """The slots of one yard along its ledger."""

    def __init__(self) -> None:
        self.slots: dict[str, Slot] = {}
        self._by_lane: dict[str, list[tuple[datetime, str]]] = {}
        self.on = {
            "slots.generated": self.generated,
            "slot.capacity_changed": self.capacity_changed,
            "slot.frozen": self.frozen,
            "slot.unfrozen": self.frozen,
            "slot.released": self.released,
        }

    def generated(self, entry: Entry) -> Iterator[Said]:
        for ref, starts_at, ends_at, planned in entry.data["slots"]:
            if ref in self.slots:
                yield "places", f"slot {ref} was generated twice"
            self.slots[ref] = Slot(entry.data["lane"], moment(starts_at), moment(ends_at), planned, planned)
            bisect.insort(self._by_lane.setdefault(entry.data["lane"], []), (moment(starts_at), ref))

    def capacity_changed(self, entry: Entry) -> Iterator[Said]:
        slot = self.slots[entry.data["slot"]]
        slot.planned = entry.data["planned"]
        slot.capacity = max(slot.planned, slot.taken)
        slot.owed = min(slot.owed, max(0, slot.capacity - slot.taken))
        if entry.data["capacity"] != slot.capacity:
            stated = entry.data["capacity"]
            yield "places", f"slot {entry.data['slot']}: capacity {stated} was stated, {slot.capacity} follows"

    def frozen(self, entry: Entry) -> Iterator[Said]:
        self.slots[entry.data["slot"]].frozen = entry.kind == "slot.frozen"
        yield from ()

    def released(self, entry: Entry) -> Iterator[Said]:
        self.slots[entry.data["slot"]].owed = 0
        yield from ()

    def take(self, ref: str, units: int, *, at_once: bool = False, had_it: bool = False) -> Iterator[Said]:
        """This will count `units` more places taken; `at_once`: as anybody may, so not those owed to the standby order.

        `had_it`: a place that an undone closure gives back, in a slot that staff may have frozen by hand.
        """
        slot = self.slots[ref]
        slot.taken += units
        if not at_once:  # an offer, a round or a batch uses returned places first, a closure as many as it needs
            slot.owed = max(0, slot.owed - units)
        elif slot.taken > slot.capacity - slot.owed:
            yield "standby", f"slot {ref}: a place that came back was taken at once, past the standby order"
        if slot.taken > slot.capacity:
            yield "places", f"slot {ref}: {slot.taken} places taken of {slot.capacity} in force"
        if slot.frozen and not had_it:
            yield "places", f"slot {ref}: a place was taken while it was frozen"

    def give_back(self, ref: str, units: int, *, to_standby: bool = False) -> Iterator[Said]:
        """This will count `units` places back; capacity above the plan shrinks with them."""
        slot = self.slots[ref]
        slot.taken -= units
        slot.capacity = max(slot.planned, slot.taken)
        slot.owed = min(slot.owed + units * to_standby, max(0, slot.capacity - slot.taken))
        if slot.taken < 0:
            yield "places", f"slot {ref}: more places came back than were taken"

    def between(self, lane: str, earliest_at: datetime, latest_at: datetime) -> Iterator[str]:
        """This will yield a lane's slots that start from `earliest_at` to `latest_at`."""
        slots = self._by_lane.get(lane, [])
        for starts_at, ref in slots[bisect.bisect_left(slots, (earliest_at, "")) :]:
            if starts_at > latest_at:
                return
            yield ref
