"""What a gate tells hours late: of visits that are over, of an outage in which everybody came, of one who was taken for missed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Device
from reservations import inbox, sweeps
from reservations.inbox.queries import candidates_of, doubts_of
from reservations.models import GateEvent, QueueEntry, Reservation
from reservations.operations import check_in
from tests import factories as make
from tests.api.conftest import Caller
from tests.api.test_gate import device_at
from tests.api.test_gate_events import Teller, state
from tests.cast import Cast


@pytest.fixture
def gate(cast: Cast) -> Caller:
    return device_at(cast.device)


@pytest.fixture
def at_gate(cast: Cast, gate: Caller) -> Teller:
    return Teller(cast, gate)


@pytest.fixture
def silent(cast: Cast) -> Reservation:
    """Of the slot that the gate's devices have told nothing of: taken back without a penalty. It is five hours later."""
    promise = make.a_confirmed_reservation(cast, vehicle=cast.vehicle, slot=cast.slots[1])
    Device.objects.filter(pk=cast.device.pk).update(last_seen_at=cast.now)
    cast.clock.forward(hours=6)
    sweeps.sweep_no_shows(cast.now)
    promise.refresh_from_db()
    assert promise.state == "revoked"
    return promise


def minutes_since(cast: Cast, promise: Reservation) -> float:
    return (cast.now - promise.slot.starts_at) / timedelta(minutes=1)


def test_arrival__long_before_all_that_is_known_of_a_visit_that_is_over__needs_nobody(
    cast: Cast, at_gate: Teller
) -> None:
    """A person caught up with it when its barrier was told; the arrival itself comes last."""
    promise = make.a_confirmed_reservation(cast, vehicle=cast.vehicle)
    arrival = at_gate.event()
    cast.clock.forward(minutes=9)
    barrier = at_gate.saw("barrier")
    cast.clock.forward(minutes=35)
    inbox.sweep(cast.now)
    said = {"event_ref": barrier["event"], "port_code": "MOHAN", "reservation_ref": promise.ref}
    inbox.decide_doubt(**said, reason="I let it in", **cast.by(cast.operator))
    at_gate.call()
    inbox.sweep(cast.now)
    at_gate.saw("barrier", way="out")
    assert state() == ["exited"]
    cast.clock.forward(hours=5)

    told = at_gate.tell(arrival)[0]

    assert (told["outcome"], told["entry"]) == ("late", QueueEntry.objects.get().ref)
    assert not doubts_of(cast.port).exists()


def test_backlog__of_an_outage_in_which_places_were_taken_back__goes_through(
    cast: Cast, at_gate: Teller, silent: Reservation
) -> None:
    came = minutes_since(cast, silent) - 5
    backlog = [at_gate.event(ago_min=came), at_gate.event("barrier", ago_min=came - 8)]
    backlog += [at_gate.event("barrier", way="out", ago_min=came - 50)]

    assert [each["reason"] for each in at_gate.tell(*backlog)] == ["", "not_called", "not_admitted"]
    at_gate.call()
    inbox.sweep(cast.now)

    assert state() == ["exited"]
    assert not GateEvent.objects.exclude(state="applied").exists()


def test_backlog__misread_in_an_outage__a_person_is_shown_who_was_meant(
    cast: Cast, at_gate: Teller, silent: Reservation
) -> None:
    at_gate.saw(confidence=0.3, ago_min=minutes_since(cast, silent) - 5)

    found = candidates_of(doubts_of(cast.port).get(), now=cast.now)

    assert [each.reservation for each in found] == [silent]


def test_backlog__after_the_time_of_a_place_that_was_taken_back__is_for_a_person(
    cast: Cast, at_gate: Teller, silent: Reservation
) -> None:
    assert at_gate.saw()["reason"] == "nobody_expected"
    assert state() == []


def test_arrival__in_time_of_one_who_was_checked_in_as_too_late__asks_nobody_and_ends_the_strike(
    cast: Cast, at_gate: Teller
) -> None:
    promise = make.a_confirmed_reservation(cast, vehicle=cast.vehicle)
    arrival = at_gate.event()
    cast.clock.moment = promise.slot.ends_at + timedelta(minutes=40)
    sweeps.sweep_no_shows(cast.now)
    check_in(reservation_ref=promise.ref, port_code="MOHAN", **cast.by(cast.operator))
    at_gate.call()
    at_gate.saw("barrier")
    at_gate.saw("barrier", way="out")
    assert state() == ["exited"]

    assert [mark.excused_reason for mark in promise.marks.all()] == [""]
    assert at_gate.tell(arrival)[0]["outcome"] == "late"
    assert [mark.excused_reason for mark in promise.marks.all()] == ["seen_in_time"]
