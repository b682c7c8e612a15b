"""Bays out of use and back: who stands there stays, nobody new is sent there."""

from __future__ import annotations

from tests.cast import Cast
from tests.operations.steps import call, changes_nothing, last_event, live_stay, parked, refuses, walked_up
from yards.errors import ReasonNeeded, UnknownBay
from yards.models import Bay
from yards.operations import block_bay, unblock_bay
from yards.queries import bay_states


def block(cast: Cast, code: str = "A-02", reason: str = "oil") -> Bay:
    return block_bay(yard_code=cast.yard.code, bay_code=code, reason=reason, **cast.by(cast.operator))


def unblock(cast: Cast, code: str = "A-02") -> Bay:
    return unblock_bay(yard_code=cast.yard.code, bay_code=code, **cast.by(cast.operator))


def shown(cast: Cast) -> dict[str, str]:
    return {row.bay.code: row.state for row in bay_states(cast.yard)}


def test_block__free_bay__is_out_of_use_and_recorded(cast: Cast) -> None:
    block(cast)
    assert shown(cast) == {"A-01": "free", "A-02": "blocked", "A-03": "free", "B-01": "free", "C-01": "free"}
    event = last_event()
    assert (event.kind, event.reason, event.data) == ("bay.blocked", "oil", {"bay": "A-02"})
    bay = Bay.objects.get(yard=cast.yard, code="A-02")
    assert (bay.blocked_at, bay.blocked_reason) == (cast.now, "oil")


def test_block__nobody_is_sent_there__until_it_is_unblocked(cast: Cast) -> None:
    for code in ("A-01", "A-02", "B-01", "C-01"):
        block(cast, code)
    walked_up(cast), walked_up(cast)
    assert live_stay(call(cast)).bay.code == "A-03"
    unblock(cast)
    assert (last_event().kind, last_event().data) == ("bay.unblocked", {"bay": "A-02"})
    assert live_stay(call(cast)).bay.code == "A-02"


def test_block__somebody_stands_there__he_stays(cast: Cast) -> None:
    entry = parked(cast)
    code = live_stay(entry).bay.code
    block(cast, code)
    assert shown(cast)[code] == "occupied"
    assert live_stay(entry).bay.code == code


def test_block__it_is_so_already__does_nothing_and_keeps_the_first_reason(cast: Cast) -> None:
    with changes_nothing():
        unblock(cast)
    block(cast)
    with changes_nothing():
        block(cast, reason="paint")


def test_block__no_reason_or_unknown_bay__is_refused(cast: Cast) -> None:
    with refuses(ReasonNeeded):
        block(cast, reason="  ")
    for code, act in (("Z-99", block), ("Z-99", unblock)):
        with refuses(UnknownBay):
            act(cast, code)
    with refuses(UnknownBay):
        block_bay(yard_code=cast.other_yard.code, bay_code="B-01", reason="oil", **cast.by(cast.operator))
