"""Who comes on a simulated day, and how their codes and clocks are read."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import phonenumbers

from simulator import people, plan
from simulator.times import Clock

NOON = datetime(2026, 7, 7, 4, tzinfo=UTC)
MOMENTS = [NOON + timedelta(minutes=n) for n in range(2000)]


def test_trips__same_seed__same_people_and_habits() -> None:
    assert plan.trips(MOMENTS, seed=4, not_before=NOON) == plan.trips(MOMENTS, seed=4, not_before=NOON)
    assert plan.trips(MOMENTS, seed=4, not_before=NOON) != plan.trips(MOMENTS, seed=5, not_before=NOON)


def test_trips__2000_trucks__everybody_has_his_own_mobile_number_and_plate() -> None:
    trips = plan.trips(MOMENTS, seed=99, not_before=NOON)
    assert len({trip.phone for trip in trips}) == len({(trip.country, trip.plate) for trip in trips}) == 2000
    assert all(phonenumbers.is_valid_number(phonenumbers.parse(trip.phone)) for trip in trips)


def test_trips__habits_and_cargo__come_in_their_published_shares() -> None:
    trips = plan.trips(MOMENTS, seed=1, not_before=NOON)
    for habit, share in plan.HABITS.items():
        assert abs(sum(habit in trip.habits for trip in trips) / 2000 - share) < 0.03
    for cargo, share in plan.CARGO.items():
        assert abs(sum(trip.cargo_kind == cargo for trip in trips) / 2000 - share) < 0.05


def test_trips__wish_long_past__nobody_reserves_before_he_is_signed_in() -> None:
    trips = plan.trips([NOON - timedelta(hours=9)] * 50, seed=1, not_before=NOON)
    assert all(trip.reserves_at >= NOON for trip in trips)


def test_trips__no_bay_is_made_for_it__no_long_reefer_comes() -> None:
    trips = plan.trips(MOMENTS, seed=2, not_before=NOON)
    assert any(trip.length_m > 18 for trip in trips)
    assert not any(trip.reefer and trip.length_m > 18 for trip in trips)


def test_message__outbox_page__gives_phone_and_code() -> None:
    page = """<li><strong class="nowrap">+8613900000001</strong><span>SMS · sent</span><p lang="en">123456 is your code</p></li>
    <li><strong class="nowrap">+8562050000007</strong><span>SMS</span><p>654321 is your code. It holds for 10 minutes.</p></li>"""
    assert people.MESSAGE.findall(page) == [("+8613900000001", "123456"), ("+8562050000007", "654321")]


def test_clock__60_times__an_hour_takes_a_minute() -> None:
    clock = Clock(NOON, time.monotonic(), 60)
    assert clock.real_s(timedelta(hours=1)) == 60
    assert clock.real_s(timedelta(hours=-1)) == 0
    assert NOON <= clock.now() < NOON + timedelta(minutes=1)
