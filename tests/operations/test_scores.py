"""Both sides' scores: by ISO week and lane, excused no-shows and calls in time, a few queries whatever the size."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from reservations.models import Mark, Reservation
from reservations.operations import cancel_reservation, check_in, revoke_reservation, withdraw
from reservations.operations.undeclared import give_up_undeclared, warn_undeclared
from reservations.queries import Score, scores
from reservations.sweeps import sweep_no_shows
from tests import factories as make
from tests.cast import Cast
from tests.operations.closing_steps import shut, undo
from tests.operations.declaring import asks_for_declarations
from tests.operations.steps import arrived, call, reserved, walked_up

MONDAY = date(2026, 3, 2)


def score(cast: Cast, lane: object = None) -> Score | None:
    """This week's of the cast's lane."""
    wanted = (lane or cast.lane, MONDAY)
    return next((row for row in scores(cast.port, cast.now) if (row.lane, row.week_starts_on) == wanted), None)


def figures(cast: Cast) -> tuple[int, int, int, int] | None:
    """due, no-shows, calls due, calls kept."""
    row = score(cast)
    return (row.due, row.no_shows, row.calls_due, row.calls_kept) if row else None


def at(cast: Cast, minutes: float) -> None:
    """So many minutes after ten o'clock, when the first slot begins."""
    cast.clock.moment = cast.slot.starts_at + timedelta(minutes=minutes)


# ---------------------------------------------------------------- neither
def test_scores__lost_because_nothing_was_declared__is_no_broken_promise(cast: Cast) -> None:
    asks_for_declarations(cast, hours=1)
    reservation = reserved(cast, slot=cast.slots[3])
    at(cast, 60)
    warn_undeclared(ref=reservation.ref, **cast.by())
    at(cast, 120)
    give_up_undeclared(ref=reservation.ref, **cast.by())
    assert score(cast) is None


# ---------------------------------------------------------------- holders
def test_scores__nothing_due__no_row_and_no_rate(cast: Cast) -> None:
    cancel_reservation(ref=reserved(cast, slot=cast.slots[3]).ref, **cast.by(cast.driver))
    reserved(cast, slot=cast.slots[4])
    walked_up(cast)
    assert scores(cast.port, cast.now) == []


def test_scores__one_came_and_one_did_not__is_half(cast: Cast) -> None:
    arrived(cast)
    reserved(cast)
    at(cast, 90)
    sweep_no_shows(cast.now)
    row = score(cast)
    assert row
    assert (row.week, row.due, row.no_shows, row.no_show_percent) == ("2026-W10", 2, 1, 50.0)


def test_scores__no_show_excused__is_none(cast: Cast) -> None:
    reserved(cast)
    at(cast, 90)
    sweep_no_shows(cast.now)
    Mark.objects.update(excused_at=cast.now)
    assert figures(cast) == (1, 0, 0, 0)


def test_scores__came_and_withdrew__had_come(cast: Cast) -> None:
    entry = arrived(cast)
    withdraw(entry_ref=entry.ref, reason="", **cast.by(cast.driver))
    assert figures(cast) == (1, 0, 0, 0)


# ---------------------------------------------------------------- the port
@pytest.mark.parametrize(("minutes", "kept"), [(5, 1), (90, 1), (90.1, 0)])
def test_scores__called_in_time_or_late__is_kept_or_not(cast: Cast, minutes: float, kept: int) -> None:
    arrived(cast)
    at(cast, minutes)
    call(cast)
    row = score(cast)
    assert row
    assert (row.calls_due, row.calls_kept, row.kept_percent) == (1, kept, 100.0 * kept)


@pytest.mark.parametrize(("minutes", "calls_due"), [(90, 0), (91, 1)])
def test_scores__still_waiting__counts_once_the_call_is_overdue(cast: Cast, minutes: float, calls_due: int) -> None:
    arrived(cast)
    at(cast, minutes)
    assert figures(cast) == (1, 0, calls_due, 0)


@pytest.mark.parametrize(("minutes", "calls_due"), [(90, 0), (91, 1)])
def test_scores__left_uncalled__counts_only_when_the_call_was_overdue(
    cast: Cast, minutes: float, calls_due: int
) -> None:
    entry = arrived(cast)
    at(cast, minutes)
    withdraw(entry_ref=entry.ref, reason="", **cast.by(cast.driver))
    at(cast, 600)
    assert figures(cast) == (1, 0, calls_due, 0)


