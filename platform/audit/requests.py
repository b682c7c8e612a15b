"""Requests for a place along the ledger: their states, the offers made to them, and the order in which freed places were offered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from audit.findings import Said
from audit.moves import REQUEST, Track
from audit.places import Places
from audit.rows import Entry, moment


@dataclass
class Request:
    """As the ledger tells it. `stands_at`, `drawn`: its place in the standby order; `slot`: the one offered to it, "" for none."""

    ref: str
    vehicle: str
    round: str
    lanes: frozenset[str]
    earliest_at: datetime
    latest_at: datetime
    bundle: str
    number: int  # of its request.made: who asked first, where moment and draw are the same
    stands_at: datetime | None = None
    drawn: int = 0
    slot: str = ""

    @property
    def key(self) -> tuple[datetime, int, int]:
        assert self.stands_at
        return (self.stands_at, self.drawn, self.number)


class Requests:
    """The requests of one port, in the stream of its first yard."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.requests: dict[str, Request] = {}
        self.track = Track("request", REQUEST)
        self._live: dict[str, str] = {}
        self._standing: dict[str, Request] = {}
        self.on = {
            "request.made": self.made,
            "request.changed": self.changed,
            "request.withdrawn": self.ended,
            "request.unplaced": self.ended,
            "request.placed": self.placed,
            "request.stands_by": self.stands_by,
            "offer.made": self.offered,
            "offer.accepted": self.accepted,
            "offer.declined": self.handed_back,
            "offer.lapsed": self.handed_back,
        }

    def is_offered(self, ref: str | None, slot: str) -> bool:
        """This will tell whether a slot's place is taken already, as the offer to a request."""
        return bool(ref) and ref in self.requests and self.requests[ref].slot == slot

    def wants(self, slot_ref: str) -> bool:
        """This will tell whether somebody stands by for a slot's lane and time (members of a bundle cannot use one place)."""
        return any(not request.bundle for request in self._standing_for(slot_ref))

    # ---------------------------------------------------------------- handlers
    def made(self, entry: Entry) -> Iterator[Said]:
        ref, data = entry.data["request"], entry.data
        yield from self.track.move(ref, "requested")
        other = self._live.get(data["vehicle"])
        if other:
            yield "vehicle", f"vehicle {data['vehicle']} made request {ref} while its {other} was live"
        self._live[data["vehicle"]] = ref
        self.requests[ref] = Request(
            ref,
            data["vehicle"],
            data["round"] or "",
            frozenset(data["lanes"]),
            moment(data["earliest_at"]),
            moment(data["latest_at"]),
            data["bundle"],
            entry.seq,
        )

    def changed(self, entry: Entry) -> Iterator[Said]:
        request, data = self.requests[entry.data["request"]], entry.data
        if not self.track.is_live(data["request"]):
            yield "states", f"request {data['request']} was changed after its end"
        request.lanes = frozenset(data.get("lanes", request.lanes))
        request.earliest_at = moment(data.get("earliest_at", request.earliest_at))
        request.latest_at = moment(data.get("latest_at", request.latest_at))

    def ended(self, entry: Entry) -> Iterator[Said]:
        yield from self._end(entry.data["request"], entry.kind.removeprefix("request."))

    def placed(self, entry: Entry) -> Iterator[Said]:
        yield from self._end(entry.data["request"], "placed")

    def stands_by(self, entry: Entry) -> Iterator[Said]:
        """Who stands by already may be put further forward by a closure; that is no move."""
        ref, request = entry.data["request"], self.requests[entry.data["request"]]
        if self.track.states[ref] not in ("standby", "offered"):
            yield from self.track.move(ref, "standby")
        request.stands_at = moment(entry.data["stands_at"]) if entry.data["stands_at"] else entry.at
        request.drawn = entry.data["drawn"]
        if self.track.states[ref] == "standby":
            self._standing[ref] = request

    def offered(self, entry: Entry) -> Iterator[Said]:
        ref, slot = entry.data["request"], entry.data["slot"]
        yield from self.track.move(ref, "offered")
        yield from self._was_its_turn(entry)
        self._standing.pop(ref, None)
        self.requests[ref].slot = slot
        if slot in self.places.slots:  # a place of another yard is counted in that yard's stream
            self.places.slots[slot].owed = max(0, self.places.slots[slot].owed - 1)
            yield from self.places.take(slot, 1)

    def accepted(self, entry: Entry) -> Iterator[Said]:
        """Its place has passed on to the promise that the entry before this one tells of."""
        if not self.requests[entry.data["request"]].slot:
            yield "standby", f"request {entry.data['request']} took an offer that nobody made"
        yield from self._end(entry.data["request"], "placed")

    def handed_back(self, entry: Entry) -> Iterator[Said]:
        ref, slot = entry.data["request"], entry.data["slot"]
        yield from self.track.move(ref, "standby")
        request = self.requests[ref]
        if request.slot != slot:
            yield "standby", f"request {ref} gave back slot {slot}; {request.slot or 'none'} was offered to it"
        request.slot = ""
        self._standing[ref] = request
        if slot in self.places.slots:
            owed = not entry.data.get("closure") and self.wants(slot)
            yield from self.places.give_back(slot, 1, to_standby=owed)

    # ---------------------------------------------------------------- the order
    def _was_its_turn(self, entry: Entry) -> Iterator[Said]:
        """Whoever stood before, for the same lane and time, must be named with the reason why it was not his turn."""
        ref, slot = entry.data["request"], entry.data["slot"]
        mine, passed = self.requests[ref], {pair[0] for pair in entry.data["passed"] if pair[1]}
        if mine.stands_at is None or slot not in self.places.slots:
            return
        for other in self._standing_for(slot):
            if other is not mine and other.key < mine.key and other.ref not in passed:
                yield "standby", f"slot {slot} was offered to {ref} before {other.ref}, without a reason"

    def _standing_for(self, slot_ref: str) -> Iterator[Request]:
        slot = self.places.slots.get(slot_ref)
        if slot is None:
            return
        for request in self._standing.values():
            if slot.lane in request.lanes and request.earliest_at <= slot.starts_at <= request.latest_at:
                yield request

    def _end(self, ref: str, state: str) -> Iterator[Said]:
        yield from self.track.move(ref, state)
        request = self.requests[ref]
        request.slot = ""
        self._standing.pop(ref, None)
        if self._live.get(request.vehicle) == ref:
            del self._live[request.vehicle]
