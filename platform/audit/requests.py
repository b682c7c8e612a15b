"""Requests for a place along the ledger: their states, the offers made to them, and the order in which freed places were offered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from audit.findings import Said
from audit.moves import REQUEST, Track
from audit.places import Places
from audit.rows import Entry, moment
from audit.standing import Request, Standing

#: A sweep that has begun does not see who joins meanwhile, nor does a place that comes back in the same instant (docs/locking.md).
MEANWHILE = timedelta(seconds=30)


class Requests:
    """The requests of one port, in the stream of its first yard."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.requests: dict[str, Request] = {}
        self.track = Track("request", REQUEST)
        self._live: dict[str, str] = {}
        self.standing = Standing(places)
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
            "slots.generated": self.slots_made,
            "slot.released": self.released,
        }

    def is_offered(self, ref: str | None, slot: str) -> bool:
        """This will tell whether a slot's place is taken already, as the offer to a request."""
        return bool(ref) and ref in self.requests and self.requests[ref].slot == slot

    def wants(self, slot_ref: str, at: datetime) -> bool:
        """This will tell whether somebody stood by for a slot's lane and time, and not since this very instant."""
        return self.standing.wants(slot_ref) and any(
            not request.bundle and _stood(request, at) for request in self.standing.order_of(slot_ref)
        )

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
        self._set_times(request, entry)
        if request.ref in self.standing.requests:
            self.standing.join(request, entry.at)

    @staticmethod
    def _set_times(request: Request, entry: Entry) -> None:
        request.earliest_at = moment(entry.data.get("earliest_at", request.earliest_at))
        request.latest_at = moment(entry.data.get("latest_at", request.latest_at))

    def ended(self, entry: Entry) -> Iterator[Said]:
        yield from self._end(entry.data["request"], entry.kind.removeprefix("request."))

    def placed(self, entry: Entry) -> Iterator[Said]:
        yield from self._end(entry.data["request"], "placed")

    def stands_by(self, entry: Entry) -> Iterator[Said]:
        """Who stands by already may be put further forward by a closure, and for more times; that is no move."""
        ref, request = entry.data["request"], self.requests[entry.data["request"]]
        if self.track.states[ref] not in ("standby", "offered"):
            yield from self.track.move(ref, "standby")
        request.stands_at = moment(entry.data["stands_at"]) if entry.data["stands_at"] else entry.at
        request.drawn = entry.data["drawn"]
        request.lanes = frozenset(entry.data.get("lanes", request.lanes))
        self._set_times(request, entry)
        if self.track.states[ref] == "standby":
            self.standing.join(request, entry.at)

    def offered(self, entry: Entry) -> Iterator[Said]:
        ref, slot = entry.data["request"], entry.data["slot"]
        yield from self.track.move(ref, "offered")
        yield from self._was_its_turn(entry)
        self.standing.leave(ref)
        self.requests[ref].slot = slot
        if slot in self.places.slots:  # a place of another yard is counted in that yard's stream
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
        self.standing.join(request, entry.at)
        if slot in self.places.slots:
            yield from self.places.give_back(slot, 1, to_standby=not by_closure(entry))

    # ---------------------------------------------------------------- the order
    def _was_its_turn(self, entry: Entry) -> Iterator[Said]:
        """Whoever stood before, for the same lane and time, must be named with the reason why it was not his turn."""
        ref, slot = entry.data["request"], entry.data["slot"]
        mine, passed = self.requests[ref], _passed(entry)
        for other in self.standing.order_of(slot):
            if mine.stands_at is None or other.key >= mine.key:
                return
            if other.ref not in passed and _stood(other, entry.at):
                yield "standby", f"slot {slot} was offered to {ref} before {other.ref}, without a reason"

    def released(self, entry: Entry) -> Iterator[Said]:
        """Free for all is what nobody who stands by can use: everybody is named with the reason."""
        slot, passed = entry.data["slot"], _passed(entry)
        for other in self.standing.order_of(slot):
            if other.ref not in passed and _stood(other, entry.at):
                yield "standby", f"slot {slot} was released past {other.ref}, without a reason"

    def slots_made(self, entry: Entry) -> Iterator[Said]:
        for ref, *_ in entry.data["slots"]:
            self.standing.new_slot(ref)
        yield from ()

    def _end(self, ref: str, state: str) -> Iterator[Said]:
        yield from self.track.move(ref, state)
        request = self.requests[ref]
        request.slot = ""
        self.standing.leave(ref)
        if self._live.get(request.vehicle) == ref:
            del self._live[request.vehicle]


def by_closure(entry: Entry) -> bool:
    """Written by a closure, or by taking one back."""
    return bool(entry.data.get("closure") or entry.data.get("undone"))


def _stood(request: Request, at: datetime) -> bool:
    return request.joined_at is not None and at - request.joined_at > MEANWHILE


def _passed(entry: Entry) -> set[str]:
    return {ref for ref, why in entry.data["passed"] if why}
