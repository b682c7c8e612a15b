"""PURE. Capacity arithmetic: how many places an interval has, and what a cut leaves."""

from __future__ import annotations


def places(*, units_per_hour: int, minutes: int) -> int:
    """This will return the whole vehicles that fit in `minutes` at a rate per hour, at least one while the rate is not zero."""
    if units_per_hour <= 0 or minutes <= 0:
        return 0
    return max(1, units_per_hour * minutes // 60)


def in_force(*, planned: int, taken: int) -> int:
    """This will return the capacity that holds after a change of plan: never below what was promised, shrinking as places return."""
    return max(planned, taken)
