"""Caps: one live promise for a vehicle, a share of each slot for an organisation, however many accounts ask."""

from __future__ import annotations

import pytest

from reservations import batches, round_inputs
from reservations.errors import OrganisationCap, RequestLimit, VehicleHasAReservation
from reservations.models import Request, Slot
from reservations.operations import (
    cancel_reservation,
    change_slot,
    confirm_reservation,
    request_places,
    withdraw_request,
)
from reservations.operations.turns import can_move
from tests import factories as make
from tests.cast import Cast
from tests.operations.standing import a_round, a_wish, an_offer, full, gives_up, offered, wish_now
from tests.operations.steps import a_truck, assert_counted, refuses, reserved, taken


@pytest.fixture
def wide(cast: Cast) -> Slot:
    """Forty places; an organisation may have a tenth of them."""
    cast.policy.organisation_share_percent = 10
    cast.policy.save()
    slot = cast.slots[3]
    Slot.objects.filter(pk=slot.pk).update(planned=40, capacity=40)
    return slot


def test_share__the_fifth_of_four__is_refused_and_takes_no_place(cast: Cast, wide: Slot) -> None:
    for _ in range(4):
        reserved(cast, slot=wide)
    with refuses(OrganisationCap, most=4):
        reserved(cast, slot=wide)
    assert taken(wide) == 4
    assert_counted()
    reserved(cast, slot=cast.slots[4])  # other slots have a share of their own


def test_share__organisation_split_over_many_accounts__has_the_same_share(cast: Cast, wide: Slot) -> None:
    for number in range(6):
        account = make.a_driver() if number % 2 else make.a_dispatcher(cast.carrier)
        truck = make.a_vehicle(driver=account if number % 2 else None, organisation=cast.carrier)
        if number < 4:
            reserved(cast, slot=wide, vehicle=truck, driver=account)
        else:
            with refuses(OrganisationCap, most=4):
                reserved(cast, slot=wide, vehicle=truck, driver=account)
    with refuses(OrganisationCap, most=4):
        reserved(cast, slot=wide, driver=None)  # staff who reserve for one of its trucks give it no more either


def test_share__one_account_with_vehicles_of_two_organisations__each_has_its_own(cast: Cast, wide: Slot) -> None:
    for _ in range(4):
        reserved(cast, slot=wide)
    for _ in range(4):
        reserved(cast, slot=wide, vehicle=make.a_vehicle(driver=cast.driver, organisation=cast.other_carrier))
    with refuses(OrganisationCap):
        reserved(cast, slot=wide, vehicle=make.a_vehicle(driver=cast.driver, organisation=cast.other_carrier))


def test_share__owner_drivers__have_one_each(cast: Cast, wide: Slot) -> None:
    for _ in range(6):
        person = make.a_driver()
        reserved(cast, slot=wide, vehicle=make.a_vehicle(driver=person), driver=person)
    assert taken(wide) == 6


def test_share__plates_of_no_organisation_under_one_account__have_the_share_of_one(cast: Cast, wide: Slot) -> None:
    for _ in range(4):
        reserved(cast, slot=wide, vehicle=make.a_vehicle(driver=cast.driver))
    with refuses(OrganisationCap, most=4):
        reserved(cast, slot=wide, vehicle=make.a_vehicle(driver=cast.driver))
    assert taken(wide) == 4
    reserved(cast, slot=wide)  # what he drives for a carrier is the carrier's


def test_share__held_confirmed_and_arrived__count_and_what_came_back_does_not(cast: Cast, wide: Slot) -> None:
    rows = [reserved(cast, slot=wide, confirm=number > 0) for number in range(4)]
    with refuses(OrganisationCap):
        reserved(cast, slot=wide)
    confirm_reservation(ref=rows[0].ref, **cast.by(cast.driver))
    with refuses(OrganisationCap):
        reserved(cast, slot=wide)
    cancel_reservation(ref=rows[0].ref, **cast.by(cast.driver))
    cast.clock.forward(minutes=30)  # cooled down
    reserved(cast, slot=wide)


@pytest.mark.parametrize(("capacity", "most"), [(1, 1), (9, 1), (10, 1), (19, 1), (20, 2)])
def test_share__of_a_small_slot__is_one_at_least_and_never_rounded_up(
    cast: Cast, wide: Slot, capacity: int, most: int
) -> None:
    Slot.objects.filter(pk=wide.pk).update(planned=capacity + 1, capacity=capacity)
    for _ in range(most):
        reserved(cast, slot=wide)
    Slot.objects.filter(pk=wide.pk).update(capacity=capacity + (capacity == most))
    with refuses(OrganisationCap, most=most):
        reserved(cast, slot=wide)


