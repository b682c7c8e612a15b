"""Deadlines are rows: holds, no-shows, missed calls and automatic calls are found again however often and late beat wakes."""

from __future__ import annotations

import pytest

from core.errors import WrongState
from reservations import sweeps, tasks
from reservations.models import QueueEntry
from reservations.operations import confirm_reservation, miss
from reservations.sweeps import call_lanes, sweep_holds, sweep_missed_calls, sweep_no_shows
from tests import factories as make
from tests.cast import Cast
from tests.operations.steps import (
    arrived,
    assert_counted,
    call,
    called,
    changes_nothing,
    entry_now,
    events,
    last_event,
    recording,
    refuses,
    reservation_now,
    reserved,
    taken,
    walked_up,
)
from yards.models import Stay
from yards.operations import set_auto_call, switch_lane


# ---------------------------------------------------------------- holds
def test_sweep_holds__over__gives_the_place_back_once(cast: Cast) -> None:
    held, kept = reserved(cast, confirm=False), reserved(cast, confirm=False)
    confirm_reservation(ref=kept.ref, **cast.by(cast.driver))
    cast.clock.forward(minutes=4, seconds=59)
    assert sweep_holds(cast.now) == 0
    cast.clock.forward(seconds=1)
    assert sweep_holds(cast.now) == 1
    assert (reservation_now(held).state, reservation_now(kept).state, taken(cast.slot)) == ("unplaced", "confirmed", 1)
    assert (last_event().kind, last_event().actor) == ("reservation.expired", "system:sweeper")
    with changes_nothing():
        assert sweep_holds(cast.now) == 0
    assert_counted()


def test_expire_hold__confirmed_between_look_and_act__is_left_alone(cast: Cast) -> None:
    held = reserved(cast, confirm=False)
    confirm_reservation(ref=held.ref, **cast.by(cast.driver))
    with refuses(WrongState):
        sweeps.expire_hold(ref=held.ref, **cast.by())


# ---------------------------------------------------------------- no-shows
def test_sweep_no_shows__slot_and_grace_are_over__ends_it_and_its_place_stays_used(cast: Cast) -> None:
    reservation = reserved(cast)
    cast.clock.forward(minutes=89, seconds=59)
    assert sweep_no_shows(cast.now) == 0
    cast.clock.forward(seconds=1)
    assert sweep_no_shows(cast.now) == 1
    assert (reservation_now(reservation).state, taken(cast.slot)) == ("no_show", 1)
    assert [event.visit_ref for event in events("reservation.no_show")] == [reservation.visit_ref]
    assert sweep_no_shows(cast.now) == 0
    assert_counted()


def test_sweep_no_shows__came_in_time__is_left_alone(cast: Cast) -> None:
    arrived(cast)
    cast.clock.forward(hours=9)
    with changes_nothing():
        assert sweep_no_shows(cast.now) == 0


@pytest.mark.parametrize(("closed_min", "opened_min"), [(0, 1), (70, 80), (-30, 5), (10, None)])
def test_sweep_no_shows__lane_was_shut_in_its_time__is_revoked_without_penalty(
    cast: Cast, closed_min: int, opened_min: int | None
) -> None:
    reservation = reserved(cast, slot=cast.slots[1])
    _switch_at(cast, 60 + closed_min, is_open=False)
    if opened_min is not None:
        _switch_at(cast, 60 + opened_min, is_open=True)
    cast.clock.moment = cast.slots[1].ends_at
    cast.clock.forward(minutes=30)
    assert sweep_no_shows(cast.now) == 1
    assert (reservation_now(reservation).state, taken(cast.slots[1])) == ("revoked", 0)
    assert (last_event().kind, last_event().reason) == ("reservation.revoked", "lane_was_closed")
    assert events("reservation.no_show") == []
    assert_counted()


@pytest.mark.parametrize(("closed_min", "opened_min"), [(-30, -1), (91, 95)])
def test_sweep_no_shows__lane_was_shut_before_or_after_its_time__is_a_no_show(
    cast: Cast, closed_min: int, opened_min: int
) -> None:
    reservation = reserved(cast, slot=cast.slots[1])
    _switch_at(cast, 60 + closed_min, is_open=False)
    _switch_at(cast, 60 + opened_min, is_open=True)
    cast.clock.forward(hours=2)
    sweep_no_shows(cast.now)
    assert reservation_now(reservation).state == "no_show"


def test_sweep_no_shows__another_lane_was_shut__is_a_no_show(cast: Cast) -> None:
    reservation = reserved(cast)
    switch_lane(lane_code=cast.cold_lane.code, is_open=False, reason="fog", **cast.by(cast.operator))
    cast.clock.forward(hours=2)
    sweep_no_shows(cast.now)
    assert reservation_now(reservation).state == "no_show"


def _switch_at(cast: Cast, minutes: int, *, is_open: bool) -> None:
    """At so many minutes after ten o'clock."""
    cast.clock.moment = cast.slot.starts_at
    cast.clock.forward(minutes=minutes)
    switch_lane(lane_code=cast.lane.code, is_open=is_open, reason="fog", **cast.by(cast.operator))


def test_sweep_no_shows__more_within_grace_than_a_batch__does_not_hide_the_overdue(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeps, "BATCH", 2)
    overdue = reserved(cast)
    for slot in (cast.slots[1], cast.slots[1], cast.slots[2]):
        reserved(cast, slot=slot)
    cast.clock.moment = cast.slots[2].ends_at
    assert sweep_no_shows(cast.now) == 2
    assert reservation_now(overdue).state == "no_show"


