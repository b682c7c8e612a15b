"""Drawn starts and offers in time, without a database: the same for everybody who computes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from reservations.standby import displacement, offer_until
from reservations.starts import start_of

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
SPREAD = timedelta(minutes=5)
SEED = "ab" * 32


def test_start_of__seed_and_vehicle__decide_and_nothing_else() -> None:
    start = start_of(SEED, "V-1", NOW, SPREAD)
    assert start == start_of(SEED, "V-1", NOW, SPREAD)
    assert start != start_of("cd" * 32, "V-1", NOW, SPREAD)
    assert start != start_of(SEED, "V-2", NOW, SPREAD)
    assert start_of(SEED, "V-1", NOW + SPREAD, SPREAD) - start == SPREAD


def test_start_of__many_vehicles__are_spread_evenly_over_the_whole_span() -> None:
    starts = [start_of(SEED, f"V-{n}", NOW, SPREAD) for n in range(6000)]
    assert all(NOW <= start < NOW + SPREAD for start in starts)
    each_minute = [
        sum(NOW + timedelta(minutes=m) <= s < NOW + timedelta(minutes=m + 1) for s in starts) for m in range(5)
    ]
    assert all(1080 <= count <= 1320 for count in each_minute), each_minute  # 1200 expected, four deviations of 31


def test_start_of__no_spread__is_the_moment_itself() -> None:
    assert start_of(SEED, "V-1", NOW, timedelta()) == NOW


def until(*, starts_min: int, travel_minutes: int, length_min: int = 60) -> float | None:
    """Minutes from now."""
    starts_at = NOW + timedelta(minutes=starts_min)
    found = offer_until(
        now=NOW,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=length_min),
        travel_minutes=travel_minutes,
        offer_minutes=10,
    )
    return None if found is None else (found - NOW) / timedelta(minutes=1)


@pytest.mark.parametrize(
    ("starts_min", "travel_minutes", "expected"),
    [
        (360, 30, 10),
        (361, 30, 30),
        (1440, 30, 30),
        (1441, 30, 120),
        (10_000, 30, 120),
        (35, 30, 5),  # never past the departure for the slot's start
        (31, 30, 1),
        (30, 30, 10),  # too late for its start: until the departure for its end
        (0, 30, 10),
        (-25, 30, 5),
        (-29, 30, 1),
        (-30, 30, None),  # cannot arrive any more
        (-60, 0, None),
        (5, 240, None),
        (1500, 1495, 5),
    ],
)
def test_offer_until__far_or_near__longer_when_far_and_never_past_the_departure(
    starts_min: int, travel_minutes: int, expected: int | None
) -> None:
    assert until(starts_min=starts_min, travel_minutes=travel_minutes) == expected


def test_displacement__inside_the_slot__is_nothing_and_else_the_distance_of_starts() -> None:
    slot = {"starts_at": NOW, "ends_at": NOW + timedelta(hours=1)}
    assert displacement(**slot, preferred_at=NOW + timedelta(minutes=59)) == timedelta()
    assert displacement(**slot, preferred_at=NOW + timedelta(hours=1)) == timedelta(hours=1)
    assert displacement(**slot, preferred_at=NOW - timedelta(minutes=5)) == timedelta(minutes=5)
