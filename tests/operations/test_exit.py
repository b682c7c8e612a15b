"""Out of the yard: visit, reservation and bay end together, and the vehicle is free for its next trip."""

from __future__ import annotations

from core.errors import NotFound, WrongState
from reservations.models import Reservation
from reservations.operations import admit, exit_yard, release
from tests.cast import Cast
from tests.operations.steps import (
    assert_counted,
    call,
    called,
    entry_now,
    parked,
    recording,
    refuses,
    reserved,
    taken,
    walked_up,
)
from yards.models import Stay


def test_exit__parked_with_a_reservation__ends_stay_reservation_and_visit(cast: Cast) -> None:
    entry = parked(cast)
    with recording(cast) as added:
        exit_yard(entry_ref=entry.ref, **cast.by(cast.operator))
    now = entry_now(entry)
    assert (now.state, now.ended_at) == ("exited", cast.now)
    assert Reservation.objects.get().state == "completed"
    assert Stay.objects.get().state == "released"
    assert [event.kind for event in added] == ["reservation.completed", "stay.released", "queue.exited"]
    assert {event.visit_ref for event in added} == {entry.visit_ref}


def test_exit__place_in_the_slot__stays_used(cast: Cast) -> None:
    exit_yard(entry_ref=parked(cast).ref, **cast.by(cast.operator))
    assert taken(cast.slot) == 1
    assert_counted()


def test_exit__walk_up_that_released_its_bay__ends_the_visit(cast: Cast) -> None:
    entry = walked_up(cast)
    call(cast)
    admit(entry_ref=entry.ref, **cast.by(cast.operator))
    release(entry_ref=entry.ref, **cast.by(cast.operator))
    with recording(cast) as added:
        exit_yard(entry_ref=entry.ref, **cast.by(cast.operator))
    assert [event.kind for event in added] == ["queue.exited"]
    assert_counted()


def test_exit__vehicle__may_come_again(cast: Cast) -> None:
    entry = parked(cast)
    exit_yard(entry_ref=entry.ref, **cast.by(cast.operator))
    assert reserved(cast, vehicle=entry.vehicle, slot=cast.slots[3]).state == "confirmed"


def test_exit__not_admitted_or_twice__is_refused(cast: Cast) -> None:
    gone = parked(cast)
    exit_yard(entry_ref=gone.ref, **cast.by(cast.operator))
    for entry in (gone, called(cast)):
        with refuses(WrongState):
            exit_yard(entry_ref=entry.ref, **cast.by(cast.operator))


def test_exit__unknown__is_not_found(cast: Cast) -> None:
    with refuses(NotFound):
        exit_yard(entry_ref="Q-000000000", **cast.by(cast.operator))
