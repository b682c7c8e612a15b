"""PURE. The verifier's own account of draw, wanted times, guaranteed share and costs. Nothing of the solver is used here."""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from reservations.allocation.shapes import Place, Request, Rule

HOUR_MIN = 60


def own_draw(requests: Iterable[Request], key: bytes) -> dict[str, bytes]:
    """This will return the best ticket of each request; lower is earlier."""
    return {
        r.ref: min(
            hashlib.sha256(key + b"\0" + r.ref.encode() + b"\0" + b"%d" % ticket).digest()
            for ticket in range(max(1, r.tickets))
        )
        for r in requests
    }


class Ledger:
    """What each request wanted, and what the rule makes each outcome cost."""

    def __init__(
        self, requests: Sequence[Request], places: Sequence[Place], rule: Rule, draw: Mapping[str, bytes]
    ) -> None:
        self.requests, self.places, self.rule, self.draw = requests, places, rule, draw
        self._on: dict[frozenset[str], tuple[list[int], list[Place]]] = {}
        self._anchors: dict[tuple[frozenset[str], int], int] = {}
        self._longest = max((p.ends_min - p.starts_min for p in places), default=0)
        self.guaranteed = self._guaranteed()
        missed, used = sum(rule.missed_before.values()), sum(rule.used_before.values())
        self.share = Fraction(missed, missed + used) if missed + used else Fraction(0)

    def value(self, given: Mapping[str, Place]) -> int:
        """This will add up refusals, displacement, moves and fill of the real requests."""
        real = [r for r in self.requests if not r.is_phantom]
        return sum(self.cost(r, given.get(r.ref)) for r in real) + self._fill(given)

    def cost(self, request: Request, place: Place | None) -> int:
        """This will price one request at a place, or its refusal (None)."""
        rule, held = self.rule, bool(request.held)
        if place is None:
            rank = 0 if request.ref in self.guaranteed else request.rank
            extra = rule.held_refuse_cost + rule.move_cost if held else 0
            return rule.refuse_cost[rank] + rule.fairness_cost * self.level(request.organisation) + extra
        away = self._hours_cost(request, self.away_min(request, place))
        return away + (rule.move_cost if held and place.ref != request.held else 0)

    def level(self, organisation: str) -> int:
        """This will return the fairness level that earlier rounds gave an organisation."""
        missed, used = self.rule.missed_before.get(organisation, 0), self.rule.used_before.get(organisation, 0)
        if not (self.share and missed + used) or self.share == 1:
            return 0
        behind = missed - 1 - self.share * (missed + used)
        luck = (missed + used) * self.share * (1 - self.share)
        level = 0
        while level < self.rule.fairness_steps and behind > 0 and behind**2 >= luck * (level + 3) ** 2:
            level += 1
        return level

    def _hours_cost(self, request: Request, minutes: int) -> int:
        per_mille = 1000
        for _ in range(self.level(request.organisation)):
            per_mille = (per_mille * (100 + self.rule.fairness_raise_percent) + 50) // 100
        return (self.rule.displacement_cost_per_hour[request.rank] * minutes * per_mille + 30_000) // 60_000

    def _fill(self, given: Mapping[str, Place]) -> int:
        seats = Counter(place.ref for place in given.values())
        return sum(self._fill_of(place, seats[place.ref]) for place in self.places if seats[place.ref])

    def _fill_of(self, place: Place, count: int) -> int:
        """Seat by seat."""
        before = place.capacity - max(0, min(place.room, place.capacity))
        total = 0
        for seat in range(before + 1, before + count + 1):
            steps = (cost for percent, cost in self.rule.fill_steps if seat <= place.capacity * percent // 100)
            total += next(steps, self.rule.fill_steps[-1][1])
        return total

    # ---------------------------------------------------------------- wanted times

    def away_min(self, request: Request, place: Place) -> int:
        """This will return the minutes between the wanted time and a place: none if it holds the preferred minute."""
        if place.starts_min <= request.preferred_min < place.ends_min:
            return 0
        return abs(place.starts_min - self._anchor(request))

    def _anchor(self, request: Request) -> int:
        """Start of the place that holds the preferred minute (the latest such start), or that minute itself."""
        key = (request.lanes, request.preferred_min)
        if key not in self._anchors:
            starts, places = self._places_on(request.lanes)
            end = bisect_right(starts, request.preferred_min)
            begin = bisect_left(starts, request.preferred_min - self._longest)
            holding = [p.starts_min for p in places[begin:end] if p.ends_min > request.preferred_min]
            self._anchors[key] = max(holding, default=request.preferred_min)
        return self._anchors[key]

    def _places_on(self, lanes: frozenset[str]) -> tuple[list[int], list[Place]]:
        if lanes not in self._on:
            places = sorted((p for p in self.places if p.lane in lanes), key=lambda p: p.starts_min)
            self._on[lanes] = ([p.starts_min for p in places], places)
        return self._on[lanes]

    # ---------------------------------------------------------------- the guaranteed share

    def _guaranteed(self) -> frozenset[str]:
        """The first of the general kinds in the draw (forecasts last), up to the share of the lanes that any of them can use."""
        general = [r for r in self.requests if r.kind in self.rule.general_kinds and self._has_a_place(r)]
        room: dict[str, int] = defaultdict(int)
        for place in self.places:
            room[place.lane] += max(0, min(place.room, place.capacity))
        usable = {lane for r in general for lane in r.lanes}
        quota = sum(room[lane] * self.rule.general_share_percent // 100 for lane in sorted(usable))
        general.sort(key=lambda r: (r.is_phantom, b"" if r.is_phantom else self.draw[r.ref], r.ref))
        return frozenset(r.ref for r in general[:quota])

    def _has_a_place(self, request: Request) -> bool:
        starts, places = self._places_on(request.lanes)
        window = slice(bisect_left(starts, request.earliest_min), bisect_right(starts, request.latest_min))
        return any(min(p.room, p.capacity) > 0 for p in places[window])
