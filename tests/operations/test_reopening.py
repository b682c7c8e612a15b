"""A closure ends sooner, in stages, or is taken back: the order that everybody has stays, or is exactly the old one again."""

from __future__ import annotations

import pytest

from core.errors import WrongState
from reservations.errors import CannotUndo, EndsBeforeStart, NotLonger, ReopeningFull, StagesNotValid, UnknownClosure
from reservations.models import Request, Reservation, Slot
from reservations.operations import (
    call_next,
    cancel_reservation,
    change_capacity,
    check_in,
    generate_slots_of,
    lift_closure,
    undo_closure,
)
from tests.cast import Cast
from tests.operations.closing_steps import another_lane, hour, lift, shut, slot_of, undo
from tests.operations.steps import (
    assert_counted,
    events,
    refuses,
    reservation_now,
    reserved,
    walked_up,
)
from yards.errors import ReasonNeeded


def frozen(cast: Cast) -> list[bool]:
    """Of the slots of the first day, in order."""
    return list(Slot.objects.filter(lane=cast.lane).order_by("starts_at").values_list("is_frozen", flat=True)[:8])


def capacities(cast: Cast) -> list[int]:
    return list(Slot.objects.filter(lane=cast.lane).order_by("starts_at").values_list("capacity", flat=True)[:8])


def stage(cast: Cast, since: float, until: float, rate: int) -> list[object]:
    return [hour(cast, since).isoformat(), hour(cast, until).isoformat(), rate]


# ---------------------------------------------------------------- lifting
def test_lift__sooner__slots_after_it_give_places_and_who_was_moved_stays_there(cast: Cast) -> None:
    reservation = reserved(cast, slot=cast.slots[2])
    closure = shut(cast, 1, 5)
    cast.clock.forward(hours=2)
    lifted = lift(cast, closure, 3)
    assert (lifted.state, lifted.ends_at, lifted.lifted_at) == ("lifted", hour(cast, 3), cast.now)
    assert frozen(cast)[1:] == [True, True, False, False, False, False, False]
    assert slot_of(reservation) == cast.slots[5]
    (event,) = events("closure.lifted")
    assert event.data["ends_at"] == hour(cast, 3).isoformat()
    assert reserved(cast, slot=cast.slots[3]).state == "confirmed"
    assert_counted()


def test_lift__in_stages__places_and_calls_keep_to_each_ones_rate(cast: Cast) -> None:
    closure = shut(cast, 0, None)
    lift(cast, closure, 1, [stage(cast, 1, 3, 1), stage(cast, 3, 4, 0)])
    assert capacities(cast)[1:6] == [1, 1, 0, 2, 2]
    walked_up(cast), walked_up(cast)
    cast.clock.forward(hours=1)
    call_next(lane_code=cast.lane.code, **cast.by(cast.operator))
    cast.clock.forward(minutes=59)
    with refuses(ReopeningFull, units_per_hour=1, next_at=hour(cast, 2).isoformat()):
        call_next(lane_code=cast.lane.code, **cast.by(cast.operator))
    cast.clock.forward(minutes=1)
    call_next(lane_code=cast.lane.code, **cast.by(cast.operator))


def test_lift__stages_over__plans_are_those_of_the_windows_again(cast: Cast) -> None:
    closure = shut(cast, 0, 1, stages=[stage(cast, 1, 3, 1)])
    assert capacities(cast)[1:3] == [1, 1]
    lift(cast, closure, 1)
    assert capacities(cast)[1:3] == [2, 2]
    assert generate_slots_of(lane_code=cast.lane.code, **cast.by()).replanned == 0


def test_lift__somebody_stands_by__free_places_are_kept_for_the_standby_order(cast: Cast) -> None:
    for slot in cast.slots:
        reserved(cast, slot=slot), reserved(cast, slot=slot)
    closure = shut(cast, 0, None)
    assert Request.objects.standing_by().count() == 32
    lift(cast, closure, 1)
    open_slots = Slot.objects.filter(lane=cast.lane, is_frozen=False)
    assert open_slots.count() == 15
    assert {slot.returned for slot in open_slots} == {2}
    assert {slot.free for slot in open_slots} == {0}


def test_lift__longer_before_its_start_or_in_the_past__is_refused(cast: Cast) -> None:
    closure = shut(cast, 1, 3)
    with refuses(NotLonger):
        lift(cast, closure, 4)
    with refuses(EndsBeforeStart):
        lift(cast, closure, 1)
    with refuses(EndsBeforeStart):
        lift(cast, closure, -1)
    with refuses(StagesNotValid):
        lift(cast, closure, 2, [stage(cast, 1, 3, 1)])
    with refuses(UnknownClosure):
        lift_closure(ref="C-NOBODY", ends_at=hour(cast, 2), **cast.by(cast.supervisor))


def test_lift__a_second_time__is_changed_until_it_has_ended(cast: Cast) -> None:
    closure = shut(cast, 0, 5)
    lift(cast, closure, 4)
    again = lift(cast, closure, 2, [stage(cast, 2, 4, 1)])
    assert (again.state, again.ends_at) == ("lifted", hour(cast, 2))
    assert frozen(cast)[:6] == [True, True, False, False, False, False]
    assert capacities(cast)[2:5] == [1, 1, 2]
    with refuses(NotLonger):
        lift(cast, closure, 3)
    with refuses(WrongState):
        undo(cast, closure)
    cast.clock.forward(hours=2)
    with refuses(WrongState):
        lift(cast, closure, 2)


def test_lift__another_closure_holds__its_slots_stay_frozen(cast: Cast) -> None:
    closure = shut(cast, 0, 4)
    shut(cast, 2, 3)
    lift(cast, closure, 1)
    assert frozen(cast)[:5] == [True, False, True, False, False]


