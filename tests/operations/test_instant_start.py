"""What a round gives and what it leaves: no click before the draw, and a start drawn for each vehicle after it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from core.errors import Busy
from reservations import calendars
from reservations.errors import RoundNotOpen, SlotFull, SlotInRound, SlotNotOpenYet
from reservations.models import Slot
from reservations.operations import change_slot, request_places
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
def test_reserve__registered_after_the_round_had_closed__starts_last(cast: Cast) -> None:
    row = a_round(cast, instant_at=cast.now + timedelta(minutes=30))
    late = make.a_vehicle(driver=cast.driver, created_at=row.closes_at + timedelta(seconds=1))
    last = row.instant_at + SPREAD
    cast.clock.moment = last - timedelta(microseconds=1)
    with refuses(SlotNotOpenYet):
        reserved(cast, slot=cast.slots[9], vehicle=late)
    cast.clock.moment = last
    assert reserved(cast, slot=cast.slots[9], vehicle=late).state == "confirmed"


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


# ---------------------------------------------------------------- due for a round that nobody has announced
@pytest.fixture
def unannounced(cast: Cast) -> Cast:
    """Tomorrow is to have a round, and the beat that should have announced it is down."""
    cast.port.policies.update(allocation="rounds", round_close_hours=2)
    return cast


def test_reserve__round_wanted_but_not_announced_yet__no_click_takes_its_places(unannounced: Cast) -> None:
    with refuses(Busy):
        reserved(unannounced, slot=unannounced.slots[9])
    assert reserved(unannounced, slot=unannounced.slots[3]).state == "confirmed"


def test_change__round_wanted_but_not_announced_yet__is_refused(unannounced: Cast) -> None:
    reservation = reserved(unannounced, slot=unannounced.slots[3])
    with refuses(Busy):
        change_slot(ref=reservation.ref, slot_ref=unannounced.slots[9].ref, **unannounced.by(unannounced.driver))


def test_reserve__forecast_wants_a_round__no_click_takes_its_places(cast: Cast) -> None:
    cast.port.policies.update(allocation="auto", round_close_hours=2)
    last_week = make.a_slot(cast.lane, starts_at=cast.slots[9].starts_at - timedelta(days=7))
    Slot.objects.filter(pk=last_week.pk).update(taken=2)
    with refuses(Busy):
        reserved(cast, slot=cast.slots[9])


@pytest.mark.parametrize("allocation", ["rounds", "auto"])
def test_reserve__before_requests_open__click_and_request_hear_the_same(cast: Cast, allocation: str) -> None:
    """Rules from before the horizon had to end where requests open."""
    cast.port.policies.update(allocation=allocation, horizon_days=9, round_open_hours=13)
    asked = {"port_code": cast.port.code, "service_date": cast.slots[9].service_date, "lane_codes": []}
    moments = dict.fromkeys(("earliest_at", "latest_at", "preferred_at"), cast.slots[9].starts_at)
    told = {"service_date": "2026-03-03", "opens_at": "2026-03-02 11:00 CST"}
    with refuses(RoundNotOpen, **told):
        reserved(cast, slot=cast.slots[9])
    with refuses(RoundNotOpen, **told):
        request_places(
            **asked,
            **moments,
            vehicle_refs=[cast.vehicle.ref],
            cargo_kind="general",
            driver=cast.driver,
            **cast.by(cast.driver),
        )


def test_reserve__quiet_day__is_forecast_once_a_minute_not_once_a_click(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[date] = []
    monkeypatch.setattr(calendars, "expected_percent", lambda port, day, before: asked.append(day) or 0)
    for _ in range(2):
        reserved(cast, slot=cast.slots[9])
    cast.clock.forward(minutes=1)
    reserved(cast, slot=cast.slots[10])
    assert asked == [cast.slots[9].service_date] * 2
