"""Waits as ranges: monotone in place, laid onto open hours, honest about thin history."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reservations.eta import FEW, SHRINK, Pace, WaitRange, pace_of, wait_range

HOUR = 3600.0
ALL_DAY = [(0.0, 24 * HOUR)]
STEADY = Pace(mean_s=360, deviation_s=60, seen=30)

paces = st.builds(Pace, st.floats(1, 7200), st.floats(0, 7200), st.integers(0, 40))


@st.composite
def spans(draw: st.DrawFn) -> list[tuple[float, float]]:
    """Open intervals from now on: disjoint, in order."""
    edges = sorted(draw(st.lists(st.integers(0, 7 * 86400), max_size=8, unique=True)))
    return [(float(start), float(end)) for start, end in zip(edges[::2], edges[1::2], strict=False)]


def as_number(minutes: int | None) -> float:
    return math.inf if minutes is None else minutes


@given(paces, spans(), st.integers(1, 200))
def test_wait_range__any_place__low_is_not_above_high(
    pace: Pace, open_spans: list[tuple[float, float]], place: int
) -> None:
    wait = wait_range(place=place, pace=pace, open_spans_s=open_spans)
    assert 0 <= as_number(wait.low_min) <= as_number(wait.high_min)


@given(paces, spans(), st.integers(1, 200))
def test_wait_range__one_place_further_back__never_waits_less(
    pace: Pace, open_spans: list[tuple[float, float]], place: int
) -> None:
    here, behind = (wait_range(place=p, pace=pace, open_spans_s=open_spans) for p in (place, place + 1))
    assert as_number(here.low_min) <= as_number(behind.low_min)
    assert as_number(here.high_min) <= as_number(behind.high_min)


@given(paces, spans().filter(bool), st.integers(1, 200))
def test_wait_range__both_ends__fall_into_open_hours(
    pace: Pace, open_spans: list[tuple[float, float]], place: int
) -> None:
    wait = wait_range(place=place, pace=pace, open_spans_s=open_spans)
    for end in (wait.low_min, wait.high_min):
        if end is not None:
            assert any(start - 60 <= end * 60 <= stop + 60 for start, stop in open_spans)


def test_wait_range__steady_lane__lies_around_place_times_cycle() -> None:
    wait = wait_range(place=10, pace=STEADY, open_spans_s=ALL_DAY)
    assert wait == WaitRange(44, 76, is_rough=False, reason="pace")


def test_wait_range__closed_now__begins_with_the_opening() -> None:
    wait = wait_range(place=1, pace=STEADY, open_spans_s=[(2 * HOUR, 6 * HOUR)])
    assert wait.reason == "closed_first"
    assert wait.low_min is not None
    assert wait.low_min >= 120


def test_wait_range__closing_in_between__jumps_over_the_night() -> None:
    spans_s = [(0.0, HOUR), (15 * HOUR, 24 * HOUR)]
    wait = wait_range(place=30, pace=STEADY, open_spans_s=spans_s)  # three hours of work, one of them today
    assert wait.low_min is not None
    assert wait.low_min >= 15 * 60


@pytest.mark.parametrize(("open_spans", "low_known"), [([], False), ([(0.0, 600.0)], False), ([(0.0, 3000.0)], True)])
def test_wait_range__no_opening_long_enough__says_unknown(
    open_spans: list[tuple[float, float]], low_known: bool
) -> None:
    wait = wait_range(place=10, pace=STEADY, open_spans_s=open_spans)
    assert wait.high_min is None
    assert (wait.low_min is not None) == low_known
    assert wait.reason == ("pace" if low_known else "unknown")


@pytest.mark.parametrize(("seen", "rough"), [(0, True), (FEW - 1, True), (FEW, False)])
def test_wait_range__history_thin_or_not__says_rough(seen: int, rough: bool) -> None:
    assert wait_range(place=1, pace=Pace(360, 60, seen), open_spans_s=ALL_DAY).is_rough is rough


def test_pace_of__no_history__is_the_planned_cycle() -> None:
    assert pace_of([], planned_s=360) == Pace(360, 360, 0)


def test_pace_of__some_history__is_shrunk_towards_the_plan() -> None:
    pace = pace_of([600.0] * SHRINK, planned_s=360)
    assert pace.mean_s == pytest.approx((600 + 360) / 2)
    assert pace.seen == SHRINK


def test_pace_of__idle_gaps_and_repeats__are_left_out() -> None:
    assert pace_of([360.0] * 10 + [9000.0, 0.0, -5.0], planned_s=360) == pace_of([360.0] * 10, planned_s=360)
