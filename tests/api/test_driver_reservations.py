"""A driver's reservations on the wire, and every bad wish the issue of a reservation can meet."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from reservations.models import Reservation, Slot
from tests import factories as make

PATH = "/driver/reservations/"


def taken(slot: Slot) -> int:
    return Slot.objects.values_list("taken", flat=True).get(pk=slot.pk)


# ---------------------------------------------------------------- made
def test_reserve__free_slot__takes_one_place_and_names_it(cast: Any, driver: Any, wish: dict[str, Any]) -> None:
    answer = driver.post(PATH, wish)

    made = answer.json()
    assert answer.status_code == 201
    assert answer["Location"] == f"/api/v1{PATH}{made['ref']}/"
    assert answer["ETag"]
    assert made["state"] == "confirmed"
    assert made["slot"]["starts_at"] == "2026-03-03T02:00:00Z"
    assert made["port"]["time_zone"] == "Asia/Shanghai"
    assert made["vehicle"]["plate"] == cast.vehicle.plate
    assert taken(cast.slots[8]) == 1


def test_reserve__held__expires_unless_confirmed(cast: Any, driver: Any, wish: dict[str, Any]) -> None:
    held = driver.post(PATH, wish | {"confirm": False}).json()
    assert held["state"] == "requested"
    assert held["hold_until"] == "2026-03-02T02:05:00Z"

    confirmed = driver.post(f"{PATH}{held['ref']}/confirm/")
    assert confirmed.json()["state"] == "confirmed"

    cast.clock.forward(minutes=6)
    again = driver.post(f"{PATH}{held['ref']}/confirm/")
    assert again.status_code == 409


def test_confirm__after_the_hold__says_so(cast: Any, driver: Any, wish: dict[str, Any]) -> None:
    held = driver.post(PATH, wish | {"confirm": False}).json()
    cast.clock.forward(minutes=6)

    late = driver.post(f"{PATH}{held['ref']}/confirm/")

    assert (late.status_code, late.json()["code"]) == (409, "hold_expired")


# ---------------------------------------------------------------- refused
@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"slot": "T-000000000"}, 404, "unknown_slot"),
        ({"vehicle": "V-000000000"}, 404, "not_found"),
        ({"cargo_kind": "hazardous"}, 422, "wrong_cargo"),
    ],
)
def test_reserve__something_unknown__names_the_field(
    driver: Any, wish: dict[str, Any], change: dict[str, str], status: int, code: str
) -> None:
    answer = driver.post(PATH, wish | change)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["field"] == next(iter(change))


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"slot": "nonsense", "vehicle": "V-000000000", "cargo_kind": "general"},
        {"slot": None, "vehicle": None, "cargo_kind": None},
        {"slot": ["T-000000000"], "vehicle": {}, "cargo_kind": 7},
        {"slot": "T-000000000", "vehicle": "V-00000\x00000", "cargo_kind": "general"},
        [],
        '"text"',
        "12",
        "null",
    ],
)
def test_reserve__body_is_not_of_that_form__is_422_with_each_field(driver: Any, body: Any) -> None:
    answer = driver.post(PATH, body)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert answer.json()["errors"]


@pytest.mark.parametrize(
    "body", ["{not json", '{"slot": NaN}', "[" * 100_000, b"\xff\xfe{}", '{"a": ' + "9" * 5000 + "}"]
)
def test_reserve__body_is_no_json__is_400(driver: Any, body: Any) -> None:
    answer = driver.client.generic(
        "POST", "/api/v1" + PATH, body, content_type="application/json", headers={"Idempotency-Key": "a"}
    )

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_reserve__endless_body__is_413_and_not_read_to_its_end(driver: Any) -> None:
    answer = driver.post(PATH, {"slot": "x" * 300_000})

    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


def test_reserve__full_slot__names_the_nearest_earlier_and_later(cast: Any, driver: Any, wish: dict[str, Any]) -> None:
    full = cast.slots[9]
    Slot.objects.filter(pk=full.pk).update(taken=2)

    answer = driver.post(PATH, wish | {"slot": full.ref})

    assert (answer.status_code, answer.json()["code"]) == (409, "slot_full")
    assert answer.json()["earlier"]["ref"] == cast.slots[8].ref
    assert answer.json()["later"]["ref"] == cast.slots[10].ref


def test_reserve__past_slot__is_refused(cast: Any, driver: Any, wish: dict[str, Any]) -> None:
    past = make.a_slot(cast.lane, starts_at=cast.now - timedelta(hours=2))

    answer = driver.post(PATH, wish | {"slot": past.ref})

    assert (answer.status_code, answer.json()["code"]) == (422, "slot_past")


def test_reserve__beyond_the_horizon__says_how_far(cast: Any, driver: Any, wish: dict[str, Any]) -> None:
    far = make.a_slot(cast.lane, starts_at=cast.now + timedelta(days=8))

    answer = driver.post(PATH, wish | {"slot": far.ref})

    assert (answer.status_code, answer.json()["code"], answer.json()["horizon_days"]) == (
        422,
        "slot_too_far",
        cast.policy.horizon_days,
    )


def test_reserve__lane_closed_by_staff__says_why(cast: Any, driver: Any, operator: Any, wish: dict[str, Any]) -> None:
    operator.post(f"/staff/lanes/{cast.lane.code}/close/", {"reason": "Ice on the road"})

    answer = driver.post(PATH, wish | {"slot": cast.slots[3].ref})

    assert (answer.status_code, answer.json()["code"]) == (409, "lane_closed")
    assert answer.json()["reason"] == "Ice on the road"


def test_reserve__frozen_slot__is_refused(cast: Any, driver: Any, supervisor: Any, wish: dict[str, Any]) -> None:
    supervisor.post(f"/staff/slots/{wish['slot']}/freeze/", {"frozen": True, "reason": "far side shut"})

    assert driver.post(PATH, wish).json()["code"] == "slot_frozen"


def test_reserve__capacity_cut_below_what_is_taken__keeps_places_and_gives_no_more(
    cast: Any, driver: Any, stranger: Any, supervisor: Any, wish: dict[str, Any]
) -> None:
    driver.post(PATH, wish)

    cut = supervisor.post(f"/staff/slots/{wish['slot']}/capacity/", {"planned": 0, "reason": "one booth"}).json()
    refused = stranger.post(PATH, wish | {"vehicle": cast.other_vehicle.ref})

    assert (cut["planned"], cut["capacity"], cut["taken"]) == (0, 1, 1)
    assert refused.json()["code"] == "slot_full"
    assert driver.get(PATH).json()["results"][0]["state"] == "confirmed"


def test_reserve__second_live_reservation_for_a_vehicle__is_refused(
    cast: Any, driver: Any, wish: dict[str, Any]
) -> None:
    driver.post(PATH, wish)

    answer = driver.post(PATH, wish | {"slot": cast.slots[10].ref})

    assert (answer.status_code, answer.json()["code"]) == (409, "vehicle_has_a_reservation")
    assert taken(cast.slots[10]) == 0


def test_reserve__same_plate_of_two_countries__are_two_vehicles(cast: Any, driver: Any, wish: dict[str, Any]) -> None:
    twin = make.a_vehicle(driver=cast.driver, plate=cast.vehicle.plate, country="LA")

    first, second = driver.post(PATH, wish), driver.post(PATH, wish | {"vehicle": twin.ref})

    assert (first.status_code, second.status_code) == (201, 201)


def test_reserve__foreign_vehicle__is_not_found(cast: Any, driver: Any, wish: dict[str, Any]) -> None:
    assert driver.post(PATH, wish | {"vehicle": cast.other_vehicle.ref}).status_code == 404
    assert not Reservation.objects.exists()


def test_reserve__nobody_signed_in__is_401(anybody: Any, wish: dict[str, Any]) -> None:
    answer = anybody.post(PATH, wish)

    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")


def test_reserve__without_csrf_token__is_refused(cast: Any, wish: dict[str, Any]) -> None:
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.driver, backend="accounts.backends.PeopleBackend")

    answer = client.post("/api/v1" + PATH, wish, content_type="application/json", headers={"Idempotency-Key": "a"})

    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")
    assert not Reservation.objects.exists()


def test_reserve__reference_as_people_write_it__is_understood(driver: Any, wish: dict[str, Any]) -> None:
    assert driver.post(PATH, wish | {"slot": f" {wish['slot'].lower()} "}).status_code == 201


def test_reserve__slot_over_midnight__belongs_to_the_day_it_starts(
    cast: Any, driver: Any, wish: dict[str, Any]
) -> None:
    starts_at = cast.now.replace(hour=15, minute=30)  # 23:30 in the port
    night = make.a_slot(cast.lane, starts_at=starts_at)

    made = driver.post(PATH, wish | {"slot": night.ref}).json()

    assert made["slot"]["service_date"] == "2026-03-02"
    assert made["slot"]["ends_at"] == "2026-03-02T16:30:00Z"


# ---------------------------------------------------------------- read
def test_list__many__goes_page_by_page_newest_first(cast: Any, driver: Any) -> None:
    vehicles = [make.a_vehicle(driver=cast.driver) for _ in range(5)]
    for vehicle, slot in zip(vehicles, cast.slots[8:], strict=False):
        driver.post(PATH, {"slot": slot.ref, "vehicle": vehicle.ref, "cargo_kind": "general"})

    seen, path = [], f"{PATH}?page_size=2"
    while path:
        page = driver.get(path.split("/api/v1")[-1]).json()
        seen += [row["vehicle"]["ref"] for row in page["results"]]
        path = page["next"]

    assert seen == [vehicle.ref for vehicle in reversed(vehicles)]


@pytest.mark.parametrize("cursor", ["x", "%00", "////", "LTE", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5"])
def test_list__made_up_cursor__is_422(driver: Any, cursor: str) -> None:
    answer = driver.get(f"{PATH}?cursor={cursor}")

    assert answer.status_code == 422
    assert answer.json()["code"] == ("invalid" if cursor == "%00" else "cursor_not_valid")


def test_list__live_only__leaves_out_what_has_ended(driver: Any, reserved: dict[str, Any]) -> None:
    driver.post(f"{PATH}{reserved['ref']}/cancel/")

    assert driver.get(PATH, {"live": "true"}).json()["results"] == []
    assert len(driver.get(PATH).json()["results"]) == 1


def test_list__others__are_not_in_it(stranger: Any, reserved: dict[str, Any]) -> None:
    assert stranger.get(PATH).json()["results"] == []


@pytest.mark.parametrize("tail", ["", "pass/", "calendar.ics"])
def test_read__foreign_reservation__is_not_found(stranger: Any, reserved: dict[str, Any], tail: str) -> None:
    answer = stranger.get(f"{PATH}{reserved['ref']}/{tail}")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("act", ["confirm", "change", "cancel"])
def test_act__foreign_reservation__is_not_found(cast: Any, stranger: Any, reserved: dict[str, Any], act: str) -> None:
    answer = stranger.post(f"{PATH}{reserved['ref']}/{act}/", {"slot": cast.slots[9].ref}, If_Match="*")

    assert answer.status_code == 404
    assert Reservation.objects.get().state == "confirmed"


@pytest.mark.parametrize("ref", ["R-000000000", "R-%00", "1", "R-'; DROP TABLE--", "%F0%9F%98%80"])
def test_read__reference_of_nothing__is_404_problem(driver: Any, ref: str) -> None:
    answer = driver.get(f"{PATH}{ref}/")

    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


# ---------------------------------------------------------------- changed
def test_read__seen_before__is_304(driver: Any, reserved: dict[str, Any]) -> None:
    path = f"{PATH}{reserved['ref']}/"
    first = driver.get(path)

    assert driver.get(path, If_None_Match=first["ETag"]).status_code == 304

    driver.post(f"{path}cancel/")
    assert driver.get(path, If_None_Match=first["ETag"]).status_code == 200


def test_change__with_the_etag_seen__moves_the_place(cast: Any, driver: Any, reserved: dict[str, Any]) -> None:
    path = f"{PATH}{reserved['ref']}/"
    seen = driver.get(path)["ETag"]

    answer = driver.post(f"{path}change/", {"slot": cast.slots[9].ref}, If_Match=seen)

    assert answer.status_code == 200
    assert answer.json()["slot"]["ref"] == cast.slots[9].ref
    assert answer.json()["changes"] == 1
    assert answer["ETag"] == driver.get(path)["ETag"] != seen
    assert (taken(cast.slots[8]), taken(cast.slots[9])) == (0, 1)


def test_change__without_if_match__is_428(cast: Any, driver: Any, reserved: dict[str, Any]) -> None:
    answer = driver.post(f"{PATH}{reserved['ref']}/change/", {"slot": cast.slots[9].ref})

    assert (answer.status_code, answer.json()["code"]) == (428, "if_match_missing")


def test_change__etag_of_before_anothers_change__is_412(cast: Any, driver: Any, reserved: dict[str, Any]) -> None:
    path = f"{PATH}{reserved['ref']}/"
    seen = driver.get(path)["ETag"]
    driver.post(f"{path}change/", {"slot": cast.slots[9].ref}, If_Match=seen)

    answer = driver.post(f"{path}change/", {"slot": cast.slots[10].ref}, If_Match=seen)

    assert (answer.status_code, answer.json()["code"]) == (412, "if_match_failed")
    assert (taken(cast.slots[9]), taken(cast.slots[10])) == (1, 0)


def test_change__repeated_with_its_key__answers_alike(cast: Any, driver: Any, reserved: dict[str, Any]) -> None:
    path = f"{PATH}{reserved['ref']}/"
    seen = driver.get(path)["ETag"]
    body = {"slot": cast.slots[9].ref}

    first = driver.post(f"{path}change/", body, key="one", If_Match=seen)
    second = driver.post(f"{path}change/", body, key="one", If_Match=seen)

    assert second.content == first.content
    assert second["Idempotent-Replayed"] == "true"


def test_cancel__repeated_with_its_key__answers_alike(cast: Any, driver: Any, reserved: dict[str, Any]) -> None:
    path = f"{PATH}{reserved['ref']}/"
    seen = driver.get(path)["ETag"]

    first = driver.post(f"{path}cancel/", key="one", If_Match=seen)
    second = driver.post(f"{path}cancel/", key="one", If_Match=seen)

    assert (second.status_code, second.content) == (200, first.content)
    assert second["Idempotent-Replayed"] == "true"


def test_cancel__plain__gives_the_place_back(cast: Any, driver: Any, reserved: dict[str, Any]) -> None:
    answer = driver.post(f"{PATH}{reserved['ref']}/cancel/", {"reason": "Truck broke down"}, key=None)

    assert answer.json()["state"] == "cancelled"
    assert taken(cast.slots[8]) == 0


def test_cancel__if_match_of_an_older_version__is_412(driver: Any, reserved: dict[str, Any]) -> None:
    answer = driver.post(f"{PATH}{reserved['ref']}/cancel/", If_Match='"older"')

    assert answer.status_code == 412


def test_cancel__twice__says_its_state(driver: Any, reserved: dict[str, Any]) -> None:
    driver.post(f"{PATH}{reserved['ref']}/cancel/")

    again = driver.post(f"{PATH}{reserved['ref']}/cancel/")

    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")
