"""Arrival and turn on the wire: too early, too late, the wrong port, and where am I."""

from __future__ import annotations

from typing import Any

import pytest

from reservations.models import QueueEntry, Reservation
from tests import factories as make


def check_in(driver: Any, ref: str, port: str = "MOHAN") -> Any:
    return driver.post("/driver/check-in/", {"reservation": ref, "port": port})


# ---------------------------------------------------------------- check-in
def test_check_in__in_time__joins_the_order(cast: Any, driver: Any, reserved: dict[str, Any]) -> None:
    cast.clock.forward(days=1)

    answer = check_in(driver, reserved["ref"])

    assert answer.status_code == 201
    assert answer.json()["state"] == "waiting"
    assert answer["Location"] == f"/api/v1/driver/turn/{answer.json()['ref']}/"
    detail = driver.get(f"/driver/reservations/{reserved['ref']}/").json()
    assert (detail["state"], detail["entry"]) == ("checked_in", answer.json()["ref"])


def test_check_in__too_early__says_when(driver: Any, reserved: dict[str, Any]) -> None:
    answer = check_in(driver, reserved["ref"])

    assert (answer.status_code, answer.json()["code"]) == (409, "too_early")
    assert answer.json()["opens_at"].startswith("2026-03-03 07:00")


def test_check_in__wrong_port__names_the_right_one(cast: Any, driver: Any, reserved: dict[str, Any]) -> None:
    cast.clock.forward(days=1)

    answer = check_in(driver, reserved["ref"], "HEKOU")

    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, "wrong_port", "port")
    assert answer.json()["port"] == "Mohan"
    assert Reservation.objects.get().state == "confirmed"


def test_check_in__after_grace__slides_to_the_next_place(cast: Any, driver: Any, reserved: dict[str, Any]) -> None:
    cast.clock.forward(days=1, hours=2)

    entry = check_in(driver, reserved["ref"]).json()

    assert entry["state"] == "waiting"
    assert entry["promised_at"] > "2026-03-03T03:00:00Z"
    assert Reservation.objects.get().state == "no_show"


def test_check_in__foreign_reservation__is_not_found(cast: Any, stranger: Any, reserved: dict[str, Any]) -> None:
    cast.clock.forward(days=1)

    assert check_in(stranger, reserved["ref"]).status_code == 404
    assert not QueueEntry.objects.exists()


def test_check_in__twice__is_one_place(cast: Any, driver: Any, reserved: dict[str, Any]) -> None:
    cast.clock.forward(days=1)
    check_in(driver, reserved["ref"])

    assert check_in(driver, reserved["ref"]).status_code == 409
    assert QueueEntry.objects.count() == 1


# ---------------------------------------------------------------- walk-up
def test_walk_up__unknown_lane__names_the_field(cast: Any, driver: Any) -> None:
    body = {"lane": "MOHAN-IN9", "vehicle": cast.vehicle.ref, "cargo_kind": "general"}

    answer = driver.post("/driver/walk-up/", body)

    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (404, "unknown_lane", "lane")


def test_walk_up__foreign_vehicle__is_not_found(cast: Any, driver: Any) -> None:
    body = {"lane": cast.lane.code, "vehicle": cast.other_vehicle.ref, "cargo_kind": "general"}

    assert driver.post("/driver/walk-up/", body).status_code == 404
    assert not QueueEntry.objects.exists()


def test_walk_up__stands_in_the_order_already__is_refused(cast: Any, driver: Any, waiting: dict[str, Any]) -> None:
    body = {"lane": cast.lane.code, "vehicle": cast.vehicle.ref, "cargo_kind": "general"}

    answer = driver.post("/driver/walk-up/", body)

    assert (answer.status_code, answer.json()["code"]) == (409, "vehicle_in_queue")


def test_walk_up__with_a_reservation__is_told_to_use_it(cast: Any, driver: Any, reserved: dict[str, Any]) -> None:
    body = {"lane": cast.lane.code, "vehicle": cast.vehicle.ref, "cargo_kind": "general"}

    assert driver.post("/driver/walk-up/", body).json()["code"] == "vehicle_has_a_reservation"


# ---------------------------------------------------------------- turn
def test_turn__waiting__tells_place_wait_and_where_the_stream_goes_on(cast: Any, operator: Any, driver: Any) -> None:
    for number in range(2):
        operator.post(
            "/staff/walk-ups/",
            {"lane": cast.lane.code, "country": "CN", "plate": f"云A{number}", "cargo_kind": "general"},
        )
    body = {"lane": cast.lane.code, "vehicle": cast.vehicle.ref, "cargo_kind": "general"}
    mine = driver.post("/driver/walk-up/", body).json()

    turn = driver.get(f"/driver/turn/{mine['ref']}/").json()

    assert turn["position"] == 3
    assert turn["ahead"] == {"total": 2, "by_class": [{"queue_class": "general", "vehicles": 2}]}
    assert turn["wait"]["low_min"] <= turn["wait"]["high_min"]
    assert turn["wait"]["is_rough"] is True
    assert (turn["stream"], turn["seq"]) == ("yard:MOHAN-YARD", 3)
    assert (turn["bay"], turn["blocked_by"]) == (None, "")


def test_turn__called__names_gate_and_bay(cast: Any, driver: Any, operator: Any, waiting: dict[str, Any]) -> None:
    called = operator.post(f"/staff/lanes/{cast.lane.code}/call/").json()

    turn = driver.get(f"/driver/turn/{waiting['ref']}/").json()

    assert turn["entry"]["state"] == "called"
    assert turn["entry"]["gate"] == "G1"
    assert turn["entry"]["call_expires_at"]
    assert turn["bay"] == called["bay"]
    assert turn["position"] is None


