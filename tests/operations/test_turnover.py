"""What the yard's bays turn over an hour, from its own past stays, caps slots and waits; calls ask the bays themselves."""

from __future__ import annotations

from datetime import timedelta

import pytest

from reservations.operations import call_next, generate_slots_of
from reservations.queries import lane_waits
from tests import factories as make
from tests.cast import Cast
from tests.operations.steps import events, walked_up
from yards.models import Bay, Lane, Stay
from yards.queries import openings_around
from yards.turnover import mean_stay_min


def stays_of(cast: Cast, minutes: float, *, number: int = 50, days_ago: float = 1) -> None:
    """So many past stays of that length."""
    truck, until = make.a_vehicle(), cast.now - timedelta(days=days_ago)
    rows = [
        Stay(
            bay=cast.bays[0],
            vehicle=truck,
            visit_ref=f"N-PAST{n}",
            state="released",
            held_at=until - timedelta(minutes=minutes),
            occupied_at=until - timedelta(minutes=minutes / 2),
            released_at=until,
        )
        for n in range(number)
    ]
    Stay.objects.bulk_create(rows)
    mean_stay_min.cache_clear()


@pytest.fixture
def lane(cast: Cast) -> Lane:
    """The only lane of general cargo, six vehicles an hour: four bays beside the stand (of A, B) serve it and the cold lane."""
    Lane.objects.filter(pk=cast.cold_lane.pk).update(cargo_kinds=["hazardous"])
    cast.lane.windows.update(units_per_hour=6)
    return cast.lane


def rate_now(cast: Cast, lane: Lane) -> tuple[int, str]:
    piece = next(p for p in openings_around([lane], cast.now).of(lane) if p.starts_at <= cast.now < p.ends_at)
    return piece.units_per_hour, piece.limit


@pytest.mark.parametrize(("minutes", "rate"), [(60, (3, "bays")), (30, (6, "")), (600, (1, "bays"))])
def test_openings__stays_known__allow_what_the_bays_turn_over(
    cast: Cast, lane: Lane, minutes: float, rate: tuple[int, str]
) -> None:
    """Four bays at 85 %, an hour each: three vehicles an hour; the windows plan six."""
    stays_of(cast, minutes)
    assert rate_now(cast, lane) == rate


@pytest.mark.parametrize(("number", "days_ago"), [(49, 1), (50, 29), (50, -0.2)])
def test_openings__too_few_too_old_or_of_today__set_no_limit(
    cast: Cast, lane: Lane, number: int, days_ago: float
) -> None:
    stays_of(cast, 60, number=number, days_ago=days_ago)
    assert rate_now(cast, lane) == (6, "")


def test_openings__two_lanes__share_by_what_they_plan(cast: Cast, lane: Lane) -> None:
    other = make.a_lane(cast.yard, "MOHAN-IN9", gate=cast.gate)
    make.open_daily(other, units_per_hour=3)
    Bay.objects.bulk_create(
        Bay(yard=cast.yard, zone=cast.bays[0].zone, code=f"A-{n}", length_m=18, width_m=3.5, x_m=n, y_m=0)
        for n in range(10, 14)
    )
    stays_of(cast, 60)
    assert (rate_now(cast, lane), rate_now(cast, other)) == ((4, "bays"), (2, "bays"))


def test_openings__lane_of_dangerous_goods__has_the_stands_alone(cast: Cast, lane: Lane) -> None:
    stays_of(cast, 60)
    cold = Lane.objects.select_related("port").get(pk=cast.cold_lane.pk)
    assert rate_now(cast, cold) == (1, "bays")
    Bay.objects.filter(code="C-01").update(retired_at=cast.now)
    assert rate_now(cast, lane) == (3, "bays"), "its own bays are as many as before"


def test_openings__far_side_takes_fewer__its_rate_counts(cast: Cast, lane: Lane) -> None:
    from yards.models import FarSideRate

    stays_of(cast, 60)
    values = {"valid_from": cast.now, "entered_at": cast.now, "source": "people"}
    FarSideRate.objects.create(lane=lane, units_per_hour=2, **values)
    assert rate_now(cast, lane) == (2, "far_side")


def test_generate__stays_known__plans_no_more_than_the_bays_turn_over_and_says_why(cast: Cast, lane: Lane) -> None:
    generate_slots_of(lane_code=lane.code, **cast.by())
    assert set(lane.slots.filter(starts_at__gt=cast.now).values_list("planned", flat=True)) == {6}
    stays_of(cast, 60)
    generate_slots_of(lane_code=lane.code, **cast.by())
    coming = lane.slots.filter(starts_at__gt=cast.now)
    assert set(coming.values_list("planned", flat=True)) == {3}
    assert {event.reason for event in events("slot.capacity_changed")[-10:]} == {"bays"}


def test_waits__stays_known__follow_the_bays_and_say_so(cast: Cast, lane: Lane) -> None:
    stays_of(cast, 60)
    assert lane_waits([lane], now=cast.now)[lane.pk].held_by == "bays"


def test_call__as_many_as_the_bays_turn_over_were_called__calls_on_while_a_bay_is_free(cast: Cast, lane: Lane) -> None:
    stays_of(cast, 600)
    for _ in range(3):
        walked_up(cast)
    assert [call_next(lane_code=lane.code, **cast.by(cast.operator)).state for _ in range(3)] == ["called"] * 3
