"""Offers: a freed place is kept for the first who can use it, for a time, and then for the next."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from core.errors import Conflict, NotFound
from reservations import sweeps
from reservations.errors import OfferGone, SlotFull, VehicleHasAReservation
from reservations.models import Reservation, Slot
from reservations.operations import accept_offer, change_capacity, decline_offer, freeze_slot, offering
from reservations.operations.offering import lapse_offer, offer_returned
from reservations.queries import offers_of
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
    assert_counted,
    events,
    last_event,
    refuses,
    reservation_now,
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
    made = []
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
    a_wish(cast, slot, is_ready=False)
    gives_up(cast, holders[0])
    assert offered(cast) == 0
    assert counts(slot) == (1, 0, 1)
    assert last_event().kind == "slot.released"
    assert last_event().data == {"lane": slot.lane.code, "slot": slot.ref, "places": 1}
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


# ---------------------------------------------------------------- answered
def test_accept__in_time__is_a_promise_in_the_place_that_was_kept(cast: Cast) -> None:
    slot = cast.slots[3]
    request = an_offer(cast, slot)
    reservation = accept_offer(ref=request.ref, **cast.by(cast.driver))
    assert (reservation.state, reservation.slot, reservation.vehicle) == ("confirmed", slot, request.vehicle)
    row = wish_now(request)
    assert (row.state, row.reservation, row.slot, row.offer_until, row.ended_at) == (
        "placed",
        reservation,
        None,
        None,
        cast.now,
    )
    assert counts(slot) == (2, 0, 0)
    assert [entry.kind for entry in events()[-2:]] == ["reservation.confirmed", "offer.accepted"]
    assert events("reservation.confirmed")[-1].data["request"] == request.ref


def test_accept__who_wants_better__is_moved_and_its_old_place_comes_free_without_counting_as_a_change(
    cast: Cast,
) -> None:
    slot, old = cast.slots[3], cast.slots[5]
    holders = full(cast, slot)
    reservation = reserved(cast, slot=old)
    wide: dict[str, Any] = {"latest_at": old.starts_at}
    request = a_wish(cast, slot, vehicle=reservation.vehicle, reservation=reservation, **wide)
    gives_up(cast, holders[0])
    offered(cast)
    assert reservation_now(reservation).slot == old  # it keeps what it has until it takes the better one
    moved = accept_offer(ref=request.ref, **cast.by(cast.driver))
    assert (moved.pk, moved.slot, moved.lane) == (reservation.pk, slot, slot.lane)
    assert Reservation.objects.filter(vehicle=reservation.vehicle).count() == 1
    assert (counts(slot), counts(old)) == ((2, 0, 0), (0, 0, 2))
    assert not reservation.marks.exists()
    changed = events("reservation.changed")[-1].data
    assert (changed["from_slot"], changed["slot"], changed["request"]) == (old.ref, slot.ref, request.ref)


def test_accept__reserved_something_else_meanwhile__that_one_is_moved(cast: Cast) -> None:
    slot = cast.slots[3]
    request = an_offer(cast, slot)
    other = reserved(cast, slot=cast.slots[5], vehicle=request.vehicle)
    assert accept_offer(ref=request.ref, **cast.by(cast.driver)).pk == other.pk
    assert counts(cast.slots[5]) == (0, 0, 2)


@pytest.mark.parametrize("case", ["held", "elsewhere", "begun"])
def test_accept__has_a_reservation_that_cannot_be_moved__is_told_and_may_end_that_one_first(
    cast: Cast, case: str
) -> None:
    slot = cast.slots[3]
    request = an_offer(cast, slot)
    where = {"held": cast.slots[5], "elsewhere": cast.other_slots[3], "begun": cast.slots[0]}[case]
    other = reserved(cast, slot=where, vehicle=request.vehicle, confirm=case != "held")
    with refuses(VehicleHasAReservation):
        accept_offer(ref=request.ref, **cast.by(cast.driver))
    gives_up(cast, other)
    assert accept_offer(ref=request.ref, **cast.by(cast.driver)).slot == slot


def test_accept__twice__the_second_finds_the_offer_gone(cast: Cast) -> None:
    request = an_offer(cast, cast.slots[3])
    accept_offer(ref=request.ref, **cast.by(cast.driver))
    with refuses(OfferGone):
        accept_offer(ref=request.ref, **cast.by(cast.driver))


def test_accept__the_moment_it_runs_out__is_gone_even_before_the_sweep(cast: Cast) -> None:
    request = an_offer(cast, cast.slots[3])
    cast.clock.forward(minutes=10)
    with refuses(OfferGone):
        accept_offer(ref=request.ref, **cast.by(cast.driver))


def test_accept__a_second_before_it_runs_out__is_in_time(cast: Cast) -> None:
    request = an_offer(cast, cast.slots[3])
    cast.clock.forward(seconds=599)
    assert accept_offer(ref=request.ref, **cast.by(cast.driver)).state == "confirmed"


def test_accept__never_offered_or_unknown__is_refused(cast: Cast) -> None:
    request = a_wish(cast, cast.slots[3])
    with refuses(OfferGone):
        accept_offer(ref=request.ref, **cast.by(cast.driver))
    with refuses(NotFound):
        accept_offer(ref="W-000000000", **cast.by(cast.driver))


def test_decline__goes_to_the_next_and_never_to_the_same_again(cast: Cast) -> None:
    slot = cast.slots[3]
    holders = full(cast, slot)
    first, second = a_wish(cast, slot, drawn=1), a_wish(cast, slot, drawn=2)
    gives_up(cast, holders[0])
    offered(cast)
    decline_offer(ref=first.ref, **cast.by(cast.driver))
    assert counts(slot) == (1, 1, 0)
    offered(cast)
    assert (wish_now(first).state, wish_now(second).state) == ("standby", "offered")
    assert wish_now(first).stands_at == first.stands_at
    assert last_event().data["passed"] == [[first.ref, "declined"]]
    decline_offer(ref=second.ref, **cast.by(cast.driver))
    assert counts(slot) == (1, 1, 0)  # the first one stands by, but has declined it:
    assert offered(cast) == 0
    assert counts(slot) == (1, 0, 1)


def test_decline__then_another_slot__is_offered_at_the_old_place_in_the_order(cast: Cast) -> None:
    slot, other = cast.slots[3], cast.slots[4]
    holders, others = full(cast, slot), full(cast, other)
    wide: dict[str, Any] = {"earliest_at": slot.starts_at, "latest_at": other.starts_at}
    first, second = a_wish(cast, slot, drawn=1, **wide), a_wish(cast, slot, drawn=2, **wide)
    gives_up(cast, holders[0])
    offered(cast)
    decline_offer(ref=first.ref, **cast.by(cast.driver))
    gives_up(cast, others[0])
    offered(cast)
    assert {wish_now(second).slot, wish_now(first).slot} == {slot, other}
    assert wish_now(first).offers == 2


def test_decline__not_offered__is_refused(cast: Cast) -> None:
    request = a_wish(cast, cast.slots[3])
    with refuses(OfferGone):
        decline_offer(ref=request.ref, **cast.by(cast.driver))


# ---------------------------------------------------------------- run out
def test_lapse__nobody_answered__the_next_has_its_turn_and_the_first_keeps_its_place(cast: Cast) -> None:
    slot = cast.slots[3]
    holders = full(cast, slot)
    first, second = a_wish(cast, slot, drawn=1), a_wish(cast, slot, drawn=2)
    gives_up(cast, holders[0])
    offered(cast)
    cast.clock.forward(minutes=9, seconds=59)
    assert sweeps.lapse_offers(cast.now) == 0
    cast.clock.forward(seconds=1)
    assert sweeps.lapse_offers(cast.now) == 1
    row = wish_now(first)
    assert (row.state, row.slot, row.offer_until, row.stands_at) == ("standby", None, None, first.stands_at)
    assert last_event().kind == "offer.lapsed"
    assert offered(cast) == 1
    assert wish_now(second).state == "offered"


def test_lapse__ticks_were_lost__are_made_up(cast: Cast) -> None:
    slot = cast.slots[3]
    request = an_offer(cast, slot)
    cast.clock.forward(hours=2, minutes=30)
    assert sweeps.lapse_offers(cast.now) == 1
    assert wish_now(request).state == "standby"


def test_lapse__answered_meanwhile__is_left_alone(cast: Cast) -> None:
    request = an_offer(cast, cast.slots[3])
    accept_offer(ref=request.ref, **cast.by(cast.driver))
    cast.clock.forward(minutes=10)
    with refuses(Conflict):
        lapse_offer(ref=request.ref, **cast.by())


# ---------------------------------------------------------------- whose
def test_offers_of__own_and_the_organisations__until_they_run_out(cast: Cast) -> None:
    request = an_offer(cast, cast.slots[3], vehicle=a_truck(cast))
    assert [list(offers_of(who, now=cast.now)) for who in (cast.driver, cast.dispatcher)] == [[request], [request]]
    assert list(offers_of(cast.stranger, now=cast.now)) == []
    cast.clock.forward(minutes=10)
    assert list(offers_of(cast.driver, now=cast.now)) == []


def test_offers__at_every_step__stored_counts_are_counted_rows(cast: Cast) -> None:
    slot = cast.slots[3]
    holders = full(cast, slot)
    first, second = a_wish(cast, slot, drawn=1), a_wish(cast, slot, drawn=2)
    gives_up(cast, holders[0])
    steps = [
        lambda: offered(cast),
        lambda: decline_offer(ref=first.ref, **cast.by(cast.driver)),
        lambda: offered(cast),
        lambda: accept_offer(ref=second.ref, **cast.by(cast.driver)),
    ]
    for step in steps:
        step()
        assert_counted()
    assert counts(slot) == (2, 0, 0)
