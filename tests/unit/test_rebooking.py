"""Who goes where when slots are closed: never earlier, the old order kept, nobody left out who could be placed."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from reservations.rebooking import Displaced, Room, rebook

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LANES = {"general": frozenset({"IN1", "IN2"}), "empty": frozenset({"IN1"})}


def displaced(number: int, *, hour: int = 0, cargo: str = "general", lane: str = "IN1", rank: int = 1) -> Displaced:
    at = NOON + timedelta(hours=hour)
    asked = NOON - timedelta(days=1) + timedelta(seconds=number)
    return Displaced(f"R-{number}", lane, cargo, rank, LANES[cargo], f"T-{hour}", at, asked, number)


def room(lane: str, hour: int, places: int = 1) -> Room:
    at = NOON + timedelta(hours=hour)
    return Room(f"{lane}-{hour}", lane, at, at + timedelta(hours=1), 9, places)


def hour_of(place: str) -> int:
    return int(place.partition("-")[2])


def test_rebook__room_before_and_after__goes_to_the_nearest_after() -> None:
    rooms = [room("IN1", hour) for hour in (0, 1, 3, 5)]
    assert rebook([displaced(1, hour=2)], rooms, key=b"k") == {"R-1": "IN1-3"}


def test_rebook__nothing_free_or_nobody_displaced__is_empty() -> None:
    assert rebook([displaced(1)], [], key=b"k") == {}
    assert rebook([displaced(1)], [room("IN1", 1, 0)], key=b"k") == {}
    assert rebook([displaced(1, hour=5)], [room("IN1", 1)], key=b"k") == {}
    assert rebook([], [room("IN1", 1)], key=b"k") == {}


def test_rebook__one_place_for_two_classes__the_first_class_has_it() -> None:
    low, high = displaced(1, rank=3), displaced(2, rank=0, cargo="empty")
    assert rebook([low, high], [room("IN1", 2)], key=b"k") == {"R-2": "IN1-2"}


trucks = st.lists(st.tuples(st.integers(0, 6), st.sampled_from(sorted(LANES))), max_size=25)
free = st.lists(st.tuples(st.sampled_from(["IN1", "IN2"]), st.integers(0, 12), st.integers(0, 4)), max_size=15)


@given(trucks, free)
def test_rebook__any_closure__keeps_room_lanes_times_and_the_old_order(
    wanted: list[tuple[int, str]], places: list[tuple[str, int, int]]
) -> None:
    rows = [displaced(n, hour=hour, cargo=cargo) for n, (hour, cargo) in enumerate(wanted)]
    rooms = {(lane, hour): room(lane, hour, count) for lane, hour, count in places}
    found = rebook(rows, list(rooms.values()), key=b"k")
    taken = Counter(found.values())
    assert all(taken[each.ref] <= each.room for each in rooms.values())
    for row in rows:
        if row.ref in found:
            assert found[row.ref].partition("-")[0] in row.lanes
            assert NOON + timedelta(hours=hour_of(found[row.ref])) >= row.starts_at
    for cargo in LANES:
        order = sorted((r for r in rows if r.cargo_kind == cargo), key=lambda r: r.old_order)
        after = [hour_of(found[r.ref]) if r.ref in found else 99 for r in order]
        assert after == sorted(after)
