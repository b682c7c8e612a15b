"""Whom the inbox believes: its own gate, a pass with its truck, a clock that goes right; and how long it keeps what was read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from reservations import inbox, passes
from reservations.inbox.queries import doubts_of
from reservations.models import GateEvent, Reservation
from tests import factories as make
from tests.api.conftest import Caller
from tests.api.test_gate import device_at
from tests.api.test_gate_events import Teller, state
from tests.cast import Cast


@pytest.fixture
def promise(cast: Cast) -> Reservation:
    """In the slot that runs now."""
    return make.a_confirmed_reservation(cast, vehicle=cast.vehicle)


@pytest.fixture
def gate(cast: Cast) -> Caller:
    return device_at(cast.device)


@pytest.fixture
def at_gate(cast: Cast, gate: Caller) -> Teller:
    return Teller(cast, gate)


@pytest.fixture
def inside(cast: Cast, at_gate: Teller, promise: Reservation) -> Reservation:
    at_gate.saw()
    at_gate.call()
    at_gate.saw("barrier")
    assert state() == ["admitted"]
    return promise


# ---------------------------------------------------------------- its own gate
def test_events__of_another_gate_than_its_own__are_for_a_person(
    cast: Cast, at_gate: Teller, inside: Reservation
) -> None:
    make.a_gate(cast.yard, "G7", kind="exit")

    told = at_gate.saw("barrier", gate="G7")

    assert (told["state"], told["reason"], state()) == ("doubt", "not_its_gate", ["admitted"])
    said = {"event_ref": told["event"], "port_code": "MOHAN", "reservation_ref": inside.ref}
    inbox.decide_doubt(**said, reason="stood in for the exit's", **cast.by(cast.operator))
    assert state() == ["exited"]


def test_events__zone_of_its_own_yard_read_at_another_gate__is_noted(
    cast: Cast, at_gate: Teller, inside: Reservation
) -> None:
    make.a_gate(cast.yard, "G7", kind="entry")

    assert at_gate.saw("zone", gate="G7", place_kind="bay", place_code="A-01")["outcome"] == "seen"


def test_events__zone_and_weighbridge_of_another_yard__move_nobody(
    cast: Cast, at_gate: Teller, inside: Reservation
) -> None:
    make.a_gate(make.a_yard(cast.port, code="MOHAN-2"), "G7", kind="entry")

    read = at_gate.saw("zone", gate="G7", place_kind="bay", place_code="A-01")
    weighed = at_gate.saw("weighbridge", gate="G7", weight_kg=30_000)

    assert (read["outcome"], weighed["reason"]) == ("unsure", "not_its_gate")


# ---------------------------------------------------------------- a pass and its truck
@pytest.mark.parametrize("kind", ["scan", "barrier"])
def test_pass__alone_at_the_exit__ends_no_visit(cast: Cast, at_gate: Teller, inside: Reservation, kind: str) -> None:
    told = at_gate.saw(kind, token=passes.issue(inside), way="out")

    assert (told["state"], told["reason"], state()) == ("doubt", "pass_alone", ["admitted"])


def test_pass__at_the_exit_with_its_plate__ends_the_visit(cast: Cast, at_gate: Teller, inside: Reservation) -> None:
    told = at_gate.saw("scan", token=passes.issue(inside), plate=cast.vehicle.plate, way="out")

    assert (told["outcome"], state()) == ("exited", ["exited"])


@pytest.mark.parametrize("other", [{"plate": "云X99999"}, {"country": "LA"}])
def test_pass__on_another_truck__is_for_a_person(
    cast: Cast, at_gate: Teller, promise: Reservation, other: dict[str, Any]
) -> None:
    told = at_gate.saw("scan", **{"token": passes.issue(promise), "plate": cast.vehicle.plate} | other)

    assert (told["state"], told["reason"], state()) == ("doubt", "plate_differs", [])


def test_pass__alone_at_the_entry__notes_the_arrival_and_opens_nothing(
    cast: Cast, at_gate: Teller, promise: Reservation
) -> None:
    token = passes.issue(promise)
    assert at_gate.saw("scan", token=token)["outcome"] == "checked_in"
    at_gate.call()

    scanned = at_gate.saw("scan", token=token)
    barrier = at_gate.saw("barrier", token=token)
    read = at_gate.saw("scan", token=token, plate=cast.vehicle.plate)

    assert (scanned["outcome"], scanned["open"]) == ("here", False)
    assert (barrier["reason"], state()) == ("pass_alone", ["called"])
    assert (read["outcome"], read["open"]) == ("here", True)


# ---------------------------------------------------------------- a clock that is slow
@pytest.mark.parametrize(
    ("ago_min", "opens", "why"), [(0.9, True, ""), (1.2, False, "clock"), (1.9, False, "clock"), (5, False, "")]
)
def test_clock__slow_by_more_than_a_minute__is_told_why_nothing_opens(
    cast: Cast, at_gate: Teller, promise: Reservation, ago_min: float, opens: bool, why: str
) -> None:
    at_gate.saw()
    at_gate.call()

    told = at_gate.saw(ago_min=ago_min)

    assert (told["outcome"], told["open"], told["reason"]) == ("here", opens, why)


# ---------------------------------------------------------------- how long
def test_forget__settled_long_ago__keeps_the_row_without_what_was_read(
    cast: Cast, at_gate: Teller, inside: Reservation
) -> None:
    scan = at_gate.event("scan", token=passes.issue(inside), image_ref="cam/1.jpg")
    at_gate.tell(scan)
    at_gate.saw("barrier", plate="云X99999")  # a person has still to say whose
    cast.clock.forward(minutes=40)
    inbox.sweep(cast.now)
    assert doubts_of(cast.port).count() == 1
    assert inbox.forget_reads(cast.now + timedelta(days=29)) == 0

    assert inbox.forget_reads(cast.now + timedelta(days=31)) == 3
    assert inbox.forget_reads(cast.now + timedelta(days=31)) == 0

    kept = GateEvent.objects.exclude(state="doubt")
    assert [kept.filter(**{name: ""}).count() for name in ("plate", "plate_key", "token", "image_ref")] == [3] * 4
    assert doubts_of(cast.port).get().plate == "云X99999"
    assert {event.vehicle_id for event in kept} == {cast.vehicle.pk}


def test_forget__told_again_after_it__is_the_same_event(cast: Cast, at_gate: Teller, promise: Reservation) -> None:
    event = at_gate.event()
    first = at_gate.tell(event)[0]
    inbox.forget_reads(cast.now + timedelta(days=31))

    again = at_gate.tell(event)[0]

    assert (again["event"], again["duplicate"]) == (first["event"], True)
