"""Gate devices: what they read, who it is, and that one arrival is one."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from accounts.models import Device
from reservations import passes
from reservations.models import QueueEntry, Reservation
from reservations.sweeps import sweep_no_shows
from tests import factories as make
from tests.api.conftest import Caller
from tests.cast import assemble
from tests.parts.gate_device import SignedClient, key_for


def device_at(device: Device) -> Caller:
    caller = Caller()
    caller.client = SignedClient(key_for(device), headers={"Accept-Language": "en"})
    return caller


@pytest.fixture
def gate(cast: Any) -> Caller:
    return device_at(cast.device)


def arrive(gate: Caller, **read: Any) -> Any:
    return gate.post("/gate/arrivals/", read, key=None)


def test_arrival__plate_of_a_reservation__checks_in(cast: Any, gate: Any, reserved: dict[str, Any]) -> None:
    cast.clock.forward(days=1)

    answer = arrive(gate, plate=cast.vehicle.plate, country="CN")

    assert (answer.status_code, answer.json()["outcome"], answer.json()["duplicate"]) == (200, "checked_in", False)
    assert Reservation.objects.get().state == "checked_in"


def test_arrival__told_late_after_a_no_show__reverses_it(cast: Any, gate: Any) -> None:
    slot = cast.slot
    promise = make.a_confirmed_reservation(cast, vehicle=cast.vehicle)
    cast.clock.moment = slot.ends_at + timedelta(minutes=40)
    sweep_no_shows(cast.now)

    answer = arrive(gate, plate=cast.vehicle.plate, occurred_at=slot.starts_at.isoformat())

    assert (answer.status_code, answer.json()["outcome"]) == (200, "checked_in")
    assert [mark.excused_reason for mark in promise.marks.all()] == ["seen_in_time"]


def test_arrival__same_plate_within_a_minute__is_one_arrival(cast: Any, gate: Any, reserved: dict[str, Any]) -> None:
    cast.clock.forward(days=1)
    first = arrive(gate, plate=cast.vehicle.plate).json()
    cast.clock.forward(seconds=59)
    second = arrive(gate, plate=cast.vehicle.plate).json()
    cast.clock.forward(seconds=2)
    third = arrive(gate, plate=cast.vehicle.plate).json()

    assert (second["outcome"], second["duplicate"], second["entry"]) == ("wait", True, first["entry"])
    assert third["duplicate"] is False
    assert QueueEntry.objects.count() == 1


def test_arrival__pass__is_read_and_checks_in(cast: Any, gate: Any, reserved: dict[str, Any]) -> None:
    cast.clock.forward(days=1)
    token = passes.issue(Reservation.objects.get())

    assert arrive(gate, token=token).json()["outcome"] == "checked_in"


def test_arrival__pass_of_before_a_change__is_out_of_date(
    cast: Any, gate: Any, driver: Any, reserved: dict[str, Any]
) -> None:
    token = passes.issue(Reservation.objects.get())
    path = f"/driver/reservations/{reserved['ref']}/"
    driver.post(f"{path}change/", {"slot": cast.slots[9].ref}, If_Match=driver.get(path)["ETag"])
    cast.clock.forward(days=1)

    answer = arrive(gate, token=token)

    assert (answer.status_code, answer.json()["code"]) == (409, "pass_outdated")
    assert not QueueEntry.objects.exists()


@pytest.mark.parametrize(
    "change", [lambda t: t[:-4] + "AAAA", lambda t: t.replace("PL1", "PL2"), lambda t: "x", lambda t: t[:40]]
)
def test_arrival__forged_pass__is_refused(cast: Any, gate: Any, reserved: dict[str, Any], change: Any) -> None:
    cast.clock.forward(days=1)
    token = change(passes.issue(Reservation.objects.get()))

    answer = arrive(gate, token=token)

    assert (answer.status_code, answer.json()["code"]) == (422, "pass_not_valid")
    assert not QueueEntry.objects.exists()


def test_arrival__pass_with_other_content_under_the_same_signature__is_refused(
    cast: Any, gate: Any, reserved: dict[str, Any]
) -> None:
    version, payload, signature = passes.issue(Reservation.objects.get()).split(".")
    forged = payload[:-6] + ("AAAAAA" if payload[-6:] != "AAAAAA" else "BBBBBB")

    assert arrive(gate, token=f"{version}.{forged}.{signature}").json()["code"] == "pass_not_valid"


def test_arrival__nobody_expected__goes_to_a_person(gate: Any) -> None:
    answer = arrive(gate, plate="云Z99999")

    assert (answer.status_code, answer.json()["code"]) == (404, "nobody_expected")


def test_arrival__plate_of_two_countries__is_not_guessed(
    cast: Any, gate: Any, driver: Any, reserved: dict[str, Any]
) -> None:
    twin = make.a_vehicle(driver=cast.driver, plate=cast.vehicle.plate, country="LA")
    driver.post("/driver/walk-up/", {"lane": cast.lane.code, "vehicle": twin.ref, "cargo_kind": "general"})
    cast.clock.forward(days=1)

    unsure, sure = arrive(gate, plate=cast.vehicle.plate), arrive(gate, plate=cast.vehicle.plate, country="CN")

    assert (unsure.status_code, unsure.json()["code"]) == (409, "plate_ambiguous")
    assert sure.json()["outcome"] == "checked_in"


def test_arrival__called__is_let_in(cast: Any, gate: Any, operator: Any, waiting: dict[str, Any]) -> None:
    bay = operator.post(f"/staff/lanes/{cast.lane.code}/call/").json()["bay"]

    told = arrive(gate, plate=cast.vehicle.plate.lower().replace("J", "J ")).json()

    assert (told["outcome"], told["bay"]) == ("enter", bay)


def test_arrival__too_early__says_when_to_come(gate: Any, cast: Any, reserved: dict[str, Any]) -> None:
    assert arrive(gate, plate=cast.vehicle.plate).json()["code"] == "too_early"


def test_arrival__reserved_at_another_port__is_not_expected_here(cast: Any, reserved: dict[str, Any]) -> None:
    cast.clock.forward(days=1)

    assert arrive(device_at(cast.other_device), plate=cast.vehicle.plate).json()["code"] == "nobody_expected"


@pytest.mark.parametrize(
    "read", [{}, {"plate": "A1", "token": "x"}, {"plate": ""}, {"plate": "A" * 41}, {"token": "x" * 601}]
)
def test_arrival__not_one_reading__is_422(gate: Any, read: dict[str, str]) -> None:
    assert arrive(gate, **read).status_code == 422


def test_exit__admitted__ends_the_visit_once(cast: Any, gate: Any, operator: Any, waiting: dict[str, Any]) -> None:
    operator.post(f"/staff/lanes/{cast.lane.code}/call/")
    operator.post(f"/staff/entries/{waiting['ref']}/admit/")

    first = gate.post("/gate/exits/", {"plate": cast.vehicle.plate}, key=None).json()
    second = gate.post("/gate/exits/", {"plate": cast.vehicle.plate}, key=None).json()

    assert [(told["outcome"], told["duplicate"]) for told in (first, second)] == [("exited", False), ("exited", True)]
    assert QueueEntry.objects.get().state == "exited"


def test_exit__never_admitted__goes_to_a_person(cast: Any, gate: Any, waiting: dict[str, Any]) -> None:
    answer = gate.post("/gate/exits/", {"plate": cast.vehicle.plate}, key=None)

    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")


def test_exit__pass_alone__ends_no_visit(cast: Any, gate: Any, operator: Any, reserved: dict[str, Any]) -> None:
    cast.clock.forward(days=1)
    token = passes.issue(Reservation.objects.get())
    entry = arrive(gate, token=token).json()["entry"]
    operator.post(f"/staff/lanes/{cast.lane.code}/call/")
    operator.post(f"/staff/entries/{entry}/admit/")

    alone, forged = leave(gate, token=token), leave(gate, token=f"{token[:-4]}AAAA")

    assert [answer.json()["code"] for answer in (alone, forged)] == ["pass_alone", "pass_not_valid"]
    assert QueueEntry.objects.get().state == "admitted"


@pytest.mark.parametrize(
    "header",
    ["", "Device x.y", "Device", "Bearer abc", "Device D-000000000.\x7f", "Portlane-Ed25519 device=D-000000000"],
)
def test_report__no_known_device__is_401(cast: Any, header: str) -> None:
    answer = Caller(**({"Authorization": header} if header else {})).post("/gate/arrivals/", {"plate": "A1"}, key=None)

    assert answer.status_code == 401


def test_report__person_at_the_gate_api__is_401(operator: Any) -> None:
    assert operator.post("/gate/arrivals/", {"plate": "A1"}, key=None).status_code == 401


@pytest.mark.django_db(transaction=True)
def test_arrival__read_by_16_cameras_at_once__is_one(stopped_clock: Any) -> None:
    cast = assemble(stopped_clock)
    wish = {"slot": cast.slots[8].ref, "vehicle": cast.vehicle.ref, "cargo_kind": "general"}
    Caller(cast.driver).post("/driver/reservations/", wish)
    stopped_clock.forward(days=1)
    gate, barrier = device_at(cast.device), threading.Barrier(16)

    def read(_: int) -> str:
        barrier.wait()
        try:
            return str(arrive(gate, plate=cast.vehicle.plate).json().get("outcome"))
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(read, range(16)))

    assert sorted(outcomes) == ["checked_in", *["wait"] * 15]
    assert QueueEntry.objects.count() == 1


def parked_twins(cast: Any, operator: Any) -> tuple[QueueEntry, QueueEntry]:
    """Two trucks in the yard with the plate of the cast's: its own (CN) and one of Laos."""
    twin = make.a_vehicle(plate=cast.vehicle.plate, country="LA")
    entries = [make.a_waiting_walk_up(cast, vehicle=vehicle) for vehicle in (cast.vehicle, twin)]
    for entry in entries:
        operator.post(f"/staff/lanes/{cast.lane.code}/call/")
        operator.post(f"/staff/entries/{entry.ref}/admit/")
    return entries[0], entries[1]


