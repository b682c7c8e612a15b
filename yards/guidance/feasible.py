"""PURE. Which bays one vehicle may be sent to now, and for each of the others why not."""

from __future__ import annotations

from collections import Counter

import numpy as np

from yards.guidance.bays import Bays, Bools
from yards.guidance.needs import HAZMAT, Need
from yards.guidance.roads import Roads
from yards.guidance.segregation import least_m
from yards.guidance.state import State


def feasible(need: Need, bays: Bays, state: State, roads: Roads) -> Bools:
    """This will keep the bays that fit, are free and open, can be reached and left, and are far enough from other dangerous goods.

    A rear bay is not reached while its front bay is taken.
    """
    may = state.open & roads.reachable & bays.fit(need)
    may[bays.rears] &= ~state.taken[bays.fronts]
    if need.is_dangerous:
        may[bays.stands] &= far_enough(need.hazard_class, bays, state)
    return may


def far_enough(hazard: str, bays: Bays, state: State) -> Bools:
    """This will say, for each stand of `bays.stands`, whether it is far enough from all dangerous goods that stand now.

    The distance is the greatest of what the two classes ask for and of what either bay asks for itself.
    """
    others = list(state.hazards)
    if not others or not len(bays.stands):
        return np.ones(len(bays.stands), dtype=bool)
    gaps = np.stack([bays.gaps_m(at) for at in others])
    theirs = np.maximum([least_m(hazard, state.hazards[at]) for at in others], bays.segregation_m[others])
    least = np.maximum(theirs[:, None], bays.segregation_m[bays.stands])
    far: Bools = np.logical_and.reduce(gaps >= least, axis=0)
    return far


def against(at: int, need: Need, bays: Bays, state: State, roads: Roads) -> tuple[str, ...]:
    """This will name everything that speaks against one bay, what will not change first; nothing: it may be taken."""
    found = {
        "too_short": bays.length_m[at] < need.length_m,
        "too_narrow": bays.width_m[at] < need.width_m,
        "equipment": bool(need.equipment - {HAZMAT} - bays.equipment[at]),
        "not_hazmat": need.is_dangerous and not bays.hazmat[at],
        "hazmat_only": bool(bays.hazmat[at]) and not need.is_dangerous,
        "no_way": not roads.reachable[at],
        state.closed.get(at, ""): at in state.closed,
        "taken": bool(state.taken[at]),
        "behind_taken": bool(state.taken[bays.front_of[at]]),
        "segregation": _too_near(at, need, bays, state),
    }
    return tuple(code for code, speaks_against in found.items() if speaks_against)


def refusals(need: Need, bays: Bays, state: State, roads: Roads) -> dict[str, int]:
    """This will count the bays that may not be taken, each by the first thing against it."""
    refused = np.flatnonzero(~feasible(need, bays, state, roads)).tolist()
    return dict(Counter(against(at, need, bays, state, roads)[0] for at in refused))


def _too_near(at: int, need: Need, bays: Bays, state: State) -> bool:
    if not (need.is_dangerous and bays.hazmat[at]):
        return False
    far = far_enough(need.hazard_class, bays, state)
    return not far[np.searchsorted(bays.stands, at)]
