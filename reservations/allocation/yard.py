"""PURE. Yard rows: in no hour may more vehicles stand on a type of bay than are free. They lie beside the network, so they come in late.

A row enters the programme when an allocation breaks it, with the hours next to it; only the groups that can touch a row in force
are told apart by their dwell. What stays out holds anyway, or it would have come in.
"""

from __future__ import annotations

import numpy as np
import scipy

from reservations.allocation.flow import Floats, SideRows
from reservations.allocation.grouping import hours_of_stay, whole_hours
from reservations.allocation.network import Network, runs
from reservations.allocation.problem import NOBODY, Flags, Ints, Problem


def occupied(problem: Problem, given: Ints) -> Ints:
    """[B, H]: vehicles on each type of bay in each hour, by the place given to each request (-1 none)."""
    bays, hours = problem.yard.shape
    change = np.zeros((bays, hours + 1), dtype=np.int64)
    inside = np.flatnonzero((given != NOBODY) & (problem.bay >= 0))
    begin, end = hours_of_stay(problem.starts[given[inside]], problem.dwell[inside], hours)
    np.add.at(change, (problem.bay[inside], begin), 1)
    np.subtract.at(change, (problem.bay[inside], end), 1)
    return change.cumsum(axis=1)[:, :hours]


def broken(problem: Problem, free: Ints, given: Ints, hot: Flags) -> Flags:
    """[B, H]: rows not yet in force that the allocation breaks, with their neighbours."""
    over = (occupied(problem, given) > free) & ~hot
    wide = over.copy()
    wide[:, 1:] |= over[:, :-1]
    wide[:, :-1] |= over[:, 1:]
    return wide & ~hot


def side_rows(network: Network, free: Ints, hot: Flags) -> SideRows:
    """This will return the rows in force over the arcs of `network`; `free` [B, H] is what is left for its groups."""
    problem, groups = network.problem, network.groups
    wish_group, interval = network.wish_ends
    stay_group, place = network.stay_ends
    stay_column = len(wish_group) + np.arange(len(stay_group))
    column = np.concatenate([np.arange(len(wish_group)), stay_column])
    start = np.concatenate([network.wishes.starts[interval], problem.starts[place]])
    group = np.concatenate([wish_group, stay_group])
    touching = groups.touches[group]
    column, start, one = column[touching], start[touching], groups.one[group[touching]]
    begin, end = hours_of_stay(start, whole_hours(problem)[one], hot.shape[1])
    at, hour = runs(begin, end - 1)
    number = np.full(hot.shape, -1, dtype=np.int64)
    number[hot] = np.arange(int(hot.sum()))
    row = number[problem.bay[one[at]], hour]
    real = row >= 0
    matrix = scipy.sparse.coo_array(
        (np.ones(int(real.sum())), (row[real], column[at[real]])), shape=(int(hot.sum()), len(network.arcs.tails))
    )
    return SideRows(matrix.tocsr(), free[hot].astype(np.float64))


class StayPrices:
    """Price of a stay: the sum of its hours' prices. `prices` [B, H]."""

    def __init__(self, prices: Floats) -> None:
        self.sums = np.zeros((prices.shape[0], prices.shape[1] + 1))
        self.sums[:, 1:] = prices.cumsum(axis=1)

    def of(self, bay: Ints, start: Ints, dwell: Ints) -> Floats:
        """This will price stays, row by row; bay -1 costs nothing."""
        if not self.sums.size:
            return np.zeros(len(bay))
        begin, end = hours_of_stay(start, dwell, self.sums.shape[1] - 1)
        known = np.maximum(bay, 0)
        return np.where(bay >= 0, self.sums[known, end] - self.sums[known, begin], 0.0)
