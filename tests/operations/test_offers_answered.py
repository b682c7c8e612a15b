"""Offers that are accepted, declined or run out: one answer counts, and nobody loses its place in the order."""

from __future__ import annotations

from typing import Any

import pytest

from core.errors import Conflict, NotFound
from reservations import sweeps
from reservations.errors import OfferGone, VehicleHasAReservation
from reservations.models import Reservation
from reservations.operations import accept_offer, decline_offer
from reservations.operations.offering import lapse_offer
from reservations.queries import offers_of
from tests.cast import Cast
from tests.operations.standing import (
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
)


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
