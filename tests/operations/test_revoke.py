"""Taking a reservation back on the port's side: with a reason, never as a penalty."""

from __future__ import annotations

import pytest

from core.errors import NotFound, WrongState
from reservations.operations import revoke_reservation
from tests.cast import Cast
from tests.operations.steps import arrived, assert_counted, last_event, refuses, reservation_now, reserved, taken
from yards.errors import ReasonNeeded


@pytest.mark.parametrize("confirm", [True, False])
def test_revoke__with_a_reason__gives_the_place_back_and_records_it(cast: Cast, confirm: bool) -> None:
    reservation = reserved(cast, confirm=confirm)
    revoke_reservation(ref=reservation.ref, reason="lane repaired", **cast.by(cast.supervisor))
    assert (reservation_now(reservation).state, taken(cast.slot)) == ("revoked", 0)
    entry = last_event()
    assert (entry.kind, entry.reason, entry.actor) == ("reservation.revoked", "lane repaired", cast.supervisor.ref)
    assert_counted()


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_revoke__without_a_reason__is_refused(cast: Cast, reason: str) -> None:
    reservation = reserved(cast)
    with refuses(ReasonNeeded):
        revoke_reservation(ref=reservation.ref, reason=reason, **cast.by(cast.supervisor))


def test_revoke__checked_in_or_revoked_before__is_refused(cast: Cast) -> None:
    here, gone = reserved(cast), reserved(cast)
    arrived(cast, here)
    revoke_reservation(ref=gone.ref, reason="repair", **cast.by(cast.supervisor))
    for reservation in (here, gone):
        with refuses(WrongState):
            revoke_reservation(ref=reservation.ref, reason="repair", **cast.by(cast.supervisor))


def test_revoke__unknown__is_not_found(cast: Cast) -> None:
    with refuses(NotFound):
        revoke_reservation(ref="R-000000000", reason="repair", **cast.by(cast.supervisor))
