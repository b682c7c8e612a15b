"""Programs reserve: places to be had, options → schedule → remove, changes, drivers, requests and offers; nobody else's rows."""

from __future__ import annotations

from typing import Any

import pytest

from reservations.declarations.models import Declaration
from reservations.models import Reservation, Slot
from tests import factories as make
from tests.api.conftest import Caller
from tests.cast import Cast
from tests.operations.declaring import given_in, naming

AT = "/enterprise/reservations/"


@pytest.fixture
def place(cast: Cast) -> dict[str, Any]:
    """What a program sends to reserve tomorrow's first slot."""
    return {"slot": cast.slots[8].ref, "vehicle": cast.vehicle.ref, "cargo_kind": "general"}


@pytest.fixture
def made(enterprise: Caller, place: dict[str, Any]) -> Any:
    answer = enterprise.post(AT, place)
    assert answer.status_code == 201, answer.content
    return answer


def interval(cast: Cast, first: int = 8, last: int = 10) -> dict[str, str]:
    return {"earliest_at": cast.slots[first].starts_at.isoformat(), "latest_at": cast.slots[last].starts_at.isoformat()}


# ---------------------------------------------------------------- places
def test_ports__one__shows_its_lanes_and_the_figures_of_its_rules(cast: Cast, enterprise: Caller) -> None:
    page = enterprise.get(f"/enterprise/ports/{cast.port.code}/").json()
    assert {lane["lane"]["code"] for lane in page["lanes"]} == {"MOHAN-IN1", "MOHAN-IN2"}
    assert page["policy"]["organisation_share_percent"] == 100
    assert cast.port.code in {port["code"] for port in enterprise.get("/enterprise/ports/").json()["results"]}


def test_availability__share_of_a_tenth__says_what_is_mine(
    cast: Cast, enterprise: Caller, place: dict[str, Any]
) -> None:
    cast.policy.organisation_share_percent = 10
    cast.policy.save()
    Slot.objects.filter(ref=place["slot"]).update(planned=20, capacity=20)
    enterprise.post(AT, place)
    day = cast.slots[8].service_date.isoformat()
    found = enterprise.get("/enterprise/availability/", {"port": "MOHAN", "lane": "MOHAN-IN1", "date": day}).json()
    first = found["lanes"][0]["slots"][0]
    assert (first["ref"], first["free"], first["yours"]) == (place["slot"], 19, 1)
    assert found["not_given"] is None


def test_availability__given_back_just_now__nothing_of_it_is_mine_until_it_has_cooled_down(
    cast: Cast, enterprise: Caller, place: dict[str, Any], made: Any
) -> None:
    enterprise.post(f"/enterprise/bookings/{made.json()['ref']}/remove/", {}, key=None)
    query = {"port": "MOHAN", "lane": "MOHAN-IN1", "date": cast.slots[8].service_date.isoformat()}

    def yours() -> list[int]:
        return [
            each["yours"] for each in enterprise.get("/enterprise/availability/", query).json()["lanes"][0]["slots"]
        ]

    assert yours()[:2] == [0, 2]
    assert enterprise.post(AT, place).json()["code"] == "cooling_down"
    cast.clock.forward(minutes=cast.policy.cooldown_minutes)
    assert yours()[:2] == [2, 2]


def test_availability__beyond_the_horizon__nothing_is_mine(cast: Cast, enterprise: Caller) -> None:
    cast.policy.horizon_days = 1
    cast.policy.save()
    day = cast.slots[8].service_date.isoformat()
    slots = enterprise.get("/enterprise/availability/", {"port": "MOHAN", "date": day}).json()["lanes"][0]["slots"]
    assert [slot["yours"] for slot in slots] == [2, *[0] * 7]


def test_availability__day_of_an_open_round__says_so(cast: Cast, enterprise: Caller) -> None:
    make.a_round(cast)
    day = cast.slots[8].service_date.isoformat()
    found = enterprise.get("/enterprise/availability/", {"port": "MOHAN", "date": day}).json()
    assert found["not_given"]["code"] == "round_runs"


