"""Requests still to come: an average day's, fewer the nearer the slot, never more than there is room for, the same every time."""

from __future__ import annotations

import random

import pytest

from reservations.forecast import Ahead, Asked, Phantoms, phantoms

KINDS = ["perishable", "general"]
HOUR = 60


def ahead(ref: str = "T-1", *, hour: int = 9, lead_min: int = 600, room: int = 40, lane: str = "IN1") -> Ahead:
    return Ahead(ref, lane, 0, hour, lead_min, room)


def asked(*leads_h: float, hour: int = 9, kind: str = "general", lane: str = "IN1", weekday: int = 0) -> list[Asked]:
    return [Asked(lane, kind, weekday, hour, int(lead * HOUR)) for lead in leads_h]


def forecast(past: list[Asked], slots: list[Ahead], *, days: int = 1) -> dict[str, int]:
    found = phantoms(past, slots, days={("IN1", 0): days}, kinds=KINDS)
    return {each.ref: sum(e.count for e in found if e.ref == each.ref) for each in found}


def test_phantoms__as_on_the_average_day__what_was_asked_within_the_time_left() -> None:
    past = asked(1, 2, 3, 9, 11, 30)  # the slot is ten hours ahead: 1, 2, 3 and 9 hours before it are still to come
    assert forecast(past, [ahead(lead_min=600)]) == {"T-1": 4}
    assert forecast(past * 8, [ahead(lead_min=600)], days=8) == {"T-1": 4}


@pytest.mark.parametrize(("lead_min", "count"), [(7200, 6), (600, 4), (150, 2), (60, 0), (0, 0)])
def test_phantoms__towards_the_slot__melt_away(lead_min: int, count: int) -> None:
    assert forecast(asked(1, 2, 3, 9, 11, 30), [ahead(lead_min=lead_min)]).get("T-1", 0) == count


def test_phantoms__more_expected_than_room__are_the_room_and_the_first_class_has_it() -> None:
    past = asked(*[1] * 5) + asked(*[1] * 3, kind="perishable")
    found = phantoms(past, [ahead(room=4)], days={("IN1", 0): 1}, kinds=KINDS)
    assert found == [Phantoms("T-1", "perishable", 3), Phantoms("T-1", "general", 1)]
    assert forecast(past, [ahead(room=0)]) == forecast(past, [ahead(room=-1)]) == {}


def test_phantoms__other_lane_weekday_or_hour__do_not_count() -> None:
    past = asked(1, lane="IN2") + asked(1, weekday=1) + asked(1, hour=10)
    assert forecast(past, [ahead()]) == {}


def test_phantoms__no_days_seen__are_none() -> None:
    assert phantoms(asked(1), [ahead()], days={}, kinds=KINDS) == []
    assert phantoms([], [], days={}, kinds=KINDS) == []


def test_phantoms__fractions__are_rounded_along_the_day_and_never_lost() -> None:
    slots = [ahead(f"T-{hour}", hour=hour, lead_min=600 + hour) for hour in range(8, 16)]
    past = [one for hour in range(8, 16) for one in asked(1, hour=hour)]
    found = forecast(past, slots, days=4)  # a quarter of a request in each of eight hours
    assert sum(found.values()) == 2
    assert set(found.values()) == {1}


def test_phantoms__two_slots_in_one_hour__share_what_it_expects() -> None:
    slots = [ahead("T-1", lead_min=600), ahead("T-2", lead_min=630)]
    assert forecast(asked(*[1] * 6), slots) == {"T-1": 3, "T-2": 3}


def test_phantoms__order_of_the_input__changes_nothing() -> None:
    dice = random.Random(7)
    slots = [ahead(f"T-{h}", hour=h, lead_min=60 * h, room=3) for h in range(24)]
    past = [Asked("IN1", dice.choice(KINDS), 0, dice.randrange(24), dice.randrange(1440)) for _ in range(400)]
    whole = phantoms(past, slots, days={("IN1", 0): 8}, kinds=KINDS)
    for _ in range(5):
        dice.shuffle(past)
        dice.shuffle(slots)
        assert phantoms(past, slots, days={("IN1", 0): 8}, kinds=KINDS) == whole
    assert all(each.count > 0 for each in whole)
    assert all(sum(e.count for e in whole if e.ref == slot.ref) <= slot.room for slot in slots)
