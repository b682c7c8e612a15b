"""Offers: a freed place is kept for the first who can use it, for a time, and then for the next."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from reservations import sweeps
from reservations.errors import SlotFull
from reservations.models import Slot
from reservations.operations import change_capacity, freeze_slot, offering
from reservations.operations.offering import offer_returned
from tests import factories as make
from tests.cast import Cast
from tests.operations.standing import (
    a_round,
    a_wish,
    an_offer,
    counts,
    full,
    gives_up,
    offered,
    wish_now,
)
from tests.operations.steps import (
    a_truck,
    events,
    last_event,
    refuses,
    reserved,
    walked_up,
)
from yards.operations import switch_lane


# ---------------------------------------------------------------- offered
def test_cancel__somebody_stands_by__the_place_is_kept_from_the_fastest_click(cast: Cast) -> None:
    slot = cast.slots[3]
    holders = full(cast, slot)
    a_wish(cast, slot)
    gives_up(cast, holders[0])
    assert counts(slot) == (1, 1, 0)
    with refuses(SlotFull):
        reserved(cast, slot=slot)


def test_cancel__nobody_stands_by__the_place_is_free_for_all(cast: Cast) -> None:
    slot = cast.slots[3]
    holders = full(cast, slot)
    a_wish(cast, cast.slots[4])
    gives_up(cast, holders[0])
    assert counts(slot) == (1, 0, 1)


def test_cancel__slot_cut_below_what_is_taken__no_place_is_kept(cast: Cast) -> None:
    slot = cast.slots[3]
    holders = full(cast, slot)
    a_wish(cast, slot)
    change_capacity(slot_ref=slot.ref, planned=1, reason="one gate", **cast.by(cast.supervisor))
    gives_up(cast, holders[0])
    assert counts(slot) == (1, 0, 0)
    gives_up(cast, holders[1])
    assert counts(slot) == (0, 1, 0)


def test_offer__place_came_free__goes_to_the_first_in_the_published_order(cast: Cast) -> None:
    slot = cast.slots[3]
    holders = full(cast, slot)
    late = a_wish(cast, slot, stands_at=cast.now + timedelta(minutes=1))
    second, first = a_wish(cast, slot, drawn=8), a_wish(cast, slot, drawn=3)
    gives_up(cast, holders[0])
    assert offered(cast) == 1
    states = {row.ref: row.state for row in (wish_now(first), wish_now(second), wish_now(late))}
    assert states == {first.ref: "offered", second.ref: "standby", late.ref: "standby"}
    assert wish_now(first).slot == slot
    assert counts(slot) == (2, 0, 0)  # the offer keeps the place
    entry = last_event()
    assert entry.kind == "offer.made"
    assert entry.data == {
        "request": first.ref,
        "lane": slot.lane.code,
        "slot": slot.ref,
        "offer_until": (cast.now + timedelta(minutes=10)).isoformat(),
        "passed": [],
    }


def test_offer__two_places_two_waiting__each_gets_one(cast: Cast) -> None:
    slot = cast.slots[3]
    holders = full(cast, slot)
    wishes = [a_wish(cast, slot, drawn=n) for n in (1, 2, 3)]
    for holder in holders:
        gives_up(cast, holder)
    assert offered(cast) == 2
    assert [wish_now(wish).state for wish in wishes] == ["offered", "offered", "standby"]
    assert offered(cast) == 0


def test_offer__more_came_back_than_a_tick_may_offer__the_next_one_goes_on(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeps, "BATCH", 3)
    monkeypatch.setattr(sweeps, "MOST_AT_ONCE", 2)
    monkeypatch.setattr(offering, "MOST_AT_ONCE", 2)
    slots = cast.slots[3:6]
    for slot in slots:
        Slot.objects.filter(pk=slot.pk).update(planned=5, capacity=5, taken=2, returned=3)
        for number in range(3):
            a_wish(cast, slot, drawn=number)
    made: list[int] = []
    while not made or made[-1]:
        made.append(offered(cast))
    assert sum(made) == 9
    assert len(made) > 2
    assert all(Slot.objects.get(pk=slot.pk).returned == 0 for slot in slots)


def test_offer__those_before_cannot_use_it__each_is_named_with_why(cast: Cast) -> None:
    slot = cast.slots[3]  # 13:00, now is 10:00
    holders = full(cast, slot)
    here = make.a_vehicle()
    walked_up(cast, vehicle=here)
    better_off = make.a_vehicle(driver=cast.driver)
    reserved(cast, slot=cast.slots[4], vehicle=better_off)
    elsewhere = make.a_vehicle(driver=cast.driver)
    reserved(cast, slot=cast.other_slots[2], vehicle=elsewhere)
    wide: dict[str, Any] = {"earliest_at": slot.starts_at, "latest_at": cast.slots[5].starts_at}
    passed = {
        a_wish(cast, slot, drawn=1, is_ready=False).ref: "not_ready",
        a_wish(cast, slot, drawn=2, travel_minutes=240).ref: "too_far",
        a_wish(cast, slot, drawn=3, bundle="B-1").ref: "bundle",
        a_wish(cast, slot, drawn=4, reason={"declined": [slot.ref]}).ref: "declined",
        a_wish(cast, slot, drawn=5, vehicle=here).ref: "is_here",
        a_wish(
            cast, slot, drawn=6, vehicle=better_off, preferred_at=cast.slots[4].starts_at, **wide
        ).ref: "holds_as_good",
        a_wish(cast, slot, drawn=7, vehicle=elsewhere).ref: "has_a_reservation",
    }
    a_wish(cast, cast.slots[4], drawn=8)  # another time: not in this order
    a_wish(cast, slot, drawn=9, lanes=[cast.cold_lane])  # another lane: not in this order
    chosen = a_wish(cast, slot, drawn=10)
    gives_up(cast, holders[0])
    assert offered(cast) == 1
    assert wish_now(chosen).state == "offered"
    assert last_event().data["passed"] == [[ref, why] for ref, why in passed.items()]


def test_offer__nobody_can_use_it__is_released_for_all(cast: Cast) -> None:
    slot = cast.slots[3]
    holders = full(cast, slot)
    passed = [[a_wish(cast, slot, is_ready=False).ref, "not_ready"]]
    gives_up(cast, holders[0])
    assert offered(cast) == 0
    assert counts(slot) == (1, 0, 1)
    assert last_event().kind == "slot.released"
    assert last_event().data == {"lane": slot.lane.code, "slot": slot.ref, "places": 1, "passed": passed}
    assert reserved(cast, slot=slot).state == "confirmed"


def test_offer__two_places_one_can_use_one__the_other_is_released(cast: Cast) -> None:
    slot = cast.slots[3]
    holders = full(cast, slot)
    a_wish(cast, slot)
    for holder in holders:
        gives_up(cast, holder)
    assert offered(cast) == 1
    assert counts(slot) == (1, 0, 1)
    assert events("slot.released")[0].data["places"] == 1


def test_offer__organisation_has_its_share__goes_to_the_next(cast: Cast) -> None:
    cast.policy.organisation_share_percent = 50
    cast.policy.save()
    slot = cast.slots[3]
    reserved(cast, slot=slot)  # of the carrier: one of two, its share
    gone = reserved(cast, slot=slot, vehicle=make.a_vehicle(driver=cast.driver))
    of_carrier, other = a_wish(cast, slot, vehicle=a_truck(cast), drawn=1), a_wish(cast, slot, drawn=2)
    gives_up(cast, gone)
    assert offered(cast) == 1
    assert (wish_now(of_carrier).state, wish_now(other).state) == ("standby", "offered")
    assert last_event().data["passed"] == [[of_carrier.ref, "organisation_share"]]


def test_offer__two_of_one_organisation_at_once__its_share_counts_offers_too(cast: Cast) -> None:
    cast.policy.organisation_share_percent = 50
    cast.policy.save()
    slot = cast.slots[3]
    holders = full(cast, slot)
    wishes = [a_wish(cast, slot, vehicle=a_truck(cast), drawn=n) for n in (1, 2)]
    for holder in holders:
        gives_up(cast, holder)
    assert offered(cast) == 1
    assert [wish_now(wish).state for wish in wishes] == ["offered", "standby"]


def test_offer__who_gave_a_place_of_the_slot_back__is_passed_until_it_has_cooled_down(cast: Cast) -> None:
    slot = cast.slots[3]
    holders = full(cast, slot)
    gives_up(cast, holders[0])
    reserved(cast, slot=slot)
    again = a_wish(cast, slot, vehicle=holders[0].vehicle, drawn=1)
    other = a_wish(cast, slot, drawn=2)
    gives_up(cast, holders[1])
    assert offered(cast) == 1
    assert (wish_now(again).state, wish_now(other).state) == ("standby", "offered")
    assert last_event().data["passed"] == [[again.ref, "cooling_down"]]
    cast.clock.forward(minutes=30)
    sweeps.lapse_offers(cast.now)
    offered(cast)
    assert wish_now(again).state == "offered"


@pytest.mark.parametrize(("hours", "minutes"), [(6, 10), (7, 30), (24, 30), (25, 120)])
def test_offer__slot_far_off__is_kept_longer(cast: Cast, hours: int, minutes: int) -> None:
    slot = make.a_slot(make.a_lane(cast.yard), starts_at=cast.now + timedelta(hours=hours), capacity=1)
    request = an_offer(cast, slot)
    assert request.offer_until == cast.now + timedelta(minutes=minutes)


@pytest.mark.parametrize("state", ["announced", "open", "closed", "drawn", "failed"])
def test_offer__day_of_a_round_to_come__waits_for_the_round(cast: Cast, state: str) -> None:
    slot = cast.slots[9]
    holders = full(cast, slot)
    a_wish(cast, slot)
    a_round(cast, state=state)
    gives_up(cast, holders[0])
    assert offered(cast) == 0
    assert counts(slot) == (1, 1, 0)


@pytest.mark.parametrize("state", ["published", "void"])
def test_offer__round_is_over__is_made(cast: Cast, state: str) -> None:
    slot = cast.slots[9]
    holders = full(cast, slot)
    a_wish(cast, slot)
    a_round(cast, state=state)
    gives_up(cast, holders[0])
    assert offered(cast) == 1


def test_offer__slot_frozen_or_lane_shut__waits(cast: Cast) -> None:
    slot = cast.slots[3]
    holders = full(cast, slot)
    a_wish(cast, slot)
    gives_up(cast, holders[0])
    freeze_slot(slot_ref=slot.ref, frozen=True, reason="fog", **cast.by(cast.supervisor))
    assert offered(cast) == 0
    assert offer_returned(slot_ref=slot.ref, **cast.by()) == 0
    freeze_slot(slot_ref=slot.ref, frozen=False, **cast.by(cast.supervisor))
    switch_lane(lane_code=cast.lane.code, is_open=False, reason="fog", **cast.by(cast.operator))
    assert offered(cast) == 0
    switch_lane(lane_code=cast.lane.code, is_open=True, **cast.by(cast.operator))
    assert offered(cast) == 1
