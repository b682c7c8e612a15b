"""PURE. Solves a network, with yard rows beside it or without: SciPy's HiGHS (the base) or OR-Tools' flow (by name, never in silence).

The dual simplex ends in a corner, and the corners of a network are whole. With yard rows a few groups may come out in parts.
Prices: `potential[v]` is what one more unit entering at node v would cost; at a place, the price of its next seat.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import scipy

from reservations.allocation.network import Network
from reservations.allocation.problem import Flags, Ints

Floats = npt.NDArray[np.float64]
SOLVERS = ("scipy", "ortools")
WHOLE = 1e-6
NEAR = 15.0  # arcs within this of being called for are taken along
FAR = 1e15


class SolverFailed(RuntimeError):
    """The solver gave no optimum of a problem that always has one."""


@dataclass(frozen=True)
class SideRows:
    """Rows beside the network: `matrix` [R, A] · flow <= `limit` [R]."""

    matrix: scipy.sparse.csr_array
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

    @property
    def whole_units(self) -> Ints:
        """[A]: the units, each rounded down unless it is whole but for the solver's dust."""
        return np.floor(self.units + WHOLE).astype(np.int64)


def solve(network: Network, *, solver: str = "scipy") -> Flow:
    """This will return the optimal flow of the network alone. Raises ValueError for an unknown solver."""
    if solver not in SOLVERS:
        raise ValueError(f"No solver of that name: {solver}")
    return _by_flow(network) if solver == "ortools" else _by_simplex(network, network.supply, network.arcs.upper, None)


def solve_with_rows(network: Network, rows: SideRows, columns: Flags) -> Flow:
    """This will return the optimal flow under `rows` (by SciPy), beginning with the arcs that `columns` (bool [A]) names:
    arcs that the prices then call for are added until there is none, so the optimum is that of all arcs."""
    chosen = columns.copy()
    while True:
        answer = _by_simplex(network, network.supply, np.where(chosen, network.arcs.upper, 0), rows)
        reduced = reduced_cost(network, answer.potential) + rows.matrix.T @ answer.row_prices
        missing = ~chosen & (reduced < -WHOLE)
        if not missing.any():
            return answer
        chosen |= reduced < NEAR


def complete(network: Network, fixed: Ints) -> Flow:
    """This will complete a flow whose wish and stay arcs are given (`fixed` [A]): it finds them places; the rest is refused."""
    supply, upper = left_by(network, fixed)
    count = len(network.families["wish"].tails) + len(network.families["stay"].tails)
    upper[:count] = 0
    rest = _by_simplex(network, supply, upper, None)
    return Flow(rest.units + fixed, rest.value + float(network.arcs.cost @ fixed), rest.potential, rest.row_prices)


def left_by(network: Network, fixed: Ints) -> tuple[Ints, Ints]:
    """[V], [A]: the supply and the room on the arcs that units already sent leave."""
    arcs, count = network.arcs, len(network.supply)
    supply = network.supply - np.bincount(arcs.tails, weights=fixed, minlength=count).astype(np.int64)
    supply += np.bincount(arcs.heads, weights=fixed, minlength=count).astype(np.int64)
    return supply, arcs.upper - fixed


def balance(network: Network, columns: Ints) -> scipy.sparse.csr_array:
    """[V - 1, columns]: what flows out of each node less what flows in; the sink's row follows from the others."""
    arcs, count = network.arcs, len(network.supply)
    units, numbers = np.ones(len(columns)), np.arange(len(columns))
    ends = np.concatenate([arcs.tails[columns], arcs.heads[columns]])
    return scipy.sparse.coo_array(
        (np.concatenate([units, -units]), (ends, np.concatenate([numbers, numbers]))), shape=(count, len(columns))
    ).tocsr()[: count - 1]


def reduced_cost(network: Network, potential: Floats) -> Floats:
    """[A]: what sending one more unit over each arc would cost at those prices."""
    arcs = network.arcs
    return arcs.cost - potential[arcs.tails] + potential[arcs.heads]


def _by_simplex(network: Network, supply: Ints, upper: Ints, rows: SideRows | None) -> Flow:
    arcs, count = network.arcs, len(supply)
    columns = np.flatnonzero(upper > 0)
    if not len(columns):
        return Flow(np.zeros(len(upper)), 0.0, np.zeros(count), np.zeros(0 if rows is None else len(rows.limit)))
    answer = scipy.optimize.linprog(
        arcs.cost[columns].astype(np.float64),
        A_eq=balance(network, columns),
        b_eq=supply[:-1].astype(np.float64),
        A_ub=None if rows is None else rows.matrix[:, columns],
        b_ub=None if rows is None else rows.limit,
        bounds=np.stack([np.zeros(len(columns)), upper[columns].astype(np.float64)], axis=1),
        method="highs-ds",
        options={"presolve": False},  # there is nothing to find in a network: it only costs time
    )
    if answer.status != 0:
        raise SolverFailed(answer.message)
    flow = np.zeros(len(arcs.tails))
    flow[columns] = answer.x
    prices = np.zeros(0) if rows is None else -np.asarray(answer.ineqlin.marginals)
    return Flow(flow, float(answer.fun), np.append(answer.eqlin.marginals, 0.0), prices)


def _by_flow(network: Network) -> Flow:
    # Here and not above: an accelerator that need not be installed.
    from ortools.graph.python import min_cost_flow

    arcs, solver = network.arcs, min_cost_flow.SimpleMinCostFlow()
    index = solver.add_arcs_with_capacity_and_unit_cost(
        arcs.tails.astype(np.int32), arcs.heads.astype(np.int32), arcs.upper, arcs.cost
    )
    solver.set_nodes_supplies(np.arange(len(network.supply), dtype=np.int32), network.supply)
    if solver.solve() != solver.OPTIMAL:
        raise SolverFailed("ortools found no optimal flow")
    units = np.asarray(solver.flows(index), dtype=np.int64)
    flow = Flow(units.astype(np.float64), float(solver.optimal_cost()), np.zeros(0), np.zeros(0))
    return replace(flow, potential=next_unit_prices(network, flow, None))


def next_unit_prices(network: Network, flow: Flow, rows: SideRows | None) -> Floats:
    """This will return for each node what one more unit there would cost: the cheapest way to the sink in what the flow leaves open.

    Of all prices that support the flow these are the highest; a solver's own may be any. Bellman and Ford over all arcs at once:
    the network is shallow. Rows count at their prices.
    """
    arcs = network.arcs
    price = arcs.cost.astype(np.float64)
    if rows is not None:
        price += rows.matrix.T @ flow.row_prices
    ahead, back = flow.units < arcs.upper - WHOLE, flow.units > WHOLE
    tails = np.concatenate([arcs.tails[ahead], arcs.heads[back]])
    heads = np.concatenate([arcs.heads[ahead], arcs.tails[back]])
    price = np.concatenate([price[ahead], -price[back]])
    order = np.argsort(tails, kind="stable")
    tails, heads, price = tails[order], heads[order], price[order]
    nodes, begin = np.unique(tails, return_index=True)
    distance = np.full(len(network.supply), FAR)
    distance[network.sink] = 0.0
    for _ in range(len(network.supply)):
        nearer = np.minimum.reduceat(price + distance[heads], begin) if len(begin) else distance[nodes]
        closer = nearer < distance[nodes] - WHOLE
        if not closer.any():
            break
        distance[nodes[closer]] = nearer[closer]
    return np.where(distance >= FAR / 2, 0.0, distance)
