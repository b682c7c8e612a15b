"""Caps: one live promise for a vehicle, a share of each slot for an organisation, however many accounts ask."""

from __future__ import annotations

import pytest

from reservations.errors import OrganisationCap, VehicleHasAReservation
from reservations.models import Slot
from reservations.operations import cancel_reservation, change_slot, confirm_reservation
from tests import factories as make
from tests.cast import Cast
from tests.operations.standing import an_offer
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


def test_share__owner_drivers__are_limited_by_their_one_vehicle_only(cast: Cast, wide: Slot) -> None:
    for _ in range(6):
        reserved(cast, slot=wide, vehicle=make.a_vehicle(driver=cast.driver))
    assert taken(wide) == 6


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
