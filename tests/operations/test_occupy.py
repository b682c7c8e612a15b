"""Standing in the bay: the held one, or the one the driver really took."""

from __future__ import annotations

from core.errors import NotFound, WrongState
from reservations.errors import NotInTheYard
from reservations.operations import occupy
from tests.cast import Cast
from tests.operations.steps import admitted, call, called, live_stay, parked, recording, refuses, walked_up
from yards.errors import BayBlocked, BayTaken, UnknownBay
from yards.models import Stay
from yards.operations import block_bay
from yards.queries import bay_states


def test_occupy__held_bay__is_occupied(cast: Cast) -> None:
    entry = admitted(cast)
    with recording(cast) as added:
        occupy(entry_ref=entry.ref, **cast.by(cast.driver))
    stay = live_stay(entry)
    assert (stay.state, stay.occupied_at) == ("occupied", cast.now)
    (event,) = added
    assert (event.kind, event.data) == ("stay.occupied", {"stay": stay.ref, "bay": stay.bay.code})
    shown = {row.bay.code: (row.state, row.visit_ref) for row in bay_states(cast.yard)}
    assert shown[stay.bay.code] == ("occupied", entry.visit_ref)


def test_occupy__its_own_bay_named__is_no_move(cast: Cast) -> None:
    entry = admitted(cast)
    occupy(entry_ref=entry.ref, bay_code=live_stay(entry).bay.code, **cast.by(cast.driver))
    assert Stay.objects.count() == 1


def test_occupy__another_free_bay__is_held_and_occupied_instead(cast: Cast) -> None:
    entry = admitted(cast)
    held = live_stay(entry)
    with recording(cast) as added:
        occupy(entry_ref=entry.ref, bay_code="B-01", **cast.by(cast.driver))
    stay = live_stay(entry)
    assert (stay.bay.code, stay.state, Stay.objects.get(pk=held.pk).state) == ("B-01", "occupied", "released")
    assert [event.kind for event in added] == ["stay.released", "stay.held", "stay.occupied"]
    assert added[0].reason == "other_bay_than_held"
    assert stay.why == {"rule": "named_by_a_person", "instead_of": held.bay.code}


def test_occupy__bay_of_another_truck__is_refused_and_the_hold_stays(cast: Cast) -> None:
    walked_up(cast)
    theirs = live_stay(call(cast)).bay.code
    entry = admitted(cast)
    with refuses(BayTaken):
        occupy(entry_ref=entry.ref, bay_code=theirs, **cast.by(cast.driver))


def test_occupy__blocked_or_unknown_bay__is_refused(cast: Cast) -> None:
    entry = admitted(cast)
    block_bay(yard_code=cast.yard.code, bay_code="B-01", reason="oil", **cast.by(cast.operator))
    with refuses(BayBlocked):
        occupy(entry_ref=entry.ref, bay_code="B-01", **cast.by(cast.driver))
    with refuses(UnknownBay):
        occupy(entry_ref=entry.ref, bay_code="Z-99", **cast.by(cast.driver))


def test_occupy__not_through_the_gate__is_refused(cast: Cast) -> None:
    entry = called(cast)
    with refuses(NotInTheYard):
        occupy(entry_ref=entry.ref, **cast.by(cast.driver))


def test_occupy__second_click__is_refused(cast: Cast) -> None:
    entry = parked(cast)
    with refuses(WrongState):
        occupy(entry_ref=entry.ref, **cast.by(cast.driver))


def test_occupy__unknown__is_not_found(cast: Cast) -> None:
    with refuses(NotFound):
        occupy(entry_ref="Q-000000000", **cast.by(cast.driver))
