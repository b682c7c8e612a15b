"""PURE. Requests still to come, forecast from past weeks: as many phantoms take room in a batch, and are never confirmed.

For each slot: what was asked for on the same lane, weekday and hour within the time that is left before it begins, on an average
day. The nearer a slot, the fewer are still to come; none when it begins.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Asked:
    """A place asked for in the past: for a start on `lane` in `hour` of `weekday` (0 Monday), `lead_min` minutes before it."""

    lane: str
    kind: str
    weekday: int
    hour: int
    lead_min: int


@dataclass(frozen=True)
class Ahead:
    """A slot to come: it begins in `lead_min` minutes, in `hour` of `weekday`, and has `room` places."""

    ref: str
    lane: str
    weekday: int
    hour: int
    lead_min: int
    room: int


@dataclass(frozen=True)
class Phantoms:
    """`count` requests for cargo `kind` that are still expected for the time of the slot `ref`."""

    ref: str
    kind: str
    count: int


def phantoms(
    asked: Iterable[Asked], slots: Sequence[Ahead], *, days: Mapping[tuple[str, int], int], kinds: Sequence[str]
) -> list[Phantoms]:
    """This will return how many requests of which kind are still to come for each slot, never more than it has room for.

    `days`: how many past days of each (lane, weekday) `asked` covers; none, and nothing is forecast. `kinds`: the first class
    first; where the room is short, the first ones have it. Slots that share an hour share what is expected for it.
    """
    leads = _leads(asked)
    sharing = Counter((slot.lane, slot.weekday, slot.hour) for slot in slots)
    left = {slot.ref: max(0, slot.room) for slot in slots}
    found = []
    for lane in sorted({slot.lane for slot in slots}):
        of_lane = sorted((slot for slot in slots if slot.lane == lane), key=lambda slot: (slot.lead_min, slot.ref))
        for kind in kinds:
            shares = [_expected(leads, slot, kind, days, sharing) for slot in of_lane]
            for slot, count in zip(of_lane, _whole(shares), strict=True):
                held = min(count, left[slot.ref])
                left[slot.ref] -= held
                found += [Phantoms(slot.ref, kind, held)] if held else []
    return found


def _leads(asked: Iterable[Asked]) -> dict[tuple[str, int, int, str], list[int]]:
    found: dict[tuple[str, int, int, str], list[int]] = defaultdict(list)
    for one in asked:
        found[one.lane, one.weekday, one.hour, one.kind].append(one.lead_min)
    return found


def _expected(
    leads: Mapping[tuple[str, int, int, str], list[int]],
    slot: Ahead,
    kind: str,
    days: Mapping[tuple[str, int], int],
    sharing: Mapping[tuple[str, int, int], int],
) -> Fraction:
    seen = days.get((slot.lane, slot.weekday), 0)
    if not seen:
        return Fraction(0)
    later = sum(lead < slot.lead_min for lead in leads.get((slot.lane, slot.weekday, slot.hour, kind), ()))
    return Fraction(later, seen * sharing[slot.lane, slot.weekday, slot.hour])


def _whole(shares: Sequence[Fraction]) -> list[int]:
    """Rounded along the day, so that four quarters are one and not nought: the whole day is off by half a request at most."""
    found, total, given = [], Fraction(0), 0
    for share in shares:
        total += share
        rounded = int(total + Fraction(1, 2))
        found.append(rounded - given)
        given = rounded
    return found
