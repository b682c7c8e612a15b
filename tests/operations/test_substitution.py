"""Another vehicle, another driver: one organisation, before the cut-off, counted, never to a better place."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Vehicle
from core.errors import Conflict, NotFound, WrongState
from reservations import passes, sightings
from reservations.errors import (
    AllowanceUsedUp,
    NotSubstitutable,
    TooLateToSubstitute,
    VehicleHasAReservation,
    VehiclePaused,
    WrongCargo,
)
from reservations.models import Reservation
from reservations.operations import cancel_reservation, change_driver, change_vehicle
from reservations.queries import substitute_drivers, substitute_vehicles
from tests import factories as make
from tests.cast import Cast, StoppedClock, assemble
from tests.operations.steps import (
    a_closure,
    a_truck,
    arrived,
    assert_counted,
    at_once,
    changes_nothing,
    marked,
    marks_now,
    recording,
    refuses,
    reservation_now,
    reserved,
    rules,
)


@pytest.fixture
def mine(cast: Cast) -> Reservation:
    """A reservation of the cast's vehicle in three hours."""
    return reserved(cast, vehicle=cast.vehicle, slot=cast.slots[3])


def replace(cast: Cast, reservation: Reservation, vehicle: Vehicle, **inputs: Any) -> Reservation:
    return change_vehicle(ref=reservation.ref, vehicle_ref=vehicle.ref, **inputs, **cast.by(cast.driver))


def hand_over(cast: Cast, reservation: Reservation, driver: Any, **inputs: Any) -> Reservation:
    return change_driver(ref=reservation.ref, driver_ref=driver.ref, **inputs, **cast.by(cast.driver))


# ---------------------------------------------------------------- vehicles
@pytest.mark.parametrize("confirm", [True, False])
def test_change_vehicle__of_the_same_organisation__keeps_the_slot_and_counts_for_both(
    cast: Cast, confirm: bool
) -> None:
    reservation = reserved(cast, vehicle=cast.vehicle, slot=cast.slots[3], confirm=confirm)
    other = a_truck(cast)
    with recording(cast) as added:
        replace(cast, reservation, other)
    now = reservation_now(reservation)
    assert (now.vehicle, now.slot, now.state, now.changes) == (other, cast.slots[3], reservation.state, 1)
    assert marks_now(vehicle=cast.vehicle) == marks_now(vehicle=other) == [("vehicle_change", "")]
    assert [event.kind for event in added] == ["reservation.vehicle_changed", "mark.made", "mark.made"]
    assert (added[0].data["from_vehicle"], added[0].data["vehicle"]) == (cast.vehicle.ref, other.ref)
    assert_counted()
    assert reserved(cast, vehicle=cast.vehicle, slot=cast.slots[8]).state == "confirmed"


def test_change_vehicle__pass_of_the_old_one__is_dead(cast: Cast, mine: Reservation) -> None:
    token = passes.issue(mine)
    replace(cast, mine, a_truck(cast))
    with pytest.raises(passes.PassOutdated):
        sightings.by_pass(token, port_code=cast.port.code)


def test_change_vehicle__by_itself__does_nothing(cast: Cast, mine: Reservation) -> None:
    with changes_nothing():
        replace(cast, mine, cast.vehicle)


@pytest.mark.parametrize("size", [{"length_m": 17.1}, {"width_m": 2.56}, {"reefer": True}, {"plate_class": "trailer"}])
def test_change_vehicle__larger_or_more_demanding__is_refused(
    cast: Cast, mine: Reservation, size: dict[str, Any]
) -> None:
    other = a_truck(cast, **size)
    assert other not in substitute_vehicles(mine)
    with refuses(NotSubstitutable):
        replace(cast, mine, other)


def test_change_vehicle__smaller_one_and_back__only_shrinks(cast: Cast, mine: Reservation) -> None:
    small = a_truck(cast, length_m=12)
    assert list(substitute_vehicles(mine)) == [small]
    replace(cast, mine, small)
    with refuses(NotSubstitutable):
        replace(cast, mine, cast.vehicle)


def test_change_vehicle__of_another_or_no_organisation__is_refused(cast: Cast, mine: Reservation) -> None:
    for other in (cast.other_vehicle, make.a_vehicle(driver=cast.driver)):
        with refuses(NotSubstitutable):
            replace(cast, mine, other)


