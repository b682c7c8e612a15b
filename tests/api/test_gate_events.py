"""The inbox of gate devices through its API: what each event leads to, whatever came before it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Device
from core.errors import NotFound, WrongState
from core.models import LedgerEntry
from reservations import inbox, passes, sweeps
from reservations.inbox import receiving
from reservations.inbox.queries import candidates_of, doubts_of
from reservations.models import GateEvent, QueueEntry, Reservation
from reservations.operations import call_next
from tests import factories as make
from tests.api.conftest import Caller
from tests.api.test_gate import device_at
from tests.cast import Cast
from yards.errors import ReasonNeeded


@pytest.fixture
def gate(cast: Cast) -> Caller:
    return device_at(cast.device)


@pytest.fixture
def promise(cast: Cast) -> Reservation:
    """In the slot that runs now."""
    return make.a_confirmed_reservation(cast, vehicle=cast.vehicle)


class Teller:
    """Numbers events and tells them; returns the results."""

    def __init__(self, cast: Cast, gate: Caller) -> None:
        self.cast, self.gate, self.number = cast, gate, 0

    def event(self, kind: str = "plate", *, ago_min: float = 0, **said: Any) -> dict[str, Any]:
        self.number += 1
        known = {} if "token" in said else {"plate": self.cast.vehicle.plate, "country": "CN"}
        at = (self.cast.now - timedelta(minutes=ago_min)).isoformat()
        return {"number": self.number, "kind": kind, "occurred_at": at} | known | said

    def tell(self, *events: dict[str, Any]) -> list[dict[str, Any]]:
        answer = self.gate.post("/gate/events/", {"events": list(events)}, key=None)
        assert answer.status_code == 200, answer.content
        results: list[dict[str, Any]] = answer.json()["results"]
        return results

    def saw(self, kind: str = "plate", **said: Any) -> dict[str, Any]:
        return self.tell(self.event(kind, **said))[0]

    def call(self) -> None:
        call_next(lane_code=self.cast.lane.code, **self.cast.by(self.cast.operator))


@pytest.fixture
def at_gate(cast: Cast, gate: Caller) -> Teller:
    return Teller(cast, gate)


def state() -> list[str]:
    return list(QueueEntry.objects.values_list("state", flat=True))


# ---------------------------------------------------------------- in order
def test_events__a_visit_in_order__goes_through(cast: Cast, at_gate: Teller, promise: Reservation) -> None:
    arrived = at_gate.saw()
    at_gate.call()
    asked = at_gate.saw()
    came_in = at_gate.saw("barrier")
    seen = at_gate.saw("zone", place_kind="bay", place_code="A-01")
    weighed = at_gate.saw("weighbridge", weight_kg=31_000, length_m=17.6)
    left = at_gate.saw("barrier", way="out")

    told = (arrived, asked, came_in, seen, weighed, left)
    assert [each["outcome"] for each in told] == ["checked_in", "here", "admitted", "seen", "weighed", "exited"]
    assert [each["open"] for each in told] == [False, True, False, False, False, False]
    assert (state(), Reservation.objects.get().state) == (["exited"], "completed")
    assert float(QueueEntry.objects.get().length_m) == 17.6


def test_events__pass_scanned__checks_in(cast: Cast, at_gate: Teller, promise: Reservation) -> None:
    assert at_gate.saw("scan", token=passes.issue(promise))["outcome"] == "checked_in"


# ---------------------------------------------------------------- out of order, twice, late
def test_events__exit_and_barrier_before_the_arrival__wait_in_their_rows(
    cast: Cast, at_gate: Teller, promise: Reservation
) -> None:
    cast.clock.forward(minutes=30)
    left, came_in = at_gate.saw("barrier", way="out", ago_min=1), at_gate.saw("barrier", ago_min=12)
    assert [each["state"] for each in (left, came_in)] == ["waiting", "waiting"]

    arrived = at_gate.saw(ago_min=20)
    assert (arrived["outcome"], state()) == ("checked_in", ["waiting"])
    at_gate.call()
    inbox.sweep(cast.now)

    assert (state(), Reservation.objects.get().state) == (["exited"], "completed")
    assert set(GateEvent.objects.values_list("state", flat=True)) == {"applied"}


def test_events__told_again__are_the_same_events(cast: Cast, at_gate: Teller, promise: Reservation) -> None:
    event = at_gate.event()
    first, second = at_gate.tell(event)[0], at_gate.tell(event, event)

    assert [each["duplicate"] for each in (first, *second)] == [False, True, True]
    assert {each["event"] for each in (first, *second)} == {first["event"]}
    assert state() == ["waiting"]


def test_events__another_event_under_a_number__is_refused_alone(
    cast: Cast, at_gate: Teller, promise: Reservation
) -> None:
    event = at_gate.event()
    told = at_gate.tell(event, event | {"plate": "云X00001"}, at_gate.event("barrier"))

    assert [each["state"] for each in told] == ["applied", "refused", "waiting"]
    assert told[1]["reason"] == "number_reused"


def test_events__late_duplicate_of_an_arrival__checks_nobody_in_anew(
    cast: Cast, at_gate: Teller, promise: Reservation
) -> None:
    at_gate.saw()
    at_gate.call()
    at_gate.saw("barrier")
    cast.clock.forward(minutes=40)
    at_gate.saw("barrier", way="out")
    make.a_confirmed_reservation(cast, vehicle=cast.vehicle, slot=cast.slots[1])  # its next visit has a place already
    cast.clock.forward(minutes=10)

    late = [
        at_gate.saw(ago_min=49.5),
        at_gate.saw("barrier", ago_min=49),
        at_gate.saw("barrier", way="out", ago_min=10),
    ]

    assert [each["outcome"] for each in late] == ["late"] * 3
    assert state() == ["exited"]
    assert LedgerEntry.objects.filter(kind="queue.admitted").count() == 1


def test_events__late_exit_of_the_visit_before__does_not_end_this_one(
    cast: Cast, at_gate: Teller, promise: Reservation
) -> None:
    at_gate.saw()
    at_gate.call()
    at_gate.saw("barrier")

    assert at_gate.saw("barrier", way="out", ago_min=30)["outcome"] == "late"
    assert state() == ["admitted"]


def test_events__next_arrival_before_the_exit_is_told__waits_for_it(cast: Cast, at_gate: Teller) -> None:
    """It came without a promise, and has one for its next visit."""
    make.a_waiting_walk_up(cast, vehicle=cast.vehicle)
    at_gate.call()
    at_gate.saw("barrier")
    make.a_confirmed_reservation(cast, vehicle=cast.vehicle, slot=cast.slots[1])
    cast.clock.forward(minutes=60)

    again = at_gate.saw(ago_min=5)
    assert (again["state"], again["reason"]) == ("waiting", "exit_not_told")
    at_gate.saw("barrier", way="out", ago_min=20)

    assert sorted(state()) == ["exited", "waiting"]


def test_events__arrival_told_six_hours_late__ends_the_no_show(
    cast: Cast, at_gate: Teller, promise: Reservation
) -> None:
    event = at_gate.event()
    cast.clock.forward(hours=6)
    sweeps.sweep_no_shows(cast.now)
    assert Reservation.objects.get().state == "no_show"

    assert at_gate.tell(event)[0]["outcome"] == "checked_in"
    assert [mark.excused_reason for mark in promise.marks.all()] == ["seen_in_time"]


def test_events__before_its_time__is_too_early_and_stays_so(cast: Cast, at_gate: Teller) -> None:
    make.a_confirmed_reservation(cast, vehicle=cast.vehicle, slot=cast.slots[8])  # tomorrow

    assert at_gate.saw()["outcome"] == "too_early"
    cast.clock.forward(days=1)
    inbox.sweep(cast.now)
    assert state() == []


def test_events__weighings_out_of_order__the_latest_counts(cast: Cast, at_gate: Teller, promise: Reservation) -> None:
    at_gate.saw(ago_min=0)
    cast.clock.forward(minutes=10)
    later = at_gate.saw("weighbridge", weight_kg=20_000, length_m=18.0, ago_min=1)
    earlier = at_gate.saw("weighbridge", weight_kg=30_000, length_m=19.0, ago_min=5)

    assert [each["outcome"] for each in (later, earlier)] == ["weighed", "overtaken"]
    assert float(QueueEntry.objects.get().length_m) == 18.0


def test_sweep__called_and_seen_leaving__has_not_missed_its_call(
    cast: Cast, at_gate: Teller, promise: Reservation
) -> None:
    at_gate.saw()
    at_gate.call()
    cast.clock.forward(minutes=25)
    at_gate.saw("barrier", way="out")
    sweeps.sweep_missed_calls(cast.now)
    assert state() == ["called"]

    at_gate.saw("barrier", ago_min=20)
    assert state() == ["exited"]


# ---------------------------------------------------------------- doubts
@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"plate": "云J0000O"}, "looks_like"),
        ({"confidence": 0.5}, "low_confidence"),
        ({"plate": "云X99999"}, "nobody_expected"),
        ({"token": "PL1.x.y", "kind": "scan"}, "pass_not_valid"),
    ],
)
def test_doubt__not_surely_read__opens_nothing_and_asks_a_person(
    cast: Cast, at_gate: Teller, said: dict[str, Any], why: str
) -> None:
    vehicle = make.a_vehicle(driver=cast.driver, plate="云J00000")
    cast.vehicle = vehicle
    make.a_waiting_walk_up(cast, vehicle=vehicle)
    at_gate.call()

    told = at_gate.saw(**said)

    assert (told["state"], told["reason"], told["open"]) == ("doubt", why, False)
    assert [event.ref for event in doubts_of(cast.port)] == [told["event"]]
    assert LedgerEntry.objects.get(kind="gate.doubted").data["event"] == told["event"]


def test_doubt__both_of_two_that_look_alike_are_expected__is_not_guessed(cast: Cast, at_gate: Teller) -> None:
    for plate in ("云JB8000", "云J88000"):
        make.a_confirmed_reservation(cast, vehicle=make.a_vehicle(driver=cast.driver, plate=plate))

    told = at_gate.saw(plate="云J88000")

    assert told["reason"] == "looks_like_another"
    found = candidates_of(GateEvent.objects.get(), now=cast.now)
    assert [(each.vehicle.plate, each.why) for each in found] == [("云J88000", "exact"), ("云JB8000", "alike")]


def test_decide__a_person_says_whose_it_is__is_applied(cast: Cast, at_gate: Teller, promise: Reservation) -> None:
    told = at_gate.saw(confidence=0.3)
    said = {"event_ref": told["event"], "port_code": "MOHAN", "reservation_ref": promise.ref}

    event = inbox.decide_doubt(**said, reason="plate is muddy", **cast.by(cast.operator))

    assert (event.state, event.outcome, state()) == ("applied", "checked_in", ["waiting"])
    assert LedgerEntry.objects.get(kind="gate.decided").data["reservation"] == promise.ref
    with pytest.raises(WrongState):
        inbox.decide_doubt(**said, reason="again", **cast.by(cast.operator))


def test_decide__barrier_of_one_whose_arrival_is_not_told__what_was_seen_before_the_word_counts(
    cast: Cast, at_gate: Teller, promise: Reservation
) -> None:
    barrier, _left = at_gate.saw("barrier"), at_gate.saw("barrier", way="out")
    cast.clock.forward(minutes=35)
    inbox.sweep(cast.now)
    said = {"event_ref": barrier["event"], "port_code": "MOHAN", "reservation_ref": promise.ref}

    inbox.decide_doubt(**said, reason="I let it in", **cast.by(cast.operator))
    at_gate.call()
    inbox.sweep(cast.now)

    assert (state(), Reservation.objects.get().state) == (["exited"], "completed")


def test_decide__nobodys__is_void_and_without_a_reason_or_at_another_port_nothing(
    cast: Cast, at_gate: Teller, promise: Reservation
) -> None:
    told = at_gate.saw(confidence=0.3)
    ref = {"event_ref": told["event"]}
    with pytest.raises(ReasonNeeded):
        inbox.decide_doubt(**ref, port_code="MOHAN", reason=" ", **cast.by(cast.operator))
    with pytest.raises(NotFound):
        inbox.decide_doubt(**ref, port_code="HEKOU", reason="x", **cast.by(cast.other_operator))

    event = inbox.decide_doubt(**ref, port_code="MOHAN", reason="a visitor", **cast.by(cast.operator))

    assert (event.state, event.outcome, state()) == ("void", "not_ours", [])


def test_wait__longer_than_half_an_hour__asks_a_person_and_ends_when_the_arrival_is_told(
    cast: Cast, at_gate: Teller, promise: Reservation
) -> None:
    arrival = at_gate.event()
    cast.clock.forward(minutes=10)
    at_gate.saw("barrier")
    cast.clock.forward(minutes=31)
    inbox.sweep(cast.now)
    assert [event.reason for event in doubts_of(cast.port)] == ["not_arrived"]

    at_gate.tell(arrival)
    assert not doubts_of(cast.port).exists()
    at_gate.call()
    inbox.sweep(cast.now)

    assert state() == ["admitted"]


# ---------------------------------------------------------------- batches and bad input
def test_batch__backlog_newest_first__comes_to_the_same(cast: Cast, at_gate: Teller, promise: Reservation) -> None:
    cast.clock.forward(minutes=20)
    events = [
        at_gate.event("barrier", way="out", ago_min=1),
        at_gate.event("barrier", ago_min=10),
        at_gate.event(ago_min=15),
    ]

    told = at_gate.tell(*events)

    assert [each["state"] for each in told] == ["waiting", "waiting", "applied"]


@pytest.mark.parametrize(
    "bad",
    [
        {"number": 0}, {"number": "x"}, {"kind": "dog"}, {"occurred_at": "soon"}, {"plate": ""}, {"plate": "A" * 41},
        {"country": "CHN"}, {"confidence": 1.1}, {"weight_kg": 5}, {"place_code": "A-01"}, {"gate": "G9"},
        {"yard": "NOWHERE"}, {"way": "up"}, {"plate": "a\u202eb"}, {"occurred_at": "2026-02-01T00:00:00Z"},
        {"occurred_at": "2026-03-02T02:03:00Z"}, {"kind": "zone"}, {"kind": "weighbridge"}, {"kind": "scan"},
    ],
)  # fmt: skip
def test_batch__one_is_wrong__is_refused_alone(
    cast: Cast, at_gate: Teller, promise: Reservation, bad: dict[str, Any]
) -> None:
    told = at_gate.tell(at_gate.event("barrier") | bad, at_gate.event())

    assert [each["state"] for each in told] == ["refused", "applied"]
    assert told[0]["errors"][0]["detail"]
    assert GateEvent.objects.count() == 1


def test_batch__too_many__is_422(at_gate: Teller, gate: Caller) -> None:
    answer = gate.post("/gate/events/", {"events": [{}] * 501}, key=None)
    assert answer.status_code == 422


def test_batch__device_is_shut_out_in_the_middle__rest_is_refused(
    cast: Cast, at_gate: Teller, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = [at_gate.event("barrier", plate=f"云X{n:05d}") for n in range(120)]
    take_in, calls = receiving.take_in, []

    def shut_out_after_the_first(**inputs: Any) -> Any:
        calls.append(take_in(**inputs))
        Device.objects.filter(pk=cast.device.pk).update(is_active=False)
        return calls[-1]

    monkeypatch.setattr(inbox, "take_in", shut_out_after_the_first)
    told = at_gate.tell(*events)

    assert [each["state"] for each in told] == ["doubt"] * 50 + ["refused"] * 70
    assert {each["reason"] for each in told} == {"device_revoked"}
    assert GateEvent.objects.count() == 50


def test_events__of_another_port__know_nobody_of_this_one(cast: Cast, promise: Reservation) -> None:
    away = Teller(cast, device_at(cast.other_device))

    assert away.saw()["reason"] == "nobody_expected"
    assert away.saw("scan", token=passes.issue(promise))["reason"] == "other_port"
    assert not doubts_of(cast.port).exists()
