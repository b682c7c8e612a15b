"""Allowances, pauses and the port's due time as pure functions of moments and rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from reservations.conduct import allowance, due_by, is_port_late, pause

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)
RULE = {"limit": 2, "days": 30, "block_days": 14}


def ago(*days: float) -> list[datetime]:
    return [NOW - DAY * each for each in days]


# ---------------------------------------------------------------- allowances
def test_allowance__nothing_used__all_is_left_and_nothing_has_to_come_free() -> None:
    found = allowance([], limit=3, days=30, now=NOW)
    assert (found.used, found.left, found.frees_at) == (0, 3, None)


def test_allowance__some_used__the_oldest_comes_free_first() -> None:
    found = allowance(ago(5, 20), limit=3, days=30, now=NOW)
    assert (found.used, found.left, found.frees_at) == (2, 1, NOW + 10 * DAY)


@pytest.mark.parametrize(("days_ago", "used"), [(30, 0), (29.999, 1), (0, 1), (-0.001, 0)])
def test_allowance__edges_of_the_days__count_from_the_moment_and_end_before_the_last(
    days_ago: float, used: int
) -> None:
    assert allowance(ago(days_ago), limit=3, days=30, now=NOW).used == used


def test_allowance__rule_made_stricter_meanwhile__frees_when_the_surplus_has_run_out() -> None:
    found = allowance(ago(1, 2, 3, 4), limit=2, days=30, now=NOW)
    assert (found.used, found.left, found.frees_at) == (4, 0, NOW + 28 * DAY)


def test_allowance__rule_allows_none__nothing_ever_comes_free() -> None:
    assert (allowance([], limit=0, days=30, now=NOW).left, allowance([], limit=0, days=30, now=NOW).frees_at) == (
        0,
        None,
    )
    assert allowance(ago(3), limit=0, days=30, now=NOW).frees_at is None


@pytest.mark.parametrize("used", [1, 2, 3])
def test_allowance__at_the_moment_it_frees__one_more_is_left(used: int) -> None:
    marks = ago(*range(1, used + 1))
    before = allowance(marks, limit=1, days=30, now=NOW)
    assert before.frees_at
    assert allowance(marks, limit=1, days=30, now=before.frees_at - timedelta(microseconds=1)).left == 0
    assert allowance(marks, limit=1, days=30, now=before.frees_at).left == 1


# ---------------------------------------------------------------- pauses
def test_pause__one_strike_of_two__is_none() -> None:
    assert pause(ago(1), now=NOW, **RULE) is None


def test_pause__second_strike_within_the_days__lasts_from_that_strike() -> None:
    assert pause(ago(20, 3), now=NOW, **RULE) == NOW + 11 * DAY


def test_pause__strikes_too_far_apart__is_none() -> None:
    assert pause(ago(33, 3), now=NOW, **RULE) is None
    assert pause(ago(32.999, 3), now=NOW, **RULE) is not None


@pytest.mark.parametrize(("days_ago", "paused"), [(14, False), (13.999, True)])
def test_pause__its_end__is_open_again(days_ago: float, paused: bool) -> None:
    assert (pause(ago(20, days_ago), now=NOW, **RULE) is not None) is paused


def test_pause__another_strike_while_paused__lasts_from_the_latest() -> None:
    assert pause(ago(10, 8, 1), now=NOW, **RULE) == NOW + 13 * DAY


def test_pause__strike_to_come__does_not_count_yet() -> None:
    assert pause([*ago(1), NOW + DAY], now=NOW, **RULE) is None


def test_pause__rule_of_no_days__never_pauses() -> None:
    assert pause(ago(2, 1, 0), limit=2, days=30, block_days=0, now=NOW) is None


# ---------------------------------------------------------------- the port's side
@pytest.mark.parametrize(("arrived_min", "due_min"), [(-90, 30), (0, 30), (20, 50)])
def test_due_by__arrival_before_or_after_the_slots_end__counts_from_the_later(arrived_min: int, due_min: int) -> None:
    arrived_at = NOW + timedelta(minutes=arrived_min)
    assert due_by(slot_ends_at=NOW, arrived_at=arrived_at, promise_minutes=30) == NOW + timedelta(minutes=due_min)


def test_is_port_late__called_or_not__only_after_it_was_due() -> None:
    soon = timedelta(microseconds=1)
    assert not is_port_late(NOW, due=NOW, now=NOW + DAY)
    assert is_port_late(NOW + soon, due=NOW, now=NOW + DAY)
    assert not is_port_late(None, due=NOW, now=NOW)
    assert is_port_late(None, due=NOW, now=NOW + soon)