def test_change_vehicle__neither_has_an_organisation__is_refused(cast: Cast) -> None:
    own = make.a_vehicle(driver=cast.driver)
    reservation = reserved(cast, vehicle=own, slot=cast.slots[3])
    with refuses(NotSubstitutable):
        replace(cast, reservation, make.a_vehicle(driver=cast.driver))


def test_change_vehicle__registered_after_the_place_was_taken__is_refused(cast: Cast, mine: Reservation) -> None:
    cast.clock.forward(minutes=1)
    late = a_truck(cast, created_at=cast.now)
    assert late not in substitute_vehicles(mine)
    with refuses(NotSubstitutable):
        replace(cast, mine, late)


def test_change_vehicle__of_a_round__only_known_before_it_opened_and_not_drawn_in_it_itself(cast: Cast) -> None:
    round_ = make.a_round(cast)
    request, loser = make.a_request(cast, vehicle=cast.vehicle), make.a_request(cast, vehicle=a_truck(cast))
    known = a_truck(cast)
    a_truck(cast, created_at=round_.opens_at + timedelta(seconds=1))
    reservation = reserved(cast, vehicle=cast.vehicle, slot=cast.slots[3])
    request.__class__.objects.filter(pk=request.pk).update(state="placed", reservation=reservation)
    request.__class__.objects.filter(pk=loser.pk).update(state="unplaced")
    assert list(substitute_vehicles(reservation)) == [known]


def test_change_vehicle__other_pairs_of_one_organisation__share_its_allowance(cast: Cast) -> None:
    for number in range(2):
        own = reserved(cast, slot=cast.slots[3 + number])
        replace(cast, own, a_truck(cast))
    third = reserved(cast, slot=cast.slots[5])
    with refuses(AllowanceUsedUp, limit=2, days=30):
        replace(cast, third, a_truck(cast))


def test_change_vehicle__has_a_live_reservation__is_refused(cast: Cast, mine: Reservation) -> None:
    busy = a_truck(cast)
    reserved(cast, vehicle=busy, slot=cast.slots[5])
    with refuses(VehicleHasAReservation):
        replace(cast, mine, busy)


def test_change_vehicle__paused_one__is_refused(cast: Cast, mine: Reservation) -> None:
    paused = a_truck(cast)
    for days_ago in (2, 1):
        marked(cast, "no_show", vehicle=paused, days_ago=days_ago)
    with refuses(VehiclePaused, limit=2, days=30, until="2026-03-15 10:00 CST"):
        replace(cast, mine, paused)


def test_change_vehicle__lane_takes_the_cargo_no_more__is_refused(cast: Cast, mine: Reservation) -> None:
    cast.lane.cargo_kinds = ["empty"]
    cast.lane.save()
    other = a_truck(cast)
    with refuses(WrongCargo):
        replace(cast, mine, other)


@pytest.mark.parametrize(("minutes", "possible"), [(120, True), (121, False)])
def test_substitution__around_the_cut_off__is_possible_only_before(
    cast: Cast, mine: Reservation, minutes: int, possible: bool
) -> None:
    other, mate = a_truck(cast), make.a_driver()
    cast.vehicle.drivers.add(mate)
    other.drivers.add(mate)
    cast.clock.forward(minutes=minutes)
    if possible:
        replace(cast, mine, other)
        hand_over(cast, mine, mate)
        return
    with refuses(TooLateToSubstitute, minutes=60):
        replace(cast, mine, other)
    with refuses(TooLateToSubstitute, minutes=60):
        hand_over(cast, mine, mate)


@pytest.mark.parametrize("used_up", ["old", "new"])
def test_change_vehicle__either_one_has_nothing_left__is_refused(cast: Cast, mine: Reservation, used_up: str) -> None:
    other = a_truck(cast)
    vehicle = cast.vehicle if used_up == "old" else other
    marked(cast, "vehicle_change", vehicle=vehicle, days_ago=10)
    marked(cast, "driver_change", vehicle=vehicle, days_ago=5)
    with refuses(AllowanceUsedUp, kind="vehicle_change", limit=2, days=30, again_at="2026-03-22 10:00 CST"):
        replace(cast, mine, other)


