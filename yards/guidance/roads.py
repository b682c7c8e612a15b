"""PURE. How far each bay is for one vehicle: in from where it comes, and on to where it goes next. Metres, in the order of the bays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from yards.guidance.bays import Bays, Bools, Floats


class KnowsWays(Protocol):
    """The ways of a plan for one size of vehicle (`yards.guidance.ways`)."""

    def drive_in_m(self, gate_code: str) -> Floats: ...

    def onward_m(self, next_step: str, gate: str = "") -> Floats: ...


@dataclass(frozen=True)
class Roads:
    """Distances of one vehicle; `reachable` is false where it cannot drive in or cannot get out again."""

    in_m: Floats
    on_m: Floats
    reachable: Bools

    @classmethod
    def by_ways(cls, ways: KnowsWays, *, gate: str, next_step: str, exit_gate: str = "") -> Roads:
        """This will take the distances from the plan's ways: no way in from this gate or no way on means not reachable.

        `exit_gate`: where it leaves by, "" the nearest exit.
        """
        in_m, on_m = ways.drive_in_m(gate), leaving_m(ways, next_step, exit_gate)
        return cls(in_m, on_m, np.isfinite(in_m) & np.isfinite(on_m))

    @classmethod
    def straight(cls, bays: Bays, start: tuple[float, float]) -> Roads:
        """This will measure straight lines where nobody drew aisles: everything is reachable and nothing is known of the way on."""
        here = np.array([[box.x_m, box.y_m] for box in bays.boxes], dtype=float).reshape(len(bays), 2)
        away: Floats = np.hypot(here[:, 0] - start[0], here[:, 1] - start[1])
        return cls(away, np.zeros(len(bays)), np.ones(len(bays), dtype=bool))

    @cached_property
    def total_m(self) -> Floats:
        """The whole drive, 0 where there is none, so that sums stay finite."""
        total: Floats = np.where(self.reachable, self.in_m + self.on_m, 0.0)
        return total


def leaving_m(ways: KnowsWays, next_step: str, exit_gate: str) -> Floats:
    """This will measure the way on and out by an exit; from where none leads to that one, by the nearest."""
    on_m = ways.onward_m(next_step, exit_gate)
    if exit_gate and not np.isfinite(on_m).all():
        return np.where(np.isfinite(on_m), on_m, ways.onward_m(next_step))
    return on_m
