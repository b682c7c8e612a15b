"""Checking in a reserved truck: in time it stands by its promise, too late it slides to the next place with room."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.errors import NotFound, WrongState
from reservations.errors import CameAlready, TooEarly, VehicleHasAReservation, VehicleInQueue, WrongPort
from reservations.models import QueueEntry, Reservation
from reservations.operations import cancel_reservation, check_in, exit_yard, revoke_reservation, withdraw
from reservations.sweeps import sweep_no_shows
from tests import factories as make
from tests.cast import Cast
from tests.operations.steps import (
    admitted,
    arrived,
    assert_counted,
    events,
    last_event,
    recording,
    refuses,
    reservation_now,
    reserved,
    taken,
    walked_up,
)
from yards.operations import switch_lane

GRACE_MIN = 30


def test_check_in__in_its_slot__stands_by_its_promise(cast: Cast) -> None:
    reservation = reserved(cast, vehicle=cast.vehicle)
    cast.clock.forward(minutes=10)
    entry = arrived(cast, reservation)
    assert (entry.state, entry.promised_at, entry.arrived_at) == ("waiting", cast.slot.starts_at, cast.now)
    assert (entry.ticket, entry.queue_class, entry.slot_id) == (1, "general", None)
    assert entry.visit_ref == reservation.visit_ref
    assert reservation_now(reservation).state == "checked_in"
    assert_counted()


def test_check_in__its_ledger_entry__carries_what_an_auditor_needs_and_no_plate(cast: Cast) -> None:
    reservation = reserved(cast, vehicle=cast.vehicle)
    with recording(cast) as added:
        entry = arrived(cast, reservation)
    (event,) = added
    assert (event.kind, event.visit_ref, event.policy_version) == ("queue.checked_in", reservation.visit_ref, 1)
    assert event.data == {
        "entry": entry.ref,
        "lane": cast.lane.code,
        "ticket": 1,
        "class": "general",
        "vehicle": cast.vehicle.ref,
        "cargo_kind": "general",
        "length_m": 17.0,
        "width_m": 2.55,
        "reefer": False,
        "hazard_class": "",
        "promised_at": cast.slot.starts_at.isoformat(),
        "arrived_at": cast.now.isoformat(),
        "slot": None,
        "reservation": reservation.ref,
        "late": False,
    }


def test_check_in__several__get_tickets_without_gap(cast: Cast) -> None:
    assert [arrived(cast).ticket, walked_up(cast).ticket, walked_up(cast).ticket] == [1, 2, 3]


def test_check_in__earlier_than_the_policy_allows__is_told_when(cast: Cast) -> None:
    reservation = reserved(cast, slot=cast.slots[4])  # 14:00; check-in opens three hours before, in the port's time
    cast.clock.forward(minutes=59)
    with refuses(TooEarly, opens_at="2026-03-02 11:00 CST"):
        arrived(cast, reservation)
    cast.clock.forward(minutes=1)
    assert arrived(cast, reservation).promised_at == cast.slots[4].starts_at


def test_check_in__at_another_port__is_told_which_one(cast: Cast) -> None:
    reservation = reserved(cast)
    with refuses(WrongPort, port=cast.port.name):
        check_in(reservation_ref=reservation.ref, port_code="HEKOU", **cast.by(cast.driver))


def test_check_in__unknown__is_not_found(cast: Cast) -> None:
    with refuses(NotFound):
        check_in(reservation_ref="R-000000000", port_code="MOHAN", **cast.by(cast.driver))


def test_check_in__second_click__is_refused_and_gives_one_ticket(cast: Cast) -> None:
    reservation = reserved(cast)
    arrived(cast, reservation)
    with refuses(WrongState):
        arrived(cast, reservation)


def test_check_in__held_or_cancelled__is_refused(cast: Cast) -> None:
    held, cancelled = reserved(cast, confirm=False), reserved(cast)
    cancel_reservation(ref=cancelled.ref, **cast.by(cast.driver))
    for reservation in (held, cancelled):
        with refuses(WrongState):
            arrived(cast, reservation)


def test_check_in__place_taken_back_by_the_port__slides_to_the_next_free_one_once(cast: Cast) -> None:
    revoked = reserved(cast, slot=cast.slots[1])
    revoke_reservation(ref=revoked.ref, reason="repair", **cast.by(cast.supervisor))
    entry = arrived(cast, revoked)
    assert (entry.promised_at, entry.reservation) == (cast.slots[0].starts_at, None)
    withdraw(entry_ref=entry.ref, reason="", **cast.by(cast.driver))
    with refuses(CameAlready):
        arrived(cast, revoked)


def test_check_in__lane_shut_before_the_slot_and_opened_after_grace__is_nobodys_no_show(cast: Cast) -> None:
    reservation = reserved(cast, slot=cast.slots[1])
    switch_lane(lane_code=cast.lane.code, is_open=False, reason="fog", **cast.by(cast.operator))
    cast.clock.forward(hours=3, minutes=GRACE_MIN)
    switch_lane(lane_code=cast.lane.code, is_open=True, **cast.by(cast.operator))
    arrived(cast, reservation)
    reservation.refresh_from_db()
    assert reservation.state == "revoked"


def test_check_in__vehicle_still_in_the_yard_from_another_visit__is_refused(cast: Cast) -> None:
    entry = walked_up(cast, vehicle=cast.vehicle)
    reservation = reserved(cast, vehicle=cast.vehicle)
    assert entry.state == "waiting"
    with refuses(VehicleInQueue):
        arrived(cast, reservation)


def test_check_in__after_its_slot_but_within_grace__keeps_its_place(cast: Cast) -> None:
    reservation = reserved(cast)
    cast.clock.forward(minutes=60 + GRACE_MIN - 1)
    assert arrived(cast, reservation).promised_at == cast.slot.starts_at


@pytest.mark.parametrize("swept_first", [True, False])
def test_check_in__after_grace__slides_to_the_first_place_with_room_and_holds_it(cast: Cast, swept_first: bool) -> None:
    reservation = reserved(cast)
    for _ in range(2):
        reserved(cast, slot=cast.slots[1])
    cast.clock.forward(minutes=60 + GRACE_MIN)
    if swept_first:
        assert sweep_no_shows(cast.now) == 1
    entry = arrived(cast, reservation)
    assert reservation_now(reservation).state == "no_show"
    assert (entry.reservation, entry.slot, entry.promised_at) == (None, cast.slots[2], cast.slots[2].starts_at)
    assert entry.visit_ref != reservation.visit_ref
    assert last_event().data["late"] is True
    assert last_event().data["slot"] == cast.slots[2].ref
    assert len(events("reservation.no_show")) == 1
    assert (taken(cast.slot), taken(cast.slots[2])) == (1, 1)
    assert_counted()


def test_check_in__late_because_the_lane_was_shut__is_not_charged_as_no_show(cast: Cast) -> None:
    reservation = reserved(cast)
    _shut_for_a_while(cast)
    cast.clock.forward(minutes=60 + GRACE_MIN)
    entry = arrived(cast, reservation)
    assert reservation_now(reservation).state == "revoked"
    assert (entry.state, entry.slot) == ("waiting", cast.slots[1])
    assert events("reservation.no_show") == []
    assert events("reservation.revoked")[0].reason == "lane_was_closed"
    assert_counted()


def _shut_for_a_while(cast: Cast) -> None:
    switch_lane(lane_code=cast.lane.code, is_open=False, reason="fog", **cast.by(cast.operator))
    cast.clock.forward(minutes=1)
    switch_lane(lane_code=cast.lane.code, is_open=True, **cast.by(cast.operator))


def test_check_in__no_show_with_a_new_reservation__comes_by_the_new_one(cast: Cast) -> None:
    old = reserved(cast, vehicle=cast.vehicle)
    cast.clock.forward(minutes=60 + GRACE_MIN)
    sweep_no_shows(cast.now)
    new = reserved(cast, vehicle=cast.vehicle, slot=cast.slots[3])
    with refuses(VehicleHasAReservation):
        arrived(cast, old)
    assert arrived(cast, new).promised_at == cast.slots[3].starts_at


def test_check_in__slot_over_midnight__is_in_time_on_the_next_day(cast: Cast) -> None:
    night = make.a_slot(cast.lane, starts_at=cast.now + timedelta(hours=13, minutes=30))  # 23:30 to 00:30 in Yunnan
    reservation = reserved(cast, slot=night)
    cast.clock.forward(hours=14, minutes=15)
    assert cast.now.astimezone(cast.port.tz).date() == night.service_date + timedelta(days=1)
    assert arrived(cast, reservation).promised_at == night.starts_at


def test_check_in__completed_visit__does_not_begin_again(cast: Cast) -> None:
    entry = admitted(cast)
    exit_yard(entry_ref=entry.ref, **cast.by(cast.operator))
    done = Reservation.objects.get(visit_ref=entry.visit_ref)
    assert done.state == "completed"
    with refuses(WrongState):
        arrived(cast, done)
    assert QueueEntry.objects.count() == 1