@pytest.mark.parametrize(
    ("query", "code"), [({"port": "NOWHERE"}, "unknown_port"), ({"port": "MOHAN", "lane": "HEKOU-IN1"}, "unknown_lane")]
)
def test_availability__no_such_place__is_404(enterprise: Caller, cast: Cast, query: dict[str, str], code: str) -> None:
    answer = enterprise.get("/enterprise/availability/", query)
    assert (answer.status_code, answer.json()["code"]) == (404, code)


# ---------------------------------------------------------------- options → schedule → remove
def test_bookings__options_schedule_remove__takes_and_gives_back_a_place(cast: Cast, enterprise: Caller) -> None:
    asked = {"port": "MOHAN", "vehicle": cast.vehicle.ref, "cargo_kind": "general", **interval(cast)}
    asked["preferred_at"] = cast.slots[9].starts_at.isoformat()
    options = enterprise.post("/enterprise/bookings/options/", asked, key=None).json()["options"]
    assert options[0]["option"] == cast.slots[9].ref
    assert len(options) == 3
    chosen = {"option": options[0]["option"], "vehicle": cast.vehicle.ref, "cargo_kind": "general"}
    booked = enterprise.post("/enterprise/bookings/", chosen)
    assert (booked.status_code, booked.json()["driver"]) == (201, cast.driver.ref)
    removed = enterprise.post(f"/enterprise/bookings/{booked.json()['ref']}/remove/", {"reason": "no cargo"}, key=None)
    assert (removed.status_code, removed.json()["state"]) == (200, "cancelled")
    assert Slot.objects.get(pk=cast.slots[9].pk).taken == 0


def test_options__vehicle_of_another_organisation__is_404(cast: Cast, enterprise: Caller) -> None:
    asked = {"port": "MOHAN", "vehicle": cast.other_vehicle.ref, "cargo_kind": "general", **interval(cast)}
    assert enterprise.post("/enterprise/bookings/options/", asked, key=None).status_code == 404


def test_options__day_of_an_open_round__is_named_with_why(cast: Cast, enterprise: Caller) -> None:
    make.a_round(cast)
    Slot.objects.update(protected=0)
    asked = {"port": "MOHAN", "vehicle": cast.vehicle.ref, "cargo_kind": "general", **interval(cast)}
    found = enterprise.post("/enterprise/bookings/options/", asked, key=None).json()
    assert (found["options"], [day["code"] for day in found["not_given"]]) == ([], ["round_runs"])


def test_options__share_used_up__leaves_the_slot_out(cast: Cast, enterprise: Caller, made: Any) -> None:
    cast.policy.organisation_share_percent = 1
    cast.policy.save()
    asked = {"port": "MOHAN", "vehicle": cast.vehicle.ref, "cargo_kind": "general", **interval(cast)}
    found = enterprise.post("/enterprise/bookings/options/", asked, key=None).json()["options"]
    assert made.json()["slot"]["ref"] not in {each["option"] for each in found}


def test_options__given_back_just_now__leaves_the_slot_out(cast: Cast, enterprise: Caller, made: Any) -> None:
    enterprise.post(f"/enterprise/bookings/{made.json()['ref']}/remove/", {}, key=None)
    asked = {"port": "MOHAN", "vehicle": cast.vehicle.ref, "cargo_kind": "general", **interval(cast)}
    found = enterprise.post("/enterprise/bookings/options/", asked, key=None).json()["options"]
    assert [each["option"] for each in found] == [cast.slots[9].ref, cast.slots[10].ref]


# ---------------------------------------------------------------- reservations
def test_reserve__program__the_trucks_driver_sees_it(cast: Cast, made: Any, driver: Caller) -> None:
    assert made.json()["driver"] == cast.driver.ref
    assert driver.get(f"/driver/reservations/{made.json()['ref']}/").status_code == 200
    assert made.headers["Location"] == f"/api/v1{AT}{made.json()['ref']}/"


