"""The desk's API of a yard that differs from its plan: aisles, zones, evacuations, sensors."""

from __future__ import annotations

from typing import Any

import pytest

from reservations.operations import note_reading
from tests import factories as make
from tests.api.conftest import Caller
from tests.operations.drawn import in_force
from yards.models import Block


def post(caller: Caller, cast: Any, path: str, /, **said: Any) -> Any:
    return caller.post(f"/staff/yards/{cast.yard.code}/{path}/", said)


def now(caller: Caller, cast: Any) -> dict[str, Any]:
    body: dict[str, Any] = caller.get(f"/staff/yards/{cast.yard.code}/obstructions/").json()
    return body


def test_aisle__blocked_and_back__is_what_differs_from_the_plan(cast: Any, operator: Caller) -> None:
    in_force(cast)
    answer = post(operator, cast, "aisles/block", aisle="M1", reason="ice")
    assert (answer.status_code, answer.json()["kind"], answer.json()["reason"]) == (200, "aisle", "ice")
    assert [row["code"] for row in now(operator, cast)["blocks"]] == ["M1"]
    assert post(operator, cast, "aisles/unblock", aisle="M1").status_code == 200
    assert now(operator, cast) == {"blocks": [], "evacuations": [], "sensors": []}


def test_aisle__what_it_would_cost__is_told_before_and_writes_nothing(cast: Any, operator: Caller) -> None:
    in_force(cast)
    stands = make.a_parked_entry(cast)
    told = operator.get(f"/staff/yards/{cast.yard.code}/aisles/cut-off/", {"aisle": "M1"}).json()
    assert told == {"bays": ["A-01", "A-02", "A-03"], "held": [], "shut_in": [stands.ref]}
    assert not Block.objects.exists()


@pytest.mark.parametrize(
    ("path", "said", "code"),
    [
        ("aisles/block", {"aisle": "X9", "reason": "ice"}, "unknown_aisle"),
        ("aisles/unblock", {"aisle": "X9"}, "unknown_aisle"),
        ("zones/block", {"zone": "X9", "reason": "oil"}, "unknown_zone"),
        ("zones/evacuate", {"zone": "X9", "reason": "fire"}, "unknown_zone"),
        ("zones/evacuation-end", {"evacuation": "E-000000"}, "not_found"),
        ("sensors/dismiss", {"kind": "bay", "code": "A-02", "reason": "looked"}, "unknown_place"),
    ],
)
def test_acts__no_such_thing__is_not_found(
    cast: Any, supervisor: Caller, path: str, said: dict[str, Any], code: str
) -> None:
    answer = post(supervisor, cast, path, **said)
    assert (answer.status_code, answer.json()["code"]) == (404, code)


@pytest.mark.parametrize("path", ["aisles/block", "zones/block", "zones/evacuate", "sensors/dismiss"])
def test_acts__without_a_reason__are_refused_by_field(cast: Any, supervisor: Caller, path: str) -> None:
    answer = post(supervisor, cast, path, aisle="M1", zone="A", kind="bay", code="A-02", reason="  ")
    assert answer.status_code == 422
    assert "reason" in str(answer.json())


def test_zone__emptied_and_ended__everybody_has_a_number(cast: Any, supervisor: Caller) -> None:
    entry = make.a_parked_entry(cast)
    told = post(supervisor, cast, "zones/evacuate", zone="A", reason="fire").json()
    assert [(row["number"], row["visit"], row["gate"]) for row in told["order"]] == [(1, entry.visit_ref, "G2")]
    again = post(supervisor, cast, "zones/evacuate", zone="A", reason="fire")
    assert (again.status_code, again.json()["code"]) == (409, "evacuation_under_way")
    assert [row["ref"] for row in now(supervisor, cast)["evacuations"]] == [told["ref"]]
    ended = post(supervisor, cast, "zones/evacuation-end", evacuation=told["ref"])
    assert (ended.status_code, ended.json()["state"]) == (200, "ended")


def test_evacuation__of_another_port__is_not_found(cast: Any, supervisor: Caller) -> None:
    away = Caller(cast.other_supervisor)
    ref = away.post(f"/staff/yards/{cast.other_yard.code}/zones/evacuate/", {"zone": "A", "reason": "fire"}).json()[
        "ref"
    ]
    assert post(supervisor, cast, "zones/evacuation-end", evacuation=ref).status_code == 404


def test_sensor__differs_and_is_dismissed__stands_beside_the_books(cast: Any, operator: Caller) -> None:
    reading = {"kind": "bay", "code": "A-02", "taken": 1, "seen_at": cast.now}
    note_reading(yard_code=cast.yard.code, **reading, **cast.by(cast.device))
    [row] = now(operator, cast)["sensors"]
    assert (row["taken"], row["books"], row["bays"], row["why"], bool(row["doubted_at"])) == (1, 0, 1, "differs", True)
    assert post(operator, cast, "sensors/dismiss", kind="bay", code="A-02", reason="looked").status_code == 200
    [row] = now(operator, cast)["sensors"]
    assert (row["why"], row["doubted_at"]) == ("differs", None)
