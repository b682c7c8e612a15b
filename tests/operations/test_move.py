"""Another bay for the same visit: the old stay ends, a new one begins, and nobody is pushed out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.errors import NotFound
from reservations.errors import HasNoBay
from reservations.models import QueueEntry
from reservations.operations import move, release
from tests.cast import Cast
from tests.operations.steps import admitted, call, called, live_stay, parked, recording, refuses, walked_up
from yards.errors import BayBlocked, BayDoesNotFit, BayTaken, UnknownBay
from yards.models import Stay
from yards.operations import block_bay


def to(cast: Cast, entry: QueueEntry, bay_code: str, reason: str = "") -> Stay:
    return move(entry_ref=entry.ref, bay_code=bay_code, reason=reason, **cast.by(cast.operator))


@pytest.mark.parametrize("way", [called, admitted, parked])
def test_move__called_admitted_or_parked__holds_the_new_bay_and_frees_the_old(
    cast: Cast, way: Callable[[Cast], QueueEntry]
) -> None:
    entry = way(cast)
    old = live_stay(entry)
    with recording(cast) as added:
        stay = to(cast, entry, "C-01", "crane needs the place")
    assert (stay.bay.code, stay.state, live_stay(entry).pk) == ("C-01", "held", stay.pk)
    assert Stay.objects.get(pk=old.pk).released_at == cast.now
    assert [(event.kind, event.data["bay"]) for event in added] == [
        ("stay.released", old.bay.code),
        ("stay.held", "C-01"),
    ]
    assert added[0].reason == "crane needs the place"
    assert added[1].data["why"]["instead_of"] == old.bay.code


def test_move__to_a_taken_blocked_or_unknown_bay__leaves_it_where_it_is(cast: Cast) -> None:
    walked_up(cast)
    theirs = live_stay(call(cast)).bay.code
    entry = called(cast)
    block_bay(yard_code=cast.yard.code, bay_code="B-01", reason="oil", **cast.by(cast.operator))
    for code, error in ((theirs, BayTaken), ("B-01", BayBlocked), ("Z-99", UnknownBay)):
        with refuses(error):
            to(cast, entry, code)


def test_move__does_not_fit_by_the_books__needs_a_reason_and_keeps_what_spoke_against_it(cast: Cast) -> None:
    entry = called(cast)
    with refuses(BayDoesNotFit, bay="C-01", against=["hazmat_only"]):
        to(cast, entry, "C-01")
    stay = to(cast, entry, "C-01", "the others are being swept")
    assert stay.why == {
        "rule": "named_by_a_person",
        "against": ["hazmat_only"],
        "instead_of": "A-02",
    }


def test_move__to_the_bay_it_has__is_refused(cast: Cast) -> None:
    entry = called(cast)
    with refuses(BayTaken):
        to(cast, entry, live_stay(entry).bay.code)


def test_move__waiting_or_off_to_the_exit__has_no_bay_to_move_from(cast: Cast) -> None:
    off = parked(cast)
    release(entry_ref=off.ref, **cast.by(cast.operator))
    for entry in (off, walked_up(cast)):
        with refuses(HasNoBay):
            to(cast, entry, "C-01")


def test_move__unknown__is_not_found(cast: Cast) -> None:
    with refuses(NotFound):
        move(entry_ref="Q-000000000", bay_code="C-01", **cast.by(cast.operator))
