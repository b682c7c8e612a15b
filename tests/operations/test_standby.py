"""Standby: who wants better keeps what it has, the order is published, and what is over ends by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.errors import Busy, Invalid, NotFound, WrongState
from reservations import sweeps
from reservations.errors import (
    DayClosed,
    IntervalTooShort,
    OfferGone,
    RoundNotOpen,
    RoundRuns,
    SlotTooFar,
    TimesOutOfOrder,
    TooLateToCancel,
    VehicleHasARequest,
    VehiclePaused,
)
from reservations.models import Request, Reservation, Slot
from reservations.operations import accept_offer, stand_by, state_readiness
from reservations.queries import standby_of
from tests import factories as make
from tests.cast import Cast
from tests.operations.standing import a_round, a_wish, an_offer, full, gives_up, offered, wish_now
from tests.operations.steps import (
    a_truck,
    arrived,
    changes_nothing,
    events,
    last_event,
    marked,
    refuses,
    reservation_now,
    reserved,
    taken,
)

HOUR = timedelta(hours=1)


def standing(
    cast: Cast, reservation: Reservation, earliest: Slot, latest: Slot, preferred: Slot | None = None
) -> Request:
    return stand_by(
        reservation_ref=reservation.ref,
        earliest_at=earliest.starts_at,
        latest_at=latest.starts_at,
        preferred_at=(preferred or earliest).starts_at,
        **cast.by(cast.driver),
    )


# ---------------------------------------------------------------- wants better
def test_stand_by__with_a_reservation__keeps_it_and_joins_the_order(cast: Cast) -> None:
    reservation = reserved(cast, slot=cast.slots[6], vehicle=cast.vehicle)
    request = standing(cast, reservation, cast.slots[2], cast.slots[4], cast.slots[3])
    assert (request.state, request.stands_at, request.drawn) == ("standby", cast.now, 0)
    assert (request.reservation, request.vehicle, request.organisation) == (reservation, cast.vehicle, cast.carrier)
    assert [lane.code for lane in request.lanes.all()] == [cast.lane.code]
    assert reservation_now(reservation).state == "confirmed"
    assert taken(cast.slots[6]) == 1
    made, stands = events()[-2:]
    assert (made.kind, made.data["vehicle"], made.data["betters"]) == (
        "request.made",
        cast.vehicle.ref,
        reservation.ref,
    )
    assert made.data["lanes"] == [cast.lane.code]
    assert (stands.kind, stands.data) == (
        "request.stands_by",
        {"request": request.ref, "stands_at": cast.now.isoformat(), "drawn": 0, "why": "wants_better"},
    )
    assert not any(
        secret in str(made.data) for secret in (cast.vehicle.plate, cast.driver.name, str(cast.driver.phone))
    )


def test_stand_by__a_lane_of_the_other_direction_or_yard__is_never_offered(cast: Cast) -> None:
    make.a_lane(cast.yard, direction="outbound")
    yard = make.a_yard(cast.port, code="SECOND")
    make.a_bay(make.a_zone(yard))
    make.a_lane(yard)
    twin = make.a_lane(cast.yard)
    request = standing(cast, reserved(cast, slot=cast.slots[6]), cast.slots[2], cast.slots[4])
    assert {lane.code for lane in request.lanes.all()} == {cast.lane.code, twin.code}


def test_stand_by__twice__is_refused(cast: Cast) -> None:
    reservation = reserved(cast, slot=cast.slots[6])
    standing(cast, reservation, cast.slots[2], cast.slots[4])
    with refuses(VehicleHasARequest):
        standing(cast, reservation, cast.slots[2], cast.slots[4])


def test_stand_by__held_only_or_arrived_or_unknown__is_refused(cast: Cast) -> None:
    held, here = reserved(cast, slot=cast.slots[6], confirm=False), reserved(cast)
    arrived(cast, here)
    for reservation in (held, here):
        with refuses(WrongState):
            standing(cast, reservation, cast.slots[2], cast.slots[4])
    with refuses(NotFound):
        standing(cast, Reservation(ref="R-000000000"), cast.slots[2], cast.slots[4])


def test_stand_by__its_slot_has_begun__is_too_late(cast: Cast) -> None:
    reservation = reserved(cast)
    with refuses(TooLateToCancel):
        standing(cast, reservation, cast.slots[2], cast.slots[4])


def test_stand_by__times_out_of_order_or_over_or_of_two_days__is_refused(cast: Cast) -> None:
    reservation = reserved(cast, slot=cast.slots[6])
    two, three, four, tomorrow = cast.slots[2], cast.slots[3], cast.slots[4], cast.slots[9]
    for earliest, latest, preferred in ((four, two, three), (two, three, four), (two, tomorrow, three)):
        with refuses(TimesOutOfOrder):
            standing(cast, reservation, earliest, latest, preferred)
    cast.clock.forward(hours=4, minutes=30)
    with refuses(TimesOutOfOrder):
        standing(cast, reservation, two, four, three)


def test_stand_by__no_slot_begins_then__says_why(cast: Cast) -> None:
    reservation = reserved(cast, slot=cast.slots[6])
    start = cast.slots[3].starts_at
    times = {"earliest_at": start + HOUR / 4, "latest_at": start + HOUR / 2, "preferred_at": start + HOUR / 2}
    with refuses(IntervalTooShort):
        stand_by(reservation_ref=reservation.ref, **times, **cast.by(cast.driver))
    night = {name: start + 9 * HOUR for name in times}
    with refuses(DayClosed):
        stand_by(reservation_ref=reservation.ref, **night, **cast.by(cast.driver))


def test_stand_by__bettered_twice__only_a_slot_nearer_to_the_best_time_is_offered(cast: Cast) -> None:
    best, middle = cast.slots[2], cast.slots[3]
    near, far = full(cast, best), full(cast, middle)
    reservation = reserved(cast, slot=cast.slots[4])
    request = standing(cast, reservation, best, cast.slots[6])
    gives_up(cast, reserved(cast, slot=cast.slots[5]))
    assert offered(cast) == 0  # 15:00 is no better than 14:00 for who likes 12:00 best
    gives_up(cast, far[0])
    assert offered(cast) == 1
    assert wish_now(request).slot == middle
    assert near


# ---------------------------------------------------------------- readiness
def test_state_readiness__not_ready__is_passed_over_until_it_is(cast: Cast) -> None:
    slot = cast.slots[3]
    holders = full(cast, slot)
    request = a_wish(cast, slot)
    state_readiness(ref=request.ref, is_ready=False, travel_minutes=45, **cast.by(cast.driver))
    row = wish_now(request)
    assert (row.is_ready, row.travel_minutes, row.changed_at) == (False, 45, cast.now)
    assert last_event().kind == "request.changed"
    assert last_event().data == {"request": request.ref, "round": None, "is_ready": False, "travel_minutes": 45}
    other = a_wish(cast, slot, drawn=1)
    state_readiness(ref=request.ref, is_ready=True, travel_minutes=45, **cast.by(cast.driver))
    gives_up(cast, holders[0])
    offered(cast)
    assert (wish_now(request).state, wish_now(other).state) == ("offered", "standby")


@pytest.mark.parametrize("minutes", [-1, 20_161, 10**6])
def test_state_readiness__impossible_minutes__are_refused(cast: Cast, minutes: int) -> None:
    request = a_wish(cast, cast.slots[3])
    with refuses(Invalid):
        state_readiness(ref=request.ref, is_ready=True, travel_minutes=minutes, **cast.by(cast.driver))


def test_state_readiness__request_has_ended_or_is_unknown__is_refused(cast: Cast) -> None:
    request = a_wish(cast, cast.slots[3], state="withdrawn")
    with refuses(WrongState):
        state_readiness(ref=request.ref, is_ready=True, travel_minutes=10, **cast.by(cast.driver))
    with refuses(NotFound):
        state_readiness(ref="W-000000000", is_ready=True, travel_minutes=10, **cast.by(cast.driver))


# ---------------------------------------------------------------- over
def test_expire__no_slot_left_that_it_could_use__is_unplaced(cast: Cast) -> None:
    slot = cast.slots[3]
    waits, asks = a_wish(cast, slot), a_wish(cast, slot, state="requested")
    cast.clock.moment = slot.ends_at - timedelta(seconds=1)
    with changes_nothing():
        sweeps.expire_requests(cast.now)  # the slot that began in its time still runs: a place may come free in it
    cast.clock.moment = slot.ends_at
    assert sweeps.expire_requests(cast.now) == 2
    assert [(row.state, row.ended_at) for row in map(wish_now, (waits, asks))] == [("unplaced", cast.now)] * 2
    assert {entry.data["request"] for entry in events("request.unplaced")} == {waits.ref, asks.ref}
    with changes_nothing():
        assert sweeps.expire_requests(cast.now) == 0


def test_expire__offer_still_open__waits_for_its_answer(cast: Cast) -> None:
    request = an_offer(cast, cast.slots[3])
    cast.clock.moment = cast.slots[3].ends_at
    assert sweeps.expire_requests(cast.now) == 0
    assert sweeps.lapse_offers(cast.now) == 1
    assert sweeps.expire_requests(cast.now) == 1
    assert wish_now(request).state == "unplaced"
    assert offered(cast) == 0


# ---------------------------------------------------------------- the order
def test_standby_of__published_order__since_when_then_the_number_drawn(cast: Cast) -> None:
    slot = cast.slots[3]
    late = a_wish(cast, slot, stands_at=cast.now + timedelta(minutes=1), drawn=1)
    third, second = a_wish(cast, slot, drawn=9), a_wish(cast, cast.slots[4], drawn=5)
    first = a_wish(cast, slot, drawn=2)
    elsewhere = a_wish(cast, slot, drawn=1, lanes=[cast.cold_lane])
    a_wish(cast, slot, state="requested")
    order = standby_of(cast.lane, now=cast.now)
    assert [(each.position, each.ref) for each in order] == [
        (1, first.ref),
        (2, second.ref),
        (3, third.ref),
        (4, late.ref),
    ]
    assert standby_of(cast.port, now=cast.now)[0].ref == elsewhere.ref
    assert standby_of(cast.other_lane, now=cast.now) == []


def test_standby_of__with_an_offer__keeps_its_place_and_who_is_too_late_is_left_out(cast: Cast) -> None:
    slot = cast.slots[3]
    request = an_offer(cast, slot)
    following = a_wish(cast, cast.slots[4], drawn=1)
    assert [(each.ref, each.has_an_offer) for each in standby_of(cast.lane, now=cast.now)] == [
        (request.ref, True),
        (following.ref, False),
    ]
    assert [each.ref for each in standby_of(cast.lane, now=slot.starts_at + HOUR / 60)] == [following.ref]


# ---------------------------------------------------------------- nobody jumps a round, nor keeps a wish without its promise
@pytest.mark.parametrize("state", ["announced", "open", "closed", "drawn", "failed"])
def test_stand_by__day_of_a_round_to_come__is_referred_to_its_result(cast: Cast, state: str) -> None:
    reservation = reserved(cast, slot=cast.slots[6])
    a_round(cast, state=state)
    with refuses(RoundRuns):
        standing(cast, reservation, cast.slots[9], cast.slots[11])


def test_stand_by__before_requests_open__is_told_when(cast: Cast) -> None:
    reservation = reserved(cast, slot=cast.slots[6])
    a_round(cast, state="announced", instant_at=cast.now + 70 * HOUR)
    with refuses(RoundNotOpen):
        standing(cast, reservation, cast.slots[9], cast.slots[11])


def test_stand_by__round_wanted_but_not_announced_yet__is_refused(cast: Cast) -> None:
    cast.port.policies.update(allocation="rounds", round_close_hours=2)
    reservation = reserved(cast, slot=cast.slots[6])
    with refuses(Busy):
        standing(cast, reservation, cast.slots[9], cast.slots[11])


@pytest.mark.parametrize("state", ["published", "void"])
def test_stand_by__round_is_over__joins_the_order(cast: Cast, state: str) -> None:
    reservation = reserved(cast, slot=cast.slots[6])
    a_round(cast, state=state)
    assert standing(cast, reservation, cast.slots[9], cast.slots[11]).state == "standby"


def test_stand_by__beyond_the_horizon__is_refused(cast: Cast) -> None:
    cast.port.policies.update(allocation="open", horizon_days=1)
    far = make.a_slot(cast.lane, starts_at=cast.slots[1].starts_at + timedelta(days=2))
    reservation = reserved(cast, slot=cast.slots[6])
    with refuses(SlotTooFar):
        standing(cast, reservation, far, far)


def test_stand_by__vehicle_is_paused__is_refused(cast: Cast) -> None:
    reservation = reserved(cast, slot=cast.slots[6], vehicle=cast.vehicle)
    for kind in ("no_show", "late_cancel"):
        marked(cast, kind, vehicle=cast.vehicle)
    with refuses(VehiclePaused):
        standing(cast, reservation, cast.slots[2], cast.slots[4])


def test_give_up__while_standing_by_for_better__its_wish_ends_before_a_place_is_offered(cast: Cast) -> None:
    slot = cast.slots[3]
    holders = full(cast, slot)
    reservation = reserved(cast, slot=cast.slots[6], vehicle=a_truck(cast))
    request = standing(cast, reservation, slot, cast.slots[6])
    gives_up(cast, reservation)
    gives_up(cast, holders[0])
    assert offered(cast) == 0
    row = wish_now(request)
    assert (row.state, row.ended_at) == ("withdrawn", cast.now)
    assert events("request.withdrawn")[0].reason == "its reservation is over"
    with changes_nothing():
        assert sweeps.end_outlived_wishes(cast.now) == 0


def test_give_up__while_better_is_offered__brings_no_new_promise(cast: Cast) -> None:
    slot = cast.slots[3]
    holders = full(cast, slot)
    reservation = reserved(cast, slot=cast.slots[6], vehicle=a_truck(cast))
    request = standing(cast, reservation, slot, cast.slots[6])
    gives_up(cast, holders[0])
    assert offered(cast) == 1
    gives_up(cast, reservation)
    with refuses(OfferGone):
        accept_offer(ref=request.ref, **cast.by(cast.driver))
    cast.clock.moment = wish_now(request).offer_until
    sweeps.lapse_offers(cast.now)
    offered(cast)
    assert wish_now(request).state == "withdrawn"


def test_change_vehicle__while_standing_by_for_better__the_old_one_gets_no_promise_of_its_own(cast: Cast) -> None:
    request = standing(cast, reserved(cast, slot=cast.slots[6]), cast.slots[2], cast.slots[4])
    Reservation.objects.filter(pk=request.reservation_id).update(vehicle=a_truck(cast))
    assert sweeps.end_outlived_wishes(cast.now) == 1
    assert wish_now(request).state == "withdrawn"