def test_substitution__unknown_ended_changed_or_checked_in__is_refused(cast: Cast, mine: Reservation) -> None:
    other = a_truck(cast)
    with refuses(NotFound):
        change_vehicle(ref=mine.ref, vehicle_ref="V-000000000", **cast.by(cast.driver))
    with refuses(NotFound):
        change_driver(ref=mine.ref, driver_ref="U-000000000", **cast.by(cast.driver))
    with refuses(Conflict):
        replace(cast, mine, other, expected_changes=3)
    with refuses(Conflict):
        hand_over(cast, mine, cast.stranger, expected_changes=3)
    here = reserved(cast, slot=cast.slots[2])
    arrived(cast, here)
    cancel_reservation(ref=mine.ref, **cast.by(cast.driver))
    for reservation in (mine, here):
        with refuses(WrongState):
            replace(cast, reservation, other)
        with refuses(WrongState):
            hand_over(cast, reservation, cast.stranger)


def test_change_vehicle__slot_in_a_closure__counts_nothing(cast: Cast, mine: Reservation) -> None:
    rules(cast, substitutions_limit=0)
    a_closure(cast, cast.slots[3].starts_at, None)
    replace(cast, mine, a_truck(cast))
    assert marks_now() == []


# ---------------------------------------------------------------- drivers
def test_change_driver__of_a_vehicle_of_the_organisation__counts_for_the_vehicle(cast: Cast, mine: Reservation) -> None:
    mate = make.a_driver()
    make.a_vehicle(driver=mate, organisation=cast.carrier)
    old_serial = passes.serial_of(mine)
    with recording(cast) as added:
        hand_over(cast, mine, mate)
    now = reservation_now(mine)
    assert (now.driver, now.vehicle, now.slot_id) == (mate, cast.vehicle, mine.slot_id)
    assert passes.serial_of(now) == old_serial + 1
    assert marks_now(vehicle=cast.vehicle) == [("driver_change", "")]
    assert [event.kind for event in added] == ["reservation.driver_changed", "mark.made"]


def test_change_driver__of_a_vehicle_without_organisation__is_one_of_its_own_drivers(cast: Cast) -> None:
    own = make.a_vehicle(driver=cast.driver)
    reservation = reserved(cast, vehicle=own, slot=cast.slots[3])
    mate, other = make.a_driver(), make.a_driver()
    own.drivers.add(mate)
    make.a_vehicle(driver=other)  # it has no organisation either: that is nothing in common
    assert list(substitute_drivers(reservation)) == [mate]
    with refuses(NotSubstitutable):
        hand_over(cast, reservation, other)
    assert hand_over(cast, reservation, mate).driver == mate


def test_change_driver__of_another_organisation_or_no_driver__is_refused(cast: Cast, mine: Reservation) -> None:
    for person in (cast.stranger, cast.dispatcher, cast.operator):
        with refuses(NotSubstitutable):
            hand_over(cast, mine, person)


def test_change_driver__by_the_same_one__does_nothing(cast: Cast, mine: Reservation) -> None:
    with changes_nothing():
        hand_over(cast, mine, cast.driver)


def test_change_driver__after_a_change_of_vehicle_and_another__has_nothing_left(cast: Cast, mine: Reservation) -> None:
    mate = make.a_driver()
    other = a_truck(cast)
    other.drivers.add(mate)
    replace(cast, mine, other)
    hand_over(cast, mine, mate)
    with refuses(AllowanceUsedUp, kind="driver_change"):
        hand_over(cast, mine, cast.driver)


# ---------------------------------------------------------------- many at once
@pytest.fixture
def crowd(transactional_db: None, stopped_clock: StoppedClock) -> Cast:
    return assemble(stopped_clock)


def test_change_vehicle__last_one_of_two_at_once__never_passes_twice(crowd: Cast) -> None:
    """Handed on and handed over at the same time: the vehicle in the middle has one use left."""
    rules(crowd, substitutions_limit=1)
    middle = a_truck(crowd)
    first, second = reserved(crowd, slot=crowd.slots[8]), reserved(crowd, vehicle=middle, slot=crowd.slots[9])
    spare = [a_truck(crowd) for _ in range(3)]
    targets = [(first, middle)] * 3 + [(second, each) for each in spare]
    answers = at_once(lambda n: replace(crowd, reservation_now(targets[n][0]), targets[n][1]), 6)
    assert sum(isinstance(answer, Reservation) for answer in answers) == 1
    assert marks_now(vehicle=middle) == [("vehicle_change", "")]
