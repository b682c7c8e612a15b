"""What everybody sees: ports and lanes at a glance, bays with their state, slots of a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from core.errors import NotFound
from reservations.eta import WaitRange
from reservations.queries import (
    free_slots,
    lane_for,
    nearest_free,
    port_summaries,
    reservation_for,
    service_dates,
    slot_for,
)
from tests import factories as make
from tests.cast import Cast
from tests.operations.steps import call, reserved, walked_up
from yards.errors import UnknownLane
from yards.models import Bay, Block, CalendarDay, Lane
from yards.operations import switch_lane
from yards.queries import bay_states, lane_state, openings_around


def test_port_summaries__two_ports__count_only_their_own_waiting(cast: Cast) -> None:
    walked_up(cast), walked_up(cast)
    call(cast)
    home, away = port_summaries(now=cast.now, codes=["MOHAN"])[0], port_summaries(now=cast.now, codes=["HEKOU"])[0]
    assert (home.waiting, away.waiting, home.is_open) == (1, 0, True)
    assert home.wait is not None
    assert {lane.lane.code: lane.waiting for lane in home.lanes} == {"MOHAN-IN1": 1, "MOHAN-IN2": 0}


def test_port_summaries__all_lanes_closed__has_no_wait_to_show(cast: Cast) -> None:
    for lane in (cast.lane, cast.cold_lane):
        switch_lane(lane_code=lane.code, is_open=False, reason="fog", **cast.by(cast.operator))
    (home,) = port_summaries(now=cast.now, codes=["MOHAN"])
    assert (home.is_open, home.wait) == (False, None)


def test_port_summaries__rail_port_without_lanes__is_listed(cast: Cast) -> None:
    make.a_port("RAIL", kind="rail")
    assert {summary.port.code for summary in port_summaries(now=cast.now)} == {"MOHAN", "HEKOU", "RAIL"}


@pytest.mark.parametrize("waiting", [0, 6])
def test_port_summaries__more_waiting__needs_no_more_queries(
    cast: Cast, waiting: int, django_assert_max_num_queries: object
) -> None:
    for _ in range(waiting):
        walked_up(cast)
    with django_assert_max_num_queries(10):  # type: ignore[operator]
        port_summaries(now=cast.now, codes=["MOHAN"])


def test_bay_states__held_bay__names_the_visit(cast: Cast) -> None:
    walked_up(cast)
    entry = call(cast)
    shown = {row.bay.code: row for row in bay_states(cast.yard)}
    (held,) = [row for row in shown.values() if row.state == "held"]
    assert (held.visit_ref, held.since) == (entry.visit_ref, cast.now)
    assert sorted(row.state for row in shown.values()) == ["free", "free", "free", "free", "held"]


@pytest.mark.parametrize(("hours", "code", "next_hours"), [(0, "open", 8), (8, "out_of_hours", 14), (22, "open", 10)])
def test_lane_state__through_the_day__says_when_it_changes(cast: Cast, hours: int, code: str, next_hours: int) -> None:
    cast.clock.forward(hours=hours)
    state = lane_state(cast.lane, openings_around([cast.lane], cast.now), cast.now)
    assert (state.code, state.changes_at) == (code, cast.now + timedelta(hours=next_hours))


def test_lane_state__holiday_of_the_far_side__names_it(cast: Cast) -> None:
    Lane.objects.filter(pk=cast.lane.pk).update(closes_on_holidays_of=["LA"])
    CalendarDay.objects.create(country="LA", date=cast.now.date(), name_en="Boat Race", name_zh="赛舟节")
    lane = Lane.objects.get(pk=cast.lane.pk)
    state = lane_state(lane, openings_around([lane], cast.now), cast.now)
    assert (state.code, state.is_open) == ("holiday", False)
    assert state.reason.startswith("LA ")
    assert state.changes_at == cast.now + timedelta(hours=22)


def test_free_slots__today__leaves_out_what_is_over_and_keeps_what_is_full(cast: Cast) -> None:
    reserved(cast, slot=cast.slots[2]), reserved(cast, slot=cast.slots[2])
    cast.clock.forward(hours=2)
    rows = list(free_slots(cast.lane, service_date=cast.slot.service_date, now=cast.now))
    assert [row.pk for row in rows] == [slot.pk for slot in cast.slots[2:8]]
    assert [row.free for row in rows] == [0, 2, 2, 2, 2, 2]


def test_service_dates__within_the_horizon__are_the_ports_own_dates(cast: Cast) -> None:
    make.a_slot(cast.lane, starts_at=cast.now + timedelta(days=9))
    today = cast.slot.service_date
    assert service_dates(cast.lane, now=cast.now) == [today, today + timedelta(days=1)]
    assert service_dates(cast.cold_lane, now=cast.now) == []


def test_nearest_free__around_a_full_slot__never_names_one_that_is_over(cast: Cast) -> None:
    cast.clock.forward(hours=2)
    named = nearest_free(cast.slots[2], now=cast.now)
    assert named["earlier"] is None
    assert named["later"] == {"ref": cast.slots[3].ref, "starts_at": cast.slots[3].starts_at.isoformat()}


def test_scope__row_of_another_port_or_person__is_not_found(cast: Cast) -> None:
    reservation = reserved(cast, vehicle=cast.vehicle)
    assert reservation_for(user=cast.driver, ref=reservation.ref, verb="reservation.read") == reservation
    assert lane_for(user=cast.operator, code=cast.lane.code, verb="queue.call") == cast.lane
    with pytest.raises(NotFound):
        reservation_for(user=cast.stranger, ref=reservation.ref, verb="reservation.read")
    with pytest.raises(NotFound):
        slot_for(user=cast.other_supervisor, ref=cast.slot.ref, verb="slot.change")
    with pytest.raises(UnknownLane):
        lane_for(user=cast.other_operator, code=cast.lane.code, verb="queue.call")


def test_port_summaries__a_lane_whose_wait_nobody_knows__is_what_to_reckon_with(cast: Cast) -> None:
    """An endless wait is the longest, not the shortest."""
    (home,) = port_summaries(now=cast.now, codes=["MOHAN"])
    short, endless = (replace(home.lanes[0], wait=WaitRange(1, high, False, "pace")) for high in (30, None))
    for lanes in ([short, endless], [endless, short]):
        assert replace(home, lanes=lanes).wait == endless.wait


def test_bay_states__zone_blocked_or_bay_off_the_plan__is_not_free(cast: Cast) -> None:
    Block.objects.create(yard=cast.yard, kind="zone", code="B", reason="oil", blocked_at=cast.now)
    Bay.objects.filter(yard=cast.yard, code="A-02").update(retired_at=cast.now)
    shown = {row.bay.code: row.state for row in bay_states(cast.yard)}
    assert shown["B-01"] == "blocked"
    assert "A-02" not in shown
    assert shown["A-01"] == "free"