def leave(gate: Caller, **read: Any) -> Any:
    return gate.post("/gate/exits/", read, key=None)


def test_exit__same_plate_of_another_country_within_a_minute__is_an_exit_of_its_own(
    cast: Any, gate: Any, operator: Any
) -> None:
    own, twin = parked_twins(cast, operator)
    plate = cast.vehicle.plate

    answers = [leave(gate, plate=plate, country=country).json() for country in ("CN", "LA", "LA")]

    assert [(told["entry"], told["duplicate"]) for told in answers] == [
        (own.ref, False),
        (twin.ref, False),
        (twin.ref, True),
    ]
    assert set(QueueEntry.objects.values_list("state", flat=True)) == {"exited"}


def test_exit__one_left_and_the_other_may_be_meant__goes_to_a_person(cast: Any, gate: Any, operator: Any) -> None:
    """A second reading of the one that left, or the first of the one that is inside: a camera without a country cannot tell."""
    _, twin = parked_twins(cast, operator)
    leave(gate, plate=cast.vehicle.plate, country="CN")

    answer = leave(gate, plate=cast.vehicle.plate)

    assert (answer.status_code, answer.json()["code"]) == (409, "plate_ambiguous")
    assert QueueEntry.objects.get(pk=twin.pk).state == "admitted"
    cast.clock.forward(minutes=1)
    assert leave(gate, plate=cast.vehicle.plate).json()["entry"] == twin.ref


def papers(cast: Any, reserved: dict[str, Any]) -> str:
    """What the request behind a reservation named as its paper."""
    make.a_request(
        cast,
        vehicle=cast.vehicle,
        state="placed",
        reservation=Reservation.objects.get(ref=reserved["ref"]),
        evidence="phytosanitary certificate 4711",
    )
    return "phytosanitary certificate 4711"


def test_arrival__class_was_claimed_with_a_paper__gate_is_told_which(
    cast: Any, gate: Any, reserved: dict[str, Any]
) -> None:
    paper = papers(cast, reserved)
    cast.clock.forward(days=1)

    assert arrive(gate, plate=cast.vehicle.plate, country="CN").json()["evidence"] == paper


def test_check_in__class_was_claimed_with_a_paper__desk_is_shown_which(
    cast: Any, operator: Any, reserved: dict[str, Any]
) -> None:
    paper = papers(cast, reserved)
    cast.clock.forward(days=1)

    answer = operator.post("/staff/check-ins/", {"reservation": reserved["ref"], "port": "MOHAN"})

    assert answer.json()["evidence"] == paper
