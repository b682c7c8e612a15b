"""PURE. How long a vehicle will stand, as past stays tell, and who of two leaves first. Minutes."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

import numpy as np
import scipy

from yards.guidance.bays import Floats

ENOUGH_STAYS = 20  # fewer say too little of a kind: the next wider kind is asked
DEFAULT_SIGMA = 0.45
LEAST_SIGMA, MOST_SIGMA = 0.1, 1.5  # stays of one length, or of none, would make the chances 0 and 1
# Minutes until twenty stays are known: starting values, assumed from the steps themselves, not measured anywhere.
DEFAULTS_MIN: Mapping[str, float] = {"exit": 135.0, "inspection": 120.0, "dock": 220.0, "weighbridge": 90.0}
DEFAULT_MIN = 135.0


@dataclass(frozen=True)
class Expected:
    """How long such a stay lasts: the median, the spread of its logarithm, and of how many stays; 0 stays: a starting value."""

    minutes: float
    sigma: float
    stays: int


@dataclass(frozen=True)
class Dwell:
    """Expected stays by (next step, cargo kind), by next step, and of all together."""

    of_kind: Mapping[tuple[str, str], Expected] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[tuple[str, str, float]]) -> Dwell:
        """This will read past stays as (next step, cargo kind, minutes); stays of no length are slips of the finger and left out."""
        found: dict[tuple[str, str], list[float]] = defaultdict(list)
        for next_step, cargo_kind, minutes in rows:
            if minutes > 0:
                for kind in ((next_step, cargo_kind), (next_step, ""), ("", "")):
                    found[kind].append(minutes)
        return cls({kind: _measured(stays) for kind, stays in found.items() if len(stays) >= ENOUGH_STAYS})

    def expected(self, next_step: str, cargo_kind: str) -> Expected:
        """This will answer with the narrowest kind that enough stays are known of, else with the starting value of the next step."""
        for kind in ((next_step, cargo_kind), (next_step, ""), ("", "")):
            if kind in self.of_kind:
                return self.of_kind[kind]
        return Expected(DEFAULTS_MIN.get(next_step, DEFAULT_MIN), DEFAULT_SIGMA, 0)


def leaves_first(left_min: Floats, mine_min: float, sigma: float) -> Floats:
    """This will return the chances that those expected to stand `left_min` more leave before who will stand `mine_min`.

    Both log-normal with the spread `sigma`: the logarithm of their ratio is normal. What is left of a stay spreads as the whole.
    """
    chances: Floats = scipy.special.ndtr(np.log(mine_min / left_min) / (sigma * math.sqrt(2)))
    return chances


def _measured(stays: Sequence[float]) -> Expected:
    middle = median(stays)
    square = sum(math.log(minutes / middle) ** 2 for minutes in stays) / len(stays)
    return Expected(middle, min(MOST_SIGMA, max(LEAST_SIGMA, math.sqrt(square))), len(stays))