def test_share__place_offered_to_another_of_its_trucks__counts(cast: Cast, wide: Slot) -> None:
    Slot.objects.filter(pk=wide.pk).update(planned=10, capacity=10)
    an_offer(cast, wide, vehicle=a_truck(cast))
    Slot.objects.filter(pk=wide.pk).update(planned=11, capacity=11)
    with refuses(OrganisationCap, most=1):
        reserved(cast, slot=wide)


def test_share__change_of_slot__is_held_to_it_too(cast: Cast, wide: Slot) -> None:
    for _ in range(4):
        reserved(cast, slot=wide)
    other = reserved(cast, slot=cast.slots[5])
    with refuses(OrganisationCap):
        change_slot(ref=other.ref, slot_ref=wide.ref, **cast.by(cast.driver))


def test_vehicle__second_promise_under_another_account__is_refused(cast: Cast, wide: Slot) -> None:
    reserved(cast, slot=wide, vehicle=cast.vehicle)
    other = make.a_driver()
    cast.vehicle.drivers.add(other)
    with refuses(VehicleHasAReservation):
        reserved(cast, slot=cast.slots[5], vehicle=cast.vehicle, driver=other)


# ---------------------------------------------------------------- plates of no organisation: the driver account is who counts
def asks_alone(cast: Cast, slot: Slot) -> Request:
    """An own truck of the driver's asks for a slot tomorrow."""
    (request,) = request_places(
        port_code=cast.port.code,
        service_date=slot.service_date,
        lane_codes=[],
        vehicle_refs=[make.a_vehicle(driver=cast.driver).ref],
        cargo_kind="general",
        earliest_at=slot.starts_at,
        latest_at=slot.ends_at,
        preferred_at=slot.starts_at,
        driver=cast.driver,
        **cast.by(cast.driver),
    )
    return request


def half_a_slot(cast: Cast) -> Slot:
    cast.policy.organisation_share_percent = 50
    cast.policy.save()
    return cast.slots[9]


def test_account__its_plates_in_a_round__are_one_owner(cast: Cast) -> None:
    round_ = a_round(cast, state="open")
    wishes = [a_wish(cast, cast.slots[9], state="requested", round=round_) for _ in range(2)]
    other = a_wish(cast, cast.slots[9], state="requested", round=round_, driver=make.a_driver())
    rows = {row[0]: row for row in round_inputs.read(round_, at=round_.closes_at)["requests"]}
    first, second, third = (rows[each.ref][8] for each in (*wishes, other))
    assert first == second != third


def test_account__its_plates_in_a_batch__have_one_share(cast: Cast) -> None:
    slot = half_a_slot(cast)
    a_round(cast)
    wishes = [a_wish(cast, slot, state="requested") for _ in range(2)]
    assert batches.place_late_requests(cast.port.code, now=cast.now) == 1
    assert sorted(wish_now(each).state for each in wishes) == ["placed", "standby"]


def test_account__its_plates_on_standby__have_one_share_of_what_comes_free(cast: Cast) -> None:
    slot = cast.slots[9]
    holders = full(cast, slot)
    half_a_slot(cast)
    mine = [a_wish(cast, slot), a_wish(cast, slot), a_wish(cast, slot, driver=make.a_driver())]
    for holder in holders:
        gives_up(cast, holder)
    assert offered(cast) == 2
    assert [wish_now(each).state for each in mine] == ["offered", "standby", "offered"]


def test_account__its_plates_placed_at_once__have_one_share(cast: Cast) -> None:
    slot = half_a_slot(cast)
    a_round(cast)
    assert [asks_alone(cast, slot).reservation.slot for _ in range(2)] == [slot, cast.slots[10]]  # type: ignore[union-attr]


def test_account__fourth_request_for_a_plate_of_no_organisation__is_refused_until_one_is_withdrawn(cast: Cast) -> None:
    make.a_round(cast)
    first, *_ = [asks_alone(cast, cast.slots[9]) for _ in range(3)]
    with refuses(RequestLimit, most=3):
        asks_alone(cast, cast.slots[9])
    withdraw_request(ref=first.ref, **cast.by(cast.driver))
    asks_alone(cast, cast.slots[9])


def test_offer__held_place_could_no_longer_be_cancelled_freely__is_not_moved(cast: Cast) -> None:
    own = reserved(cast, slot=cast.slots[1])  # in an hour; free until an hour before
    cast.clock.forward(minutes=1)
    assert not can_move(own, cast.slots[3], cast.now)
    assert can_move(reserved(cast, slot=cast.slots[4]), cast.slots[3], cast.now)