def test_turn__no_bay_that_fits__says_so(cast: Any, driver: Any, operator: Any, waiting: dict[str, Any]) -> None:
    for bay in cast.bays:
        operator.post(f"/staff/yards/{cast.yard.code}/bays/{bay.code}/block/", {"reason": "works"})

    call = operator.post(f"/staff/lanes/{cast.lane.code}/call/")

    assert (call.status_code, call.json()["code"]) == (409, "no_bay_that_fits")
    turn = driver.get(f"/driver/turn/{waiting['ref']}/").json()
    assert (turn["position"], turn["blocked_by"]) == (1, "no_bay_that_fits")


def test_turn__nothing_changed__is_304(driver: Any, waiting: dict[str, Any]) -> None:
    first = driver.get(f"/driver/turn/{waiting['ref']}/")

    assert driver.get(f"/driver/turn/{waiting['ref']}/", If_None_Match=first["ETag"]).status_code == 304


def test_turn__foreign__is_not_found(stranger: Any, waiting: dict[str, Any]) -> None:
    for tail in ("", "why/"):
        assert stranger.get(f"/driver/turn/{waiting['ref']}/{tail}").status_code == 404
    for act in ("withdraw", "occupy"):
        assert stranger.post(f"/driver/turn/{waiting['ref']}/{act}/").status_code == 404


def test_turn__colleague_of_the_same_carrier__may_read_it(cast: Any, waiting: dict[str, Any]) -> None:
    from tests.api.conftest import Caller

    assert Caller(cast.dispatcher).get(f"/driver/turn/{waiting['ref']}/").status_code == 200
    assert Caller(cast.other_dispatcher).get(f"/driver/turn/{waiting['ref']}/").status_code == 404


def test_why__passed_by_an_override__names_rule_and_reason(cast: Any, driver: Any, operator: Any) -> None:
    from tests.api.conftest import Caller

    body = {"lane": cast.lane.code, "vehicle": cast.vehicle.ref, "cargo_kind": "general"}
    mine = driver.post("/driver/walk-up/", body).json()
    cast.clock.forward(minutes=1)
    later = {"lane": cast.lane.code, "country": "CN", "plate": "云A1", "cargo_kind": "general"}
    other = operator.post("/staff/walk-ups/", later).json()
    asked = operator.post("/staff/overrides/", {"entry": other["ref"], "reason": "Medical goods"}).json()
    Caller(cast.second).post(f"/staff/overrides/{asked['ref']}/approve/")
    assert operator.post(f"/staff/lanes/{cast.lane.code}/call/").json()["ref"] == other["ref"]

    why = driver.get(f"/driver/turn/{mine['ref']}/why/").json()

    assert why["position"] == 1
    assert [(row["ticket"], row["rule"], row["reason"]) for row in why["passed_by"]] == [
        (other["ticket"], "override", "Medical goods")
    ]


def test_withdraw__waiting__leaves_the_order(driver: Any, waiting: dict[str, Any]) -> None:
    assert driver.post(f"/driver/turn/{waiting['ref']}/withdraw/").json()["state"] == "withdrawn"


def test_occupy__in_the_bay_held__is_noted(cast: Any, driver: Any, operator: Any, waiting: dict[str, Any]) -> None:
    called = operator.post(f"/staff/lanes/{cast.lane.code}/call/").json()
    operator.post(f"/staff/entries/{waiting['ref']}/admit/")

    answer = driver.post(f"/driver/turn/{waiting['ref']}/occupy/").json()

    assert (answer["state"], answer["bay"]) == ("occupied", called["bay"])


@pytest.mark.parametrize("bay", ["A-99", "A-01; --", "x" * 50])
def test_occupy__bay_of_nowhere__is_refused(
    cast: Any, driver: Any, operator: Any, waiting: dict[str, Any], bay: str
) -> None:
    operator.post(f"/staff/lanes/{cast.lane.code}/call/")
    operator.post(f"/staff/entries/{waiting['ref']}/admit/")

    answer = driver.post(f"/driver/turn/{waiting['ref']}/occupy/", {"bay": bay})

    assert answer.status_code in (404, 422)


def test_occupy__not_admitted__says_so(driver: Any, waiting: dict[str, Any]) -> None:
    answer = driver.post(f"/driver/turn/{waiting['ref']}/occupy/")

    assert (answer.status_code, answer.json()["code"]) == (409, "not_in_the_yard")


def test_whole_visit__reserved__ends_completed(cast: Any, driver: Any, operator: Any, reserved: dict[str, Any]) -> None:
    cast.clock.forward(days=1)
    entry = check_in(driver, reserved["ref"]).json()["ref"]
    operator.post(f"/staff/lanes/{cast.lane.code}/call/")
    steps = [operator.post(f"/staff/entries/{entry}/{act}/") for act in ("admit", "occupy", "release", "exit")]

    assert [step.status_code for step in steps] == [200] * 4
    assert driver.get(f"/driver/reservations/{reserved['ref']}/").json()["state"] == "completed"
    assert driver.get(f"/driver/turn/{entry}/").json()["entry"]["state"] == "exited"


def test_two_countries_one_plate__both_stand_in_the_order(cast: Any, driver: Any) -> None:
    twin = make.a_vehicle(driver=cast.driver, plate=cast.vehicle.plate, country="LA")
    bodies = [{"lane": cast.lane.code, "vehicle": v.ref, "cargo_kind": "general"} for v in (cast.vehicle, twin)]

    assert [driver.post("/driver/walk-up/", body).status_code for body in bodies] == [201, 201]
