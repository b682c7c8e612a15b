"""Some hours later instead of not at all: the menu, the first slot with room, until the end of grace, counted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.errors import Conflict, NotFound, WrongState
from reservations import passes
from reservations.errors import AllowanceUsedUp, ExtensionNotValid, SlotFull, TooLateToCancel
from reservations.models import Mark, Reservation, Slot
from reservations.operations import cancel_reservation, extend_reservation
from reservations.starts import start_of
from reservations.sweeps import sweep_no_shows
from tests.cast import Cast
from tests.operations.standing import SEED, a_round
from tests.operations.steps import (
    arrived,
    assert_counted,
    marked,
    marks_now,
    recording,
    refuses,
    reservation_now,
    reserved,
    taken,
)


def extend(cast: Cast, reservation: Reservation, hours: int = 4, **inputs: int) -> Reservation:
    return extend_reservation(ref=reservation.ref, hours=hours, **inputs, **cast.by(cast.driver))


@pytest.mark.parametrize(("hours", "slot_at"), [(4, 4), (6, 6), (8, 8), (10, 8)])
@pytest.mark.parametrize("confirm", [True, False])
def test_extend__by_the_menu__goes_to_the_first_slot_so_much_later(
    cast: Cast, hours: int, slot_at: int, confirm: bool
) -> None:
    reservation = reserved(cast, confirm=confirm)
    with recording(cast) as added:
        extend(cast, reservation, hours)
    now, new = reservation_now(reservation), cast.slots[slot_at]  # eight and ten hours later is tomorrow
    assert (now.slot, now.state, now.changes) == (new, reservation.state, 1)
    assert (taken(cast.slot), taken(new)) == (0, 1)
    assert [event.kind for event in added] == ["reservation.changed", "mark.made"]
    assert added[0].data | {"from_slot": cast.slot.ref, "slot": new.ref, "extended_hours": hours} == added[0].data
    assert marks_now() == [("extension", "")]
    assert_counted()


@pytest.mark.parametrize("hours", [0, -4, 3, 5, 12])
def test_extend__off_the_menu__is_refused(cast: Cast, hours: int) -> None:
    reservation = reserved(cast)
    with refuses(ExtensionNotValid, menu="4, 6, 8, 10"):
        extend(cast, reservation, hours)


def test_extend__that_slot_has_no_room__takes_the_next_that_has(cast: Cast) -> None:
    Slot.objects.filter(pk=cast.slots[4].pk).update(protected=2)
    Slot.objects.filter(pk=cast.slots[5].pk).update(is_frozen=True)
    Slot.objects.filter(pk=cast.slots[6].pk).update(opens_at=cast.now + timedelta(minutes=1))
    reservation = extend(cast, reserved(cast))
    assert reservation.slot == cast.slots[7]


def test_extend__nothing_later_has_room__is_refused_and_keeps_its_place(cast: Cast) -> None:
    cast.lane.slots.exclude(pk=cast.slot.pk).update(is_frozen=True)
    reservation = reserved(cast)
    with refuses(SlotFull):
        extend(cast, reservation)


def test_extend__before_the_vehicles_own_start__leads_past_what_the_round_has_left(cast: Cast) -> None:
    """It is no way around the drawn start."""
    cast.lane.slots.filter(service_date=cast.slot.service_date).exclude(pk=cast.slot.pk).update(is_frozen=True)
    reservation = reserved(cast)
    a_round(cast, instant_at=cast.now)
    cast.clock.moment = start_of(SEED, reservation.vehicle.ref, cast.now, timedelta(minutes=5)) - timedelta(seconds=1)
    with refuses(SlotFull):
        extend(cast, reservation)
    cast.clock.forward(seconds=1)
    assert extend(cast, reservation).slot == cast.slots[8]


@pytest.mark.parametrize("state", ["open", "drawn"])
def test_extend__into_a_day_of_a_round_to_come__takes_none_of_its_places(cast: Cast, state: str) -> None:
    cast.lane.slots.filter(service_date=cast.slot.service_date).exclude(pk=cast.slot.pk).update(is_frozen=True)
    reservation = reserved(cast)
    a_round(cast, state=state)
    with refuses(SlotFull):
        extend(cast, reservation)


def test_extend__gave_the_slot_back_just_now__leads_to_the_next(cast: Cast) -> None:
    vehicle = cast.vehicle
    given_back = reserved(cast, slot=cast.slots[4], vehicle=vehicle)
    cancel_reservation(ref=given_back.ref, **cast.by(cast.driver))
    assert extend(cast, reserved(cast, vehicle=vehicle)).slot == cast.slots[5]


def test_extend__beyond_the_horizon__is_refused(cast: Cast) -> None:
    cast.lane.slots.filter(starts_at__gt=cast.now + timedelta(hours=3)).update(is_frozen=True)
    far = cast.now + timedelta(days=3, minutes=1)
    Slot.objects.create(
        lane=cast.lane,
        policy=cast.policy,
        starts_at=far,
        ends_at=far + timedelta(hours=1),
        service_date=far.date(),
        planned=2,
        capacity=2,
    )
    reservation = reserved(cast)
    with refuses(SlotFull):
        extend(cast, reservation)
    cast.clock.forward(minutes=1)
    assert extend(cast, reservation).slot.starts_at == far


@pytest.mark.parametrize("minutes", [0, 59, 89.9])
def test_extend__until_the_end_of_grace__is_possible(cast: Cast, minutes: float) -> None:
    reservation = reserved(cast)
    cast.clock.forward(minutes=minutes)
    assert extend(cast, reservation).slot == cast.slots[4]
    sweep_no_shows(cast.now)
    assert marks_now() == [("extension", "")]


def test_extend__grace_is_over__is_too_late(cast: Cast) -> None:
    reservation = reserved(cast)
    cast.clock.forward(minutes=90)
    with refuses(TooLateToCancel):
        extend(cast, reservation)


def test_extend__a_second_time_within_the_days__is_refused_until_the_first_has_run_out(cast: Cast) -> None:
    reservation = reserved(cast, vehicle=cast.vehicle)
    marked(cast, "extension", vehicle=cast.vehicle, days_ago=59)
    with refuses(AllowanceUsedUp, kind="extension", limit=1, days=60, again_at="2026-03-03 10:00 CST"):
        extend(cast, reservation)
    Mark.objects.update(at=cast.now - timedelta(days=60))
    assert extend(cast, reservation).slot == cast.slots[4]


def test_extend__ended_or_checked_in__is_refused(cast: Cast) -> None:
    cancelled, here = reserved(cast, slot=cast.slots[2]), reserved(cast, slot=cast.slots[1])
    cancel_reservation(ref=cancelled.ref, **cast.by(cast.driver))
    arrived(cast, here)
    for reservation in (cancelled, here):
        with refuses(WrongState):
            extend(cast, reservation)
    with refuses(NotFound):
        extend_reservation(ref="R-000000000", hours=4, **cast.by(cast.driver))


def test_extend__changed_since_the_caller_looked__is_a_conflict(cast: Cast) -> None:
    reservation = reserved(cast)
    with refuses(Conflict):
        extend(cast, reservation, expected_changes=1)


def test_extend__pass_issued_before__is_out_of_date(cast: Cast) -> None:
    reservation = reserved(cast)
    old = passes.read(passes.issue(reservation)).serial
    extend(cast, reservation)
    assert passes.serial_of(reservation_now(reservation)) == old + 1
