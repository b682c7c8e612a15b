"""Standing in the bay: the held one, or the one the driver really took."""

from __future__ import annotations

from core.errors import NotFound, WrongState
from reservations.errors import NotInTheYard
from reservations.operations import occupy
from tests.cast import Cast
from tests.operations.steps import (
    a_truck,
    admitted,
    call,
    called,
    live_stay,
    parked,
    recording,
    refuses,
    rules,
    walked_up,
)
from yards.errors import UnknownBay, WrongBay
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
    assert stay.why == {"rule": "stands_there", "source": "driver", "instead_of": held.bay.code}


def test_occupy__bay_held_for_another_truck__is_accepted_and_the_other_is_sent_elsewhere(cast: Cast) -> None:
    walked_up(cast)
    other = call(cast)
    theirs = live_stay(other)
    entry = admitted(cast)
    own = live_stay(entry).bay.code
    with recording(cast) as added:
        occupy(entry_ref=entry.ref, bay_code=theirs.bay.code, source="qr", **cast.by(cast.driver))
    mine, sent = live_stay(entry), live_stay(other)
    assert (mine.bay, mine.state, mine.why["source"]) == (theirs.bay, "occupied", "qr")
    assert (sent.state, sent.why["instead_of"]) == ("held", theirs.bay.code)
    assert sent.bay.code not in (theirs.bay.code, "C-01"), "one of its kind, which may be the bay that came free"
    said = [(event.kind, event.visit_ref, event.data["bay"], event.reason) for event in added]
    assert said == [
        ("stay.released", other.visit_ref, theirs.bay.code, "taken_by_another"),
        ("stay.released", entry.visit_ref, own, "other_bay_than_held"),
        ("stay.held", entry.visit_ref, theirs.bay.code, ""),
        ("stay.held", other.visit_ref, sent.bay.code, ""),
        ("stay.occupied", entry.visit_ref, theirs.bay.code, ""),
    ]


def test_occupy__bay_where_another_truck_stands__is_guided_on_with_both_named(cast: Cast) -> None:
    taken = live_stay(parked(cast)).bay.code
    entry = admitted(cast)
    own = live_stay(entry).bay.code
    with refuses(WrongBay, bay=taken, own=own):
        occupy(entry_ref=entry.ref, bay_code=taken, **cast.by(cast.driver))


def test_occupy__other_one_would_be_left_without_a_bay__is_guided_on(cast: Cast) -> None:
    """He is too long for every other bay."""
    cast.yard.bays.filter(code="A-02").update(length_m=25)
    long = walked_up(cast, vehicle=a_truck(cast, length_m=22))
    call(cast)
    assert live_stay(long).bay.code == "A-02"
    entry = admitted(cast)
    with refuses(WrongBay, bay="A-02"):
        occupy(entry_ref=entry.ref, bay_code="A-02", **cast.by(cast.driver))
    assert (live_stay(long).bay.code, live_stay(entry).state) == ("A-02", "held")


def test_occupy__port_guides_on__stays_nowhere_but_in_its_own_bay(cast: Cast) -> None:
    rules(cast, wrong_bay="guide_on")
    entry = admitted(cast)
    with refuses(WrongBay, bay="B-01", own=live_stay(entry).bay.code):
        occupy(entry_ref=entry.ref, bay_code="B-01", **cast.by(cast.driver))


def test_occupy__stand_for_dangerous_goods__is_kept_free_of_other_cargo(cast: Cast) -> None:
    entry = admitted(cast)
    with refuses(WrongBay, bay="C-01", against=["hazmat_only"]):
        occupy(entry_ref=entry.ref, bay_code="C-01", **cast.by(cast.driver))


def test_occupy__blocked_or_unknown_bay__is_refused(cast: Cast) -> None:
    entry = admitted(cast)
    block_bay(yard_code=cast.yard.code, bay_code="B-01", reason="oil", **cast.by(cast.operator))
    with refuses(WrongBay, bay="B-01", against=["blocked"]):
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