def test_reserve__same_key_again__is_the_same_answer(enterprise: Caller, place: dict[str, Any]) -> None:
    first, second = (enterprise.post(AT, place, key="k-1") for _ in range(2))
    assert (first.content, second.headers["Idempotent-Replayed"]) == (second.content, "true")
    assert Reservation.objects.count() == 1


def test_reserve__foreign_vehicle__is_404(cast: Cast, enterprise: Caller, place: dict[str, Any]) -> None:
    answer = enterprise.post(AT, place | {"vehicle": cast.other_vehicle.ref})
    assert (answer.status_code, answer.json()["field"]) == (404, "vehicle")


def test_reserve__foreign_driver__is_404(cast: Cast, enterprise: Caller, place: dict[str, Any]) -> None:
    answer = enterprise.post(AT, place | {"driver": cast.stranger.ref})
    assert (answer.status_code, answer.json()["field"]) == (404, "driver")


def test_list__filters__keep_what_they_name(cast: Cast, enterprise: Caller, made: Any) -> None:
    def listed(**query: str) -> int:
        return len(enterprise.get(AT, query).json()["results"])

    later = cast.slots[9].starts_at.isoformat()
    assert [listed(state="confirmed"), listed(state="cancelled"), listed(port="MOHAN"), listed(port="HEKOU")] == [
        1,
        0,
        1,
        0,
    ]
    assert [listed(vehicle=cast.vehicle.ref), listed(since=later), listed(until=later)] == [1, 0, 1]


def test_change__with_its_etag__moves_and_without_is_428(cast: Cast, enterprise: Caller, made: Any) -> None:
    path, other = f"{AT}{made.json()['ref']}/change/", {"slot": cast.slots[10].ref}
    assert enterprise.post(path, other, key=None).status_code == 428
    moved = enterprise.post(path, other, key=None, If_Match=made.headers["ETag"])
    assert (moved.status_code, moved.json()["slot"]["ref"]) == (200, cast.slots[10].ref)
    assert (
        enterprise.post(path, {"slot": cast.slots[11].ref}, key=None, If_Match=made.headers["ETag"]).status_code == 412
    )


def test_declare__etag_of_before_anothers_declaration__is_412_and_changes_nothing(
    cast: Cast, enterprise: Caller, made: Any
) -> None:
    path, first, second = (
        f"{AT}{made.json()['ref']}/",
        given_in(cast, content=naming()),
        given_in(cast, content=naming()),
    )
    seen = enterprise.get(path).headers["ETag"]
    declared = enterprise.post(f"{path}declaration/", {"declaration": first.ref}, key=None, If_Match=seen)
    assert declared.status_code == 200
    late = enterprise.post(f"{path}declaration/", {"declaration": second.ref}, key=None, If_Match=seen)
    assert (late.status_code, late.json()["code"]) == (412, "if_match_failed")
    read = enterprise.get(path)
    assert (read.json()["declaration"], read.headers["ETag"]) == (first.ref, declared.headers["ETag"])


def test_read__declaration_became_ready_since__is_not_304(
    cast: Cast, enterprise: Caller, place: dict[str, Any]
) -> None:
    declaration = given_in(cast, content=naming())
    made = enterprise.post(AT, place | {"declaration": declaration.ref})
    Declaration.objects.filter(pk=declaration.pk).update(state="held")
    path = f"{AT}{made.json()['ref']}/"
    assert enterprise.get(path, If_None_Match=made.headers["ETag"]).json()["declaration_state"] == "held"


def test_substitute__another_truck_and_driver__are_taken_over(cast: Cast, enterprise: Caller, made: Any) -> None:
    mate = make.a_driver()
    other = make.a_vehicle(driver=mate, organisation=cast.carrier)
    ref = made.json()["ref"]
    swapped = enterprise.post(f"{AT}{ref}/vehicle/", {"vehicle": other.ref}, key=None, If_Match=made.headers["ETag"])
    assert swapped.json()["vehicle"]["ref"] == other.ref
    handed = enterprise.post(f"{AT}{ref}/driver/", {"driver": mate.ref}, key=None, If_Match=swapped.headers["ETag"])
    assert (handed.status_code, handed.json()["driver"]) == (200, mate.ref)


