"""A program's own organisation: who it is, its vehicles and its drivers, and nobody else's."""

from __future__ import annotations

from typing import Any

from accounts.models import User, Vehicle
from tests import factories as make
from tests.api.conftest import Caller
from tests.cast import Cast, Outbox

PHONE = "+86 139 0000 0099"
NEW = {"country": "CN", "plate": "云J·A1234", "length_m": 16.5}


def patched(caller: Caller, path: str, body: Any, **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return caller.client.patch("/api/v1" + path, body, content_type="application/json", headers=named)


def named(caller: Caller, *vehicles: Vehicle, phone: str = PHONE) -> Any:
    return caller.post("/enterprise/drivers/", {"phone": phone, "vehicles": [vehicle.ref for vehicle in vehicles]})


# ---------------------------------------------------------------- who
def test_me__any_scope__tells_client_organisation_and_scopes(cast: Cast) -> None:
    told = Caller.program(make.a_token(cast.carrier, "webhooks:write")).get("/enterprise/me/").json()
    assert told["organisation"]["ref"] == cast.carrier.ref
    assert (told["organisation"]["is_sandbox"], told["scopes"]) == (False, ["webhooks:write"])


# ---------------------------------------------------------------- vehicles
def test_vehicles__listed__are_the_organisations_alone(enterprise: Caller, cast: Cast) -> None:
    rows = enterprise.get("/enterprise/vehicles/").json()["results"]
    assert [(row["ref"], row["drivers"]) for row in rows] == [(cast.vehicle.ref, [cast.driver.ref])]


def test_vehicles__other_organisations_reference__is_not_found(enterprise: Caller, cast: Cast) -> None:
    assert enterprise.get(f"/enterprise/vehicles/{cast.other_vehicle.ref}/").status_code == 404
    changed = patched(enterprise, f"/enterprise/vehicles/{cast.other_vehicle.ref}/", {"reefer": True}, If_Match="*")
    assert changed.status_code == 404


def test_register__new_plate__is_the_organisations_and_found_by_any_spelling(enterprise: Caller, cast: Cast) -> None:
    made = enterprise.post("/enterprise/vehicles/", NEW)
    assert (made.status_code, Vehicle.objects.get(ref=made.json()["ref"]).organisation) == (201, cast.carrier)
    found = enterprise.get("/enterprise/vehicles/", {"plate": "云j a1234", "country": "cn"}).json()["results"]
    assert [row["ref"] for row in found] == [made.json()["ref"]]


def test_register__same_key_again__makes_nothing_more(enterprise: Caller) -> None:
    first, again = (enterprise.post("/enterprise/vehicles/", NEW, key="one") for _ in range(2))
    assert (again.content, again["Idempotent-Replayed"]) == (first.content, "true")


def test_register__vehicle_of_another_organisation__is_a_conflict(enterprise: Caller, cast: Cast) -> None:
    theirs = {"country": "LA", "plate": cast.other_vehicle.plate}
    answer = enterprise.post("/enterprise/vehicles/", theirs)
    assert (answer.status_code, answer.json()["code"]) == (409, "vehicle_of_another_organisation")


def test_change__etag_of_what_was_seen__changes_once(enterprise: Caller, cast: Cast) -> None:
    path = f"/enterprise/vehicles/{cast.vehicle.ref}/"
    seen = enterprise.get(path)["ETag"]
    assert patched(enterprise, path, {"length_m": 12}, If_Match=seen).json()["length_m"] == "12.0"
    assert patched(enterprise, path, {"length_m": 13}, If_Match=seen).status_code == 412


def test_change__repeated_with_its_key__answers_alike(enterprise: Caller, cast: Cast) -> None:
    path = f"/enterprise/vehicles/{cast.vehicle.ref}/"
    once = {"If_Match": enterprise.get(path)["ETag"], "Idempotency_Key": "one"}
    first, second = (
        patched(enterprise, path, {"length_m": 12}, **once),
        patched(enterprise, path, {"length_m": 12}, **once),
    )
    assert (second.status_code, second.content) == (200, first.content)
    assert second["Idempotent-Replayed"] == "true"


def test_change__scope_to_read__is_403(cast: Cast) -> None:
    reader = Caller.program(make.a_token(cast.carrier, "fleet:read"))
    assert reader.get("/enterprise/vehicles/").status_code == 200
    assert reader.post("/enterprise/vehicles/", NEW).json()["code"] == "insufficient_scope"


# ---------------------------------------------------------------- drivers
def test_name__new_phone__may_drive_and_is_told(enterprise: Caller, cast: Cast, outbox: Outbox) -> None:
    made = named(enterprise, cast.vehicle)
    driver = User.objects.get(phone="+8613900000099")
    assert made.json() == {"ref": driver.ref, "phone_end": "0099", "vehicles": [cast.vehicle.ref]}
    assert list(driver.vehicles.all()) == [cast.vehicle]
    assert [told["phone"] for told in outbox] == ["+8613900000099"]
    assert cast.carrier.name in outbox[0]["text"]


def test_name__known_person__keeps_name_and_number_to_himself(enterprise: Caller, cast: Cast, outbox: Outbox) -> None:
    make.a_driver(name="Private Name", phone="+8613900000099")
    told = named(enterprise, cast.vehicle).content + enterprise.get("/enterprise/drivers/").content
    assert b"Private" not in told
    assert b"13900000099" not in told


def test_name__vehicle_of_another__is_not_found_and_names_nobody(enterprise: Caller, cast: Cast) -> None:
    assert named(enterprise, cast.vehicle, cast.other_vehicle).status_code == 404
    assert not User.objects.filter(phone="+8613900000099").exists()


def test_name__person_of_a_port__is_a_conflict(enterprise: Caller, cast: Cast, outbox: Outbox) -> None:
    User.objects.filter(pk=cast.operator.pk).update(phone="+8613900000099")
    assert named(enterprise, cast.vehicle).json()["code"] == "driver_not_possible"
    assert outbox == []


def test_name__no_vehicle__is_told_why(enterprise: Caller, cast: Cast) -> None:
    answer = named(enterprise)
    assert (answer.status_code, answer.json()["code"]) == (422, "vehicles_needed")


def test_take_off__driver_of_two_organisations__loses_one_alone(
    enterprise: Caller, other_enterprise: Caller, cast: Cast, outbox: Outbox
) -> None:
    named(other_enterprise, cast.other_vehicle)
    ref = named(enterprise, cast.vehicle).json()["ref"]
    assert enterprise.get(f"/enterprise/drivers/{ref}/").json()["vehicles"] == [cast.vehicle.ref]
    assert enterprise.client.delete(f"/api/v1/enterprise/drivers/{ref}/").status_code == 204
    assert enterprise.get(f"/enterprise/drivers/{ref}/").status_code == 404
    assert other_enterprise.get(f"/enterprise/drivers/{ref}/").json()["vehicles"] == [cast.other_vehicle.ref]


def test_leave__named_driver__is_off_by_his_own_wish(enterprise: Caller, cast: Cast, driver: Caller) -> None:
    path = f"/api/v1/driver/vehicles/{cast.vehicle.ref}/"
    assert (driver.client.delete(path).status_code, driver.client.delete(path).status_code) == (204, 404)
    assert enterprise.get(f"/enterprise/drivers/{cast.driver.ref}/").status_code == 404
