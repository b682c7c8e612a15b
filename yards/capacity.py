"""PURE. Capacity arithmetic: how many places an interval has, and what a cut leaves."""

from __future__ import annotations

from collections.abc import Iterable


def places(*, units_per_hour: int, minutes: int) -> int:
    """This will return the whole vehicles that fit in `minutes` at a rate per hour, at least one while the rate is not zero."""
    if units_per_hour <= 0 or minutes <= 0:
        return 0
    return max(1, units_per_hour * minutes // 60)


def places_over(pieces: Iterable[tuple[int, int]]) -> int:
    """This will return the whole vehicles that fit in pieces of (vehicles per hour, minutes), at least one while some rate is not zero."""
    sixtieths = sum(units_per_hour * minutes for units_per_hour, minutes in pieces if minutes > 0)
    return max(1, sixtieths // 60) if sixtieths > 0 else 0


def in_force(*, planned: int, taken: int) -> int:
    """This will return the capacity that holds after a change of plan: never below what was promised, shrinking as places return."""
    return max(planned, taken)


def bays_per_hour(*, bays: int, stay_min: float, use: float = 0.85) -> int:
    """This will return the vehicles an hour that so many bays can take in and let go when a stay lasts `stay_min` in the mean.

    Little's law at the share `use` of the bays: fuller yards turn trucks away for want of the right bay, as the guidance figures show
    (docs/benchmarks.md). At least one while there is a bay.
    """
    if bays <= 0 or stay_min <= 0:
        return 0
    return max(1, int(bays * use * 60 / stay_min))
