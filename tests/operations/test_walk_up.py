"""Walk-ups: they flow straight through where there is room, hold the place they were given, and never push a promise back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.errors import NotFound
from reservations.errors import VehicleHasAReservation, VehicleInQueue, WrongCargo
from reservations.models import Slot
from reservations.operations import check_in_walk_up, withdraw
from reservations.queries import published_order_of
from tests.cast import Cast
from tests.operations.steps import arrived, assert_counted, call, last_event, refuses, reserved, taken, walked_up
from yards.errors import UnknownLane


def test_walk_up__room_in_the_slot_that_runs__gets_and_holds_that_place(cast: Cast) -> None:
    cast.clock.forward(minutes=20)
    entry = walked_up(cast, vehicle=cast.vehicle)
    assert (entry.slot, entry.promised_at, entry.reservation) == (cast.slot, cast.slot.starts_at, None)
    assert taken(cast.slot) == 1
    assert (last_event().kind, last_event().data["slot"], last_event().actor) == (
        "queue.checked_in",
        cast.slot.ref,
        cast.operator.ref,
    )
    assert_counted()


def test_walk_up__slot_full__gets_the_first_later_place_with_room(cast: Cast) -> None:
    reserved(cast), reserved(cast)
    Slot.objects.filter(pk=cast.slots[1].pk).update(is_frozen=True)
    entry = walked_up(cast)
    assert (entry.slot, entry.promised_at) == (cast.slots[2], cast.slots[2].starts_at)
    assert_counted()


def test_walk_up__place_held__nobody_can_reserve_it_any_more(cast: Cast) -> None:
    walked_up(cast), walked_up(cast)
    assert taken(cast.slot) == cast.slot.capacity
    assert walked_up(cast).slot == cast.slots[1]


def test_walk_up__every_slot_full__stands_after_everything_promised(cast: Cast) -> None:
    Slot.objects.filter(lane=cast.lane).update(is_frozen=True)
    entry = walked_up(cast)
    assert (entry.slot, entry.promised_at) == (None, cast.slots[-1].ends_at)
    assert last_event().data["slot"] is None


def test_walk_up__no_slots_at_all__stands_by_its_arrival(cast: Cast) -> None:
    Slot.objects.filter(lane=cast.lane).delete()
    assert walked_up(cast).promised_at == cast.now


def test_walk_up__port_is_empty__is_called_at_once(cast: Cast) -> None:
    entry = walked_up(cast)
    assert call(cast).ref == entry.ref


def test_walk_up__promise_of_the_same_slot_came_first__stands_behind_it_and_before_a_later_promise(cast: Cast) -> None:
    early_bird = arrived(cast, reserved(cast, slot=cast.slots[2]))
    promised = arrived(cast)
    cast.clock.forward(minutes=5)
    entry = walked_up(cast)
    order = [place.entry.ref for place in published_order_of(cast.lane, now=cast.now)]
    assert order == [promised.ref, entry.ref, early_bird.ref]


def test_walk_up__unknown_lane_or_vehicle__is_not_found(cast: Cast) -> None:
    inputs = {"cargo_kind": "general", "driver": None, **cast.by(cast.operator)}
    with refuses(UnknownLane):
        check_in_walk_up(lane_code="NO-LANE", vehicle_ref=cast.vehicle.ref, **inputs)
    with refuses(NotFound):
        check_in_walk_up(lane_code=cast.lane.code, vehicle_ref="V-000000000", **inputs)


@pytest.mark.parametrize("cargo_kind", ["perishable", "", "gold"])
def test_walk_up__cargo_the_lane_does_not_take__is_refused(cast: Cast, cargo_kind: str) -> None:
    with refuses(WrongCargo):
        walked_up(cast, cargo_kind=cargo_kind)


@pytest.mark.parametrize("confirm", [True, False])
def test_walk_up__vehicle_with_a_live_reservation__comes_by_that(cast: Cast, confirm: bool) -> None:
    reserved(cast, vehicle=cast.vehicle, slot=cast.slots[4], confirm=confirm)
    with refuses(VehicleHasAReservation):
        walked_up(cast, vehicle=cast.vehicle)


def test_walk_up__vehicle_already_in_a_queue__is_refused_and_takes_no_place(cast: Cast) -> None:
    walked_up(cast, vehicle=cast.vehicle)
    with refuses(VehicleInQueue):
        walked_up(cast, vehicle=cast.vehicle)
    checked_in = reserved(cast, vehicle=cast.other_vehicle, driver=cast.stranger)
    arrived(cast, checked_in)
    with refuses(VehicleInQueue):
        walked_up(cast, vehicle=cast.other_vehicle)


def test_walk_up__left_the_queue__may_come_again_with_a_new_ticket(cast: Cast) -> None:
    first = walked_up(cast, vehicle=cast.vehicle)
    withdraw(entry_ref=first.ref, reason="papers missing", **cast.by(cast.operator))
    cast.clock.forward(minutes=1)
    second = walked_up(cast, vehicle=cast.vehicle)
    assert second.ticket == first.ticket + 1
    assert second.arrived_at - first.arrived_at == timedelta(minutes=1)
