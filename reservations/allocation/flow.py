"""PURE. Solves a network, with yard rows beside it or without: SciPy's HiGHS (the base) or OR-Tools' flow (by name, never in silence).

The dual simplex ends in a corner, and the corners of a network are whole. With yard rows a few groups may come out in parts.
Prices: `potential[v]` is what one more unit entering at node v would cost; at a place, the price of its next seat.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import linprog

from reservations.allocation.network import Network
from reservations.allocation.problem import Ints

Floats = npt.NDArray[np.float64]
SOLVERS = ("scipy", "ortools")
WHOLE = 1e-6
FAR = 1 << 50


class SolverFailed(RuntimeError):
    """The solver gave no optimum of a problem that always has one."""


@dataclass(frozen=True)
class SideRows:
    """Rows beside the network: `matrix` [R, A] · flow <= `limit` [R]."""

    matrix: sparse.csr_array
    limit: Floats


@dataclass(frozen=True)
class Flow:
    """`units` [A] on each arc, `value` their cost, `potential` [V], `row_prices` [R] (>= 0). Costs in the rule's units."""

    units: Floats
    value: float
    potential: Floats
    row_prices: Floats

    @property
    def is_whole(self) -> bool:
        return bool(np.abs(self.units - np.rint(self.units)).max(initial=0.0) < WHOLE)


def solve(network: Network, *, solver: str = "scipy", rows: SideRows | None = None) -> Flow:
    """This will return the optimal flow. Rows beside the network always go to SciPy. Raises ValueError for an unknown solver."""
    if solver not in SOLVERS:
        raise ValueError(f"No solver of that name: {solver}")
    if solver == "ortools" and rows is None:
        return _by_flow(network)
    return _by_simplex(network, rows)


def _by_simplex(network: Network, rows: SideRows | None) -> Flow:
    arcs, count = network.arcs, len(network.supply)
    units = np.ones(len(arcs.tails))
    columns = np.arange(len(arcs.tails))
    balance = sparse.coo_array(
        (np.concatenate([units, -units]), (np.concatenate([arcs.tails, arcs.heads]), np.concatenate([columns, columns]))),
        shape=(count, len(columns)),
    ).tocsr()[: count - 1]
    answer = linprog(
        arcs.cost.astype(np.float64),
        A_eq=balance,
        b_eq=network.supply[:-1].astype(np.float64),
        A_ub=None if rows is None else rows.matrix,
        b_ub=None if rows is None else rows.limit,
        bounds=np.stack([np.zeros(len(columns)), arcs.upper.astype(np.float64)], axis=1),
        method="highs-ds",
    )
    if answer.status != 0:
        raise SolverFailed(answer.message)
    prices = np.zeros(0) if rows is None else -np.asarray(answer.ineqlin.marginals)
    return Flow(answer.x, float(answer.fun), np.append(answer.eqlin.marginals, 0.0), prices)


def _by_flow(network: Network) -> Flow:
    from ortools.graph.python import min_cost_flow  # noqa: PLC0415 - an accelerator that need not be installed

    arcs, solver = network.arcs, min_cost_flow.SimpleMinCostFlow()
    index = solver.add_arcs_with_capacity_and_unit_cost(
        arcs.tails.astype(np.int32), arcs.heads.astype(np.int32), arcs.upper, arcs.cost
    )
    solver.set_nodes_supplies(np.arange(len(network.supply), dtype=np.int32), network.supply)
    if solver.solve() != solver.OPTIMAL:
        raise SolverFailed("ortools found no optimal flow")
    units = np.asarray(solver.flows(index), dtype=np.int64)
    return Flow(units.astype(np.float64), float(solver.optimal_cost()), _potentials(network, units), np.zeros(0))


def _potentials(network: Network, units: Ints) -> Floats:
    """Cheapest way to the sink in what the flow leaves open: Bellman and Ford over all arcs at once; the network is shallow."""
    arcs = network.arcs
    ahead, back = units < arcs.upper, units > 0
    tails = np.concatenate([arcs.tails[ahead], arcs.heads[back]])
    heads = np.concatenate([arcs.heads[ahead], arcs.tails[back]])
    cost = np.concatenate([arcs.cost[ahead], -arcs.cost[back]])
    order = np.argsort(tails, kind="stable")
    tails, heads, cost = tails[order], heads[order], cost[order]
    nodes, begin = np.unique(tails, return_index=True)
    distance = np.full(len(network.supply), FAR, dtype=np.int64)
    distance[network.sink] = 0
    for _ in range(len(network.supply)):
        nearer = np.minimum(distance[nodes], np.minimum.reduceat(cost + distance[heads], begin))
        if (nearer == distance[nodes]).all():
            break
        distance[nodes] = nearer
    return np.where(distance >= FAR // 2, 0, distance).astype(np.float64)
