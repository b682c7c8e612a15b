"""Waits from rows: the lane's own recent pace, its open hours, and honesty while history is thin."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from core.machine import begin
from reservations.eta import FEW, Pace, WaitRange
from reservations.models import QueueEntry
from reservations.queries import lane_waits, published_order_of
from reservations.queries.waits import CYCLES_LOOKED_AT
from tests.cast import Cast
from tests.operations.steps import a_truck, call, walked_up
from yards.models import Lane
from yards.operations import switch_lane
from yards.queries import openings_around


def history(cast: Cast, *, gap_min: int, count: int) -> None:
    """`count` past calls of the lane, `gap_min` apart, the last one now."""
    for n in range(count):
        entry = begin(
            QueueEntry,
            "waiting",
            lane=cast.lane,
            vehicle=a_truck(cast),
            cargo_kind="general",
            queue_class="general",
            ticket=1000 + n,
            arrived_at=cast.now,
            promised_at=cast.now,
        )
        past = {"state": "exited", "called_at": cast.now - timedelta(minutes=gap_min * n)}
        QueueEntry.objects.filter(pk=entry.pk).update(**past)


def waits_of(lane: Lane, *, places: int, now: datetime) -> list[WaitRange]:
    waits = lane_waits([lane], now=now)[lane.pk]
    return [waits.at(place) for place in range(1, places + 1)]


def pace_of_lane(cast: Cast) -> Pace:
    return lane_waits([cast.lane], now=cast.now)[cast.lane.pk].pace


def lane_now(cast: Cast) -> Lane:
    return Lane.objects.select_related("port").get(pk=cast.lane.pk)


def test_waits__no_history__follow_the_windows_rate_and_say_rough(cast: Cast) -> None:
    (first,) = waits_of(cast.lane, places=1, now=cast.now)
    assert first.is_rough
    assert first.low_min == 0
    assert first.high_min is not None
    assert first.high_min >= 30  # two vehicles an hour


def test_waits__steady_pace__is_learnt_from_the_last_calls(cast: Cast) -> None:
    history(cast, gap_min=10, count=25)
    pace = pace_of_lane(cast)
    assert pace.seen == 24 >= FEW
    assert pace.mean_s == (24 * 600 + 5 * 1800) / 29
    assert not waits_of(cast.lane, places=1, now=cast.now)[0].is_rough


def test_waits__places__never_wait_less_than_those_before(cast: Cast) -> None:
    history(cast, gap_min=10, count=12)
    waits = waits_of(cast.lane, places=30, now=cast.now)
    lows = [wait.low_min for wait in waits]
    assert lows == sorted(lows)  # type: ignore[type-var]
    assert all(wait.high_min is None or wait.low_min <= wait.high_min for wait in waits)  # type: ignore[operator]


def test_waits__beyond_closing_time__reach_into_the_next_morning(cast: Cast) -> None:
    history(cast, gap_min=30, count=12)
    wait = waits_of(cast.lane, places=25, now=cast.now)[-1]  # some twelve hours of work, eight are open today
    assert wait.high_min is not None
    assert wait.high_min > 22 * 60


def test_waits__out_of_hours__begin_with_the_opening(cast: Cast) -> None:
    cast.clock.forward(hours=10)  # 20:00, opens at 08:00
    (wait,) = waits_of(cast.lane, places=1, now=cast.now)
    assert (wait.reason, wait.low_min) == ("closed_first", 12 * 60)


def test_waits__closed_by_staff__are_unknown(cast: Cast) -> None:
    switch_lane(lane_code=cast.lane.code, is_open=False, reason="fog", **cast.by(cast.operator))
    (wait,) = waits_of(lane_now(cast), places=1, now=cast.now)
    assert (wait.low_min, wait.high_min, wait.reason) == (None, None, "unknown")


def test_waits__published_order__carries_the_wait_of_each_place(cast: Cast) -> None:
    for _ in range(3):
        walked_up(cast)
    waits = waits_of(cast.lane, places=3, now=cast.now)
    assert [place.wait for place in published_order_of(cast.lane, now=cast.now)] == waits


def test_waits__idle_night__is_not_taken_for_slow_service(cast: Cast) -> None:
    walked_up(cast), walked_up(cast)
    call(cast)
    cast.clock.forward(hours=15)
    call(cast)
    pace = pace_of_lane(cast)
    assert (pace.seen, pace.mean_s) == (0, 1800)


def test_waits__many_lanes__cost_the_same_queries_as_one(cast: Cast, django_assert_num_queries: Any) -> None:
    lanes = list(Lane.objects.select_related("port"))
    openings = openings_around(lanes, cast.now)
    history(cast, gap_min=3, count=40)
    with django_assert_num_queries(1):
        waits = lane_waits(lanes, now=cast.now, openings=openings)
    assert waits[cast.lane.pk].pace.seen == CYCLES_LOOKED_AT
    assert all(waits[lane.pk].pace.seen == 0 for lane in lanes if lane.pk != cast.lane.pk)
