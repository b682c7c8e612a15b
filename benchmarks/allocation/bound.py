"""What no allocation can undercut: the linear relaxation, written down from the requests, places, bays and rule alone.

It shares no code with the allocation. Requests that ask for the same are one variable per hour, lanes that take the same are pooled,
consignments may be torn (so the bound stays a bound). Solved by HiGHS through SciPy.

    min  Σ refuse·r[g] + Σ displacement·x[g,t] + Σ fill·z[c,t,s]
    s.t. Σ_t x[g,t] + r[g] = n[g]           every request is placed or refused
         Σ_g∈k x[g,t] = Σ_c y[k,c,t]        who comes at t goes through a lane that takes the kind
         Σ_k y[k,c,t] = Σ_s z[c,t,s]        and fills it step by step
         Σ x[g,s], t-dwell < s ≤ t, ≤ bays[k,t]
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linprog

from benchmarks.allocation.instances import KINDS, LANE_TAKES, Instance, Ints
from reservations.allocation import Rule


@dataclass(frozen=True)
class Bound:
    value: float
    refuse_cost: float  # the part of `value` that is refusals
    refused: float


@dataclass
class Matrix:
    """A sparse matrix in the making, by entries."""

    rows: list[Ints] = field(default_factory=list)
    columns: list[Ints] = field(default_factory=list)
    values: list[NDArray[Any]] = field(default_factory=list)

    def add(self, rows: Ints, columns: Ints, value: int) -> None:
        self.rows.append(rows)
        self.columns.append(columns)
        self.values.append(np.full(len(rows), value))

    def built(self, shape: tuple[int, int]) -> Any:
        entries = (np.concatenate(self.values), (np.concatenate(self.rows), np.concatenate(self.columns)))
        return sparse.coo_matrix(entries, shape=shape).tocsr()


def lower_bound(instance: Instance, rule: Rule) -> Bound:
    """This will solve the relaxation. `rule` without organisation caps, levels and general share. Raises RuntimeError when HiGHS fails."""
    groups, count = _groups(instance)
    hours, kinds = instance.hours, len(KINDS)
    lane_types = sorted(set(instance.lanes))
    width = groups.latest - groups.earliest + 1
    of_arc = np.repeat(np.arange(len(count)), width)
    at_hour = np.arange(len(of_arc)) - np.repeat(np.cumsum(width) - width, width) + groups.earliest[of_arc]
    refuse = np.array(rule.refuse_cost)[groups.rank]
    weight = np.array(rule.displacement_cost_per_hour)[groups.rank]

    # Columns in this order: x (group at an hour), r (refused), y (kind through lane type), z (fill step).
    arcs, n = len(of_arc), len(count)
    cost = [weight[of_arc] * np.abs(at_hour - groups.preferred[of_arc]), refuse]
    above = [count[of_arc], count]
    equal, hour = Matrix(), np.arange(hours)
    equal.add(of_arc, np.arange(arcs), 1)
    equal.add(np.arange(n), arcs + np.arange(n), 1)
    through = n + groups.kind[of_arc] * hours + at_hour
    equal.add(through, np.arange(arcs), 1)
    column = arcs + n
    for number, name in enumerate(lane_types):
        lane_row = n + (kinds + number) * hours + hour
        for kind in LANE_TAKES[name]:
            equal.add(n + KINDS.index(kind) * hours + hour, column + hour, -1)
            equal.add(lane_row, column + hour, 1)
            cost.append(np.zeros(hours, dtype=np.int64))
            above.append(np.full(hours, len(instance.demand)))
            column += hours
        for seats, seat_cost in _steps(instance, name, rule):
            equal.add(lane_row, column + hour, -1)
            cost.append(np.full(hours, seat_cost))
            above.append(seats)
            column += hours
    rows = n + (kinds + len(lane_types)) * hours
    solved = linprog(
        np.concatenate(cost).astype(float),
        A_eq=equal.built((rows, column)),
        b_eq=np.concatenate([count, np.zeros(rows - n)]),
        **_yard_rows(instance, groups, of_arc, at_hour, column),
        bounds=np.column_stack([np.zeros(column), np.concatenate(above)]),
        method="highs-ds",
    )
    if solved.status != 0:
        raise RuntimeError(f"the bound was not found: {solved.message}")
    refused = solved.x[arcs : arcs + n]
    return Bound(value=float(solved.fun), refuse_cost=float(refused @ refuse), refused=float(refused.sum()))


def _groups(instance: Instance) -> tuple[Any, Ints]:
    """Requests that differ in nothing the model sees are one group (the dwell is seen only where there are bays)."""
    demand = instance.demand
    seen = [demand.kind, demand.rank, demand.earliest, demand.latest, demand.preferred]
    if instance.yard:
        seen.append(demand.dwell)
    _, first, count = np.unique(np.column_stack(seen), axis=0, return_index=True, return_counts=True)
    return demand.take(first), count


def _steps(instance: Instance, name: str, rule: Rule) -> list[tuple[Ints, int]]:
    """(seats per hour, cost of one) of all lanes of the type together; each lane fills its own steps."""
    capacity = instance.capacity[[at for at, lane in enumerate(instance.lanes) if lane == name]]
    tops = [np.zeros_like(capacity), *(capacity * percent // 100 for percent, _ in rule.fill_steps)]
    return [
        ((top - below).sum(axis=0), seat_cost)
        for below, top, (_, seat_cost) in zip(tops, tops[1:], rule.fill_steps, strict=False)
    ]


def _yard_rows(instance: Instance, groups: Any, of_arc: Ints, at_hour: Ints, columns: int) -> dict[str, Any]:
    if not instance.yard:
        return {}
    stays = np.minimum(groups.dwell[of_arc], instance.hours - at_hour)
    arc = np.repeat(np.arange(len(of_arc)), stays)
    later = np.arange(len(arc)) - np.repeat(np.cumsum(stays) - stays, stays)
    rows = groups.kind[of_arc[arc]] * instance.hours + at_hour[arc] + later
    shape = (len(KINDS) * instance.hours, columns)
    free = np.array([row.free for row in instance.yard], dtype=float).reshape(-1)
    return {"A_ub": sparse.coo_matrix((np.ones(len(arc)), (rows, arc)), shape=shape).tocsr(), "b_ub": free}
