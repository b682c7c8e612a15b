"""Where a visit was last seen: double and late reads are one, a place off its way is told once, nothing is kept beyond the visit."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.errors import NotFound
from reservations import sweeps
from reservations.errors import NotInTheYard
from reservations.models import QueueEntry
from reservations.operations import exit_yard, miss, note_sighting
from tests.cast import Cast
from tests.operations.drawn import a_plan, in_force
from tests.operations.steps import admitted, arrived, called, changes_nothing, events, live_stay, parked, refuses
from yards.errors import UnknownPlace
from yards.models import Sighting


def see(cast: Cast, entry: QueueEntry, code: str, kind: str = "bay", *, ago_s: float = 0) -> str:
    seen_at = cast.now - timedelta(seconds=ago_s)
    place = {"kind": kind, "code": code, "source": "device", "seen_at": seen_at}
    return note_sighting(entry_ref=entry.ref, **place, **cast.by(cast.device)).outcome


def last_seen(entry: QueueEntry) -> tuple[str, str] | None:
    return Sighting.objects.filter(visit_ref=entry.visit_ref).values_list("kind", "code").first()


def own(entry: QueueEntry) -> str:
    return str(live_stay(entry).bay.code)


def other(entry: QueueEntry) -> str:
    return "A-03" if own(entry) != "A-03" else "A-02"


def test_sighting__in_its_own_bay__is_noted_and_occupies_nothing(cast: Cast) -> None:
    entry = admitted(cast)
    assert see(cast, entry, own(entry)) == "noted"
    assert (last_seen(entry), live_stay(entry).state) == (("bay", own(entry)), "held")
    assert events("stay.astray") == []


def test_sighting__same_place_within_a_minute__is_one(cast: Cast) -> None:
    entry = admitted(cast)
    see(cast, entry, own(entry))
    cast.clock.forward(seconds=60)
    with changes_nothing():
        assert see(cast, entry, own(entry)) == "double"
    cast.clock.forward(seconds=1)
    assert see(cast, entry, own(entry)) == "noted"


def test_sighting__told_late__does_not_take_it_back(cast: Cast) -> None:
    entry = admitted(cast)
    see(cast, entry, "G1", "gate", ago_s=30)
    see(cast, entry, own(entry))
    with changes_nothing():
        assert see(cast, entry, "G1", "gate", ago_s=20) == "late"
    assert last_seen(entry) == ("bay", own(entry))


def test_sighting__clock_ahead__does_not_make_all_later_ones_late(cast: Cast) -> None:
    entry = admitted(cast)
    see(cast, entry, "G1", "gate", ago_s=-86_400)
    cast.clock.forward(minutes=2)
    assert see(cast, entry, own(entry)) == "noted"


def test_sighting__in_another_bay__is_told_once_for_each_place(cast: Cast) -> None:
    entry = admitted(cast)
    for code in (other(entry), own(entry), other(entry), "B-01"):
        cast.clock.forward(minutes=2)
        assert see(cast, entry, code) == ("noted" if code == own(entry) else "astray")
    told = events("stay.astray")
    assert [event.data["code"] for event in told] == [other(entry), "B-01"]
    assert told[0].visit_ref == entry.visit_ref
    assert told[0].data == {
        "stay": live_stay(entry).ref,
        "bay": own(entry),
        "place": "bay",
        "code": other(entry),
        "source": "device",
    }
    assert live_stay(entry).state == "held", "nobody is moved by a camera"


def test_sighting__stands_but_is_seen_in_another_bay__is_told(cast: Cast) -> None:
    entry = parked(cast)
    assert see(cast, entry, other(entry)) == "astray"


def test_sighting__drives_off_through_other_zones__is_not_astray(cast: Cast) -> None:
    entry = parked(cast)
    assert see(cast, entry, "C", "zone") == "noted"


def test_sighting__in_a_zone_its_way_does_not_lead_to__is_told(cast: Cast) -> None:
    in_force(cast)
    entry = admitted(cast)
    assert see(cast, entry, "A", "zone") == "noted"
    assert see(cast, entry, "C", "zone") == "astray"


def test_sighting__in_a_zone_its_way_leads_through__is_not_astray(cast: Cast) -> None:
    wide = a_plan().zones[1].__class__("B", "B", "B", "blue", "triangle", ((10, 30), (20, 30), (20, 60), (10, 60)))
    in_force(cast, a_plan(zones=(a_plan().zones[0], wide, a_plan().zones[2])))
    assert see(cast, admitted(cast), "B", "zone") == "noted"


def test_sighting__at_a_post__is_known_by_the_plan(cast: Cast) -> None:
    entry = called(cast)
    with refuses(UnknownPlace):
        see(cast, entry, "P1", "post")
    in_force(cast)
    assert see(cast, entry, "P1", "post") == "noted"


@pytest.mark.parametrize(("kind", "code"), [("bay", "Z-99"), ("zone", "Z"), ("gate", "G99"), ("moon", "A-01")])
def test_sighting__no_such_place__is_refused(cast: Cast, kind: str, code: str) -> None:
    entry = admitted(cast)
    with refuses(UnknownPlace):
        see(cast, entry, code, kind)


def test_sighting__who_only_waits_or_is_unknown__is_refused(cast: Cast) -> None:
    entry = arrived(cast)
    with refuses(NotInTheYard):
        see(cast, entry, "A-01")
    with refuses(NotFound):
        note_sighting(
            entry_ref="Q-NONE", kind="bay", code="A-01", source="qr", seen_at=cast.now, **cast.by(cast.device)
        )


def test_forget__visit_ends__nothing_is_kept(cast: Cast) -> None:
    gone, here = parked(cast), admitted(cast)
    see(cast, gone, own(gone)), see(cast, here, own(here))
    exit_yard(entry_ref=gone.ref, **cast.by(cast.operator))
    assert (last_seen(gone), last_seen(here)) == (None, ("bay", own(here)))


def test_forget__missed_its_call__the_sweep_forgets_it(cast: Cast) -> None:
    entry = called(cast)
    see(cast, entry, "G1", "gate")
    miss(entry_ref=entry.ref, **cast.by(cast.operator))
    assert sweeps.forget_sightings(cast.now) == 1
    assert last_seen(entry) is None
