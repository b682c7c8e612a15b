"""What a round gives and what it leaves: no click before the draw, and a start drawn for each vehicle after it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from reservations.errors import SlotFull, SlotInRound, SlotNotOpenYet
from reservations.models import Slot
from reservations.operations import change_slot
from reservations.starts import start_of
from tests import factories as make
from tests.cast import Cast
from tests.operations.standing import SEED, a_round
from tests.operations.steps import refuses, reserved

SPREAD = timedelta(minutes=5)


# ---------------------------------------------------------------- before the result
@pytest.mark.parametrize("state", ["announced", "open", "closed", "drawn", "failed"])
def test_reserve__day_of_a_round_to_come__is_referred_to_it_even_where_places_are_free(cast: Cast, state: str) -> None:
    row = a_round(cast, state=state, instant_at=datetime(2026, 3, 2, 6, 30, tzinfo=UTC))
    with refuses(SlotInRound, round=row.ref, closes_at="2026-03-02 12:30 CST"):
        reserved(cast, slot=cast.slots[9])
    reserved(cast, slot=cast.slots[3])  # today has no round


def test_change__into_a_day_of_a_round_to_come__is_refused(cast: Cast) -> None:
    reservation = reserved(cast, slot=cast.slots[3])
    a_round(cast, state="open")
    with refuses(SlotInRound):
        change_slot(ref=reservation.ref, slot_ref=cast.slots[9].ref, **cast.by(cast.driver))


def test_reserve__round_of_another_port_or_day_or_a_void_one__is_no_obstacle(cast: Cast) -> None:
    a_round(cast, state="void")
    a_round(cast, state="open", day=cast.slots[8].service_date + timedelta(days=1))
    assert reserved(cast, slot=cast.slots[9]).state == "confirmed"
    assert reserved(cast, slot=cast.other_slots[9], vehicle=make.a_vehicle(driver=cast.driver)).state == "confirmed"


# ---------------------------------------------------------------- after it
def test_reserve__before_the_vehicles_own_start__is_refused_with_that_moment_and_possible_from_it_on(
    cast: Cast,
) -> None:
    instant_at = cast.now + timedelta(minutes=30)
    a_round(cast, instant_at=instant_at)
    vehicle = make.a_vehicle(driver=cast.driver)
    opens_at = start_of(SEED, vehicle.ref, instant_at, SPREAD)
    told = f"{opens_at.astimezone(cast.port.tz):%Y-%m-%d %H:%M:%S %Z}"
    for moment in (cast.now, instant_at - timedelta(seconds=1), opens_at - timedelta(microseconds=1)):
        cast.clock.moment = moment
        with refuses(SlotNotOpenYet, opens_at=told):
            reserved(cast, slot=cast.slots[9], vehicle=vehicle)
    cast.clock.moment = opens_at
    assert reserved(cast, slot=cast.slots[9], vehicle=vehicle).state == "confirmed"


def test_reserve__whoever_asks_for_it__a_vehicle_has_one_start(cast: Cast) -> None:
    instant_at = cast.now
    a_round(cast, instant_at=instant_at)
    vehicle, other = make.a_vehicle(driver=cast.driver), make.a_driver()
    vehicle.drivers.add(other)
    cast.clock.moment = start_of(SEED, vehicle.ref, instant_at, SPREAD) - timedelta(seconds=1)
    for account in (cast.driver, other, None):
        with refuses(SlotNotOpenYet):
            reserved(cast, slot=cast.slots[9], vehicle=vehicle, driver=account)


def test_reserve__after_the_last_start__is_open_to_all(cast: Cast) -> None:
    a_round(cast, instant_at=cast.now - SPREAD)
    for _ in range(2):
        reserved(cast, slot=cast.slots[9], vehicle=make.a_vehicle(driver=cast.driver))
    with refuses(SlotFull):
        reserved(cast, slot=cast.slots[9])


def test_reserve__full_slot__names_none_that_opens_only_later(cast: Cast) -> None:
    for _ in range(2):
        reserved(cast, slot=cast.slots[3])
    Slot.objects.filter(pk__in=[cast.slots[2].pk, cast.slots[4].pk]).update(opens_at=cast.now + timedelta(minutes=1))
    one, five = cast.slots[1], cast.slots[5]
    named = [{"ref": slot.ref, "starts_at": slot.starts_at.isoformat()} for slot in (one, five)]
    with refuses(SlotFull, earlier=named[0], later=named[1]):
        reserved(cast, slot=cast.slots[3])
