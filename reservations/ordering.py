"""PURE. The one published order of a lane.

1. Approved overrides first, in the order of their approval.
2. Then the class pattern, taken round and round from where the last call left it: at each step the next class of the pattern
   that has somebody waiting gives its first vehicle. A class outside the pattern comes after the pattern's last, and the
   pattern begins anew after it: it can neither starve a named class nor be starved.
3. Within a class: promised time, then arrival, then ticket.
4. Who missed a call is not taken before call number `not_before_call`, unless nobody else is left.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Candidate:
    """A waiting vehicle as the order sees it. `overridden_at`: when a second person approved an override for it."""

    ref: str
    queue_class: str
    promised_at: datetime
    arrived_at: datetime
    ticket: int
    not_before_call: int = 0
    overridden_at: datetime | None = None

    @property
    def key(self) -> tuple[datetime, datetime, int]:
        return (self.promised_at, self.arrived_at, self.ticket)


@dataclass(frozen=True)
class Placed:
    """A candidate's place: `rule` is override, pattern, or after_missed; `pattern_at` is where the pattern stands after its call."""

    candidate: Candidate
    rule: str
    pattern_at: int


def published_order(
    candidates: Iterable[Candidate], *, pattern: Sequence[str], pattern_at: int, calls: int
) -> list[Placed]:
    """This will put all candidates in the order in which they will be called, if nothing changes.

    `calls` is how many calls the lane has made (the next call is number calls + 1); `pattern_at` indexes `pattern`.
    """
    waiting = list(candidates)
    first = sorted((c for c in waiting if c.overridden_at), key=lambda c: (c.overridden_at, c.key))
    placed = [Placed(c, "override", pattern_at) for c in first]
    rest = [c for c in waiting if not c.overridden_at]
    placed.extend(_by_pattern(rest, pattern, pattern_at, calls + len(first)))
    return placed


def _whole(pattern: Sequence[str], rest: Sequence[Candidate]) -> list[str]:
    """The pattern, with classes it does not name at its end so that nobody is left out."""
    return [*pattern, *sorted({c.queue_class for c in rest} - set(pattern))]


def _by_pattern(rest: Sequence[Candidate], named: Sequence[str], at: int, calls: int) -> Iterator[Placed]:
    pattern, at = _whole(named, rest), at % len(named) if named else 0
    ready: dict[str, list[tuple[tuple[datetime, datetime, int], str]]] = {name: [] for name in pattern}
    by_ref = {c.ref: c for c in rest}
    later = [(c.not_before_call, c.key, c.ref) for c in rest]
    heapq.heapify(later)
    for number in range(calls + 1, calls + 1 + len(rest)):
        while later and later[0][0] <= number:
            _, key, ref = heapq.heappop(later)
            heapq.heappush(ready[by_ref[ref].queue_class], (key, ref))
        step = _next_class(ready, pattern, at)
        if step is None:
            _, _, ref = heapq.heappop(later)
            at = after_class(named, at, by_ref[ref].queue_class)
            yield Placed(by_ref[ref], "after_missed", at)
            continue
        _, ref = heapq.heappop(ready[pattern[step]])
        at = step + 1 if step + 1 < len(named) else 0
        yield Placed(by_ref[ref], "pattern", at)


def _next_class(
    ready: dict[str, list[tuple[tuple[datetime, datetime, int], str]]], pattern: list[str], at: int
) -> int | None:
    steps = ((at + offset) % len(pattern) for offset in range(len(pattern)))
    return next((step for step in steps if ready[pattern[step]]), None)


def after_class(pattern: Sequence[str], at: int, queue_class: str) -> int:
    """This will return where the pattern stands once a vehicle of `queue_class` was called (at its start for a class it does not name)."""
    for offset in range(len(pattern)):
        step = (at + offset) % len(pattern)
        if pattern[step] == queue_class:
            return (step + 1) % len(pattern)
    return 0
