"""PURE. A yard's bays as columns: one numpy array for each property, so that a choice looks at all of them in one expression.

Built once for each version of a plan. The order is the plan's, as that of the ways' distances.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from yards.guidance.needs import HAZMAT, Need
from yards.guidance.places import Box, gaps_m, nearest_lines
from yards.layouts.plan import Plan, PlanBay

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

PLAIN, OVERSIZE = "plain", "oversize"
LONGER_M, WIDER_M = 1.0, 0.3  # what a bay must offer over the yard's middle size to count as oversize


@dataclass(frozen=True)
class BayRow:
    """A bay of a yard that has no plan."""

    code: str
    zone: str
    length_m: float
    width_m: float
    equipment: Collection[str]
    x_m: float
    y_m: float
    heading_deg: float = 0.0


class Bays:
    """The bays of one plan. Classes: a bay is of the class of each piece of its equipment, and `oversize` when it takes what the middle bay
    of this yard does not; `plain` when none of that. A stand for dangerous goods is of the class `hazmat` alone: nobody else may use it.
    """

    def __init__(self, bays: Sequence[PlanBay], aisles: Sequence[str]) -> None:
        self.codes = tuple(bay.code for bay in bays)
        self.index: Mapping[str, int] = {code: at for at, code in enumerate(self.codes)}
        self.zones = tuple(bay.zone for bay in bays)
        self.aisles = tuple(aisles)
        self.boxes = tuple(Box(b.x_m, b.y_m, b.length_m, b.width_m, b.heading_deg) for b in bays)
        self.equipment = tuple(frozenset(bay.equipment) for bay in bays)
        self.length_m = _floats(bay.length_m for bay in bays)
        self.width_m = _floats(bay.width_m for bay in bays)
        self.segregation_m = _floats(bay.segregation_m for bay in bays)
        self.front_of: Ints = _ints(
            self.index.get(bay.behind, len(bays)) for bay in bays
        )  # len(bays): nobody before it
        self._of_class_and_type()
        self._tandems()
        _, lane = np.unique(np.array(self.aisles, dtype=str), return_inverse=True)
        self.aisle: Ints = lane.astype(np.int64)

    @classmethod
    def of_plan(cls, plan: Plan, aisles: Sequence[str] | None = None) -> Bays:
        """This will read a plan's bays; `aisles` names the aisle each opens on, by default the one nearest to its nose."""
        return cls(plan.bays, nearest_lines(plan) if aisles is None else aisles)

    @classmethod
    def of_rows(cls, rows: Iterable[BayRow]) -> Bays:
        """This will read the bays of a yard without a plan; who moves in a bay's zone moves in its way."""
        bays = [
            PlanBay(
                row.code,
                row.zone,
                row.x_m,
                row.y_m,
                row.length_m,
                row.width_m,
                row.heading_deg,
                equipment=tuple(row.equipment),
            )
            for row in rows
        ]
        return cls(bays, [bay.zone for bay in bays])

    def __len__(self) -> int:
        return len(self.codes)

    def fit(self, need: Need) -> Bools:
        """This will say which bays could take such a vehicle if they were empty: size, equipment, and stands for dangerous goods
        for these and for nothing else."""
        fits = (self.length_m >= need.length_m) & (self.width_m >= need.width_m)
        fits &= self.hazmat if need.is_dangerous else ~self.hazmat
        wanted = sum(self._bit.get(item, self._unknown) for item in need.equipment - {HAZMAT})
        return fits & ((self._bits & wanted) == wanted) if wanted else fits

    def is_oversize(self, length_m: float, width_m: float) -> bool:
        return length_m > self.oversize_m[0] or width_m > self.oversize_m[1]

    def classes_of(self, need: Need) -> tuple[str, ...]:
        """This will name the classes of bay that such a vehicle cannot do without."""
        if need.is_dangerous:
            return (HAZMAT,)
        size = {OVERSIZE} if self.is_oversize(need.length_m, need.width_m) else set()
        return tuple(sorted(set(need.equipment) | size)) or (PLAIN,)

    @cached_property
    def rank(self) -> Ints:
        """The place of each bay's code among all codes: equal costs go to the lower one."""
        rank: Ints = np.empty(len(self), dtype=np.int64)
        rank[sorted(range(len(self)), key=self.codes.__getitem__)] = np.arange(len(self))
        return rank

    def gaps_m(self, at: int) -> Floats:
        """This will measure the free distance from one bay to every stand for dangerous goods, in the order of `stands`."""
        if at not in self._gaps:
            self._gaps[at] = gaps_m(self.boxes[at], [self.boxes[i] for i in self.stands])
        return self._gaps[at]

    def _of_class_and_type(self) -> None:
        self.oversize_m = (_middle(self.length_m) + LONGER_M, _middle(self.width_m) + WIDER_M)
        named = [self._classes_of_bay(at) for at in range(len(self))]
        self.class_names: tuple[str, ...] = tuple(sorted({PLAIN, *(name for names in named for name in names)}))
        types = sorted(set(named))
        self.type_of: Ints = _ints(types.index(names) for names in named)
        self.member: Floats = np.array([[name in names for name in self.class_names] for names in types], dtype=float)
        self.member = self.member.reshape(len(types), len(self.class_names))
        counts = np.bincount(self.type_of, minlength=len(types)) @ self.member
        self.classes: Mapping[str, int] = dict(zip(self.class_names, counts.astype(int).tolist(), strict=True))
        self.hazmat: Bools = np.array([HAZMAT in kit for kit in self.equipment], dtype=bool)
        self.stands: Ints = np.flatnonzero(self.hazmat)
        self._gaps: dict[int, Floats] = {}
        items = sorted({item for kit in self.equipment for item in kit})
        self._bit = {item: 1 << at for at, item in enumerate(items)}
        self._unknown = 1 << len(items)  # asked for, and no bay has it
        self._bits: Ints = _ints(sum(self._bit[item] for item in kit) for kit in self.equipment)

    def _classes_of_bay(self, at: int) -> tuple[str, ...]:
        kit = self.equipment[at]
        if HAZMAT in kit:
            return (HAZMAT,)
        size = {OVERSIZE} if self.is_oversize(self.length_m[at], self.width_m[at]) else set()
        return tuple(sorted(kit | size)) or (PLAIN,)

    def _tandems(self) -> None:
        """`rears` and `fronts` are the pairs: rears[k] stands behind fronts[k]."""
        self.rears: Ints = np.flatnonzero(self.front_of < len(self))
        self.fronts: Ints = self.front_of[self.rears]


def _floats(values: Iterable[float]) -> Floats:
    return np.fromiter(values, dtype=float)


def _ints(values: Iterable[int]) -> Ints:
    return np.fromiter(values, dtype=np.int64)


def _middle(values: Floats) -> float:
    return float(np.median(values)) if len(values) else math.inf
