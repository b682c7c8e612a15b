"""Confirming a held place, in time or not."""

from __future__ import annotations

import pytest

from core.errors import NotFound, WrongState
from reservations.errors import HoldExpired
from reservations.operations import cancel_reservation, confirm_reservation
from tests.cast import Cast
from tests.operations.steps import assert_counted, last_event, refuses, reservation_now, reserved


def test_confirm__within_the_hold__becomes_a_promise_and_keeps_its_place(cast: Cast) -> None:
    held = reserved(cast, confirm=False)
    cast.clock.forward(minutes=4, seconds=59)
    confirm_reservation(ref=held.ref, **cast.by(cast.driver))
    now = reservation_now(held)
    assert (now.state, now.hold_until) == ("confirmed", None)
    assert (last_event().kind, last_event().data["reservation"]) == ("reservation.confirmed", held.ref)
    assert_counted()


@pytest.mark.parametrize("late_min", [5, 60])
def test_confirm__hold_is_over__is_refused_even_before_the_sweep(cast: Cast, late_min: int) -> None:
    held = reserved(cast, confirm=False)
    cast.clock.forward(minutes=late_min)
    with refuses(HoldExpired, hold_minutes=5):
        confirm_reservation(ref=held.ref, **cast.by(cast.driver))
    assert reservation_now(held).state == "requested"


def test_confirm__second_click__is_refused(cast: Cast) -> None:
    held = reserved(cast, confirm=False)
    confirm_reservation(ref=held.ref, **cast.by(cast.driver))
    with refuses(WrongState):
        confirm_reservation(ref=held.ref, **cast.by(cast.driver))


def test_confirm__cancelled_meanwhile__is_refused(cast: Cast) -> None:
    held = reserved(cast, confirm=False)
    cancel_reservation(ref=held.ref, **cast.by(cast.driver))
    with refuses(WrongState):
        confirm_reservation(ref=held.ref, **cast.by(cast.driver))


def test_confirm__unknown__is_not_found(cast: Cast) -> None:
    with refuses(NotFound):
        confirm_reservation(ref="R-000000000", **cast.by(cast.driver))
