"""PURE. Where those go whose slots are closed: the nearest free places not earlier than their own, fewest left out, the old order kept.

Only who stands inside the closure is asked, so nobody else moves. The allocation finds the places; among those who asked for the
same (lane and cargo) the places are then given in the order of their old promises: who was promised earlier comes earlier, and who is
left without a place was promised last. Such an exchange keeps every place not earlier than the old one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from reservations.allocation import Place, Request, Rule, allocate


@dataclass(frozen=True)
class Displaced:
    """A promise whose slot is closed.

    `lanes`: those it may go to; `rank`: of its class, 0 first; `asked_at`, `number`: when it was made.
    """

    ref: str
    lane: str
    cargo_kind: str
    rank: int
    lanes: frozenset[str]
    slot: str
    starts_at: datetime
    asked_at: datetime
    number: int
    organisation: str = ""

    @property
    def old_order(self) -> tuple[datetime, datetime, int]:
        return (self.starts_at, self.asked_at, self.number)


@dataclass(frozen=True)
class Room:
    """A slot that stays open, with the places that may be given now."""

    ref: str
    lane: str
    starts_at: datetime
    ends_at: datetime
    capacity: int
    room: int


def rebook(displaced: Sequence[Displaced], rooms: Sequence[Room], *, key: bytes) -> dict[str, str]:
    """This will return the new slot's ref for each displaced ref that gets one; `key` decides between equals, as in a draw."""
    rooms = [room for room in rooms if room.room > 0]
    if not displaced or not rooms:
        return {}
    epoch = min(*(each.starts_at for each in displaced), *(room.starts_at for room in rooms))
    last = max(room.starts_at for room in rooms)
    requests = [_request(each, epoch, last) for each in displaced if each.starts_at <= last]
    places = [_place(room, epoch) for room in rooms]
    outcome = allocate(requests, places, Rule(), key=key)
    return _in_old_order(displaced, outcome.placed.items(), {room.ref: room for room in rooms})


def _request(each: Displaced, epoch: datetime, last: datetime) -> Request:
    stood = _minutes(each.starts_at, epoch)
    return Request(
        ref=each.ref,
        kind=each.cargo_kind,
        rank=each.rank,
        lanes=each.lanes,
        earliest_min=stood,
        latest_min=_minutes(last, epoch),
        preferred_min=stood,
        organisation=each.organisation or each.ref,
        held=each.slot,
        stood_min=stood,
    )


def _place(room: Room, epoch: datetime) -> Place:
    starts, ends = _minutes(room.starts_at, epoch), _minutes(room.ends_at, epoch)
    return Place(room.ref, room.lane, starts, ends, room.capacity, room.room)


def _minutes(moment: datetime, epoch: datetime) -> int:
    return int((moment - epoch).total_seconds() // 60)


def _in_old_order(
    displaced: Iterable[Displaced], placed: Iterable[tuple[str, str]], rooms: dict[str, Room]
) -> dict[str, str]:
    place_of, alike = dict(placed), defaultdict(list)
    for each in displaced:
        alike[each.lane, each.cargo_kind].append(each)
    ordered: dict[str, str] = {}
    for group in alike.values():
        group.sort(key=lambda each: each.old_order)
        places = [rooms[place_of[each.ref]] for each in group if each.ref in place_of]
        places.sort(key=lambda room: (room.starts_at, room.lane, room.ref))
        ordered |= {each.ref: room.ref for each, room in zip(group, places, strict=False)}
    return ordered
