"""PURE. An independent verifier: it knows the shapes and the published rule, and not one line of the solver.

Every law is counted anew from requests, places and the outcome, one by one and in plain Python, so that a fault of the solver's
arithmetic cannot hide in a shared formula. `pricing.py` holds its own account of the costs.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from reservations.allocation.pricing import Ledger, own_draw
from reservations.allocation.shapes import Place, Request, Rule, Verdict, YardRow

HOUR_MIN = 60
REFUSED = 1 << 60


def verify(
    requests: Sequence[Request],
    places: Sequence[Place],
    rule: Rule,
    placed: Mapping[str, str],
    *,
    key: bytes,
    yard: Sequence[YardRow] | None = None,
    raised: Mapping[str, int] | None = None,
) -> Verdict:
    """This will check `placed` (request ref -> place ref) against every law.

    `raised`: the levels that the fairness rounds added (`Outcome.raised`); without fairness rounds there are none.
    """
    judge = _Judge(requests, places, rule, placed, key, yard or (), raised or {})
    problems = tuple(judge.problems())
    refused = Counter(r.rank for r in judge.real if r.ref not in judge.given)
    ranks = tuple(refused[rank] for rank in range(len(rule.refuse_cost)))
    return Verdict(problems, judge.ledger.value(judge.given), ranks)


class _Judge:
    def __init__(
        self,
        requests: Sequence[Request],
        places: Sequence[Place],
        rule: Rule,
        placed: Mapping[str, str],
        key: bytes,
        yard: Sequence[YardRow],
        raised: Mapping[str, int],
    ) -> None:
        self.rule, self.placed, self.yard, self.raised = rule, placed, yard, raised
        self.places = {p.ref: p for p in places}
        self.requests = {r.ref: r for r in requests}
        self.real = [r for r in requests if not r.is_phantom]
        self.given = {
            ref: self.places[place]
            for ref, place in placed.items()
            if ref in self.requests and place in self.places and not self.requests[ref].is_phantom
        }
        self.draw = own_draw(requests, key)
        self.ledger = Ledger(requests, places, rule, self.draw)
        self.seats = Counter((self.requests[ref].organisation, place.ref) for ref, place in self.given.items())
        self.seats.update(rule.taken)

    def problems(self) -> Iterator[str]:
        yield from self._unknown()
        yield from self._windows()
        yield from self._rooms()
        yield from self._bays()
        yield from self._bundles()
        yield from self._caps()
        yield from self._draws()
        yield from self._stands()

    # ---------------------------------------------------------------- one law each

    def _unknown(self) -> Iterator[str]:
        for ref, place in sorted(self.placed.items()):
            if ref not in self.requests:
                yield f"{ref}: no such request"
            elif self.requests[ref].is_phantom:
                yield f"{ref}: a forecast was placed"
            elif place not in self.places:
                yield f"{ref}: no such place {place}"

    def _windows(self) -> Iterator[str]:
        for ref, place in sorted(self.given.items()):
            request = self.requests[ref]
            if place.lane not in request.lanes:
                yield f"{ref}: lane {place.lane} does not fit"
            if not request.earliest_min <= place.starts_min <= request.latest_min:
                yield f"{ref}: {place.ref} is outside its window"

    def _rooms(self) -> Iterator[str]:
        for ref, count in sorted(Counter(place.ref for place in self.given.values()).items()):
            if count > max(0, min(self.places[ref].room, self.places[ref].capacity)):
                yield f"{ref}: {count} placed, room for {self.places[ref].room}"

    def _bays(self) -> Iterator[str]:
        inside: Counter[tuple[str, int]] = Counter()
        for ref, place in self.given.items():
            request = self.requests[ref]
            last = (place.starts_min + request.dwell_min - 1) // HOUR_MIN
            hours = range(place.starts_min // HOUR_MIN, last + 1) if request.dwell_min > 0 else ()
            inside.update((request.bay_type, hour) for hour in hours)
        for row in self.yard:
            for hour, free in enumerate(row.free):
                if free is not None and inside[row.bay_type, hour] > max(0, free):
                    yield f"{row.bay_type}: {inside[row.bay_type, hour]} inside in hour {hour}, {free} free"

    def _bundles(self) -> Iterator[str]:
        members: dict[str, list[Request]] = defaultdict(list)
        for request in self.real:
            if request.bundle:
                members[request.bundle].append(request)
        for bundle, requests in sorted(members.items()):
            starts = [self.given[r.ref].starts_min for r in requests if r.ref in self.given]
            if starts and len(starts) < len(requests):
                yield f"{bundle}: {len(starts)} of {len(requests)} placed"
            if starts and max(starts) - min(starts) > self.rule.bundle_span_min:
                yield f"{bundle}: torn over {max(starts) - min(starts)} minutes"

    def _caps(self) -> Iterator[str]:
        for (organisation, ref), count in sorted(self.seats.items()):
            outside = self.rule.taken.get((organisation, ref), 0)
            if ref in self.places and count > max(self._cap(ref), outside):
                yield f"{organisation}: {count} seats of {ref}, {self._cap(ref)} allowed"

    def _cap(self, place: str) -> int:
        return max(1, self.places[place].capacity * self.rule.organisation_share_percent // 100)

    # ---------------------------------------------------------------- order between equals

    def _draws(self) -> Iterator[str]:
        """Of those who hold nothing the earlier drawn has the better place; of those who held the same, the earlier drawn keeps it."""
        known = (r for r in self.real if not r.held or r.held in self.places)
        for equals in self._equals((r, r.held) for r in known):
            quality = self._is_moved if equals[0].held else self._away
            yield from self._inversion(sorted(equals, key=lambda r: self.draw[r.ref]), quality)

    def _stands(self) -> Iterator[str]:
        """Of those that lost a held place, who stood earlier stands earlier."""
        for equals in self._equals((r, "") for r in self.real if r.held and self._is_moved(r)):
            yield from self._inversion(sorted(equals, key=lambda r: (self._stood(r), self.draw[r.ref])), self._start)

    def _equals(self, parts: Iterable[tuple[Request, str]]) -> list[list[Request]]:
        """Requests outside bundles that asked for the same and belong to the same part."""
        equals: dict[object, list[Request]] = defaultdict(list)
        for request, part in parts:
            if not request.bundle:
                equals[part, self._ask(request)].append(request)
        return list(equals.values())

    def _inversion(self, equals: list[Request], quality: Callable[[Request], int]) -> Iterator[str]:
        """One pair, if there is any, that an exchange would put right without breaking a cap."""
        values = [quality(r) for r in equals]
        if all(before <= after for before, after in pairwise(values)):
            return
        for at, earlier in enumerate(equals):
            for number in range(at + 1, len(equals)):
                if values[number] < values[at] and self._may_exchange(earlier, equals[number]):
                    yield f"{earlier.ref}: its place should be no worse than that of {equals[number].ref}"
                    return

    def _may_exchange(self, one: Request, other: Request) -> bool:
        if one.organisation == other.organisation:
            return True
        return self._has_share(one, self.given.get(other.ref)) and self._has_share(other, self.given.get(one.ref))

    def _has_share(self, request: Request, place: Place | None) -> bool:
        return place is None or self.seats[request.organisation, place.ref] < self._cap(place.ref)

    # ---------------------------------------------------------------- figures of one request

    def _ask(self, request: Request) -> tuple[object, ...]:
        """What makes two requests equal: nothing here differs."""
        bay = request.bay_type if any(row.bay_type == request.bay_type for row in self.yard) else ""
        level = self.ledger.level(request.organisation) + self.raised.get(request.organisation, 0)
        wish = (request.rank, request.lanes, request.earliest_min, request.latest_min, request.preferred_min)
        return (*wish, bay, request.dwell_min if bay else 0, level, request.kind in self.rule.general_kinds)

    def _away(self, request: Request) -> int:
        place = self.given.get(request.ref)
        return REFUSED if place is None else self.ledger.away_min(request, place)

    def _start(self, request: Request) -> int:
        place = self.given.get(request.ref)
        return REFUSED if place is None else place.starts_min

    def _is_moved(self, request: Request) -> int:
        place = self.given.get(request.ref)
        return 0 if place is not None and place.ref == request.held else 1

    def _stood(self, request: Request) -> int:
        if request.stood_min is not None:
            return request.stood_min
        return self.places[request.held].starts_min if request.held in self.places else request.preferred_min
