"""PURE. From flows of groups to a place for every request: inside a group the draw decides.

Among equals who is drawn earlier gets the better place, and the last drawn are refused. Among those that held a place and lost it,
who stood earlier gets the earlier place. Forecasts take what the real requests leave.
"""

from __future__ import annotations

import numpy as np

from reservations.allocation.grouping import codes, whole_hours
from reservations.allocation.network import Network
from reservations.allocation.problem import NOBODY, Ints


def seat(network: Network, units: Ints) -> Ints:
    """This will return the place of every request of the problem, [n], -1 for none. `units` [A]: a whole flow."""
    given = np.full(network.problem.size, NOBODY, dtype=np.int64)
    _keep(network, network.part(units, "stay"), given)
    node = _deal_intervals(network, network.part(units, "wish"), given)
    _deal_places(network, network.part(units, "lane"), node, given)
    return given


def _keep(network: Network, units: Ints, given: Ints) -> None:
    """Those first in the draw of each group that keep the place they hold."""
    groups, problem = network.groups, network.problem
    keeps = np.zeros(groups.size, dtype=np.int64)
    place = np.full(groups.size, NOBODY, dtype=np.int64)
    group, at = network.stay_ends
    keeps[group], place[group] = units, at
    order = np.lexsort((problem.draw[groups.members], groups.of))
    of = groups.of[order]
    stays = rank_in_run(of) < keeps[of]
    given[groups.members[order[stays]]] = place[of[stays]]


def _deal_intervals(network: Network, units: Ints, given: Ints) -> Ints:
    """Deals each class of equals its intervals. Returns the interval node of every request, -1 for none."""
    problem, groups, wishes = network.problem, network.groups, network.wishes
    node_of = np.full(problem.size, NOBODY, dtype=np.int64)
    class_of = equals(network)
    left = given[groups.members] == NOBODY
    members, member_class = groups.members[left], class_of[left]
    used = np.flatnonzero(units)
    group, interval = (ends[used] for ends in network.wish_ends)
    node = network.interval_nodes[3][used]
    one, many = groups.one[group], units[used]
    class_of_group = np.zeros(groups.size, dtype=np.int64)
    class_of_group[groups.of] = class_of
    better = np.where(problem.is_held[one], 0, wishes.displacement(one, interval))
    best_first = np.lexsort((interval, better, class_of_group[group]))
    seats = np.repeat(best_first, many[best_first])
    seat_class = class_of_group[group][seats]
    stood = np.where(problem.is_held, problem.stood, 0)[members]
    order = np.lexsort((problem.draw[members], stood, problem.is_phantom[members], member_class))
    first_seat = np.searchsorted(seat_class, member_class[order])
    rank = rank_in_run(member_class[order])
    served = rank < np.searchsorted(seat_class, member_class[order], "right") - first_seat
    node_of[members[order[served]]] = node[seats[(first_seat + rank)[served]]]
    return node_of


def _deal_places(network: Network, units: Ints, node_of: Ints, given: Ints) -> None:
    """Spreads those of one interval over its lanes, each organisation's in turn, so that no lane is filled by one alone."""
    problem = network.problem
    members = np.flatnonzero(node_of != NOBODY)
    order = members[np.lexsort((problem.draw[members], problem.organisation[members], node_of[members]))]
    node, place = network.lane_ends
    arc = np.repeat(np.arange(len(node)), units)
    turn = np.lexsort((place[arc], rank_in_run(arc), node[arc]))
    given[order] = place[arc[turn]]


def equals(network: Network) -> Ints:
    """[m]: the class of each member. Equal are those whom nothing but the draw may tell apart (in this network)."""
    problem, groups, wishes, costs = network.problem, network.groups, network.wishes, network.costs
    members = groups.members
    touching = groups.touches[groups.of]
    return codes(
        [
            problem.lane_set[members],
            problem.rank[members],
            wishes.first[members],
            wishes.last[members],
            wishes.asked[members],
            wishes.anchor[members],
            costs.factor[members],
            problem.is_held[members].astype(np.int64),
            problem.is_general[members].astype(np.int64),
            groups.owner[groups.of],
            np.where(touching, problem.bay[members] + 1, 0),
            np.where(touching, whole_hours(problem)[members], 0),
        ]
    )


def rank_in_run(values: Ints) -> Ints:
    """This will number the elements of each run of equal neighbours from 0."""
    if not len(values):
        return np.zeros(0, dtype=np.int64)
    begins = np.flatnonzero(np.concatenate([[True], values[1:] != values[:-1]]))
    return np.arange(len(values)) - np.repeat(begins, np.diff(np.append(begins, len(values))))