def test_hold__confirmed_in_time__is_a_promise(enterprise: Caller, place: dict[str, Any]) -> None:
    held = enterprise.post(AT, place | {"confirm": False}).json()
    assert held["state"] == "requested"
    assert enterprise.post(f"{AT}{held['ref']}/confirm/", key=None).json()["state"] == "confirmed"


def test_cost__of_a_change__is_told_before(enterprise: Caller, made: Any) -> None:
    found = enterprise.get(f"{AT}{made.json()['ref']}/cost/", {"act": "change"}).json()
    assert (found["act"], found["counts_as"]) == ("change", "change")


# ---------------------------------------------------------------- requests
def test_request__open_day__is_placed_with_the_driver_named(cast: Cast, enterprise: Caller) -> None:
    mate = make.a_driver()
    cast.vehicle.drivers.add(mate)
    wish = {
        "port": "MOHAN",
        "service_date": cast.slots[8].service_date.isoformat(),
        "lanes": ["MOHAN-IN1"],
        "vehicles": [cast.vehicle.ref],
        "drivers": {cast.vehicle.ref: mate.ref},
        "cargo_kind": "general",
        "preferred_at": cast.slots[9].starts_at.isoformat(),
        **interval(cast),
    }
    answer = enterprise.post("/enterprise/requests/", wish)
    assert answer.status_code == 201, answer.content
    found = answer.json()["requests"][0]
    assert (found["state"], Reservation.objects.get(ref=found["reservation"]).driver) == ("placed", mate)


def test_stand_by__then_listed_and_withdrawn(cast: Cast, enterprise: Caller, made: Any) -> None:
    better = interval(cast, 9, 11) | {"preferred_at": cast.slots[10].starts_at.isoformat()}
    wish = enterprise.post(f"{AT}{made.json()['ref']}/stand-by/", better)
    assert (wish.status_code, wish.json()["state"]) == (201, "standby")
    listed = enterprise.get("/enterprise/requests/", {"state": "standby"}).json()["results"]
    assert [each["ref"] for each in listed] == [wish.json()["ref"]]
    at = f"/enterprise/requests/{wish.json()['ref']}/"
    assert enterprise.get(at).json()["standby"][0]["place"] == 1
    assert enterprise.post(f"{at}withdraw/", key=None).json()["state"] == "withdrawn"


# ---------------------------------------------------------------- whose
@pytest.mark.parametrize(
    "path",
    ["", "cost/?act=cancel", "pass/", "pass.svg", "pass.pdf"],
)
def test_read__another_organisations_program__finds_nothing(other_enterprise: Caller, made: Any, path: str) -> None:
    assert other_enterprise.get(f"{AT}{made.json()['ref']}/{path}").status_code == 404


@pytest.mark.parametrize("act", ["confirm", "change", "extend", "vehicle", "driver", "cancel", "stand-by"])
def test_act__another_organisations_program__finds_nothing(
    cast: Cast, other_enterprise: Caller, made: Any, act: str
) -> None:
    times = interval(cast) | {"preferred_at": cast.slots[9].starts_at.isoformat()}
    body = {"slot": cast.slots[9].ref, "vehicle": cast.vehicle.ref, "driver": cast.driver.ref, "hours": 4, **times}
    answer = other_enterprise.post(f"{AT}{made.json()['ref']}/{act}/", body, If_Match="*")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert Reservation.objects.get().state == "confirmed"


def test_write__token_to_read_only__is_403_with_the_scope(cast: Cast, place: dict[str, Any]) -> None:
    reader = Caller.program(make.a_token(cast.carrier, "reservations:read"))
    answer = reader.post(AT, place)
    assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope")
    assert 'scope="reservations:write"' in answer.headers["WWW-Authenticate"]