# ---------------------------------------------------------------- taking back
def test_undo__everybody_moved__has_the_old_place_again(cast: Cast) -> None:
    _, slots = another_lane(cast, capacity=1)
    rows = [reserved(cast, slot=cast.slots[n]) for n in (1, 1, 2, 3)]
    before = {r.pk: (r.slot_id, r.lane_id, r.state) for r in rows}
    closure = shut(cast, 1, 4)
    assert {slot_of(r).lane_id for r in rows} == {cast.lane.pk, slots[0].lane_id}
    undone = undo(cast, closure)
    assert undone.state == "undone"
    assert {r.pk: (r.slot_id, r.lane_id, r.state) for r in Reservation.objects.all()} == before
    assert not any(frozen(cast))
    assert reserved(cast, slot=cast.slots[3]).state == "confirmed"
    assert_counted()
    assert [event.data["undone"] for event in events("reservation.changed")[4:]] == [closure.ref] * 4


def test_undo__place_was_lost__a_new_promise_for_the_same_slot(cast: Cast) -> None:
    rows = [reserved(cast, slot=slot) for slot in cast.slots for _ in range(2)]
    closure = shut(cast, 0, None)
    undo(cast, closure)
    live = Reservation.objects.live()
    assert {(r.vehicle_id, r.slot_id, r.created_at) for r in live} == {
        (r.vehicle_id, r.slot_id, r.created_at) for r in rows
    }
    assert {request.state for request in Request.objects.all()} == {"placed"}
    assert {request.reservation_id for request in Request.objects.all()} == {r.pk for r in live}
    assert {slot.returned for slot in Slot.objects.filter(lane=cast.lane)} == {0}
    assert_counted()


def test_undo__who_chose_otherwise_meanwhile__keeps_his_choice(cast: Cast) -> None:
    stays, leaves = reserved(cast, slot=cast.slots[1]), reserved(cast, slot=cast.slots[1])
    closure = shut(cast, 1, 3)
    cancel_reservation(ref=leaves.ref, **cast.by(cast.driver))
    undo(cast, closure)
    assert slot_of(stays) == cast.slots[1]
    assert reservation_now(leaves).state == "cancelled"
    assert_counted()


def test_undo__somebody_came_by_his_new_place__is_refused(cast: Cast) -> None:
    reservation = reserved(cast, slot=cast.slots[1])
    closure = shut(cast, 1, 2)
    check_in(reservation_ref=reservation.ref, port_code="MOHAN", **cast.by(cast.driver))
    with refuses(CannotUndo, why="called", reservation=reservation.ref):
        undo(cast, closure)


def test_undo__somebody_without_a_place_came_all_the_same__is_refused(cast: Cast) -> None:
    rows = [reserved(cast, slot=slot) for slot in cast.slots for _ in range(2)]
    closure = shut(cast, 0, None)
    check_in(reservation_ref=rows[0].ref, port_code="MOHAN", **cast.by(cast.driver))
    with refuses(CannotUndo, why="called", reservation=rows[0].ref):
        undo(cast, closure)


def test_undo__old_slot_is_over__is_refused(cast: Cast) -> None:
    reservation = reserved(cast)
    closure = shut(cast, 0, 2)
    cast.clock.forward(hours=1)
    with refuses(CannotUndo, why="slot_over", reservation=reservation.ref):
        undo(cast, closure)


def test_undo__another_closure_over_the_old_slot__is_refused(cast: Cast) -> None:
    reservation = reserved(cast, slot=cast.slots[1])
    closure = shut(cast, 1, 3)
    shut(cast, 1, 2)
    with refuses(CannotUndo, why="closed_otherwise", reservation=reservation.ref):
        undo(cast, closure)


def test_undo__old_slot_was_frozen_by_hand__is_no_hindrance(cast: Cast) -> None:
    reservation = reserved(cast, slot=cast.slots[1])
    Slot.objects.filter(pk=cast.slots[1].pk).update(is_frozen=True, frozen_reason="scanner")
    undo(cast, shut(cast, 1, 3))
    assert slot_of(reservation) == cast.slots[1]
    assert frozen(cast)[:4] == [False, True, False, False]
    assert_counted()


def test_undo__plan_was_cut_meanwhile__is_refused(cast: Cast) -> None:
    reserved(cast, slot=cast.slots[1])
    closure = shut(cast, 1, 3)
    change_capacity(slot_ref=cast.slots[1].ref, planned=0, reason="scanner", **cast.by(cast.supervisor))
    with refuses(CannotUndo, why="no_room"):
        undo(cast, closure)


def test_undo__lifted_unknown_or_without_a_reason__is_refused(cast: Cast) -> None:
    closure = shut(cast, 0, 2)
    with refuses(ReasonNeeded):
        undo(cast, closure, reason=" ")
    with refuses(UnknownClosure):
        undo_closure(ref="C-NOBODY", reason="x", **cast.by(cast.supervisor))
    cast.clock.forward(minutes=10)
    lift(cast, closure, 1)
    with refuses(WrongState):
        undo(cast, closure)


@pytest.mark.parametrize("ends", [None, 3])
def test_undo__then_closed_again__works_like_the_first_time(cast: Cast, ends: int | None) -> None:
    reservation = reserved(cast, slot=cast.slots[1])
    _, slots = another_lane(cast)
    undo(cast, shut(cast, 1, ends))
    shut(cast, 1, ends)
    assert slot_of(reservation) == slots[1]
    assert reservation.dispositions.count() == 2
    assert_counted()
