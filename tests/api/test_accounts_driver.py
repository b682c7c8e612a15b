"""Driver audience: sign-in, oneself, vehicles; over HTTP, with the CSRF check on."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from accounts.models import SignInCode, User, Vehicle
from tests import factories as make
from tests.cast import Cast, Outbox

BASE = "/api/v1/driver/"
PHONE = "+8613900000001"


@pytest.fixture
def client(cast: Cast) -> APIClient:
    """A browser: keeps cookies, and forgeries are refused."""
    return APIClient(enforce_csrf_checks=True, HTTP_ACCEPT_LANGUAGE="en")


@pytest.fixture
def driver(client: APIClient, cast: Cast) -> APIClient:
    client.force_authenticate(cast.driver)
    return client


def sign_in(client: APIClient, outbox: Outbox, phone: str = PHONE) -> Any:
    assert client.post(BASE + "sign-in/code/", {"phone": phone}).status_code == 202
    return client.post(BASE + "sign-in/", {"phone": phone, "code": outbox.code, "language": "lo"})


def code_of(response: Any) -> tuple[int, str]:
    assert response["Content-Type"] == "application/problem+json"
    return response.status_code, response.json()["code"]


# ---------------------------------------------------------------- sign-in
@pytest.mark.django_db
def test_sign_in_page__person_with_a_language__next_page_speaks_it(outbox: Outbox) -> None:
    User.objects.create_user(phone=PHONE, language="vi")
    browser = Client(headers={"Accept-Language": "en"})
    browser.post(reverse("web:sign_in"), {"phone": PHONE})
    before = browser.session.session_key
    browser.post(reverse("web:sign_in_code"), {"code": outbox.code})
    assert browser.cookies["portlane_language"].value == "vi"
    assert browser.get(reverse("web:home"))["Content-Language"] == "vi"
    assert browser.session.session_key != before


def test_sign_in__right_code__session_and_csrf_token(client: APIClient, outbox: Outbox) -> None:
    answered = sign_in(client, outbox)
    assert answered.status_code == 200
    assert answered.json() == {
        "ref": User.objects.get(phone=PHONE).ref,
        "name": "",
        "phone": PHONE,
        "language": "lo",
    }
    assert client.cookies["portlane_language"].value == "lo"
    assert client.get(BASE + "me/").json()["phone"] == PHONE


def test_sign_in__changes_need_the_csrf_token(client: APIClient, outbox: Outbox) -> None:
    sign_in(client, outbox)
    assert client.patch(BASE + "me/", {"name": "A"}).status_code == 403
    token = client.cookies["csrftoken"].value
    changed = client.patch(BASE + "me/", {"name": "李\u0301雷"}, headers={"X-CSRFToken": token})
    assert changed.status_code == 200
    assert client.post(BASE + "sign-out/", headers={"X-CSRFToken": token}).status_code == 204
    assert code_of(client.get(BASE + "me/"))[0] == 401


def test_sign_in__new_session_id__for_the_signed_in(client: APIClient, outbox: Outbox) -> None:
    client.cookies["sessionid"] = "fixed-by-somebody"
    sign_in(client, outbox)
    assert client.cookies["sessionid"].value != "fixed-by-somebody"


@pytest.mark.parametrize(
    ("phone", "problem"),
    [
        ("", (422, "invalid")),
        ("+1 650 253 0000", (422, "phone_country_not_served")),
        ("+86 10 1234 5678", (422, "phone_not_mobile")),
        ("🚚", (422, "phone_not_valid")),
        ("'; DROP TABLE accounts_user; --", (422, "phone_not_valid")),
        ("<b>1</b>", (422, "phone_not_valid")),
        ("1" * 10_000, (422, "invalid")),
        ("\x00", (422, "invalid")),
        (None, (422, "invalid")),
        ({"a": 1}, (422, "invalid")),
    ],
)
def test_sign_in_code__bad_phone__problem_and_nothing_sent(
    client: APIClient, outbox: Outbox, phone: Any, problem: Any
) -> None:
    assert code_of(client.post(BASE + "sign-in/code/", {"phone": phone})) == problem
    assert outbox == []


def test_sign_in_code__too_many__429_with_retry_after(client: APIClient, outbox: Outbox) -> None:
    for _ in range(5):
        client.post(BASE + "sign-in/code/", {"phone": PHONE})
    refused = client.post(BASE + "sign-in/code/", {"phone": PHONE})
    assert code_of(refused) == (429, "too_many")
    assert int(refused["Retry-After"]) == refused.json()["retry_after_s"] > 0


def test_sign_in__wrong_expired_replayed__each_its_code(client: APIClient, outbox: Outbox, cast: Cast) -> None:
    client.post(BASE + "sign-in/code/", {"phone": PHONE})
    code = outbox.code
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    assert code_of(client.post(BASE + "sign-in/", {"phone": PHONE, "code": wrong})) == (422, "code_wrong")
    assert client.post(BASE + "sign-in/", {"phone": PHONE, "code": code}).status_code == 200
    other = APIClient()
    assert code_of(other.post(BASE + "sign-in/", {"phone": PHONE, "code": code})) == (422, "code_used")
    other.post(BASE + "sign-in/code/", {"phone": PHONE})
    cast.clock.forward(minutes=10)
    assert code_of(other.post(BASE + "sign-in/", {"phone": PHONE, "code": outbox.code})) == (422, "code_expired")
    assert SignInCode.objects.count() == 1


# ---------------------------------------------------------------- vehicles
def register(driver: APIClient, key: str = "k1", **fields: Any) -> Any:
    body = {"country": "CN", "plate": "云A·12345"} | fields
    return driver.post(BASE + "vehicles/", body, headers={"Idempotency-Key": key})


def test_vehicles__register_twice_with_one_key__one_vehicle_one_answer(driver: APIClient) -> None:
    first, again = register(driver), register(driver)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert again["Idempotent-Replayed"] == "true"
    assert Vehicle.objects.filter(plate_key="云A12345").count() == 1
    assert code_of(register(driver, plate="云A99999")) == (422, "idempotency_key_reused")
    assert code_of(driver.post(BASE + "vehicles/", {"country": "CN", "plate": "X1"})) == (
        400,
        "idempotency_key_missing",
    )


def test_vehicles__list__mine_and_nobody_elses(driver: APIClient, cast: Cast) -> None:
    make.a_vehicle(driver=cast.driver)
    refs = [row["ref"] for row in driver.get(BASE + "vehicles/").json()["results"]]
    assert len(refs) == 2
    assert cast.vehicle.ref in refs
    assert cast.other_vehicle.ref not in refs


def test_vehicles__change__needs_the_etag_of_what_was_seen(driver: APIClient, cast: Cast) -> None:
    path = f"{BASE}vehicles/{cast.vehicle.ref}/"
    seen = driver.get(path)
    assert driver.get(path, headers={"If-None-Match": seen["ETag"]}).status_code == 304
    assert code_of(driver.patch(path, {"length_m": "12.0"})) == (428, "if_match_missing")
    changed = driver.patch(path, {"length_m": "12.0", "reefer": True}, headers={"If-Match": seen["ETag"]})
    assert (changed.status_code, changed.json()["length_m"], changed.json()["reefer"]) == (200, "12.0", True)
    assert changed["ETag"] == driver.get(path)["ETag"] != seen["ETag"]
    assert code_of(driver.patch(path, {"length_m": "13.0"}, headers={"If-Match": seen["ETag"]})) == (
        412,
        "if_match_failed",
    )


@pytest.mark.parametrize(("path", "change"), [("vehicles/{}/", {"length_m": "12.0"}), ("me/", {"name": "Lao Wang"})])
def test_change__repeated_with_its_key__answers_alike(
    driver: APIClient, cast: Cast, path: str, change: dict[str, str]
) -> None:
    path = BASE + path.format(cast.vehicle.ref)
    once = {"If-Match": driver.get(path)["ETag"], "Idempotency-Key": "one"}
    first, second = driver.patch(path, change, headers=once), driver.patch(path, change, headers=once)
    assert (second.status_code, second.content) == (200, first.content)
    assert second["Idempotent-Replayed"] == "true"


def test_vehicles__of_somebody_else__404(driver: APIClient, cast: Cast) -> None:
    path = f"{BASE}vehicles/{cast.other_vehicle.ref}/"
    assert code_of(driver.get(path)) == (404, "unknown_vehicle")
    assert code_of(driver.patch(path, {"length_m": "12.0"}, headers={"If-Match": "*"})) == (404, "unknown_vehicle")
    theirs = {"country": cast.other_vehicle.country, "plate": cast.other_vehicle.plate}
    assert code_of(register(driver, **theirs)) == (409, "vehicle_of_another_organisation")


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"plate": "🚚"}, (422, "plate_not_valid")),
        ({"plate": "A" * 41}, (422, "plate_not_valid")),
        ({"plate": "A" * 10_000}, (422, "invalid")),
        ({"plate": "\x00"}, (422, "invalid")),
        ({"country": "China"}, (422, "invalid")),
        ({"country": "中国"}, (422, "invalid")),
        ({"length_m": "1e5"}, (422, "invalid")),
        ({"length_m": "NaN"}, (422, "invalid")),
        ({"plate_class": "bicycle"}, (422, "invalid")),
        ({"plate": ["a"]}, (422, "invalid")),
    ],
)
def test_vehicles__bad_input__problem_and_no_vehicle(driver: APIClient, fields: dict[str, Any], problem: Any) -> None:
    before = Vehicle.objects.count()
    assert code_of(register(driver, **fields)) == problem
    assert Vehicle.objects.count() == before


@pytest.mark.parametrize("plate", ["云\u202eA\u200b1", "🚚 X1", "'; DROP TABLE x; --", "<img src=x onerror=alert(1)>"])
def test_vehicles__odd_plate__accepted_as_text(driver: APIClient, plate: str) -> None:
    answered = register(driver, plate=plate)
    assert answered.status_code == 201
    assert "\u202e" not in answered.json()["plate"]


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "'; DROP TABLE accounts_user; --", "🚚", "李雷"])
def test_me__name__is_text(driver: APIClient, name: str) -> None:
    assert driver.patch(BASE + "me/", {"name": name}).json()["name"] == name


@pytest.mark.parametrize("name", ["\u202eabc", "x" * 10_000, "a\x00b"])
def test_me__bad_name__422(driver: APIClient, name: str) -> None:
    assert code_of(driver.patch(BASE + "me/", {"name": name})) == (422, "invalid")


def test_vehicles__several_drivers__409_says_who_may(driver: APIClient, cast: Cast) -> None:
    path = f"{BASE}vehicles/{cast.vehicle.ref}/"
    version = driver.get(path)["ETag"]
    cast.vehicle.drivers.add(cast.stranger)
    answered = driver.patch(path, {"length_m": "30"}, headers={"If-Match": version})
    assert code_of(answered) == (409, "vehicle_of_several_drivers")
    assert "staff of a port" in answered.json()["detail"]
