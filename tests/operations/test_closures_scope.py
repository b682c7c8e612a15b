"""What a closure shuts: calls and waits while it lasts, which lanes a scope means, bad input, and what its preview shows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from core.errors import DomainError
from reservations.errors import (
    ClosureInThePast,
    EndsBeforeStart,
    LaneClosed,
    NothingToClose,
    StagesNotValid,
)
from reservations.models import Disposition, Slot
from reservations.operations import (
    call_next,
    preview_closure,
)
from reservations.queries import lane_waits
from tests.cast import Cast
from tests.operations.closing_steps import (
    another_lane,
    hour,
    live_inside,
    offered,
    shut,
    slot_of,
)
from tests.operations.steps import (
    arrived,
    assert_counted,
    changes_nothing,
    events,
    refuses,
    reserved,
)
from yards.errors import ReasonNeeded, UnknownLane, UnknownPort
from yards.models import Closure, Window
from yards.queries import lane_state, openings_around


# ---------------------------------------------------------------- calls, waits and words follow
def test_declare__somebody_waits__nobody_is_called_until_it_is_over(cast: Cast) -> None:
    arrived(cast)
    shut(cast, 0, 2)
    with refuses(LaneClosed, reason="landslide"):
        call_next(lane_code=cast.lane.code, **cast.by(cast.operator))
    cast.clock.forward(hours=2)
    call_next(lane_code=cast.lane.code, **cast.by(cast.operator))


def test_state_and_waits__during_a_closure__say_why_and_until_when(cast: Cast) -> None:
    shut(cast, 0, 2)
    state = lane_state(cast.lane, openings_around([cast.lane], cast.now), cast.now)
    assert (state.code, state.reason, state.changes_at) == ("closure", "landslide", hour(cast, 2))
    wait = lane_waits([cast.lane], now=cast.now)[cast.lane.pk].at(1)
    assert wait.reason == "closure"
    assert wait.low_min is not None
    assert wait.low_min >= 120


def test_state_and_waits__closed_until_further_notice__know_no_end(cast: Cast) -> None:
    shut(cast, 0, None)
    state = lane_state(cast.lane, openings_around([cast.lane], cast.now), cast.now)
    assert (state.code, state.changes_at) == ("closure", None)
    wait = lane_waits([cast.lane], now=cast.now)[cast.lane.pk].at(1)
    assert (wait.low_min, wait.high_min, wait.reason) == (None, None, "closure")


# ---------------------------------------------------------------- what is shut
@pytest.mark.parametrize(
    ("scope", "named", "expected"),
    [
        ("lane", ["MOHAN-IN2"], {"MOHAN-IN2"}),
        ("yard", ["MOHAN-IN2"], {"MOHAN-IN1", "MOHAN-IN2"}),
        ("yard", [], {"MOHAN-IN1", "MOHAN-IN2"}),
        ("port", [], {"MOHAN-IN1", "MOHAN-IN2"}),
        ("far_side", [], {"MOHAN-IN1", "MOHAN-IN2"}),
        ("far_side", ["MOHAN-IN1"], {"MOHAN-IN1"}),
    ],
)
def test_declare__each_scope__shuts_its_lanes(cast: Cast, scope: str, named: list[str], expected: set[str]) -> None:
    closure = shut(cast, 0, 2, scope=scope, lane_codes=named)
    assert {lane.code for lane in closure.lanes.all()} == expected
    (event,) = events("closure.declared")
    assert set(event.data["lanes"]) == expected


def test_declare__closure_over_a_closure__moves_again_whom_it_meets(cast: Cast) -> None:
    reservation = reserved(cast, slot=cast.slots[1])
    first = shut(cast, 1, 3)
    second = shut(cast, 2, 5)
    assert slot_of(reservation) == cast.slots[5]
    assert Disposition.objects.filter(reservation=reservation).count() == 2
    assert live_inside(first) == live_inside(second) == []
    assert_counted()


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"starts_at": timedelta(hours=-2)}, ClosureInThePast),
        ({"ends_at": timedelta(hours=1)}, EndsBeforeStart),
        ({"ends_at": timedelta(hours=2)}, EndsBeforeStart),
        ({"reason": "  "}, ReasonNeeded),
        ({"lane_codes": []}, NothingToClose),
        ({"lane_codes": ["HEKOU-IN1"]}, UnknownLane),
        ({"port_code": "NOWHERE"}, UnknownPort),
        ({"stages": [["soon", "later", 3]]}, StagesNotValid),
        ({"stages": [["2026-03-02T05:00:00+00:00", "2026-03-02T06:00:00+00:00", 3]]}, StagesNotValid),
        ({"stages": [["2026-03-02T06:00:00+00:00", "2026-03-02T07:00:00+00:00", -1]]}, StagesNotValid),
        ({"stages": [["2026-03-02T06:00:00+00:00", "2026-03-02T07:00:00+00:00", 10**6]]}, StagesNotValid),
    ],
)
def test_declare__bad_input__is_refused_and_nothing_happens(
    cast: Cast, wrong: dict[str, Any], error: type[DomainError]
) -> None:
    reserved(cast, slot=cast.slots[2])
    moments = {name: cast.now + value for name, value in wrong.items() if isinstance(value, timedelta)}
    with refuses(error):
        shut(cast, 2, 4, **(wrong | moments))


def test_declare__asked_for_from_a_page_of_minutes_ago__begins_now(cast: Cast) -> None:
    cast.clock.forward(minutes=4)
    assert shut(cast, 0, 2).starts_at == cast.now


# ---------------------------------------------------------------- preview
def test_preview__says_what_the_deed_does_and_writes_nothing(cast: Cast) -> None:
    _, _ = another_lane(cast, capacity=1)
    here = arrived(cast)
    for slot in cast.slots[1:6]:
        reserved(cast, slot=slot), reserved(cast, slot=slot)
    offer = offered(cast, cast.slots[7])
    wish: dict[str, Any] = {
        "port_code": "MOHAN",
        "scope": "lane",
        "lane_codes": [cast.lane.code],
        "starts_at": cast.now,
        "ends_at": None,
        "stages": [],
    }
    with changes_nothing():
        found = preview_closure(**wish, now=cast.now)
    closure = shut(cast, 0, None)
    rows = {row.reservation_id: row for row in closure.dispositions.all()}
    assert {m.reservation.pk: (str(m.kind), m.to_slot and m.to_slot.pk) for m in found.moves} == {
        pk: (row.kind, row.to_slot_id) for pk, row in rows.items()
    }
    assert [m.reservation for m in found.here] == [here.reservation]
    assert len(found.moved) == 10
    assert [(wish.request, wish.outcome) for wish in found.wishes] == [(offer, "offer_withdrawn")]
    first = found.hours[0]
    assert (first.starts_at, first.places_before, first.taken_before) == (cast.now, 3, 1)
    assert (first.places_after, first.taken_after) == (1, 1)
    taken = {slot.starts_at: 0 for slot in Slot.objects.filter(lane__yard=cast.yard)}
    for slot in Slot.objects.filter(lane__yard=cast.yard):
        taken[slot.starts_at] += slot.taken
    assert {h.starts_at: h.taken_after for h in found.hours} == taken


def test_preview__with_stages__shows_fewer_places_after_it(cast: Cast) -> None:
    stages = [[hour(cast, 2).isoformat(), hour(cast, 4).isoformat(), 1]]
    wish: dict[str, Any] = {"port_code": "MOHAN", "scope": "lane", "lane_codes": [cast.lane.code], "stages": stages}
    found = preview_closure(**wish, starts_at=cast.now, ends_at=hour(cast, 2), now=cast.now)
    assert [h.places_after for h in found.hours[:6]] == [0, 0, 1, 1, 2, 2]


def test_preview__window_gone_by_now__its_slot_counts_as_shut(cast: Cast) -> None:
    Window.objects.filter(lane=cast.lane).delete()
    wish: dict[str, Any] = {"port_code": "MOHAN", "scope": "lane", "lane_codes": [cast.lane.code], "stages": []}
    found = preview_closure(**wish, starts_at=cast.now, ends_at=hour(cast, 2), now=cast.now)
    assert {h.places_after for h in found.hours} == {0}


def test_declare__port_without_slots__is_closed_all_the_same(cast: Cast) -> None:
    Slot.objects.all().delete()
    shut(cast, 0, None)
    assert Closure.objects.get().state == "in_force"
