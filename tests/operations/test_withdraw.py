"""Leaving the order: the bay and the place come free, the reservation ends."""

from __future__ import annotations

import pytest

from core.errors import NotFound, WrongState
from reservations.models import QueueEntry
from reservations.operations import withdraw
from tests.cast import Cast
from tests.operations.steps import (
    admitted,
    arrived,
    assert_counted,
    call,
    entry_now,
    recording,
    refuses,
    reservation_now,
    reserved,
    taken,
    walked_up,
)
from yards.errors import ReasonNeeded
from yards.models import Stay


def by_staff(cast: Cast, entry: QueueEntry, reason: str = "papers missing") -> QueueEntry:
    return withdraw(entry_ref=entry.ref, reason=reason, **cast.by(cast.operator))


def test_withdraw__waiting_walk_up__gives_its_place_back(cast: Cast) -> None:
    entry = walked_up(cast)
    with recording(cast) as added:
        by_staff(cast, entry)
    assert (entry_now(entry).state, entry_now(entry).ended_at, taken(cast.slot)) == ("withdrawn", cast.now, 0)
    (event,) = added
    assert (event.kind, event.reason, event.data["slot"]) == ("queue.withdrawn", "papers missing", cast.slot.ref)
    assert_counted()


def test_withdraw__waiting_with_a_reservation__cancels_it_and_gives_its_place_back(cast: Cast) -> None:
    reservation = reserved(cast)
    entry = arrived(cast, reservation)
    with recording(cast) as added:
        by_staff(cast, entry)
    assert (reservation_now(reservation).state, taken(cast.slot)) == ("cancelled", 0)
    assert {event.kind for event in added} == {"reservation.cancelled", "queue.withdrawn"}
    assert_counted()


def test_withdraw__called__frees_the_bay_for_the_next(cast: Cast) -> None:
    entry = walked_up(cast)
    call(cast)
    with recording(cast) as added:
        by_staff(cast, entry)
    assert Stay.objects.get().state == "released"
    assert (entry_now(entry).state, entry_now(entry).call_expires_at) == ("withdrawn", None)
    assert [event.kind for event in added] == ["stay.released", "queue.withdrawn"]


def test_withdraw__by_the_driver__needs_no_reason_and_by_staff_it_does(cast: Cast) -> None:
    entry = walked_up(cast)
    with refuses(ReasonNeeded):
        by_staff(cast, entry, reason="  ")
    assert withdraw(entry_ref=entry.ref, reason="", **cast.by(cast.driver)).state == "withdrawn"


def test_withdraw__inside_the_yard__is_refused(cast: Cast) -> None:
    entry = admitted(cast)
    with refuses(WrongState):
        by_staff(cast, entry)


@pytest.mark.parametrize("with_reservation", [True, False])
def test_withdraw__second_click__gives_one_place_back(cast: Cast, with_reservation: bool) -> None:
    walked_up(cast)
    entry = arrived(cast) if with_reservation else walked_up(cast)
    by_staff(cast, entry)
    with refuses(WrongState):
        by_staff(cast, entry)
    assert taken(cast.slot) == 1


def test_withdraw__unknown__is_not_found(cast: Cast) -> None:
    with refuses(NotFound):
        withdraw(entry_ref="Q-000000000", reason="x", **cast.by(cast.operator))
