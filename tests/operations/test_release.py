"""Off to the exit: the bay is free for the next one, the visit goes on."""

from __future__ import annotations

from core.errors import NotFound
from reservations.errors import HasNoBay, NotInTheYard
from reservations.operations import release
from tests.cast import Cast
from tests.operations.steps import admitted, called, entry_now, live_stay, parked, recording, refuses
from yards.models import Bay, Stay


def test_release__parked__frees_the_bay_and_stays_in_the_yard(cast: Cast) -> None:
    entry = parked(cast)
    bay = live_stay(entry).bay
    with recording(cast) as added:
        release(entry_ref=entry.ref, **cast.by(cast.operator))
    assert (entry_now(entry).state, Stay.objects.get().state) == ("admitted", "released")
    assert bay in Bay.objects.free()
    assert [(event.kind, event.data["bay"]) for event in added] == [("stay.released", bay.code)]


def test_release__never_parked__frees_the_held_bay(cast: Cast) -> None:
    entry = admitted(cast)
    release(entry_ref=entry.ref, **cast.by(cast.operator))
    assert Stay.objects.get().state == "released"


def test_release__twice_or_outside_the_yard__is_refused(cast: Cast) -> None:
    entry = parked(cast)
    release(entry_ref=entry.ref, **cast.by(cast.operator))
    for refused, error in ((entry, HasNoBay), (called(cast), NotInTheYard)):
        with refuses(error):
            release(entry_ref=refused.ref, **cast.by(cast.operator))


def test_release__unknown__is_not_found(cast: Cast) -> None:
    with refuses(NotFound):
        release(entry_ref="Q-000000000", **cast.by(cast.operator))
