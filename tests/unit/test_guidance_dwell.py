"""How long a stay lasts, as past ones tell, and how many vehicles an hour bays turn over."""

from __future__ import annotations

import pytest

from yards.capacity import bays_per_hour
from yards.guidance.dwell import DEFAULTS_MIN, ENOUGH_STAYS, Dwell


def test_expected__few_past_stays__is_the_starting_value_and_says_so() -> None:
    few = Dwell.of([("dock", "general", 60.0)] * (ENOUGH_STAYS - 1))
    expected = few.expected("dock", "general")
    assert (expected.minutes, expected.stays) == (DEFAULTS_MIN["dock"], 0)


def test_expected__enough_of_this_kind__is_their_median() -> None:
    rows = [("dock", "general", 60.0)] * 15 + [("dock", "general", 90.0)] * 16 + [("dock", "general", 0.0)] * 50
    expected = Dwell.of(rows).expected("dock", "general")
    assert (expected.minutes, expected.stays) == (90.0, 31)


def test_expected__enough_of_the_step_but_not_of_the_cargo__takes_the_step() -> None:
    dwell = Dwell.of([("dock", "general", 60.0)] * 30 + [("dock", "bulk", 300.0)])
    assert dwell.expected("dock", "bulk").minutes == 60.0
    assert dwell.expected("exit", "bulk").minutes == 60.0  # of all together, rather than an assumed value


@pytest.mark.parametrize(
    ("bays", "stay_min", "vehicles"), [(100, 60.0, 85), (10, 120.0, 4), (1, 600.0, 1), (0, 60.0, 0)]
)
def test_bays_per_hour__bays_and_a_mean_stay__is_littles_law(bays: int, stay_min: float, vehicles: int) -> None:
    assert bays_per_hour(bays=bays, stay_min=stay_min) == vehicles
