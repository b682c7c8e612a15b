"""Who drives: named apart from who asks, so that a program's reservation still reaches the person at the wheel."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import User
from core.errors import NotFound
from reservations import passes
from reservations.errors import NotSubstitutable, OrganisationCap
from reservations.models import Mark, Reservation, Slot
from reservations.operations import change_driver, request_places
from tests import factories as make
from tests.cast import Cast
from tests.operations.steps import recording, refuses, reservation_now, reserved


@pytest.fixture
def program(cast: Cast) -> User:
    """The account of an API client of the cast's carrier."""
    make.a_token(cast.carrier)
    return User.objects.get(is_program=True)


def test_reserve__program_names_nobody__the_only_driver_drives(cast: Cast, program: User) -> None:
    assert reserved(cast, vehicle=cast.vehicle, driver=program).driver == cast.driver


def test_reserve__program_and_two_drivers__nobody_drives_yet(cast: Cast, program: User) -> None:
    cast.vehicle.drivers.add(make.a_driver())
    assert reserved(cast, vehicle=cast.vehicle, driver=program).driver is None


def test_reserve__program_names_a_mate__he_drives(cast: Cast, program: User) -> None:
    mate = make.a_driver()
    make.a_vehicle(driver=mate, organisation=cast.carrier)
    assert reserved(cast, vehicle=cast.vehicle, driver=program, driver_ref=mate.ref).driver == mate


@pytest.mark.parametrize("who", ["stranger", "dispatcher", "other_dispatcher"])
def test_reserve__named_person_drives_nothing_of_ours__is_not_found(cast: Cast, program: User, who: str) -> None:
    with refuses(NotFound):
        reserved(cast, vehicle=cast.vehicle, driver=program, driver_ref=getattr(cast, who).ref)


def test_reserve__vehicle_of_another_organisation__is_not_found(cast: Cast, program: User) -> None:
    with refuses(NotFound):
        reserved(cast, vehicle=cast.other_vehicle, driver=program)


def test_request_places__program__each_vehicle_has_its_own_driver(cast: Cast, program: User) -> None:
    mate, best = make.a_driver(), cast.slots[10].starts_at
    other = make.a_vehicle(driver=mate, organisation=cast.carrier)
    made = request_places(
        port_code=cast.port.code,
        service_date=cast.slots[10].service_date,
        lane_codes=[cast.lane.code],
        vehicle_refs=[cast.vehicle.ref, other.ref],
        cargo_kind="general",
        earliest_at=best,
        latest_at=best + timedelta(hours=2),
        preferred_at=best,
        driver=program,
        driver_refs={other.ref: cast.driver.ref},
        **cast.by(program),
    )
    assert [each.driver for each in made] == [cast.driver, cast.driver]
    assert [each.reservation.driver for each in made if each.reservation] == [cast.driver, cast.driver]


def nobodys(cast: Cast, program: User) -> Reservation:
    truck = make.a_vehicle(organisation=cast.carrier)
    return reserved(cast, vehicle=truck, driver=program, slot=cast.slot)


def test_change_driver__first_one_named__is_told_and_counts_as_nothing(cast: Cast, program: User) -> None:
    found = nobodys(cast, program)
    token = passes.issue(found)
    with recording(cast) as added:
        change_driver(ref=found.ref, driver_ref=cast.driver.ref, **cast.by(program))
    named = reservation_now(found)
    assert (named.driver, named.changes, passes.issue(named)) == (cast.driver, 0, token)
    assert [entry.kind for entry in added] == ["reservation.driver_changed"]
    assert not Mark.objects.exists()


def test_change_driver__first_one_is_a_stranger__is_refused(cast: Cast, program: User) -> None:
    found = nobodys(cast, program)
    with refuses(NotSubstitutable):
        change_driver(ref=found.ref, driver_ref=cast.stranger.ref, **cast.by(program))


def test_share__used_up__names_the_nearest_slots_that_still_have_some(cast: Cast, program: User) -> None:
    cast.policy.organisation_share_percent = 10
    cast.policy.save()
    Slot.objects.filter(pk__in=[slot.pk for slot in cast.slots[2:6]]).update(planned=20, capacity=20)
    for slot in (2, 2, 3, 4, 4):
        reserved(cast, slot=cast.slots[slot], driver=program, vehicle=make.a_vehicle(organisation=cast.carrier))
    truck = make.a_vehicle(organisation=cast.carrier)
    with pytest.raises(OrganisationCap) as refused:
        reserved(cast, slot=cast.slots[4], driver=program, vehicle=truck)
    assert refused.value.facts["most"] == 2
    assert refused.value.facts["earlier"]["ref"] == cast.slots[3].ref
    assert refused.value.facts["later"]["ref"] == cast.slots[5].ref
