"""Capacity arithmetic: whole vehicles only, and a cut never takes a place back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yards.capacity import in_force, places, places_over


@pytest.mark.parametrize(
    ("per_hour", "minutes", "expected"),
    [(6, 60, 6), (6, 30, 3), (7, 30, 3), (1, 15, 1), (0, 60, 0), (6, 0, 0), (-1, 60, 0), (6, -5, 0)],
)
def test_places__rate_and_length__gives_whole_vehicles(per_hour: int, minutes: int, expected: int) -> None:
    assert places(units_per_hour=per_hour, minutes=minutes) == expected


@given(st.integers(1, 500), st.integers(1, 600))
def test_places__any_open_interval__holds_one_at_least_and_never_more_than_the_rate(
    per_hour: int, minutes: int
) -> None:
    count = places(units_per_hour=per_hour, minutes=minutes)
    assert count >= 1
    assert count == 1 or count * 60 <= per_hour * minutes


@given(st.integers(0, 100), st.integers(0, 100))
def test_in_force__any_cut__keeps_what_was_promised_and_no_more(planned: int, taken: int) -> None:
    capacity = in_force(planned=planned, taken=taken)
    assert capacity >= taken
    assert capacity in (planned, taken)
    assert capacity == planned or taken > planned


@pytest.mark.parametrize(
    ("pieces", "expected"), [([(6, 30), (2, 30)], 4), ([(1, 30), (1, 30)], 1), ([(1, 10)], 1), ([(0, 60)], 0), ([], 0)]
)
def test_places_over__several_rates__adds_up_before_it_rounds(pieces: list[tuple[int, int]], expected: int) -> None:
    assert places_over(pieces) == expected


@given(st.integers(0, 500), st.integers(0, 600))
def test_places_over__one_piece__is_places(per_hour: int, minutes: int) -> None:
    assert places_over([(per_hour, minutes)]) == places(units_per_hour=per_hour, minutes=minutes)
