"""A day in figures: counted by the port's own day, from rows and ledger."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from core.models import LedgerEntry
from reservations.kpis import bounds, day_of, spread, written_between
from reservations.models import Reservation, Slot
from reservations.operations import admit, exit_yard, miss
from tests.cast import Cast
from tests.operations import steps

TODAY = date(2026, 3, 2)


def test_day_of__a_truck_that_came_waited_and_left__is_counted_by_hour_and_minute(cast: Cast) -> None:
    steps.arrived(cast)
    cast.clock.forward(minutes=40)
    entry = steps.call(cast)
    admit(entry_ref=entry.ref, **cast.by(cast.operator))
    cast.clock.forward(minutes=90)
    exit_yard(entry_ref=entry.ref, **cast.by(cast.operator))
    day = day_of(port=cast.port, service_date=TODAY)
    assert (day.arrivals[10], day.calls[10], day.exits[12]) == (1, 1, 1)
    assert (day.total_arrivals, day.total_calls, day.total_exits) == (1, 1, 1)
    assert (day.wait.low_min, day.turn.low_min) == (40, 90)
    assert [(lane.lane.code, lane.arrivals) for lane in day.lanes] == [("MOHAN-IN1", 1), ("MOHAN-IN2", 0)]


def test_day_of__called_twice__counts_two_calls_and_one_missed(cast: Cast) -> None:
    entry = steps.called(cast)
    miss(entry_ref=entry.ref, **cast.by(cast.operator))
    steps.call(cast)
    day = day_of(port=cast.port, service_date=TODAY)
    assert (day.total_calls, day.missed) == (2, 1)


def test_day_of__other_port_and_other_day__count_nothing(cast: Cast) -> None:
    steps.called(cast)
    for port, when in ((cast.other_port, TODAY), (cast.port, TODAY + timedelta(days=1))):
        day = day_of(port=port, service_date=when)
        assert (day.total_arrivals, day.total_calls, day.wait.count) == (0, 0, 0)


def test_day_of__not_arrived_and_slots__go_by_the_date_of_the_slot(cast: Cast) -> None:
    reservation = steps.reserved(cast)
    Reservation.objects.filter(pk=reservation.pk).update(ended_at=cast.now + timedelta(days=1))
    Reservation._base_manager.filter(pk=reservation.pk).update(**{"state": "no_show"})
    day = day_of(port=cast.port, service_date=TODAY)
    slots = Slot.objects.filter(lane__port=cast.port, service_date=TODAY)
    assert day.no_shows == 1
    assert day.slots.planned == sum(slot.planned for slot in slots)
    assert (day.slots.taken, day.slots.percent) == (1, round(100 / day.slots.planned))


def test_bounds__port_eight_hours_ahead__day_begins_the_evening_before_in_utc(cast: Cast) -> None:
    begins_at, ends_at = bounds(port=cast.port, service_date=TODAY)
    assert begins_at == datetime(2026, 3, 1, 16, tzinfo=UTC)
    assert ends_at - begins_at == timedelta(days=1)


@pytest.mark.parametrize(
    ("values", "found"),
    [([], (None, None, None)), ([7], (7, 7, 7)), (range(1, 101), (50, 80, 95)), ([1, 2], (1, 2, 2))],
)
def test_spread__nearest_rank__is_a_value_that_somebody_had(
    values: list[float], found: tuple[int | None, int | None, int | None]
) -> None:
    measured = spread(values)
    assert (measured.low_min, measured.high_min, measured.top_min) == found
    assert measured.count == len(values)


def test_written_between__any_span__finds_exactly_the_entries_of_its_time(cast: Cast) -> None:
    for _ in range(9):
        steps.walked_up(cast)
        cast.clock.forward(minutes=31)
    _assert_found_by_time(cast)
    assert not LedgerEntry.objects.filter(
        written_between(stream="yard:NOWHERE", begins_at=cast.now, ends_at=cast.now)
    ).exists()


def test_written_between__times_out_of_order__still_finds_exactly_those(cast: Cast) -> None:
    """A command's time is taken before it waits for its turn, and a sweep uses one time for all that it writes."""
    for minutes in (40, -20, 35, -3, 61, -30, 45, 1, -9):
        steps.walked_up(cast)
        cast.clock.forward(minutes=minutes)
    _assert_found_by_time(cast)


def _assert_found_by_time(cast: Cast) -> None:
    rows = LedgerEntry.objects.filter(stream__key=cast.yard.stream).order_by("seq")
    for minutes in range(-280, 280, 7):
        begins_at = cast.slot.starts_at + timedelta(minutes=minutes)
        ends_at = begins_at + timedelta(minutes=50)
        found = rows.filter(written_between(stream=cast.yard.stream, begins_at=begins_at, ends_at=ends_at))
        assert list(found) == list(rows.filter(recorded_at__gte=begins_at, recorded_at__lt=ends_at))
