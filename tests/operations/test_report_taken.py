"""Somebody unknown stands in the bay: it is blocked, another one is held, and nobody is left without telling."""

from __future__ import annotations

from core.errors import WrongState
from reservations.errors import HasNoBay, NotInTheYard
from reservations.models import QueueEntry
from reservations.operations import release, report_bay_taken
from reservations.queries.guidance import guide
from reservations.queries.yard_alarms import yard_alarms
from reservations.yard_sweeps import send_on_the_homeless
from tests import factories as make
from tests.cast import Cast
from tests.operations.steps import admitted, called, changes_nothing, live_stay, parked, recording, refuses
from yards.errors import WrongBay
from yards.models import Bay, Stay
from yards.operations import block_bay, unblock_bay


def report(cast: Cast, entry: QueueEntry, bay_code: str = "") -> Stay:
    bay_code = bay_code or live_stay(entry).bay.code
    return report_bay_taken(entry_ref=entry.ref, bay_code=bay_code, **cast.by(cast.driver))


def others_blocked(cast: Cast, entry: QueueEntry) -> str:
    own = live_stay(entry).bay.code
    for code in {"A-01", "A-02", "A-03", "B-01"} - {own}:
        block_bay(yard_code=cast.yard.code, bay_code=code, reason="oil", **cast.by(cast.operator))
    return own


def test_report__own_bay__is_blocked_and_another_one_held(cast: Cast) -> None:
    entry = admitted(cast)
    held = live_stay(entry)
    with recording(cast) as added:
        stay = report(cast, entry, held.bay.code)
    assert (stay, stay.why["instead_of"]) == (live_stay(entry), held.bay.code)
    bay = Bay.objects.get(pk=held.bay_id)
    assert (bay.blocked_at, bay.blocked_reason) == (cast.now, "unknown_vehicle")
    assert [(event.kind, event.reason) for event in added] == [
        ("bay.blocked", "unknown_vehicle"),
        ("stay.released", "bay_taken"),
        ("stay.held", ""),
    ]


def test_report__bay_that_is_not_his_any_more__blocks_nothing(cast: Cast) -> None:
    """His page was old: he is told his new one."""
    entry = admitted(cast)
    old = live_stay(entry).bay.code
    report(cast, entry, old)
    with refuses(WrongBay, bay=old, own=live_stay(entry).bay.code):
        report(cast, entry, old)


def test_report__no_other_bay__is_blocked_all_the_same_and_one_is_held_as_soon_as_it_is_free(cast: Cast) -> None:
    entry = admitted(cast)
    own = others_blocked(cast, entry)
    stay = report(cast, entry)
    assert (stay.bay.code, stay.state) == (own, "held")
    assert Bay.objects.get(yard=cast.yard, code=own).blocked_reason == "unknown_vehicle"
    assert guide(entry, cast.now).trouble == "bay_blocked"
    with changes_nothing():
        assert send_on_the_homeless(cast.now) == 0
    unblock_bay(yard_code=cast.yard.code, bay_code="B-01", **cast.by(cast.operator))
    assert send_on_the_homeless(cast.now) == 1
    assert (live_stay(entry).bay.code, guide(entry, cast.now).trouble) == ("B-01", "")


def test_report__he_stands_in_it_himself_or_is_not_inside__is_refused(cast: Cast) -> None:
    make.a_bay(cast.bays[0].zone, "A-09")
    inside, outside = parked(cast), called(cast)
    with refuses(WrongState):
        report(cast, inside)
    with refuses(NotInTheYard):
        report(cast, outside)
    release(entry_ref=inside.ref, **cast.by(cast.operator))
    with refuses(HasNoBay):
        report(cast, inside, "A-01")


def test_report__one_driver_again_and_again__closes_two_bays_and_staff_are_told(cast: Cast) -> None:
    entry = admitted(cast)
    refs = [report(cast, entry).bay.code for _ in range(3)]
    closed = Bay.objects.filter(yard=cast.yard, blocked_reason="unknown_vehicle")
    assert closed.count() == 2
    assert len(set(refs)) == 3, "he is sent on all the same"
    assert yard_alarms(cast.yard, [], now=cast.now)["bays_reported"] == sorted(bay.code for bay in closed)
    for bay in closed:
        unblock_bay(yard_code=cast.yard.code, bay_code=bay.code, **cast.by(cast.operator))
    assert yard_alarms(cast.yard, [], now=cast.now)["bays_reported"] == []
    own = report(cast, entry).why["instead_of"]
    assert Bay.objects.get(yard=cast.yard, code=own).blocked_at


def test_report__by_staff__closes_the_bay_whoever_reported_before(cast: Cast) -> None:
    entry = admitted(cast)
    for _ in range(3):
        code = live_stay(entry).bay.code
        report_bay_taken(entry_ref=entry.ref, bay_code=code, **cast.by(cast.operator))
    assert Bay.objects.filter(yard=cast.yard, blocked_reason="unknown_vehicle").count() == 3
