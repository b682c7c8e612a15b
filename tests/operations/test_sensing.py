"""Sensors beside the books: flagged where they differ or cannot be, never trusted instead of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.errors import NotFound
from reservations import sweeps
from reservations.operations import dismiss_doubt, note_reading, release
from reservations.operations.sensing import settle_doubts
from tests.cast import Cast
from tests.operations.drawn import a_plan, in_force
from tests.operations.steps import admitted, changes_nothing, events, last_event, live_stay, parked, refuses
from yards.errors import ReasonNeeded, UnknownPlace
from yards.models import Bay, Sensed, Stay
from yards.queries_yard import doubts_of, sensors_beside_books


def read(
    cast: Cast, code: str, taken: int, *, kind: str = "bay", capacity: int | None = None, ago_s: float = 0
) -> Sensed:
    seen_at = cast.now - timedelta(seconds=ago_s)
    place = {"yard_code": cast.yard.code, "kind": kind, "code": code, "seen_at": seen_at}
    return note_reading(taken=taken, capacity=capacity, **place, **cast.by(cast.device))


def doubted(cast: Cast) -> list[tuple[str, str]]:
    return [(one.row.code, one.why) for one in doubts_of(cast.yard, now=cast.now)]


def told(cast: Cast) -> list[str]:
    return [event.kind for event in events("place.doubted", "place.agreed")]


def dismiss(cast: Cast, code: str, reason: str = "looked") -> Sensed:
    return dismiss_doubt(yard_code=cast.yard.code, kind="bay", code=code, reason=reason, **cast.by(cast.operator))


def test_reading__agrees__is_kept_and_nothing_is_told(cast: Cast) -> None:
    entry = parked(cast)
    row = read(cast, live_stay(entry).bay.code, 1)
    read(cast, "C-01", 0)
    assert (row.taken, row.books, row.doubted_at) == (1, 1, None)
    assert (doubted(cast), told(cast)) == ([], [])


def test_reading__differs__is_flagged_once_and_changes_no_bay(cast: Cast) -> None:
    free_before = list(Bay.objects.free())
    read(cast, "A-02", 1)
    assert last_event().data == {"place": "bay", "code": "A-02", "taken": 1, "books": 0, "why": "differs"}
    cast.clock.forward(minutes=1)
    read(cast, "A-02", 1)
    assert (doubted(cast), told(cast)) == ([("A-02", "differs")], ["place.doubted"])
    assert list(Bay.objects.free()) == free_before


def test_reading__agrees_again__is_told_once(cast: Cast) -> None:
    for taken in (1, 0, 0, 1):
        cast.clock.forward(minutes=1)
        read(cast, "A-02", taken)
    assert told(cast) == ["place.doubted", "place.agreed", "place.doubted"]


def test_reading__bay_is_held_or_just_left__both_answers_agree(cast: Cast) -> None:
    held = live_stay(admitted(cast)).bay.code
    for taken in (0, 1):
        cast.clock.forward(seconds=10)
        read(cast, held, taken)
    entry = parked(cast)
    code = live_stay(entry).bay.code
    release(entry_ref=entry.ref, **cast.by(cast.operator))
    read(cast, code, 1)
    assert doubted(cast) == []
    cast.clock.forward(minutes=6)
    read(cast, code, 1)
    assert doubted(cast) == [(code, "differs")]


@pytest.mark.parametrize(
    ("taken", "capacity", "why"),
    [
        (-605, 22, "impossible"),
        (2, -1, "impossible"),
        (23, 22, "over_capacity"),
        (0, 649, "other_capacity"),
        (0, 5, "other_capacity"),
        (2, None, "differs"),
        (1, 3, ""),
        (0, 4, ""),
    ],
)
def test_reading__zone__627_free_of_22_is_doubted(cast: Cast, taken: int, capacity: int | None, why: str) -> None:
    read(cast, "A", taken, kind="zone", capacity=capacity)
    assert doubted(cast) == ([("A", why)] if why else [])


def test_reading__bay_with_two_vehicles__is_impossible(cast: Cast) -> None:
    read(cast, "A-02", 2)
    assert doubted(cast) == [("A-02", "impossible")]


def test_reading__older_than_the_newest__changes_nothing(cast: Cast) -> None:
    read(cast, "A-02", 0)
    with changes_nothing():
        assert read(cast, "A-02", 1, ago_s=5).taken == 0
    with changes_nothing():
        read(cast, "A-02", 1)  # of the same moment


def test_reading__clock_ahead__does_not_make_all_later_ones_old(cast: Cast) -> None:
    read(cast, "A-02", 1, ago_s=-86_400)
    cast.clock.forward(minutes=1)
    assert read(cast, "A-02", 0).taken == 0


@pytest.mark.parametrize(("kind", "code"), [("bay", "Z-99"), ("zone", "Z"), ("gate", "G1"), ("post", "P1")])
def test_reading__no_such_place__is_refused(cast: Cast, kind: str, code: str) -> None:
    with refuses(UnknownPlace):
        read(cast, code, 0, kind=kind)


def test_reading__bay_off_the_plan__is_no_place_any_more(cast: Cast) -> None:
    read(cast, "A-02", 1)
    in_force(cast, a_plan(bays=tuple(bay for bay in a_plan().bays if bay.code != "A-02")))
    assert doubted(cast) == []
    with refuses(UnknownPlace):
        cast.clock.forward(minutes=1)
        read(cast, "A-02", 1)
    settle_doubts(yard_code=cast.yard.code, **cast.by())
    assert told(cast) == ["place.doubted", "place.agreed"]


def test_beside__dead_sensor__is_said_and_is_no_doubt(cast: Cast) -> None:
    read(cast, "A-02", 0)
    cast.clock.forward(minutes=16)
    [one] = sensors_beside_books(cast.yard, now=cast.now)
    assert (one.is_dead, one.why, one.doubted_at) == (True, "", None)


def test_settle__the_books_come_to_agree__the_doubt_ends_without_a_new_reading(cast: Cast) -> None:
    read(cast, "A-01", 1)
    assert settle_doubts(yard_code=cast.yard.code, **cast.by()) == 0
    entry = parked(cast)
    Stay.objects.filter(visit_ref=entry.visit_ref).update(bay=Bay.objects.get(yard=cast.yard, code="A-01"))
    assert sweeps.settle_all_doubts(cast.now) == 1
    assert told(cast) == ["place.doubted", "place.agreed"]


def test_dismiss__somebody_looked__stays_quiet_until_the_sensor_says_something_else(cast: Cast) -> None:
    read(cast, "A-02", 1)
    dismiss(cast, "A-02", " empty, seen from the tower ")
    assert (doubted(cast), last_event().kind, last_event().reason) == (
        [],
        "place.agreed",
        "empty, seen from the tower",
    )
    cast.clock.forward(minutes=1)
    read(cast, "A-02", 1)
    assert doubted(cast) == []
    for taken in (0, 1):
        cast.clock.forward(minutes=1)
        read(cast, "A-02", taken)
    assert doubted(cast) == [("A-02", "differs")]


def test_dismiss__nothing_doubted__does_nothing(cast: Cast) -> None:
    read(cast, "A-02", 0)
    with changes_nothing():
        dismiss(cast, "A-02")


def test_dismiss__no_reason_unknown_place_or_yard__is_refused(cast: Cast) -> None:
    read(cast, "A-02", 1)
    with refuses(ReasonNeeded):
        dismiss(cast, "A-02", "  ")
    with refuses(UnknownPlace):
        dismiss(cast, "A-03")
    with refuses(NotFound):
        dismiss_doubt(yard_code="NOWHERE", kind="bay", code="A-02", reason="looked", **cast.by(cast.operator))
