"""PURE. The allocation as a minimum-cost flow: group → interval on its lanes → place → seats by fill → sink, or group → refused.

Supplies are the groups' counts. A wish costs its displacement (and a move), the refusal the class's price, the seats of a place
cost more the fuller it gets. Where an organisation's cap is in force its groups have interval nodes of their own and one node
between them and each place; a request that holds a place has an arc straight to it. All of it is a network with whole
capacities, so every corner of its linear programme is whole: the relaxation is the optimum.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from reservations.allocation.costs import PERCENT, Costs
from reservations.allocation.grouping import Groups, codes
from reservations.allocation.problem import Flags, Ints, Problem
from reservations.allocation.wishes import Wishes

Units = TypeVar("Units", Ints, npt.NDArray[np.float64])
FAMILIES = ("wish", "stay", "refuse", "lane", "cap", "seat")


@dataclass(frozen=True)
class Arcs:
    """One family of arcs: where from, where to, how many at most, what each costs. All [A]."""

    tails: Ints
    heads: Ints
    upper: Ints
    cost: Ints


@dataclass(frozen=True)
class Seats:
    """What may be given: `room` [p]; `used` [p] of the capacity before that, for the fill; `taken`: (organisation, place) -> seats."""

    room: Ints
    used: Ints
    taken: Mapping[tuple[int, int], int]


def cap_per_place(problem: Problem) -> Ints:
    """[p]: the most that one organisation may have of each place: its share of the capacity, one at least."""
    return np.maximum(1, problem.capacity * problem.rule.organisation_share_percent // PERCENT)


@dataclass(frozen=True)
class Network:
    """Nodes: G groups, then intervals (of a lane set, for an owner), caps, open places, the sink. Arcs in families as `FAMILIES`."""

    problem: Problem
    wishes: Wishes
    costs: Costs
    groups: Groups
    seats: Seats

    # ---------------------------------------------------------------- nodes

    @cached_property
    def open_places(self) -> Ints:
        return np.flatnonzero(self.seats.room > 0)

    @cached_property
    def wish_ends(self) -> tuple[Ints, Ints]:
        """Group and interval of each wish arc."""
        one = self.groups.one
        group, interval = runs(self.wishes.first[one], self.wishes.last[one])
        fits = self._offered[self.problem.lane_set[one[group]], interval]
        return group[fits], interval[fits]

    @cached_property
    def interval_nodes(self) -> tuple[Ints, Ints, Ints, Ints]:
        """Owner, lane set and interval of each interval node; and the node of each wish arc."""
        group, interval = self.wish_ends
        lane_set = self.problem.lane_set[self.groups.one[group]]
        owner = self.groups.owner[group]
        node = codes([owner, lane_set, interval])
        at = np.unique(node, return_index=True)[1]
        return owner[at], lane_set[at], interval[at], node

    @cached_property
    def lane_ends(self) -> tuple[Ints, Ints]:
        """Interval node and place of each lane arc."""
        _, lane_set, interval, _ = self.interval_nodes
        order = self.open_places[np.argsort(self.wishes.of_place[self.open_places], kind="stable")]
        sorted_intervals = self.wishes.of_place[order]
        begin = np.searchsorted(sorted_intervals, interval, "left")
        end = np.searchsorted(sorted_intervals, interval, "right") - 1
        node, at = runs(begin, end)
        fits = self.problem.fits[lane_set[node], self.problem.lane[order[at]]]
        return node[fits], order[at[fits]]

    @cached_property
    def stay_ends(self) -> tuple[Ints, Ints]:
        """Group and place of each stay arc: held, still open, and within the window."""
        held = self.problem.held[self.groups.one]
        group = np.flatnonzero((held >= 0) & (self.seats.room[held] > 0)) if len(self.seats.room) else np.zeros(0, int)
        one, place = self.groups.one[group], held[group]
        interval = self.wishes.of_place[place]
        fits = (self.wishes.first[one] <= interval) & (interval <= self.wishes.last[one])
        fits &= self.problem.fits[self.problem.lane_set[one], self.problem.lane[place]]
        return group[fits], place[fits]

    @cached_property
    def caps(self) -> tuple[Ints, Ints, Ints, Ints]:
        """Organisation and place of each cap node; the cap node (or -1) of each lane arc and of each stay arc."""
        lane_node, lane_place = self.lane_ends
        stay_group, stay_place = self.stay_ends
        owner = np.concatenate([self.interval_nodes[0][lane_node], self.groups.owner[stay_group]])
        place = np.concatenate([lane_place, stay_place])
        owned = np.flatnonzero(owner >= 0)
        through = np.full(len(owner), -1, dtype=np.int64)
        pair = owner[owned] * len(self.seats.room) + place[owned]
        pairs, through[owned] = np.unique(pair, return_inverse=True)
        size = max(1, len(self.seats.room))
        return pairs // size, pairs % size, through[: len(lane_node)], through[len(lane_node) :]

    @property
    def first_cap(self) -> int:
        return self.groups.size + len(self.interval_nodes[0])

    @property
    def first_place(self) -> int:
        return self.first_cap + len(self.caps[0])

    @property
    def sink(self) -> int:
        return self.first_place + len(self.open_places)

    @cached_property
    def place_node(self) -> Ints:
        """[p]: node of each place, -1 without room."""
        node = np.full(len(self.seats.room), -1, dtype=np.int64)
        node[self.open_places] = self.first_place + np.arange(len(self.open_places))
        return node

    @cached_property
    def supply(self) -> Ints:
        supply = np.zeros(self.sink + 1, dtype=np.int64)
        supply[: self.groups.size] = self.groups.count
        supply[self.sink] = -int(self.groups.count.sum())
        return supply

    # ---------------------------------------------------------------- arcs

    @cached_property
    def families(self) -> dict[str, Arcs]:
        return {name: getattr(self, f"_{name}")() for name in FAMILIES}

    @cached_property
    def arcs(self) -> Arcs:
        """All families, one after the other."""
        parts = self.families.values()
        return Arcs(
            np.concatenate([part.tails for part in parts]),
            np.concatenate([part.heads for part in parts]),
            np.concatenate([part.upper for part in parts]),
            np.concatenate([part.cost for part in parts]),
        )

    def part(self, flow: Units, name: str) -> Units:
        """This will return the flow on one family."""
        begin = sum(len(self.families[before].tails) for before in FAMILIES[: FAMILIES.index(name)])
        return flow[begin : begin + len(self.families[name].tails)]

    def _wish(self) -> Arcs:
        group, interval = self.wish_ends
        one = self.groups.one[group]
        cost = self.costs.displacement(one, self.wishes.displacement(one, interval))
        cost = cost + np.where(self.problem.is_held[one], self.problem.rule.move_cost, 0)
        return Arcs(group, self.groups.size + self.interval_nodes[3], self.groups.count[group], cost)

    def _stay(self) -> Arcs:
        group, place = self.stay_ends
        one = self.groups.one[group]
        cost = self.costs.displacement(one, self.wishes.displacement(one, self.wishes.of_place[place]))
        return Arcs(group, self._into(place, self.caps[3]), self.groups.count[group], cost)

    def _refuse(self) -> Arcs:
        groups = np.arange(self.groups.size)
        return Arcs(groups, np.full_like(groups, self.sink), self.groups.count, self.costs.refuse[self.groups.one])

    def _lane(self) -> Arcs:
        node, place = self.lane_ends
        free = np.zeros(len(node), dtype=np.int64)
        return Arcs(self.groups.size + node, self._into(place, self.caps[2]), self.seats.room[place], free)

    def _cap(self) -> Arcs:
        owner, place = self.caps[:2]
        pairs = zip(owner.tolist(), place.tolist(), strict=True)
        taken = np.array([self.seats.taken.get(pair, 0) for pair in pairs], dtype=np.int64)
        upper = np.maximum(0, cap_per_place(self.problem)[place] - taken)
        return Arcs(self.first_cap + np.arange(len(owner)), self.place_node[place], upper, np.zeros_like(upper))

    def _seat(self) -> Arcs:
        """One arc for each step of fill that is left of each place."""
        room, used, capacity = (a[self.open_places] for a in (self.seats.room, self.seats.used, self.problem.capacity))
        parts, below = [], np.zeros_like(room)
        for percent, cost in self.problem.rule.fill_steps:
            top = np.clip(capacity * percent // PERCENT - used, below, room)
            parts.append((np.flatnonzero(top > below), (top - below)[top > below], cost))
            below = top
        parts.append((np.flatnonzero(room > below), (room - below)[room > below], self.problem.rule.fill_steps[-1][1]))
        at = np.concatenate([part[0] for part in parts])
        upper = np.concatenate([part[1] for part in parts])
        cost_each = np.concatenate([np.full(len(part[0]), part[2], dtype=np.int64) for part in parts])
        return Arcs(self.first_place + at, np.full(len(at), self.sink), upper, cost_each)

    def _into(self, place: Ints, cap: Ints) -> Ints:
        return np.where(cap >= 0, self.first_cap + cap, self.place_node[place])

    @cached_property
    def _offered(self) -> Flags:
        table = np.zeros((self.problem.fits.shape[1], len(self.wishes.starts)), dtype=np.int64)
        table[self.problem.lane[self.open_places], self.wishes.of_place[self.open_places]] = 1
        return self.problem.fits.astype(np.int64) @ table > 0


def runs(first: Ints, last: Ints) -> tuple[Ints, Ints]:
    """This will unroll rows with runs [first, last]: the row and the value of every element."""
    width = np.maximum(0, last - first + 1)
    row = np.repeat(np.arange(len(first)), width)
    offset = np.arange(len(row)) - np.repeat(np.cumsum(width) - width, width)
    return row, np.repeat(first, width) + offset
