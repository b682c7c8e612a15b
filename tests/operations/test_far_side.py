"""The far side's rate: entered with a source, kept as history, and followed by slots, calls and waits alike."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from core.errors import DomainError
from reservations.errors import FarSideFull
from reservations.models import Policy, Slot
from reservations.operations import call_next, change_capacity, generate_slots_of
from reservations.queries import far_sides_of, lane_waits, slots_above_far_side
from reservations.queries.far_side import far_side_alarms, far_sides_of_port
from tests import factories as make
from tests.cast import Cast
from tests.operations.closing_steps import hour
from tests.operations.steps import (
    assert_counted,
    call,
    events,
    last_event,
    recording,
    refuses,
    reserved,
    walked_up,
)
from yards.errors import RateInThePast, RateNotValid, RateTooFar, UnknownLane
from yards.models import FarSideRate, Window
from yards.operations import enter_far_side_rate
from yards.queries import far_side_of, lane_state, openings_around


def enter(cast: Cast, rate: Any, *, since: float = 0, **more: Any) -> FarSideRate:
    wish = {"lane_code": cast.lane.code, "units_per_hour": rate, "valid_from": hour(cast, since)} | more
    return enter_far_side_rate(**wish, **cast.by(cast.operator))


def plans(cast: Cast, count: int = 5) -> list[int]:
    return list(Slot.objects.filter(lane=cast.lane).order_by("starts_at").values_list("planned", flat=True)[:count])


# ---------------------------------------------------------------- entering it
def test_enter__by_staff__is_kept_with_its_source_and_recorded(cast: Cast) -> None:
    with recording(cast) as added:
        enter(cast, 1, since=2, source="counterpart", note="one officer ill")
    row = FarSideRate.objects.get()
    assert (row.units_per_hour, row.valid_from, row.source, row.entered_by, row.entered_at, row.note) == (
        1,
        hour(cast, 2),
        "counterpart",
        cast.operator.ref,
        cast.now,
        "one officer ill",
    )
    assert (added[0].kind, added[0].reason) == ("far_side.rate", "one officer ill")
    assert added[0].data == {
        "lane": cast.lane.code,
        "units_per_hour": 1,
        "valid_from": hour(cast, 2).isoformat(),
        "source": "counterpart",
    }


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"rate": -1}, RateNotValid),
        ({"rate": 10**6}, RateNotValid),
        ({"rate": 1001}, RateNotValid),
        ({"rate": 1.5}, RateNotValid),
        ({"rate": True}, RateNotValid),
        ({"rate": 1, "since": -1}, RateInThePast),
        ({"rate": 1, "since": 24 * 61}, RateTooFar),
        ({"rate": 1, "lane_code": "NOWHERE"}, UnknownLane),
    ],
)
def test_enter__bad_input__is_refused(cast: Cast, wrong: dict[str, Any], error: type[DomainError]) -> None:
    with refuses(error):
        enter(cast, **wrong)


@pytest.mark.parametrize("rate", [None, 0, 1000])
def test_enter__no_limit_nobody_or_the_most__are_rates(cast: Cast, rate: int | None) -> None:
    assert enter(cast, rate).units_per_hour == rate


def test_enter__by_a_clock_that_is_behind__counts_from_now(cast: Cast) -> None:
    assert enter(cast, 1, since=-0.1).valid_from == cast.now


def test_far_side__nothing_said_for_days__is_the_last_word_with_its_age_and_old(cast: Cast) -> None:
    assert far_side_of(cast.lane, now=cast.now) is None
    enter(cast, 5, source="counterpart")
    cast.clock.forward(hours=24)
    found = far_side_of(cast.lane, now=cast.now)
    assert found is not None
    assert (found.units_per_hour, found.age, found.is_stale) == (5, timedelta(hours=24), False)
    cast.clock.forward(days=2)
    found = far_side_of(cast.lane, now=cast.now)
    assert found is not None
    assert (found.units_per_hour, found.age, found.is_stale) == (5, timedelta(days=3), True)
    enter(cast, 5, since=72)
    found = far_side_of(cast.lane, now=cast.now)
    assert found is not None
    assert (found.is_stale, found.source) == (False, "staff")


def test_far_side__how_old_is_old__is_the_ports_rule(cast: Cast) -> None:
    Policy.objects.filter(port=cast.port).update(far_side_stale_hours=2)
    enter(cast, 5)
    cast.clock.forward(hours=3)
    assert far_sides_of(cast.port, [cast.lane], now=cast.now)[cast.lane.pk].is_stale


def test_far_side__said_for_later__does_not_count_yet(cast: Cast) -> None:
    enter(cast, 5)
    enter(cast, 7, since=3)
    found = far_side_of(cast.lane, now=cast.now)
    assert found is not None
    assert found.units_per_hour == 5


# ---------------------------------------------------------------- slots follow
def test_enter__less_than_planned__slots_are_planned_by_it_at_once_with_the_reason(cast: Cast) -> None:
    enter(cast, 1, since=2)
    assert plans(cast) == [2, 2, 1, 1, 1]
    assert {(event.reason, event.data["planned"]) for event in events("slot.capacity_changed")} == {("far_side", 1)}
    enter(cast, None, since=3)
    assert plans(cast) == [2, 2, 1, 2, 2]
    assert last_event().reason == "far_side"
    assert generate_slots_of(lane_code=cast.lane.code, **cast.by()).replanned == 0


def test_enter__more_than_planned__never_raises_a_plan(cast: Cast) -> None:
    enter(cast, 1000)
    assert set(plans(cast)) == {2}


def test_enter__nobody__slots_have_no_places_and_nobody_loses_his(cast: Cast) -> None:
    reservation = reserved(cast, slot=cast.slots[2])
    enter(cast, 0, since=1)
    assert plans(cast) == [2, 0, 0, 0, 0]
    slot = Slot.objects.get(pk=cast.slots[2].pk)
    assert (slot.capacity, slot.taken, reservation.state) == (1, 1, "confirmed")
    assert_counted()


def test_enter__plan_set_by_hand__is_left_and_flagged(cast: Cast) -> None:
    change_capacity(slot_ref=cast.slots[3].ref, planned=5, reason="convoy", **cast.by(cast.supervisor))
    enter(cast, 1)
    assert plans(cast) == [1, 1, 1, 5, 1]
    found = slots_above_far_side([cast.lane], now=cast.now)
    by_hand = [each for each in found if not each.held_back]
    assert [(each.slot, each.planned, each.accepted) for each in by_hand] == [(cast.slots[3], 5, 1)]
    assert {(each.planned, each.accepted) for each in found if each.held_back} == {(2, 1)}


def test_enter__less_than_is_promised__is_an_alarm_and_its_slots_are_named(cast: Cast) -> None:
    reserved(cast, slot=cast.slots[2]), reserved(cast, slot=cast.slots[2])
    enter(cast, 2)
    assert far_side_alarms(cast.port, [cast.lane], now=cast.now)["promised_above_far_side"] == []
    enter(cast, 1)
    alarms = far_side_alarms(cast.port, [cast.lane], now=cast.now)
    assert (alarms["promised_above_far_side"], alarms["plan_above_far_side"]) == ([cast.lane.code], [])
    (row,) = far_sides_of_port(cast.port, [cast.lane], now=cast.now)
    assert row.slots_above == [cast.slots[2]]


def test_enter__less_than_promised_beyond_a_week__is_an_alarm_too(cast: Cast) -> None:
    Policy.objects.filter(port=cast.port).update(horizon_days=14)
    far = make.a_slot(cast.lane, starts_at=hour(cast, 24 * 12), capacity=2)
    Slot.objects.filter(pk=far.pk).update(taken=2)
    enter(cast, 1)
    assert far in [each.slot for each in slots_above_far_side([cast.lane], now=cast.now)]


def test_generate__far_side_slower_than_the_windows__new_slots_are_planned_by_it_before_they_are_given(
    cast: Cast,
) -> None:
    Window.objects.filter(lane=cast.lane).update(units_per_hour=9)
    enter(cast, 4)
    generate_slots_of(lane_code=cast.lane.code, **cast.by())
    assert {slot.planned for slot in Slot.objects.filter(lane=cast.lane, starts_at__gt=hour(cast, 30))} == {4}


# ---------------------------------------------------------------- calls follow
def test_call__so_many_an_hour_as_the_far_side_takes__and_then_none_until_there_is_room(cast: Cast) -> None:
    for _ in range(4):
        walked_up(cast)
    enter(cast, 2)
    call(cast)
    cast.clock.forward(minutes=10)
    call(cast)
    with refuses(FarSideFull, units_per_hour=2, next_at=hour(cast, 1).isoformat()):
        call(cast)
    cast.clock.forward(minutes=50)
    call(cast)
    with refuses(FarSideFull, units_per_hour=2):
        call(cast)


def test_call__far_side_takes_nobody__calls_nobody(cast: Cast) -> None:
    walked_up(cast)
    enter(cast, 0)
    with refuses(FarSideFull, units_per_hour=0, next_at=""):
        call_next(lane_code=cast.lane.code, **cast.by(cast.operator))
    assert FarSideFull.code == "far_side_full"


def test_call__rate_of_another_lane__does_not_count_here(cast: Cast) -> None:
    enter(cast, 0, lane_code=cast.cold_lane.code)
    walked_up(cast)
    assert call(cast).state == "called"


# ---------------------------------------------------------------- waits and words follow
def test_waits__far_side_slower__are_longer_and_say_why(cast: Cast) -> None:
    before = lane_waits([cast.lane], now=cast.now)[cast.lane.pk].at(2)
    enter(cast, 1)
    after = lane_waits([cast.lane], now=cast.now)[cast.lane.pk].at(2)
    assert (before.reason, after.reason) == ("pace", "far_side")
    assert before.high_min is not None
    assert after.high_min is not None
    assert after.high_min >= 1.9 * before.high_min


def test_state__far_side_takes_nobody_for_now__says_so_and_until_when(cast: Cast) -> None:
    enter(cast, 0)
    enter(cast, 3, since=2)
    state = lane_state(cast.lane, openings_around([cast.lane], cast.now), cast.now)
    assert (state.code, state.is_open, state.changes_at) == ("far_side", False, hour(cast, 2))


def test_state__far_side_slower__is_open_until_the_lane_closes(cast: Cast) -> None:
    enter(cast, 1, since=1)
    state = lane_state(cast.lane, openings_around([cast.lane], cast.now), cast.now)
    assert (state.code, state.changes_at) == ("open", hour(cast, 8))
