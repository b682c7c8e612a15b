"""PURE. One relaxation: the exact flow of single requests, with the caps and yard rows that it breaks brought in until none is broken.

What comes out is the cheapest allocation in which bundles may be torn apart; its value is a bound for all others.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from reservations.allocation import flow as flows
from reservations.allocation.costs import Costs
from reservations.allocation.flow import Floats, Flow, SideRows
from reservations.allocation.grouping import group, whole_hours
from reservations.allocation.network import Network, Seats, cap_per_place
from reservations.allocation.problem import NOBODY, Flags, Ints, Problem
from reservations.allocation.seating import rank_in_run, seat
from reservations.allocation.settling import settle
from reservations.allocation.wishes import Wishes
from reservations.allocation.yard import StayPrices, broken, side_rows

THETA = 60.0  # arcs dearer than this over the group's best are left out at first


@dataclass(frozen=True)
class InForce:
    """What must be told apart: `hot` yard rows (bool [B, H]) and `capped` organisations (bool [K]); and the prices known so far:
    `rows` [B, H] of yard rows, `intervals` [S, I] of a seat for a lane set (None: nothing known yet)."""

    hot: Flags
    capped: Flags
    rows: Floats
    intervals: Floats | None = None


@dataclass(frozen=True)
class Relaxed:
    """`given` [n] (members only, others -1), `bound`, `prices` [p] of seats, what is in force; `drafts`: `given` and what may come
    of it otherwise, each with its torn: rows that the programme serves in parts and that are refused for now."""

    given: Ints
    bound: float
    prices: Floats
    force: InForce
    drafts: list[tuple[Ints, Ints]]


def nothing_in_force(problem: Problem) -> InForce:
    shape = problem.yard.shape
    return InForce(np.zeros(shape, dtype=bool), np.zeros(len(problem.levels), dtype=bool), np.zeros(shape))


def relax(
    problem: Problem,
    wishes: Wishes,
    costs: Costs,
    members: Ints,
    seats: Seats,
    free: Ints,
    force: InForce,
    *,
    solver: str,
) -> Relaxed:
    """This will allocate `members` (rows) to `seats` and the `free` yard [B, H] at the least cost."""
    while True:
        groups = group(problem, wishes, costs, members, hot=force.hot, capped=force.capped)
        network = Network(problem, wishes, costs, groups, seats)
        rows = side_rows(network, free, force.hot) if force.hot.any() else None
        flow = _solve(network, rows, force, solver)
        whole = [flow] if rows is None or flow.is_whole else settle(network, flow, rows)
        drafts = [seat(network, np.rint(each.units).astype(np.int64)) for each in whole]
        flow = replace(flow, potential=flows.next_unit_prices(network, flow, rows))
        force = _learn(network, flow, force)
        hot = np.logical_or.reduce([broken(problem, free, given, force.hot) for given in drafts])
        capped = np.logical_or.reduce([over_cap(problem, seats, given) for given in drafts]) & ~force.capped
        if not hot.any() and not capped.any():
            torn = [(given, _torn(network, flow, given)) for given in drafts]
            return Relaxed(drafts[0], flow.value, _seat_prices(network, flow), force, torn)
        force = InForce(force.hot | hot, force.capped | capped, force.rows, force.intervals)


def _torn(network: Network, flow: Flow, given: Ints) -> Ints:
    """Of each group the first in the draw among the refused, as many as the programme refuses less."""
    groups, draw = network.groups, network.problem.draw
    out = np.flatnonzero(given[groups.members] == NOBODY)
    out = out[np.lexsort((draw[groups.members[out]], groups.of[out]))]
    refused = np.bincount(groups.of[out], minlength=groups.size)
    served = refused - np.floor(network.part(flow.units, "refuse") + flows.WHOLE).astype(np.int64)
    return groups.members[out[rank_in_run(groups.of[out]) < served[groups.of[out]]]]


def _solve(network: Network, rows: SideRows | None, force: InForce, solver: str) -> Flow:
    if rows is None:
        return flows.solve(network, solver=solver)
    return flows.solve_with_rows(network, rows, _promising(network, force))


def _promising(network: Network, force: InForce) -> Flags:
    """[A]: the arcs within THETA of their group's best at the prices known so far."""
    chosen = np.ones(len(network.arcs.tails), dtype=bool)
    if force.intervals is None:
        return chosen
    group_of, interval = network.wish_ends
    one = network.groups.one[group_of]
    problem = network.problem
    stays = StayPrices(force.rows).of(problem.bay[one], network.wishes.starts[interval], whole_hours(problem)[one])
    price = network.families["wish"].cost + stays + force.intervals[problem.lane_set[one], interval]
    best = network.families["refuse"].cost.astype(np.float64)
    np.minimum.at(best, group_of, price)
    chosen[: len(price)] = price <= best[group_of] + THETA
    return chosen


def _learn(network: Network, flow: Flow, force: InForce) -> InForce:
    """The prices of this flow, for the next."""
    rows = np.zeros(force.hot.shape)
    rows[force.hot] = flow.row_prices if len(flow.row_prices) else 0.0
    intervals = np.zeros((len(network.problem.fits), len(network.wishes.starts)))
    owner, lane_set, interval, _ = network.interval_nodes
    potential = flow.potential[network.groups.size : network.groups.size + len(owner)]
    pooled = owner == NOBODY
    intervals[lane_set[pooled], interval[pooled]] = potential[pooled]
    return InForce(force.hot, force.capped, rows, intervals)


def _seat_prices(network: Network, flow: Flow) -> Floats:
    prices = np.zeros(len(network.seats.room))
    prices[network.open_places] = flow.potential[network.place_node[network.open_places]]
    return prices


def over_cap(problem: Problem, seats: Seats, given: Ints) -> Flags:
    """[K]: organisations with more of some place than their share (real requests; forecasts have no organisation to protect)."""
    over = np.zeros(len(problem.levels), dtype=bool)
    row = np.flatnonzero((given != NOBODY) & ~problem.is_phantom)
    places = max(1, len(problem.room))
    pairs, count = np.unique(problem.organisation[row] * places + given[row], return_counts=True)
    owner, place = pairs // places, pairs % places
    taken = np.array(
        [seats.taken.get(pair, 0) for pair in zip(owner.tolist(), place.tolist(), strict=True)], dtype=np.int64
    )
    over[owner[count + taken > cap_per_place(problem)[place]]] = True
    return over
