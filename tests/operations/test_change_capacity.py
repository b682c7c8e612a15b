"""Capacity changed by staff: nobody loses a place, and what was cut shrinks as places come back."""

from __future__ import annotations

import pytest

from reservations.errors import CapacityNotValid, SlotFull, UnknownSlot
from reservations.models import Slot
from reservations.operations import cancel_reservation, change_capacity
from tests.cast import Cast
from tests.operations.steps import assert_counted, last_event, refuses, reserved
from yards.errors import ReasonNeeded


def set_to(cast: Cast, planned: int, reason: str = "one officer ill") -> Slot:
    return change_capacity(slot_ref=cast.slot.ref, planned=planned, reason=reason, **cast.by(cast.supervisor))


def figures(cast: Cast) -> tuple[int, int, int]:
    slot = Slot.objects.get(pk=cast.slot.pk)
    return slot.planned, slot.capacity, slot.taken


def test_change_capacity__raised__gives_places_at_once(cast: Cast) -> None:
    set_to(cast, 4)
    assert figures(cast) == (4, 4, 0)
    for _ in range(4):
        reserved(cast)
    assert Slot.objects.get(pk=cast.slot.pk).set_by_hand
    assert_counted()


def test_change_capacity__its_ledger_entry__says_planned_and_what_holds(cast: Cast) -> None:
    reserved(cast), reserved(cast)
    set_to(cast, 1)
    event = last_event()
    assert (event.kind, event.reason, event.actor) == ("slot.capacity_changed", "one officer ill", cast.supervisor.ref)
    assert event.data == {"lane": cast.lane.code, "slot": cast.slot.ref, "planned": 1, "capacity": 2}


def test_change_capacity__cut_below_taken__shrinks_as_places_come_back(cast: Cast) -> None:
    set_to(cast, 3)
    three = [reserved(cast) for _ in range(3)]
    set_to(cast, 1)
    assert figures(cast) == (1, 3, 3)
    seen = []
    for reservation in three:
        cancel_reservation(ref=reservation.ref, **cast.by(cast.driver))
        seen.append(figures(cast))
    assert seen == [(1, 2, 2), (1, 1, 1), (1, 1, 0)]
    assert_counted()


def test_change_capacity__cut_to_zero__takes_nobody_more(cast: Cast) -> None:
    set_to(cast, 0)
    with refuses(SlotFull):
        reserved(cast)


def test_change_capacity__cut_then_raised__gives_the_difference(cast: Cast) -> None:
    reserved(cast), reserved(cast)
    set_to(cast, 1)
    set_to(cast, 3)
    assert figures(cast) == (3, 3, 2)


@pytest.mark.parametrize("planned", [-1, 10_001])
def test_change_capacity__number_out_of_bounds__is_refused(cast: Cast, planned: int) -> None:
    with refuses(CapacityNotValid, most=10_000):
        set_to(cast, planned)


def test_change_capacity__no_reason_or_unknown_slot__is_refused(cast: Cast) -> None:
    with refuses(ReasonNeeded):
        set_to(cast, 1, reason=" ")
    with refuses(UnknownSlot):
        change_capacity(slot_ref="T-000000000", planned=1, reason="x", **cast.by(cast.supervisor))