# ---------------------------------------------------------------- missed calls
def test_sweep_missed_calls__time_to_come_is_over__goes_back_once(cast: Cast) -> None:
    entry = called(cast)
    cast.clock.forward(minutes=14, seconds=59)
    assert sweep_missed_calls(cast.now) == 0
    cast.clock.forward(seconds=1)
    assert sweep_missed_calls(cast.now) == 1
    assert (entry_now(entry).state, entry_now(entry).missed) == ("waiting", 1)
    assert Stay.objects.get().state == "released"
    with changes_nothing():
        assert sweep_missed_calls(cast.now) == 0


def test_miss_expired__missed_by_hand_and_called_anew_meanwhile__leaves_the_fresh_call(cast: Cast) -> None:
    entry = called(cast)
    cast.clock.forward(minutes=15)
    miss(entry_ref=entry.ref, **cast.by(cast.operator))
    call(cast)
    with refuses(WrongState):
        sweeps.miss_expired(entry_ref=entry.ref, **cast.by())
    assert entry_now(entry).state == "called"


# ---------------------------------------------------------------- automatic calls
def test_call_lanes__switched_on__calls_as_long_as_bays_are_free(cast: Cast) -> None:
    set_auto_call(lane_code=cast.lane.code, on=True, **cast.by(cast.operator))
    for _ in range(7):
        walked_up(cast)
    assert call_lanes(cast.now) == 4
    assert QueueEntry.objects.filter(state="waiting").count() == 3
    assert last_event().actor == "system:caller"
    with changes_nothing():
        assert call_lanes(cast.now) == 0


def test_call_lanes__switched_off_closed_or_out_of_hours__calls_nobody(cast: Cast) -> None:
    walked_up(cast)
    assert call_lanes(cast.now) == 0
    set_auto_call(lane_code=cast.lane.code, on=True, **cast.by(cast.operator))
    switch_lane(lane_code=cast.lane.code, is_open=False, reason="fog", **cast.by(cast.operator))
    assert call_lanes(cast.now) == 0
    switch_lane(lane_code=cast.lane.code, is_open=True, **cast.by(cast.operator))
    cast.clock.forward(hours=8)  # 18:00, the window has ended
    assert call_lanes(cast.now) == 0
    cast.clock.forward(hours=14)  # 08:00, it has begun
    assert call_lanes(cast.now) == 1


def test_call_lanes__one_lane_fails__the_others_are_called_all_the_same(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    cold = walked_up(cast, lane=cast.cold_lane, cargo_kind="hazardous")
    walked_up(cast)
    for lane in (cast.lane, cast.cold_lane):
        set_auto_call(lane_code=lane.code, on=True, **cast.by(cast.operator))
    _fails_for(monkeypatch, "call_next", lane_code=cast.lane.code)
    assert call_lanes(cast.now) == 1
    assert entry_now(cold).state == "called"
    assert "MOHAN-IN1" in caplog.text


# ---------------------------------------------------------------- one that fails
def test_sweep__one_row_fails__the_others_are_done_all_the_same(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken, other = reserved(cast, confirm=False), reserved(cast, confirm=False)
    cast.clock.forward(minutes=5)
    _fails_for(monkeypatch, "expire_hold", ref=broken.ref)
    assert sweep_holds(cast.now) == 1
    assert [reservation_now(row).state for row in (broken, other)] == ["requested", "unplaced"]
    assert broken.ref in caplog.text


def _fails_for(monkeypatch: pytest.MonkeyPatch, name: str, **wanted: str) -> None:
    """Lets the sweep's operation `name` break down for one row."""
    whole = getattr(sweeps, name)

    def sometimes(**inputs: object) -> object:
        if wanted.items() <= inputs.items():
            raise ZeroDivisionError
        return whole(**inputs)

    monkeypatch.setattr(sweeps, name, sometimes)


def test_sweep__more_due_than_a_batch__takes_those_due_longest(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeps, "BATCH", 1)
    first, first_called = reserved(cast, slot=cast.slots[5], confirm=False), called(cast)
    cast.clock.forward(minutes=1)
    last, last_called = reserved(cast, slot=cast.slots[5], confirm=False), called(cast)
    cast.clock.forward(hours=1)
    assert (sweep_holds(cast.now), sweep_missed_calls(cast.now)) == (1, 1)
    assert [reservation_now(row).state for row in (first, last)] == ["unplaced", "requested"]
    assert [entry_now(row).state for row in (first_called, last_called)] == ["waiting", "called"]


# ---------------------------------------------------------------- tasks
def test_sweep_task__run_by_beat__does_all_three(cast: Cast) -> None:
    held, gone = reserved(cast, confirm=False), reserved(cast)
    entry = arrived(cast, reserved(cast, slot=cast.slots[1]))
    call(cast)
    cast.clock.forward(minutes=90)
    with recording(cast) as added:
        tasks.sweep()
    assert {event.kind for event in added} >= {"reservation.expired", "reservation.no_show", "queue.missed"}
    assert [reservation_now(row).state for row in (held, gone)] == ["unplaced", "no_show"]
    assert entry_now(entry).state == "waiting"


def test_generate_task__run_by_beat__fills_a_new_lane(cast: Cast) -> None:
    lane = make.a_lane(cast.yard, "MOHAN-IN9", gate=cast.gate)
    make.open_daily(lane)
    tasks.generate_slots()
    assert lane.slots.exists()


def test_call_task__run_by_beat__calls(cast: Cast) -> None:
    set_auto_call(lane_code=cast.lane.code, on=True, **cast.by(cast.operator))
    entry = walked_up(cast)
    tasks.call_automatically()
    assert entry_now(entry).state == "called"
