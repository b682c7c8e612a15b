"""Who stands by for which slot, in the published order: by slot, so that a place that comes back asks nobody who has no use for it."""

from __future__ import annotations

import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from audit.places import Places


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
    joined_at: datetime | None = None  # when it last came into the order, or changed what it stands for

    @property
    def key(self) -> tuple[datetime, int, int]:
        if self.stands_at is None:
            raise ValueError(f"request {self.ref} was never told to stand by")
        return (self.stands_at, self.drawn, self.number)


Place = tuple[tuple[datetime, int, int], str]


class Standing:
    """The standby order of every slot of one yard."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.requests: dict[str, Request] = {}
        self._at: dict[str, tuple[Place, list[str]]] = {}  # request → how and in which slots it stands
        self._by_lane: dict[str, dict[str, None]] = {}
        self._orders: dict[str, list[Place]] = {}
        self._alone: dict[str, int] = {}  # slot → how many stand there who are no members of a bundle

    def join(self, request: Request, at: datetime) -> None:
        """This will put a request into the order of each slot it could use, at its own place."""
        place: Place = (request.key, request.ref)
        self.leave(request.ref)
        self.requests[request.ref] = request
        request.joined_at = at
        self._at[request.ref] = (place, [])
        for lane in request.lanes:
            self._by_lane.setdefault(lane, {})[request.ref] = None
            for slot in self.places.between(lane, request.earliest_at, request.latest_at):
                self._stand(slot, request)

    def leave(self, ref: str) -> None:
        request = self.requests.pop(ref, None)
        if request is None:
            return
        place, slots = self._at.pop(ref)
        for slot in slots:
            order = self._orders[slot]
            del order[bisect.bisect_left(order, place)]
            self._alone[slot] -= not request.bundle
        for of_lane in self._by_lane.values():
            of_lane.pop(ref, None)

    def new_slot(self, ref: str) -> None:
        """This will let everybody stand for a slot that was made while they stood by."""
        slot = self.places.slots[ref]
        for name in self._by_lane.get(slot.lane, ()):
            request = self.requests[name]
            if request.earliest_at <= slot.starts_at <= request.latest_at:
                self._stand(ref, request)

    def _stand(self, slot: str, request: Request) -> None:
        place, slots = self._at[request.ref]
        bisect.insort(self._orders.setdefault(slot, []), place)
        slots.append(slot)
        self._alone[slot] = self._alone.get(slot, 0) + (not request.bundle)

    def wants(self, slot: str) -> bool:
        """This will tell whether somebody stands by for a slot (members of a bundle cannot use one place)."""
        return self._alone.get(slot, 0) > 0

    def order_of(self, slot: str) -> Iterator[Request]:
        """This will yield who stands by for a slot, the first one first."""
        return (self.requests[ref] for _, ref in self._orders.get(slot, ()))
