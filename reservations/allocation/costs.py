"""PURE. The rule's costs as whole numbers for each request. All arithmetic here is integral: no rounding differs between machines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reservations.allocation.problem import MINUTES_PER_HOUR, Flags, Ints, Problem
from reservations.allocation.shapes import Rule
from reservations.allocation.wishes import Wishes

PER_MILLE = 1000
PERCENT = 100


@dataclass(frozen=True)
class Costs:
    """`refuse` [n]: cost of refusing each; `per_hour` [n] and `factor` [n] (per mille): of moving it away; `guaranteed` [n]."""

    refuse: Ints
    per_hour: Ints
    factor: Ints
    guaranteed: Flags

    def displacement(self, request: Ints, minutes: Ints) -> Ints:
        """This will return round-half-up(cost per hour · minutes / 60 · factor), pair by pair."""
        whole = MINUTES_PER_HOUR * PER_MILLE
        return (self.per_hour[request] * minutes * self.factor[request] + whole // 2) // whole


def costs_of(problem: Problem, wishes: Wishes, raised: Ints) -> Costs:
    """This will price every request. `raised` [K]: levels of the organisations on top of `problem.levels`."""
    rule, levels = problem.rule, (problem.levels + raised)[problem.organisation]
    guaranteed = _guaranteed(problem, wishes)
    by_rank = np.array(rule.refuse_cost, dtype=np.int64)
    refuse = by_rank[np.where(guaranteed, 0, problem.rank)] + rule.fairness_cost * levels
    refuse = refuse + np.where(problem.is_held, rule.held_refuse_cost + rule.move_cost, 0)
    per_hour = np.array(rule.displacement_cost_per_hour, dtype=np.int64)[problem.rank]
    return Costs(refuse, per_hour, level_factors(rule, int(levels.max(initial=0)))[levels], guaranteed)


def level_factors(rule: Rule, highest: int) -> Ints:
    """This will return the factor of each level from 0 to `highest`, in thousandths, each rounded from the one before."""
    factors = [PER_MILLE]
    for _ in range(highest):
        factors.append((factors[-1] * (PERCENT + rule.fairness_raise_percent) + PERCENT // 2) // PERCENT)
    return np.array(factors, dtype=np.int64)


def _guaranteed(problem: Problem, wishes: Wishes) -> Flags:
    """The first requests of the general kinds in the draw, as many as the guaranteed share of their lanes' room.

    Only their price of refusal changes (that of rank 0). The network keeps its shape, so it stays a flow; and because refusal
    costs alone decide who is served, the guaranteed are served before any other class wherever that is possible at all.
    """
    chosen = np.zeros(problem.size, dtype=bool)
    general = np.flatnonzero(problem.is_general & wishes.fits_somewhere)
    usable: Flags = np.any(problem.fits[np.unique(problem.lane_set[general])], axis=0, keepdims=True)[0]
    room = np.bincount(problem.lane, weights=problem.room, minlength=len(usable)).astype(np.int64)
    share = room * problem.rule.general_share_percent // PERCENT
    quota = int(share[: len(usable)][usable].sum())
    chosen[general[np.argsort(problem.draw[general], kind="stable")][:quota]] = True
    return chosen