@pytest.mark.parametrize(("called_min", "kept"), [(110, 1), (111, 0)])
def test_scores__came_within_grace__is_due_so_long_after_the_arrival(cast: Cast, called_min: float, kept: int) -> None:
    reservation = reserved(cast)
    at(cast, 80)
    arrived(cast, reservation)
    at(cast, called_min)
    call(cast)
    assert figures(cast) == (1, 0, 1, kept)


def test_scores__taken_back_by_the_port__was_not_kept(cast: Cast) -> None:
    revoke_reservation(ref=reserved(cast).ref, reason="works", **cast.by(cast.supervisor))
    assert figures(cast) == (0, 0, 1, 0)


def test_scores__moved_by_a_closure__was_not_kept_in_the_week_and_lane_of_its_old_slot(cast: Cast) -> None:
    reserved(cast)
    closure = shut(cast, 0, 2)
    assert figures(cast) == (0, 0, 1, 0)
    undo(cast, closure)
    assert figures(cast) is None


def test_scores__rules_changed_between_slots__each_is_judged_by_its_own(cast: Cast) -> None:
    strict = make.a_policy(
        cast.port, version=2, effective_from=cast.now - timedelta(days=1), promise_minutes=0, early_minutes=600
    )
    cast.lane.slots.filter(pk=cast.slots[1].pk).update(policy=strict)
    arrived(cast)
    arrived(cast, reserved(cast, slot=cast.slots[1]))
    at(cast, 80)
    call(cast)
    at(cast, 121)
    call(cast)
    assert figures(cast) == (2, 0, 2, 1)


# ---------------------------------------------------------------- weeks, lanes, queries
def on(cast: Cast, day: date, *, hour: int = 10) -> Reservation:
    """A no-show of a slot on that day."""
    starts_at = cast.slot.starts_at + timedelta(days=(day - MONDAY).days, hours=hour - 10)
    slot = make.a_slot(cast.lane, starts_at=starts_at + timedelta(minutes=1), minutes=30)
    before, cast.clock.moment = cast.now, starts_at
    reservation = reserved(cast, slot=slot)
    cast.clock.moment = starts_at + timedelta(hours=5)
    sweep_no_shows(cast.now)
    cast.clock.moment = max(before, cast.now)
    return reservation


def test_scores__over_weeks__are_newest_first_and_as_many_as_asked_for(cast: Cast) -> None:
    for day in (date(2026, 1, 12), date(2026, 2, 22), date(2026, 2, 23), date(2026, 3, 2)):
        on(cast, day)
    cast.clock.moment = cast.slots[7].ends_at
    assert [row.week for row in scores(cast.port, cast.now)] == ["2026-W10", "2026-W09", "2026-W08", "2026-W03"]
    assert [row.week for row in scores(cast.port, cast.now, weeks=7)] == ["2026-W10", "2026-W09", "2026-W08"]
    assert scores(cast.other_port, cast.now) == []


def test_scores__week_over_new_year__is_the_iso_year_of_its_thursday() -> None:
    row = Score(lane=None, week_starts_on=date(2025, 12, 29), due=0, no_shows=0, calls_due=0, calls_kept=0)  # type: ignore[arg-type]
    assert (row.week, row.no_show_percent, row.kept_percent) == ("2026-W01", None, None)


def test_scores__slot_by_port_date__not_by_utc(cast: Cast) -> None:
    """Monday 02:00 in Yunnan is Sunday in UTC."""
    on(cast, MONDAY, hour=2)
    cast.clock.moment = cast.slots[7].ends_at
    assert [(row.week, row.due) for row in scores(cast.port, cast.now)] == [("2026-W10", 1)]


def test_scores__of_two_lanes__are_apart(cast: Cast) -> None:
    cold = make.a_slot(cast.cold_lane, starts_at=cast.now)
    reservation = reserved(cast, slot=cold, cargo_kind="perishable")
    check_in(reservation_ref=reservation.ref, port_code=cast.port.code, **cast.by(cast.driver))
    arrived(cast)
    assert [(row.lane, row.due) for row in scores(cast.port, cast.now)] == [(cast.lane, 1), (cast.cold_lane, 1)]


def test_scores__whatever_the_size__take_four_queries(cast: Cast, django_assert_num_queries: Any) -> None:
    for number in range(6):
        arrived(cast, reserved(cast, slot=cast.slots[number // 2]))
    with django_assert_num_queries(4):
        assert sum(row.due for row in scores(cast.port, cast.now)) == 6
