"""Bulk calls: each item its own answer, one wrong among many, a repetition without effect, the share of a slot told."""

from __future__ import annotations

from typing import Any

import pytest

from reservations.bulk import MOST_ITEMS
from reservations.models import Request, Reservation, Slot
from tests import factories as make
from tests.api.conftest import Caller
from tests.cast import Cast

AT = "/enterprise/bulk/"


@pytest.fixture
def trucks(cast: Cast) -> list[Any]:
    return [make.a_vehicle(driver=make.a_driver(), organisation=cast.carrier) for _ in range(6)]


@pytest.fixture
def items(cast: Cast, trucks: list[Any]) -> list[dict[str, Any]]:
    """Two trucks in each of three slots of tomorrow."""
    return [
        {"id": f"TMS {number}", "slot": cast.slots[8 + number // 2].ref, "vehicle": truck.ref, "cargo_kind": "general"}
        for number, truck in enumerate(trucks)
    ]


def sent(caller: Caller, what: str, items: list[Any], key: str = "one call") -> Any:
    answer = caller.post(f"{AT}{what}/", {"items": items}, key=key)
    assert answer.status_code == 207, answer.content
    return answer.json()


def counts(told: dict[str, Any]) -> tuple[int, int, int]:
    assert told["total"] == len(told["results"]) == told["done"] + told["refused"]
    return told["done"], told["refused"], told["repeated"]


def test_reserve__one_wrong_among_many__the_others_are_done(enterprise: Caller, items: list[dict[str, Any]]) -> None:
    items[2] |= {"vehicle": "V-1", "slot": "rubbish"}
    items[4].pop("cargo_kind")
    told = sent(enterprise, "reservations", items)
    assert counts(told) == (4, 2, 0)
    wrong = told["results"][2]
    assert (wrong["id"], wrong["status"], wrong["problem"]["code"], wrong["reservation"]) == (
        "TMS 2",
        422,
        "invalid",
        None,
    )
    assert [error["field"] for error in wrong["problem"]["errors"]] == ["slot", "vehicle"]
    assert Reservation.objects.count() == 4


def test_reserve__sent_again__repeats_nothing_and_tries_the_refused(
    cast: Cast, enterprise: Caller, items: list[dict[str, Any]]
) -> None:
    Slot.objects.filter(pk=cast.slots[10].pk).update(is_frozen=True)
    first = sent(enterprise, "reservations", items)
    assert counts(first) == (4, 2, 0)
    Slot.objects.filter(pk=cast.slots[10].pk).update(is_frozen=False)
    second = sent(enterprise, "reservations", items)
    assert counts(second) == (6, 0, 4)
    assert [each["reservation"]["ref"] for each in second["results"][:4]] == [
        each["reservation"]["ref"] for each in first["results"][:4]
    ]
    assert Reservation.objects.count() == 6


def test_reserve__same_key_other_item__is_refused_as_such(enterprise: Caller, items: list[dict[str, Any]]) -> None:
    sent(enterprise, "reservations", items[:1])
    told = sent(enterprise, "reservations", [items[0] | {"cargo_kind": "empty"}])
    assert told["results"][0]["problem"]["code"] == "idempotency_key_reused"


def test_reserve__beyond_the_share__says_so_with_the_nearest_slots(
    cast: Cast, enterprise: Caller, items: list[dict[str, Any]]
) -> None:
    cast.policy.organisation_share_percent = 10
    cast.policy.save()
    told = sent(enterprise, "reservations", items)
    assert counts(told) == (3, 3, 0)
    refused = told["results"][3]["problem"]
    assert (refused["code"], refused["status"], refused["most"]) == ("organisation_cap", 409, 1)
    assert refused["earlier"]["ref"] == cast.slots[7].ref
    assert refused["later"]["ref"] == cast.slots[10].ref


def test_reserve__foreign_vehicle__is_not_found_and_takes_nothing(
    cast: Cast, enterprise: Caller, items: list[dict[str, Any]]
) -> None:
    told = sent(enterprise, "reservations", [items[0] | {"vehicle": cast.other_vehicle.ref}])
    assert told["results"][0]["problem"]["status"] == 404
    assert not Reservation.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"items": []},
        {"items": "x"},
        {"items": [1]},
        {"items": [{"slot": 7}]},
        {"items": [{}] * (MOST_ITEMS + 1)},
        [],
    ],
)
def test_reserve__not_a_list_of_items__is_refused_whole(enterprise: Caller, body: Any) -> None:
    answer = enterprise.post(f"{AT}reservations/", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


def test_reserve__no_key__is_refused_whole(enterprise: Caller, items: list[dict[str, Any]]) -> None:
    answer = enterprise.post(f"{AT}reservations/", {"items": items}, key=None)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")
    assert not Reservation.objects.exists()


def test_change__slot_vehicle_and_driver__each_is_done(
    cast: Cast, enterprise: Caller, items: list[dict[str, Any]], trucks: list[Any]
) -> None:
    refs = [each["reservation"]["ref"] for each in sent(enterprise, "reservations", items[:4])["results"]]
    told = sent(
        enterprise,
        "changes",
        [
            {"reservation": refs[0], "slot": cast.slots[11].ref, "changes": 0},
            {"reservation": refs[1], "vehicle": trucks[5].ref},
            {"reservation": refs[2], "driver": cast.driver.ref},
            {"reservation": refs[3], "slot": cast.slots[12].ref, "changes": 7},
            {"reservation": refs[3]},
            {"reservation": refs[3], "slot": cast.slots[12].ref, "driver": cast.driver.ref},
        ],
    )
    assert counts(told) == (3, 3, 0)
    now = {row.ref: row for row in Reservation.objects.select_related("slot", "vehicle", "driver")}
    assert (now[refs[0]].slot, now[refs[1]].vehicle, now[refs[2]].driver) == (cast.slots[11], trucks[5], cast.driver)
    assert [each["status"] for each in told["results"]] == [200, 200, 200, 409, 422, 422]


def test_cancel__own_and_foreign__only_the_own_is_given_up(
    cast: Cast, enterprise: Caller, other_enterprise: Caller, items: list[dict[str, Any]]
) -> None:
    ref = sent(enterprise, "reservations", items[:1])["results"][0]["reservation"]["ref"]
    foreign = sent(other_enterprise, "cancellations", [{"reservation": ref}])
    assert foreign["results"][0]["problem"]["status"] == 404
    assert (
        sent(enterprise, "cancellations", [{"reservation": ref}])["results"][0]["reservation"]["state"] == "cancelled"
    )


def test_request__each_on_its_own__is_no_bundle(cast: Cast, enterprise: Caller, trucks: list[Any]) -> None:
    wish = {
        "port": "MOHAN",
        "service_date": cast.slots[8].service_date.isoformat(),
        "lanes": ["MOHAN-IN1"],
        "cargo_kind": "general",
        "earliest_at": cast.slots[8].starts_at.isoformat(),
        "latest_at": cast.slots[14].starts_at.isoformat(),
        "preferred_at": cast.slots[9].starts_at.isoformat(),
    }
    told = sent(enterprise, "requests", [wish | {"vehicle": truck.ref} for truck in trucks])
    assert counts(told) == (6, 0, 0)
    assert set(Request.objects.values_list("bundle", "state")) == {("", "placed")}
