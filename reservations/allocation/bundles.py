"""PURE. Consignments come together or not at all: every member placed, all starts within the rule's span.

A consignment whose equals got enough places near each other in the relaxation takes those, at no cost. The others are placed one after
the other, first class and largest first, where displacement and the prices of seats and bays come cheapest; one that would cost
more than its refusal stays out. Single requests flow around them afterwards.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cached_property

import numpy as np

from reservations.allocation.costs import Costs
from reservations.allocation.flow import Floats
from reservations.allocation.grouping import codes
from reservations.allocation.problem import NOBODY, Ints, Problem
from reservations.allocation.relaxing import Relaxed
from reservations.allocation.stock import Stock
from reservations.allocation.wishes import Wishes
from reservations.allocation.yard import StayPrices


class Offer:
    """Places that one kind of request may have, by start, and what each would cost it in all."""

    def __init__(self, places: Ints, starts: Ints, prices: Floats) -> None:
        self.places, self.starts, self.prices = places.tolist(), starts.tolist(), prices.tolist()
        self._within: dict[tuple[int, int], list[int]] = {}

    def price_of(self, place: int) -> float:
        """This will return what one of the places costs."""
        return float(self.prices[self.places.index(place)])

    def within(self, begin: int, end: int) -> list[int]:
        """This will return the positions of the places that start in [begin, end], cheapest first."""
        if (begin, end) not in self._within:
            span = range(bisect_left(self.starts, begin), bisect_right(self.starts, end))
            self._within[begin, end] = sorted(span, key=lambda at: (self.prices[at], at))
        return self._within[begin, end]


def place_bundles(problem: Problem, wishes: Wishes, costs: Costs, relaxed: Relaxed) -> Ints:
    """This will return the place of every member of a bundle, [n], -1 for none and for single requests."""
    given = np.full(problem.size, NOBODY, dtype=np.int64)
    bundles = in_turn(problem)
    if not bundles:
        return given
    desk = Desk(problem, wishes, costs, relaxed, given)
    waiting = [rows for rows in bundles if not desk.settle(rows, given, among_equals=True)]
    for rows in waiting:
        desk.settle(rows, given, among_equals=False)
    return given


def place_again(problem: Problem, wishes: Wishes, costs: Costs, relaxed: Relaxed, bundled: Ints) -> Ints:
    """This will return `bundled` [n] with the refused bundles tried once more at the prices of `relaxed`, the others standing."""
    given = bundled.copy()
    desk = Desk(problem, wishes, costs, relaxed, given)
    for rows in in_turn(problem):
        if given[rows[0]] == NOBODY:
            desk.settle(rows, given, among_equals=False)
    return given


def in_turn(problem: Problem) -> list[list[int]]:
    """This will return the bundles' rows: best class first, then the largest, then by the draw."""
    rows_of: dict[int, list[int]] = defaultdict(list)
    rows = np.flatnonzero(problem.bundle != NOBODY)
    for row in rows[np.argsort(problem.draw[rows])].tolist():
        rows_of[int(problem.bundle[row])].append(row)
    return sorted(
        rows_of.values(), key=lambda rows: (min(problem.rank[rows].tolist()), -len(rows), int(problem.draw[rows[0]]))
    )


