"""Freezing a slot: nobody gets a new place, nobody loses one."""

from __future__ import annotations

from reservations.errors import SlotFrozen, UnknownSlot
from reservations.models import Slot
from reservations.operations import cancel_reservation, change_slot, freeze_slot
from reservations.queries import nearest_free
from tests.cast import Cast
from tests.operations.steps import arrived, assert_counted, changes_nothing, last_event, refuses, reserved, walked_up
from yards.errors import ReasonNeeded


def freeze(cast: Cast, *, frozen: bool = True, reason: str = "fog") -> Slot:
    return freeze_slot(slot_ref=cast.slot.ref, frozen=frozen, reason=reason, **cast.by(cast.supervisor))


def test_freeze__with_a_reason__stops_new_places_and_is_recorded(cast: Cast) -> None:
    freeze(cast)
    event = last_event()
    assert (event.kind, event.reason, event.data) == (
        "slot.frozen",
        "fog",
        {"lane": cast.lane.code, "slot": cast.slot.ref},
    )
    with refuses(SlotFrozen):
        reserved(cast)
    assert walked_up(cast).slot == cast.slots[1]
    assert nearest_free(cast.slots[1], now=cast.now)["earlier"] is None


def test_freeze__who_has_a_place__keeps_it_and_may_come_or_cancel(cast: Cast) -> None:
    stays, leaves = reserved(cast), reserved(cast)
    freeze(cast)
    assert arrived(cast, stays).promised_at == cast.slot.starts_at
    cancel_reservation(ref=leaves.ref, **cast.by(cast.driver))
    assert_counted()


def test_freeze__others_want_to_move_in__are_refused_and_keep_theirs(cast: Cast) -> None:
    reservation = reserved(cast, slot=cast.slots[3])
    freeze(cast)
    with refuses(SlotFrozen):
        change_slot(ref=reservation.ref, slot_ref=cast.slot.ref, **cast.by(cast.driver))


def test_unfreeze__afterwards__places_are_given_again(cast: Cast) -> None:
    freeze(cast)
    freeze(cast, frozen=False, reason="")
    assert last_event().kind == "slot.unfrozen"
    assert reserved(cast).slot == cast.slot


def test_freeze__it_is_so_already__does_nothing(cast: Cast) -> None:
    freeze(cast)
    with changes_nothing():
        freeze(cast, reason="again")


def test_freeze__no_reason_or_unknown_slot__is_refused(cast: Cast) -> None:
    with refuses(ReasonNeeded):
        freeze(cast, reason="")
    with refuses(UnknownSlot):
        freeze_slot(slot_ref="T-000000000", frozen=True, reason="x", **cast.by(cast.supervisor))
