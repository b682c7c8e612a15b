"""Asking for a place on the wire: in a round, at once, in bundles, and every bad wish that can be met."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from reservations.models import Request, Reservation, Slot
from tests import factories as make
from tests.api import asking
from tests.api.conftest import Caller

PATH = "/driver/requests/"


@pytest.fixture
def want(cast: Any) -> dict[str, Any]:
    """A wish for 11:00 tomorrow, give or take an hour."""
    return {
        "port": cast.port.code,
        "service_date": asking.tomorrow(cast).isoformat(),
        "lanes": [cast.lane.code],
        "vehicles": [cast.vehicle.ref],
        "cargo_kind": "general",
        "earliest_at": asking.at(cast, 10).isoformat(),
        "latest_at": asking.at(cast, 12).isoformat(),
        "preferred_at": asking.at(cast, 11).isoformat(),
    }


def times(cast: Any, *hours: int) -> dict[str, str]:
    names = ("earliest_at", "preferred_at", "latest_at")
    return {name: asking.at(cast, hour).isoformat() for name, hour in zip(names, hours, strict=True)}


# ---------------------------------------------------------------- made
def test_ask__in_an_open_round__waits_for_the_draw(cast: Any, driver: Caller, want: dict[str, Any]) -> None:
    row = make.a_round(cast)

    answer = driver.post(PATH, want)

    assert answer.status_code == 201, answer.json()
    [made] = answer.json()["requests"]
    assert (made["state"], made["round"], made["reservation"]) == ("requested", row.ref, None)
    assert made["lanes"] == [cast.lane.code]
    assert answer["Location"] == f"/api/v1{PATH}{made['ref']}/"
    assert Reservation.objects.count() == 0


def test_ask__on_an_open_day__is_answered_at_once(cast: Any, driver: Caller, want: dict[str, Any]) -> None:
    [made] = driver.post(PATH, want).json()["requests"]

    assert made["state"] == "placed"
    promise = Reservation.objects.get(ref=made["reservation"])
    assert promise.slot.starts_at == asking.at(cast, 11)


def test_ask__same_key_twice__is_one_wish_with_one_answer(cast: Any, driver: Caller, want: dict[str, Any]) -> None:
    make.a_round(cast)

    first, second = (driver.post(PATH, want, key="one-wish") for _ in range(2))

    assert first.json() == second.json()
    assert Request.objects.count() == 1


def test_ask__several_vehicles_of_one_organisation__are_one_bundle(
    cast: Any, driver: Caller, want: dict[str, Any]
) -> None:
    make.a_round(cast)
    mate = make.a_vehicle(driver=cast.driver, organisation=cast.carrier)

    made = driver.post(PATH, want | {"vehicles": [cast.vehicle.ref, mate.ref]}).json()["requests"]

    assert [each["vehicle"]["ref"] for each in made] == [cast.vehicle.ref, mate.ref]
    assert made[0]["bundle"] == made[1]["bundle"] != ""


# ---------------------------------------------------------------- refused
@pytest.mark.parametrize(
    ("change", "status", "code", "field"),
    [
        ({"port": "NOWHERE"}, 404, "unknown_port", "port"),
        ({"lanes": ["NO-SUCH-LANE"]}, 404, "unknown_lane", "lane"),
        ({"vehicles": ["V-000000000"]}, 404, "not_found", "vehicle"),
        ({"cargo_kind": "bulk"}, 422, "wrong_cargo", "cargo_kind"),
        ({"lanes": []}, 422, "invalid", "lanes"),
        ({"vehicles": []}, 422, "invalid", "vehicles"),
        ({"service_date": "soon"}, 422, "invalid", "service_date"),
        ({"earliest_at": "tomorrow at ten"}, 422, "invalid", "earliest_at"),
        ({"travel_minutes": -1}, 422, "invalid", "travel_minutes"),
        ({"travel_minutes": 10**6}, 422, "invalid", "travel_minutes"),
    ],
)
def test_ask__something_wrong__names_the_field(
    cast: Any, driver: Caller, want: dict[str, Any], change: dict[str, Any], status: int, code: str, field: str
) -> None:
    make.a_round(cast)

    answer = driver.post(PATH, want | change)
    body = answer.json()

    assert (answer.status_code, body["code"]) == (status, code)
    named = body.get("field") or body["errors"][0]["field"]
    assert named.split(".")[0].startswith(field)
    assert Request.objects.count() == 0


@pytest.mark.parametrize("hours", [(12, 11, 10), (10, 13, 12), (10, 9, 12)])
def test_ask__times_out_of_order__says_so(
    cast: Any, driver: Caller, want: dict[str, Any], hours: tuple[int, int, int]
) -> None:
    make.a_round(cast)
    answer = driver.post(PATH, want | times(cast, *hours))
    assert (answer.status_code, answer.json()["code"]) == (422, "times_out_of_order")


def test_ask__interval_in_which_no_slot_begins__says_how_long_it_must_be(
    cast: Any, driver: Caller, want: dict[str, Any]
) -> None:
    make.a_round(cast)
    a_moment = asking.at(cast, 11) + timedelta(minutes=10)
    window = {name: a_moment.isoformat() for name in ("earliest_at", "preferred_at", "latest_at")}
    answer = driver.post(PATH, want | window)
    assert (answer.status_code, answer.json()["code"]) == (422, "interval_too_short")


def test_ask__before_the_round_opens__says_when(cast: Any, driver: Caller, want: dict[str, Any]) -> None:
    make.a_round(cast, state="announced", opens_at=cast.now + timedelta(hours=1))
    answer = driver.post(PATH, want)
    assert (answer.status_code, answer.json()["code"]) == (409, "round_not_open")
    assert answer.json()["opens_at"]


def test_ask__while_it_is_drawn__says_when_the_result_is_out(cast: Any, driver: Caller, want: dict[str, Any]) -> None:
    make.a_round(cast, state="closed")
    answer = driver.post(PATH, want)
    assert (answer.status_code, answer.json()["code"]) == (409, "round_runs")
    assert answer.json()["publishes_at"]


def test_ask__twice_for_one_vehicle__is_refused(cast: Any, driver: Caller, want: dict[str, Any]) -> None:
    make.a_round(cast)
    driver.post(PATH, want)
    again = driver.post(PATH, want)
    assert (again.status_code, again.json()["code"]) == (409, "vehicle_has_a_request")


def test_ask__cargo_that_goes_first_without_its_paper__asks_for_it(
    cast: Any, driver: Caller, want: dict[str, Any]
) -> None:
    for hour in range(8):
        make.a_slot(cast.cold_lane, starts_at=cast.slots[8 + hour].starts_at)
    make.a_round(cast)
    cold = want | {"cargo_kind": "perishable", "lanes": [cast.cold_lane.code]}

    refused = driver.post(PATH, cold)
    taken = driver.post(PATH, cold | {"evidence": "PHYTO-2026-17"})

    assert (refused.json()["code"], refused.json()["field"]) == ("evidence_needed", "evidence")
    assert taken.status_code == 201, taken.json()


def test_ask__vehicles_of_two_organisations__are_no_bundle(cast: Any, want: dict[str, Any]) -> None:
    make.a_round(cast)
    cast.other_vehicle.drivers.add(cast.driver)
    answer = Caller(cast.driver).post(PATH, want | {"vehicles": [cast.vehicle.ref, cast.other_vehicle.ref]})
    assert (answer.status_code, answer.json()["code"]) == (422, "bundle_of_one_organisation")


# ---------------------------------------------------------------- read, changed, withdrawn
def test_read__standing_by__names_the_place_in_each_lane(cast: Any, driver: Caller) -> None:
    asking.standing_by(cast, vehicle=make.a_vehicle(), driver=None, stands_at=cast.now - timedelta(hours=1))
    mine = asking.standing_by(cast, reason={"code": "no_place_fits"})

    body = driver.get(f"{PATH}{mine.ref}/").json()

    assert body["standby"] == [{"lane": cast.lane.code, "place": 2, "standing": 2}]
    assert body["request"]["reason"]["code"] == "no_place_fits"
    assert body["request"]["reason"]["words"]


def test_list__mine_only__newest_first_and_live_alone(cast: Any, driver: Caller) -> None:
    old = asking.a_request(cast, state="withdrawn")
    new = asking.a_request(cast)
    asking.a_request(cast, vehicle=cast.other_vehicle, driver=cast.stranger)

    every = [row["ref"] for row in driver.get(PATH).json()["results"]]
    live = [row["ref"] for row in driver.get(PATH, {"live": True}).json()["results"]]

    assert every == [new.ref, old.ref]
    assert live == [new.ref]


def test_change__with_the_etag_seen__takes_other_times(cast: Any, driver: Caller) -> None:
    mine = asking.a_request(cast, round=make.a_round(cast))
    seen = driver.get(f"{PATH}{mine.ref}/")["ETag"]
    body = times(cast, 13, 14, 15) | {"lanes": [cast.lane.code]}

    cast.clock.forward(minutes=1)
    changed = driver.post(f"{PATH}{mine.ref}/change/", body, If_Match=seen)
    again = driver.post(f"{PATH}{mine.ref}/change/", body, If_Match=seen)

    assert changed.json()["preferred_at"] == "2026-03-03T06:00:00Z"
    assert (again.status_code, again.json()["code"]) == (412, "if_match_failed")


def test_change__without_if_match__is_not_done(cast: Any, driver: Caller) -> None:
    mine = asking.a_request(cast, round=make.a_round(cast))
    answer = driver.post(f"{PATH}{mine.ref}/change/", times(cast, 13, 14, 15) | {"lanes": [cast.lane.code]})
    assert answer.status_code == 428


def test_change__after_requests_closed__says_until_when_it_stays(cast: Any, driver: Caller) -> None:
    mine = asking.a_request(cast, round=make.a_round(cast))
    cast.clock.forward(hours=3)
    body = times(cast, 13, 14, 15) | {"lanes": [cast.lane.code]}
    answer = driver.post(f"{PATH}{mine.ref}/change/", body, If_Match="*")
    assert (answer.status_code, answer.json()["code"]) == (409, "request_closed")


def test_withdraw__in_an_open_round__ends_it(cast: Any, driver: Caller) -> None:
    mine = asking.a_request(cast, round=make.a_round(cast))
    answer = driver.post(f"{PATH}{mine.ref}/withdraw/")
    assert (answer.status_code, answer.json()["state"]) == (200, "withdrawn")


# ---------------------------------------------------------------- standby and offers
def test_accept__in_time__is_a_reservation_and_only_once(cast: Any, driver: Caller) -> None:
    make.a_round(cast, state="published")
    mine = asking.an_offer(cast)

    taken = driver.post(f"{PATH}{mine.ref}/accept/")
    again = driver.post(f"{PATH}{mine.ref}/accept/")

    assert taken.json()["slot"]["ref"] == cast.slots[8].ref
    assert (again.status_code, again.json()["code"]) == (409, "offer_gone")
    assert Reservation.objects.count() == 1


def test_accept__too_late__says_that_the_place_in_the_order_is_kept(cast: Any, driver: Caller) -> None:
    mine = asking.an_offer(cast)
    cast.clock.forward(minutes=11)
    answer = driver.post(f"{PATH}{mine.ref}/accept/")
    assert (answer.status_code, answer.json()["code"]) == (409, "offer_gone")
    assert Reservation.objects.count() == 0


def test_decline__offered__stands_by_where_it_stood(cast: Any, driver: Caller) -> None:
    mine = asking.an_offer(cast)
    body = driver.post(f"{PATH}{mine.ref}/decline/").json()
    assert (body["state"], body["slot"], body["stands_at"]) == ("standby", None, "2026-03-02T02:00:00Z")


def test_readiness__said__is_kept(cast: Any, driver: Caller) -> None:
    mine = asking.standing_by(cast)
    body = driver.post(f"{PATH}{mine.ref}/readiness/", {"is_ready": False, "travel_minutes": 240}).json()
    assert (body["is_ready"], body["travel_minutes"]) == (False, 240)


@pytest.mark.parametrize(
    "body", [{}, {"is_ready": "maybe", "travel_minutes": 1}, {"is_ready": True, "travel_minutes": -5}]
)
def test_readiness__not_of_that_form__is_422(cast: Any, driver: Caller, body: dict[str, Any]) -> None:
    mine = asking.standing_by(cast)
    assert driver.post(f"{PATH}{mine.ref}/readiness/", body).status_code == 422


def test_stand_by__with_a_reservation__keeps_it_meanwhile(cast: Any, driver: Caller, reserved: dict[str, Any]) -> None:
    path = f"/driver/reservations/{reserved['ref']}/stand-by/"

    made = driver.post(path, times(cast, 12, 13, 14))
    twice = driver.post(path, times(cast, 12, 13, 14))

    assert (made.status_code, made.json()["state"]) == (201, "standby")
    assert made.json()["reservation"] == reserved["ref"]
    assert (twice.status_code, twice.json()["code"]) == (409, "vehicle_has_a_request")
    assert Reservation.objects.get().state == "confirmed"


# ---------------------------------------------------------------- somebody else's
@pytest.mark.parametrize("act", ["", "change/", "withdraw/", "accept/", "decline/", "readiness/"])
def test_request_of_another__every_path__is_not_found(cast: Any, stranger: Caller, act: str) -> None:
    mine = asking.an_offer(cast)
    body = times(cast, 10, 11, 12) | {"lanes": [cast.lane.code], "is_ready": True, "travel_minutes": 5}
    path = f"{PATH}{mine.ref}/{act}"
    answer = stranger.post(path, body, If_Match="*") if act else stranger.get(path)
    assert answer.status_code == 404
    mine.refresh_from_db()
    assert mine.state == "offered"


def test_ask__with_a_vehicle_of_another__is_not_found(cast: Any, stranger: Caller, want: dict[str, Any]) -> None:
    make.a_round(cast)
    answer = stranger.post(PATH, want)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_ask__staff__may_not(cast: Any, operator: Caller, want: dict[str, Any]) -> None:
    assert operator.post(PATH, want).status_code == 403
    assert operator.get("/driver/rounds/", {"port": cast.port.code}).status_code == 403


# ---------------------------------------------------------------- what to weigh before
def test_days__round_and_open_day__say_which_can_be_asked(cast: Any, driver: Caller) -> None:
    row = make.a_round(cast)

    days = driver.get("/driver/rounds/", {"port": cast.port.code}).json()["days"]

    assert [(day["service_date"], day["can_ask"]) for day in days] == [("2026-03-02", True), ("2026-03-03", True)]
    assert days[0]["round"] is None
    assert days[1]["round"]["ref"] == row.ref
    assert days[1]["round"]["closes_at"]


@pytest.mark.parametrize("state", ["closed", "drawn", "failed"])
def test_days__round_that_is_drawn__cannot_be_asked(cast: Any, driver: Caller, state: str) -> None:
    make.a_round(cast, state=state)
    days = driver.get("/driver/rounds/", {"port": cast.port.code}).json()["days"]
    assert [day["can_ask"] for day in days] == [True, False]


def test_day__hours__count_places_taken_and_asked(cast: Any, driver: Caller) -> None:
    row = make.a_round(cast)
    Slot.objects.filter(pk=cast.slots[9].pk).update(taken=1)
    for _ in range(3):
        asking.a_request(cast, vehicle=make.a_vehicle(), driver=None, round=row)
    query = {"port": cast.port.code, "service_date": "2026-03-03", "cargo_kind": "general", "direction": "inbound"}

    body = driver.get("/driver/rounds/day/", query).json()

    figures = [(hour["places"], hour["taken"], hour["asked"], hour["percent"]) for hour in body["hours"]]
    assert figures[:3] == [(2, 0, 0, 0), (2, 1, 3, 200), (2, 0, 0, 0)]
    assert body["hours"][0]["chance"] == {"asked": 0, "placed": 0, "rounds": 0}
    assert body["evidence_needed"] is False


@pytest.mark.parametrize("query", [{}, {"port": "MOHAN"}, {"port": "MOHAN", "service_date": "x"}])
def test_day__not_of_that_form__is_422(driver: Caller, query: dict[str, str]) -> None:
    assert driver.get("/driver/rounds/day/", query).status_code == 422


def test_days__unknown_port__is_404(driver: Caller) -> None:
    answer = driver.get("/driver/rounds/", {"port": "NOWHERE"})
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_port")
