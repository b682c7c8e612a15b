"""Missed calls: back behind the next vehicles, the bay free at once, the third one withdraws."""

from __future__ import annotations

from core.errors import NotFound, WrongState
from reservations.models import LaneQueue, QueueEntry
from reservations.operations import admit, miss
from reservations.queries import published_order_of
from tests import factories as make
from tests.cast import Cast
from tests.operations.steps import (
    arrived,
    assert_counted,
    call,
    called,
    entry_now,
    recording,
    refuses,
    reservation_now,
    reserved,
    taken,
    walked_up,
)
from yards.models import Stay


def missed(cast: Cast, entry: QueueEntry) -> QueueEntry:
    return miss(entry_ref=entry.ref, **cast.by(cast.operator))


def test_miss__first_time__goes_back_behind_the_next_three_and_frees_the_bay(cast: Cast) -> None:
    entry = called(cast)
    with recording(cast) as added:
        missed(cast, entry)
    now = entry_now(entry)
    assert (now.state, now.missed, now.not_before_call) == ("waiting", 1, 5)
    assert (now.called_at, now.call_expires_at, now.gate) == (None, None, None)
    assert Stay.objects.get().state == "released"
    assert [event.kind for event in added] == ["stay.released", "queue.missed"]
    assert added[1].data | {"missed": 1, "not_before_call": 5} == added[1].data


def test_miss__others_wait__is_called_again_after_exactly_three(cast: Cast) -> None:
    late = called(cast)
    missed(cast, late)
    make.a_bay(cast.bays[0].zone, "A-09")
    others = [arrived(cast, reserved(cast, slot=cast.slots[1 + n // 2])) for n in range(4)]
    order = [place.entry.ref for place in published_order_of(cast.lane, now=cast.now)]
    assert order == [*(other.ref for other in others[:3]), late.ref, others[3].ref]
    assert [call(cast).ref for _ in range(5)] == order


def test_miss__nobody_else_waits__may_be_called_again_at_once(cast: Cast) -> None:
    entry = called(cast)
    missed(cast, entry)
    with recording(cast) as added:
        assert call(cast).ref == entry.ref
    assert added[0].data["rule"] == "after_missed"


def test_miss__third_time__withdraws_and_gives_the_place_back(cast: Cast) -> None:
    reservation = reserved(cast)
    entry = arrived(cast, reservation)
    for _ in range(2):
        call(cast)
        missed(cast, entry)
    call(cast)
    with recording(cast) as added:
        missed(cast, entry)
    assert (entry_now(entry).state, entry_now(entry).missed) == ("withdrawn", 3)
    assert (reservation_now(reservation).state, taken(cast.slot)) == ("cancelled", 0)
    assert not Stay.objects.exclude(state="released").exists()
    assert {event.kind: event.reason for event in added} == {
        "reservation.cancelled": "missed_calls",
        "mark.made": "",
        "stay.released": "withdrawn",
        "queue.withdrawn": "missed_calls",
    }
    assert_counted()


def test_miss__second_click_after_the_second_miss__does_not_withdraw_who_was_not_called(cast: Cast) -> None:
    entry = arrived(cast)
    for _ in range(2):
        call(cast)
        missed(cast, entry)
    with refuses(WrongState):
        missed(cast, entry)
    assert entry_now(entry).state == "waiting"


def test_miss__waiting_or_admitted__is_refused(cast: Cast) -> None:
    inside = called(cast)
    admit(entry_ref=inside.ref, **cast.by(cast.operator))
    for entry in (inside, walked_up(cast)):
        with refuses(WrongState):
            missed(cast, entry)


def test_miss__calls_of_the_lane__are_not_counted_back(cast: Cast) -> None:
    missed(cast, called(cast))
    assert LaneQueue.objects.get(lane=cast.lane).calls == 1


def test_miss__unknown__is_not_found(cast: Cast) -> None:
    with refuses(NotFound):
        miss(entry_ref="Q-000000000", **cast.by(cast.operator))
