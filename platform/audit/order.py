"""The published order of a lane, written a second time from the published rules (docs/journey.md):

1. Approved overrides first, in the order of their approval.
2. Then the class pattern, round and round from where the last call left it: the next class of the pattern that has somebody
   waiting gives its first vehicle. Classes the pattern does not name come after its last, in alphabetical order.
3. Within a class: promised time, then arrival, then ticket.
4. Who missed a call is not taken before call number `not_before`, unless nobody else is left.
"""

from __future__ import annotations

import bisect
import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


@dataclass
class Waiting:
    """One waiting vehicle. `approved` is when an override for it was approved, None without one."""

    ref: str
    queue_class: str
    key: tuple[datetime, datetime, int]
    not_before: int = 0
    approved: datetime | None = None


class Turn(NamedTuple):
    """Whose turn, by which rule, and where the pattern stands after that call."""

    ref: str
    rule: str
    pattern_at: int


class Line:
    """Who waits in one lane, kept sorted so that the first turns are cheap however long the line is."""

    def __init__(self) -> None:
        self.waiting: dict[str, Waiting] = {}
        self._by_class: dict[str, list[tuple[tuple[datetime, datetime, int], str]]] = {}

    def add(self, one: Waiting) -> None:
        self.waiting[one.ref] = one
        bisect.insort(self._by_class.setdefault(one.queue_class, []), (one.key, one.ref))

    def remove(self, ref: str) -> None:
        one = self.waiting.pop(ref, None)
        if one:
            queue = self._by_class[one.queue_class]
            del queue[bisect.bisect_left(queue, (one.key, ref))]

    def turns(self, *, pattern: Sequence[str], pattern_at: int, calls: int) -> Iterator[Turn]:
        """This will yield the turns in order; `calls` have been made, the next is number calls + 1."""
        approved = [one for one in self.waiting.values() if one.approved]
        approved.sort(key=lambda one: (one.approved, one.key))
        for one in approved:
            yield Turn(one.ref, "override", pattern_at)
        ordinary = {one.queue_class for one in self.waiting.values() if not one.approved}
        names = [*pattern, *sorted(ordinary - set(pattern))]
        yield from _Round(self, names, len(pattern), pattern_at, calls + len(approved)).turns()

    def queue_of(self, queue_class: str) -> Iterator[Waiting]:
        """This will yield those of a class without an override, by rule 3."""
        for _, ref in self._by_class.get(queue_class, ()):
            if not self.waiting[ref].approved:
                yield self.waiting[ref]


class _Round:
    """One reading of rules 2 to 4 over a line that does not change meanwhile."""

    def __init__(self, line: Line, names: list[str], named: int, at: int, calls: int) -> None:
        self.names, self.named, self.number = names, named, calls
        self.at = at % named if named else 0
        self.queues = {name: line.queue_of(name) for name in set(names)}
        self.heads: dict[str, Waiting | None] = {name: next(self.queues[name], None) for name in set(names)}
        self.back: dict[str, list[tuple[tuple[datetime, datetime, int], str]]] = {name: [] for name in set(names)}
        self.later: list[tuple[int, tuple[datetime, datetime, int], str, str]] = []

    def turns(self) -> Iterator[Turn]:
        while True:
            self.number += 1
            while self.later and self.later[0][0] <= self.number:
                _, key, ref, name = heapq.heappop(self.later)
                heapq.heappush(self.back[name], (key, ref))
            step = self._next_step()
            if step is not None:
                self.at = self._after(step)
                yield Turn(self._take(self.names[step]), "pattern", self.at)
            elif self.later:
                _, _, ref, name = heapq.heappop(self.later)
                self.at = self._after(self._step_of(name))
                yield Turn(ref, "after_missed", self.at)
            else:
                return

    def _next_step(self) -> int | None:
        count = len(self.names)
        return next(
            (s for s in ((self.at + n) % count for n in range(count)) if self._has_somebody(self.names[s])), None
        )

    def _step_of(self, name: str) -> int:
        count = len(self.names)
        return next(s for s in ((self.at + n) % count for n in range(count)) if self.names[s] == name)

    def _after(self, step: int) -> int:
        return step + 1 if step + 1 < self.named else 0

    def _has_somebody(self, name: str) -> bool:
        head = self.heads[name]
        while head and head.not_before > self.number:
            heapq.heappush(self.later, (head.not_before, head.key, head.ref, name))
            head = self.heads[name] = next(self.queues[name], None)
        return bool(head or self.back[name])

    def _take(self, name: str) -> str:
        head, back = self.heads[name], self.back[name]
        if head and not (back and back[0] < (head.key, head.ref)):
            self.heads[name] = next(self.queues[name], None)
            return head.ref
        return heapq.heappop(back)[1]
