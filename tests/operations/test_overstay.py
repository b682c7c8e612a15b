"""Longer in a bay than the rules allow: told once, to driver and desk, and only while it is so."""

from __future__ import annotations

import pytest

from notifications.rules import rules_for
from reservations.operations import release
from reservations.operations.overstays import note_overstay
from reservations.yard_sweeps import note_overstays
from tests.cast import Cast
from tests.operations.steps import changes_nothing, live_stay, parked, recording, rules
from yards.models import Stay


def test_note_overstays__longer_than_allowed__is_told_once(cast: Cast) -> None:
    rules(cast, overstay_minutes=90)
    entry = parked(cast)
    cast.clock.forward(minutes=90)
    assert note_overstays(cast.now) == 0
    cast.clock.forward(minutes=1)
    with recording(cast) as added:
        assert note_overstays(cast.now) == 1
    stay = live_stay(entry)
    assert stay.overstayed_at == cast.now
    (event,) = added
    assert (event.kind, event.visit_ref) == ("stay.overstayed", entry.visit_ref)
    assert event.data == {"stay": stay.ref, "bay": stay.bay.code, "minutes": 91}
    assert rules_for("stay.overstayed", "", event.data)
    cast.clock.forward(hours=3)
    with changes_nothing():
        assert note_overstays(cast.now) == 0


def test_note_overstay__two_sweeps_at_once__the_second_says_nothing(cast: Cast) -> None:
    rules(cast, overstay_minutes=90)
    stay = live_stay(parked(cast))
    cast.clock.forward(minutes=91)
    assert note_overstay(stay_ref=stay.ref, **cast.by())
    with changes_nothing():
        assert not note_overstay(stay_ref=stay.ref, **cast.by())


def test_note_overstays__has_driven_off__is_left_alone(cast: Cast) -> None:
    rules(cast, overstay_minutes=90)
    entry = parked(cast)
    cast.clock.forward(minutes=95)
    release(entry_ref=entry.ref, **cast.by(cast.operator))
    assert note_overstays(cast.now) == 0


@pytest.mark.parametrize(("limit", "told"), [(0, 0), (1, 1)])
def test_note_overstays__rules_without_a_limit__tell_nobody(cast: Cast, limit: int, told: int) -> None:
    rules(cast, overstay_minutes=limit)
    parked(cast)
    cast.clock.forward(days=20)
    assert note_overstays(cast.now) == told
    assert Stay.objects.exclude(overstayed_at=None).count() == told