class Desk:
    """Places one bundle after the other on what bundles have left."""

    def __init__(self, problem: Problem, wishes: Wishes, costs: Costs, relaxed: Relaxed, given: Ints) -> None:
        self.problem, self.wishes, self.costs, self.relaxed = problem, wishes, costs, relaxed
        self.stock = Stock(problem, given)
        self.span = problem.rule.bundle_span_min
        self.stays = StayPrices(relaxed.force.rows)
        self.kind_of = self._kinds()
        self.offers: dict[int, Offer] = {}
        self.windows: dict[tuple[tuple[int, int], ...], list[tuple[float, int]]] = {}

    def settle(self, rows: list[int], given: Ints, *, among_equals: bool) -> bool:
        """This will place the whole bundle, or nothing of it. `among_equals`: only on places that its equals got."""
        if not self.wishes.fits_somewhere[rows].all():
            return False
        limit = float(self.costs.refuse[rows].sum())
        found = self._cheapest(rows, limit, among_equals)
        for row, place in found.items():
            given[row] = place
            self._take(row, place, among_equals)
        return bool(found)

    def better(self, rows: list[int], given: Ints) -> tuple[float, dict[int, int]]:
        """This will return what moving a placed bundle would save, and its cheapest places (0 and none: it stands there)."""
        places = given[rows].tolist()
        for row, place in zip(rows, places, strict=True):
            self.stock.take(row, place, seats=-1)
        cost = self._cost(rows, places)
        found = self._cheapest(rows, cost, among_equals=False)
        for row, place in zip(rows, places, strict=True):
            self.stock.take(row, place)
        return cost - self._cost(rows, list(found.values())) if found else 0.0, found

    def _cost(self, rows: list[int], places: list[int]) -> float:
        return sum(self._offer(row).price_of(place) for row, place in zip(rows, places, strict=True))

    def _cheapest(self, rows: list[int], limit: float, among_equals: bool) -> dict[int, int]:
        best: dict[int, int] = {}
        for floor, begin in self._windows(rows):
            if floor >= limit:
                break
            cost, found = self._fill(rows, begin, among_equals)
            if found and cost < limit:
                limit, best = cost, found
        return best

    def _windows(self, rows: list[int]) -> list[tuple[float, int]]:
        """Where a span may begin, with the least that the bundle could cost there; the cheapest first."""
        kinds = tuple(sorted(Counter(self.kind_of[row] for row in rows).items()))
        if kinds not in self.windows:
            offers = [(self._offer(row), dict(kinds)[self.kind_of[row]]) for row in _one_of_each(rows, self.kind_of)]
            self.windows[kinds] = sorted(self._floors(offers))
        return self.windows[kinds]

    def _floors(self, offers: list[tuple[Offer, int]]) -> Iterator[tuple[float, int]]:
        for begin in sorted({start for offer, _ in offers for start in offer.starts}):
            cheapest = [(offer, count, offer.within(begin, begin + self.span)[:1]) for offer, count in offers]
            if all(at for _, _, at in cheapest):
                yield sum(offer.prices[at[0]] * count for offer, count, at in cheapest), begin

    def _fill(self, rows: list[int], begin: int, among_equals: bool) -> tuple[float, dict[int, int]]:
        """The cheapest free place for each in turn; nothing if one finds none. The stock is left as it was."""
        found: dict[int, int] = {}
        cost = 0.0
        for row in rows:
            offer = self._offer(row)
            at = next(
                (at for at in offer.within(begin, begin + self.span) if self._may(row, offer.places[at], among_equals)),
                None,
            )
            if at is None:
                break
            found[row] = offer.places[at]
            cost += offer.prices[at]
            self._take(row, found[row], among_equals)
        for row, place in found.items():
            self._take(row, place, among_equals, seats=-1)
        return cost, found if len(found) == len(rows) else {}

    def _may(self, row: int, place: int, among_equals: bool) -> bool:
        return (not among_equals or self.equals_have[self.kind_of[row]][place] > 0) and self.stock.fits(row, place)

    def _take(self, row: int, place: int, among_equals: bool, seats: int = 1) -> None:
        self.stock.take(row, place, seats)
        if among_equals:
            self.equals_have[self.kind_of[row]][place] -= seats

    def _offer(self, row: int) -> Offer:
        kind = self.kind_of[row]
        if kind not in self.offers:
            self.offers[kind] = self._price(row)
        return self.offers[kind]

    def _price(self, row: int) -> Offer:
        """Displacement, a move, and the prices that the relaxation found for seat and stay."""
        problem, wishes = self.problem, self.wishes
        open_ = problem.fits[problem.lane_set[row], problem.lane] & (problem.room > 0)
        open_ &= (wishes.first[row] <= wishes.of_place) & (wishes.of_place <= wishes.last[row])
        places = np.flatnonzero(open_)
        own = np.full(len(places), row)
        price = (
            self.costs.displacement(own, wishes.displacement(own, wishes.of_place[places]))
            + self.relaxed.prices[places]
        )
        price += self.stays.of(problem.bay[own], problem.starts[places], problem.dwell[own])
        if problem.is_held[row]:
            price += np.where(places == problem.held[row], 0, problem.rule.move_cost)
        return Offer(places, problem.starts[places], price)

    def _kinds(self) -> list[int]:
        """[n]: equal numbers for requests to which every place costs the same."""
        problem, wishes = self.problem, self.wishes
        columns = [problem.lane_set, problem.rank, wishes.first, wishes.last, wishes.asked, wishes.anchor]
        columns += [self.costs.factor, problem.bay, problem.dwell, problem.is_held.astype(np.int64), problem.held]
        return [int(kind) for kind in codes(columns)]

    @cached_property
    def equals_have(self) -> dict[int, Counter[int]]:
        have: dict[int, Counter[int]] = defaultdict(Counter)
        given = self.relaxed.given.tolist()
        for row in np.flatnonzero(self.relaxed.given != NOBODY).tolist():
            have[self.kind_of[row]][given[row]] += 1
        return have


def _one_of_each(rows: list[int], kind_of: list[int]) -> list[int]:
    return list({kind_of[row]: row for row in reversed(rows)}.values())
