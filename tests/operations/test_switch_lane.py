"""Opening and closing lanes, and automatic calling."""

from __future__ import annotations

from tests.cast import Cast
from tests.operations.steps import call, changes_nothing, last_event, refuses, walked_up
from yards.errors import ReasonNeeded, UnknownLane
from yards.models import Lane
from yards.operations import set_auto_call, switch_lane
from yards.queries import LaneState, lane_is_open, lane_state, openings_around


def close(cast: Cast, reason: str = "fog") -> Lane:
    return switch_lane(lane_code=cast.lane.code, is_open=False, reason=reason, **cast.by(cast.operator))


def state(cast: Cast) -> LaneState:
    lane = Lane.objects.select_related("port").get(pk=cast.lane.pk)
    return lane_state(lane, openings_around([lane], cast.now), cast.now)


def test_close__with_a_reason__is_closed_says_why_and_is_recorded(cast: Cast) -> None:
    assert state(cast).is_open
    close(cast, "  fog  ")
    assert (state(cast).code, state(cast).reason, state(cast).changes_at) == ("closed_by_staff", "fog", None)
    event = last_event()
    assert (event.kind, event.reason, event.actor, event.data) == (
        "lane.closed",
        "fog",
        cast.operator.ref,
        {"lane": cast.lane.code},
    )
    assert not lane_is_open(Lane.objects.get(pk=cast.lane.pk), cast.now)


def test_open__again__forgets_the_reason_and_calls_go_on(cast: Cast) -> None:
    close(cast)
    switch_lane(lane_code=cast.lane.code, is_open=True, **cast.by(cast.operator))
    lane = Lane.objects.get(pk=cast.lane.pk)
    assert (lane.is_open, lane.closed_reason, last_event().kind) == (True, "", "lane.opened")
    assert walked_up(cast).ref == call(cast).ref


def test_switch__it_is_so_already__does_nothing(cast: Cast) -> None:
    with changes_nothing():
        switch_lane(lane_code=cast.lane.code, is_open=True, **cast.by(cast.operator))
    close(cast)
    with changes_nothing():
        close(cast)


def test_close__without_a_reason__is_refused(cast: Cast) -> None:
    with refuses(ReasonNeeded):
        close(cast, " ")


def test_switch__unknown_lane__is_not_found(cast: Cast) -> None:
    with refuses(UnknownLane):
        switch_lane(lane_code="NO-LANE", is_open=True, **cast.by(cast.operator))
    with refuses(UnknownLane):
        set_auto_call(lane_code="NO-LANE", on=True, **cast.by(cast.operator))


def test_set_auto_call__on_and_on_again__is_recorded_once(cast: Cast) -> None:
    set_auto_call(lane_code=cast.lane.code, on=True, **cast.by(cast.operator))
    assert Lane.objects.get(pk=cast.lane.pk).auto_call
    assert (last_event().kind, last_event().data) == ("lane.auto_call", {"lane": cast.lane.code, "on": True})
    with changes_nothing():
        set_auto_call(lane_code=cast.lane.code, on=True, **cast.by(cast.operator))
