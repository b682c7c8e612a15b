"""A promise both ways on the wire: what acts cost, extension and substitution, counters, marks, appeals, credits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from reservations.models import Mark, Reservation
from tests import factories as make
from tests.api import asking
from tests.api.conftest import Caller

PATH = "/driver/reservations/"


@pytest.fixture
def promise(cast: Any, reserved: dict[str, Any]) -> Reservation:
    return Reservation.objects.get(ref=reserved["ref"])


# ---------------------------------------------------------------- what it costs
@pytest.mark.parametrize(
    ("act", "counts_as", "left"),
    [
        ("cancel", None, 1),
        ("change", "change", 2),
        ("extend", "extension", 0),
        ("vehicle", "vehicle_change", 1),
        ("driver", "driver_change", 1),
    ],
)
def test_cost__before_it_is_done__says_what_it_counts_as(
    driver: Caller, promise: Reservation, act: str, counts_as: str | None, left: int
) -> None:
    body = driver.get(f"{PATH}{promise.ref}/cost/", {"act": act}).json()
    assert (body["counts_as"], body["left"], body["pauses_until"]) == (counts_as, left, None)
    assert Mark.objects.count() == 0


def test_cost__late_cancellation_that_is_one_too_many__says_until_when_it_pauses(
    cast: Any, driver: Caller, promise: Reservation
) -> None:
    asking.a_mark(promise, at=cast.now)
    cast.clock.forward(hours=23, minutes=30)
    body = driver.get(f"{PATH}{promise.ref}/cost/", {"act": "cancel"}).json()
    assert body["counts_as"] == "late_cancel"
    assert body["pauses_until"]


@pytest.mark.parametrize("query", [{}, {"act": "burn"}])
def test_cost__of_nothing_known__is_422(driver: Caller, promise: Reservation, query: dict[str, str]) -> None:
    assert driver.get(f"{PATH}{promise.ref}/cost/", query).status_code == 422


# ---------------------------------------------------------------- extension and substitution
def test_extend__from_the_menu__moves_and_uses_the_allowance(cast: Any, driver: Caller, promise: Reservation) -> None:
    make.a_slot(cast.lane, starts_at=cast.slots[12].starts_at + timedelta(hours=4))

    moved = driver.post(f"{PATH}{promise.ref}/extend/", {"hours": 4}, If_Match="*")
    again = driver.post(f"{PATH}{promise.ref}/extend/", {"hours": 4}, If_Match="*")

    assert moved.json()["slot"]["ref"] == cast.slots[12].ref
    assert (again.status_code, again.json()["code"]) == (409, "allowance_used_up")


def test_extend__not_on_the_menu__names_it(driver: Caller, promise: Reservation) -> None:
    answer = driver.post(f"{PATH}{promise.ref}/extend/", {"hours": 5}, If_Match="*")
    assert (answer.status_code, answer.json()["code"]) == (422, "extension_not_valid")


def test_extend__without_if_match__is_not_done(driver: Caller, promise: Reservation) -> None:
    assert driver.post(f"{PATH}{promise.ref}/extend/", {"hours": 4}).status_code == 428


def test_change_vehicle__of_the_organisation__comes_instead_and_changes_the_etag(
    cast: Any, driver: Caller, promise: Reservation
) -> None:
    mate = make.a_vehicle(driver=cast.driver, organisation=cast.carrier)
    seen = driver.get(f"{PATH}{promise.ref}/")["ETag"]

    changed = driver.post(f"{PATH}{promise.ref}/vehicle/", {"vehicle": mate.ref}, If_Match=seen)

    assert changed.json()["vehicle"]["ref"] == mate.ref
    assert changed["ETag"] != seen
    assert Mark.objects.filter(kind="vehicle_change").count() == 2


def test_change_vehicle__of_another_organisation__is_refused(cast: Any, driver: Caller, promise: Reservation) -> None:
    answer = driver.post(f"{PATH}{promise.ref}/vehicle/", {"vehicle": cast.other_vehicle.ref}, If_Match="*")
    assert (answer.status_code, answer.json()["code"]) == (422, "not_substitutable")


def test_change_driver__of_the_organisation__hands_it_over(cast: Any, driver: Caller, promise: Reservation) -> None:
    colleague = make.a_driver(name="Colleague")
    make.a_vehicle(driver=colleague, organisation=cast.carrier)
    answer = driver.post(f"{PATH}{promise.ref}/driver/", {"driver": colleague.ref}, If_Match="*")
    assert answer.status_code == 200, answer.json()
    promise.refresh_from_db()
    assert promise.driver_id == colleague.pk


def test_change_driver__repeated_with_its_key__answers_alike_though_it_is_his_no_more(
    cast: Any, driver: Caller, promise: Reservation
) -> None:
    colleague = make.a_driver(name="Colleague")
    make.a_vehicle(driver=colleague, organisation=cast.carrier)
    path, body = f"{PATH}{promise.ref}/driver/", {"driver": colleague.ref}
    first = driver.post(path, body, key="one", If_Match="*")
    assert driver.get(f"{PATH}{promise.ref}/").status_code == 404
    second = driver.post(path, body, key="one", If_Match="*")
    assert (second.status_code, second.content) == (200, first.content)
    assert driver.post(path, body | {"driver": cast.driver.ref}, key="one", If_Match="*").status_code == 404
    assert driver.post(path, body, key="two", If_Match="*").status_code == 404


def test_change_driver__a_stranger__is_refused(cast: Any, driver: Caller, promise: Reservation) -> None:
    answer = driver.post(f"{PATH}{promise.ref}/driver/", {"driver": cast.stranger.ref}, If_Match="*")
    assert (answer.status_code, answer.json()["field"]) == (422, "driver")


@pytest.mark.parametrize(
    ("act", "body"),
    [("extend/", {"hours": 4}), ("vehicle/", {"vehicle": "V-000000000"}), ("driver/", {"driver": "U-000000000"})],
)
def test_reservation_of_another__every_act__is_not_found(
    stranger: Caller, promise: Reservation, act: str, body: dict[str, Any]
) -> None:
    assert stranger.post(f"{PATH}{promise.ref}/{act}", body, If_Match="*").status_code == 404
    assert stranger.get(f"{PATH}{promise.ref}/cost/", {"act": "cancel"}).status_code == 404


# ---------------------------------------------------------------- the record
def test_conduct__one_change_made__two_of_three_are_left(cast: Any, driver: Caller, promise: Reservation) -> None:
    asking.a_mark(promise, kind="change", at=cast.now)

    body = driver.get("/driver/conduct/", {"port": cast.port.code}).json()

    [mine] = [row for row in body["vehicles"] if row["vehicle"]["ref"] == cast.vehicle.ref]
    counter = next(row for row in mine["counters"] if row["kind"] == "changes")
    assert (counter["used"], counter["limit"], counter["left"], counter["days"]) == (1, 3, 2, 30)
    assert counter["frees_at"] == "2026-04-01T02:00:00Z"
    assert mine["paused_until"] is None


def test_conduct__two_strikes__says_until_when_it_is_paused(cast: Any, driver: Caller, promise: Reservation) -> None:
    for days in (2, 1):
        asking.a_mark(promise, at=cast.now - timedelta(days=days))
    [mine] = driver.get("/driver/conduct/", {"port": cast.port.code}).json()["vehicles"]
    assert mine["paused_until"] == "2026-03-15T02:00:00Z"


def test_conduct__unknown_port__is_404(driver: Caller) -> None:
    assert driver.get("/driver/conduct/", {"port": "NOWHERE"}).status_code == 404
    assert driver.get("/driver/conduct/").status_code == 422


def test_marks__mine_alone__with_their_appeal(
    cast: Any, driver: Caller, stranger: Caller, promise: Reservation
) -> None:
    mark = asking.a_mark(promise, at=cast.now)

    asked = driver.post(f"/driver/marks/{mark.ref}/appeal/", {"text": "The road was flooded."})
    twice = driver.post(f"/driver/marks/{mark.ref}/appeal/", {"text": "Again."})

    assert (asked.status_code, asked.json()["state"]) == (201, "pending")
    assert (twice.status_code, twice.json()["code"]) == (409, "appeal_once")
    [row] = driver.get("/driver/marks/").json()["results"]
    assert (row["ref"], row["kind"], row["appeal"]["text"]) == (mark.ref, "late_cancel", "The road was flooded.")
    assert stranger.get("/driver/marks/").json()["results"] == []
    assert stranger.post(f"/driver/marks/{mark.ref}/appeal/", {"text": "Mine?"}).status_code == 404


@pytest.mark.parametrize("text", ["", "   ", "x" * 1001, "\u202e", None, 7])
def test_appeal__without_a_word_that_can_be_read__is_422(
    cast: Any, driver: Caller, promise: Reservation, text: Any
) -> None:
    mark = asking.a_mark(promise, at=cast.now)
    answer = driver.post(f"/driver/marks/{mark.ref}/appeal/", {"text": text})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


def test_credits__mine_alone__say_until_when_they_are_good(
    cast: Any, driver: Caller, stranger: Caller, promise: Reservation
) -> None:
    credit = asking.a_credit(promise, at=cast.now)
    [row] = driver.get("/driver/credits/").json()["results"]
    assert (row["ref"], row["used_in"]) == (credit.ref, None)
    assert row["expires_at"] == "2026-05-31T02:00:00Z"
    assert stranger.get("/driver/credits/").json()["results"] == []
