"""PURE. Makes a flow whole that yard rows left in parts: the groups served in parts are dealt anew in what all others leave.

A few dozen groups are a small whole-number programme, which is solved to its optimum. The number of its branches is limited by
count and not by time, so every machine stops at the same one.
"""

from __future__ import annotations

import numpy as np
import scipy

from reservations.allocation import flow as flows
from reservations.allocation.flow import Flow, SideRows
from reservations.allocation.network import Network
from reservations.allocation.problem import Flags, Ints

MOST_BRANCHES = 500


def settle(network: Network, flow: Flow, rows: SideRows) -> list[Flow]:
    """This will return whole flows under `rows` near `flow`, one or two: who is whole in it keeps that, and of the others as many
    are served as can be. If that refuses more than `flow`, then also the one that only rounds down: an exchange may mend it better."""
    part = np.abs(flow.units - np.rint(flow.units)) >= flows.WHOLE
    in_parts = np.zeros(len(network.supply), dtype=bool)
    in_parts[network.arcs.tails[_wishes(network) & part]] = True
    loose = _wishes(network) & in_parts[network.arcs.tails]
    whole = np.where(_wishes(network), flow.whole_units, 0)
    dealt = _deal(network, np.where(loose, 0, whole), loose, rows)
    if dealt is None:
        return [flows.complete(network, whole)]
    best = flows.complete(network, dealt)
    refuses_more = 2 * (best.value - flow.value) >= min(network.problem.rule.refuse_cost)
    return [best, flows.complete(network, whole)] if refuses_more else [best]


def _wishes(network: Network) -> Flags:
    """[A]: the arcs that leave a group for an interval or a place: wish and stay, the first two families."""
    count = len(network.families["wish"].tails) + len(network.families["stay"].tails)
    return np.arange(len(network.arcs.tails)) < count


def _deal(network: Network, fixed: Ints, loose: Flags, rows: SideRows) -> Ints | None:
    """[A]: `fixed` and the best whole units on the `loose` wishes beside it; None if the branches did not suffice."""
    arcs = network.arcs
    supply, upper = flows.left_by(network, fixed)
    columns = np.flatnonzero((upper > 0) & (loose | ~_wishes(network)))
    balance = flows.balance(network, columns)
    answer = scipy.optimize.milp(
        arcs.cost[columns].astype(np.float64),
        integrality=loose[columns].astype(np.int64),
        bounds=scipy.optimize.Bounds(0, upper[columns].astype(np.float64)),
        constraints=[
            scipy.optimize.LinearConstraint(balance, supply[:-1], supply[:-1]),
            scipy.optimize.LinearConstraint(
                scipy.sparse.csr_array(rows.matrix[:, columns]), -np.inf, rows.limit - rows.matrix @ fixed
            ),
        ],
        options={"node_limit": MOST_BRANCHES, "mip_rel_gap": 0.0},
    )
    if answer.x is None:
        return None
    dealt = fixed.copy()
    dealt[columns] += np.rint(answer.x).astype(np.int64) * loose[columns]
    return dealt
