"""The way on the wire: what a program is told of it, and what it may say back."""

from __future__ import annotations

from typing import Any

import pytest

from reservations.api.turns import stay_of
from tests import factories as make


@pytest.fixture
def inside(cast: Any) -> Any:
    return make.an_admitted_entry(cast)


def test_guide__yard_without_a_plan__names_bay_and_zone_to_follow(cast: Any, driver: Any, inside: Any) -> None:
    told = driver.get(f"/driver/turn/{inside.ref}/guide/").json()

    stay = stay_of(inside.visit_ref)
    assert stay
    assert (told["ahead"], told["bay"], told["gate"]) == ("bay", stay.bay.code, "G1")
    assert told["zone"] == {"code": "A", "name": "Zone A", "colour": "blue", "shape": "circle"}
    assert (told["way"], told["steps"], told["trouble"], told["layout"]) == (None, [], "", None)


def test_guide__at_the_desk__is_the_same(cast: Any, driver: Any, operator: Any, inside: Any) -> None:
    ours = operator.get(f"/staff/entries/{inside.ref}/guide/").json()
    assert ours == driver.get(f"/driver/turn/{inside.ref}/guide/").json()


def test_guide__gone__leads_nowhere(cast: Any, driver: Any) -> None:
    gone = make.an_exited_entry(cast)
    assert driver.get(f"/driver/turn/{gone.ref}/guide/").json()["ahead"] == ""


def test_bay_taken__reported__answers_with_the_bay_to_drive_to(cast: Any, driver: Any, inside: Any) -> None:
    held = stay_of(inside.visit_ref)
    assert held

    answer = driver.post(f"/driver/turn/{inside.ref}/bay-taken/", {"bay": held.bay.code})

    assert answer.status_code == 200
    assert answer.json()["bay"] != held.bay.code
    again = driver.post(f"/driver/turn/{inside.ref}/bay-taken/", {"bay": held.bay.code})
    assert (again.status_code, again.json()["code"], again.json()["own"]) == (409, "wrong_bay", answer.json()["bay"])


def test_occupy__stand_for_dangerous_goods__names_both_bays(cast: Any, driver: Any, inside: Any) -> None:
    own = stay_of(inside.visit_ref)
    assert own

    answer = driver.post(f"/driver/turn/{inside.ref}/occupy/", {"bay": "C-01", "told_by": "qr"})

    said = answer.json()
    assert (answer.status_code, said["code"], said["bay"], said["own"]) == (409, "wrong_bay", "C-01", own.bay.code)
    assert said["against"] == ["hazmat_only"]


def test_measure__longer_than_any_bay__is_written_and_the_bay_kept(cast: Any, operator: Any, inside: Any) -> None:
    answer = operator.post(f"/staff/entries/{inside.ref}/measure/", {"length_m": 21.5})
    assert answer.status_code == 200
    told = operator.get(f"/staff/entries/{inside.ref}/guide/").json()
    assert told["trouble"] == "too_short"
    refused = operator.post(f"/staff/entries/{inside.ref}/measure/", {"hazard_class": "77"})
    assert (refused.status_code, refused.json()["field"]) == (422, "hazard_class")


def test_cost_of_move__any_bay__says_metres_by_parts_and_what_speaks_against_it(
    cast: Any, operator: Any, inside: Any
) -> None:
    here = stay_of(inside.visit_ref)
    assert here

    cost = operator.get(f"/staff/entries/{inside.ref}/cost-of-move/", {"bay": "C-01"}).json()
    same = operator.get(f"/staff/entries/{inside.ref}/cost-of-move/", {"bay": here.bay.code}).json()

    assert cost["refused"] == ["hazmat_only"]
    assert {part["part"] for part in cost["parts"]} >= {"drive_in", "scarcity"}
    assert (same["refused"], same["cost_m"]) == ([], same["now_m"])
    unknown = operator.get(f"/staff/entries/{inside.ref}/cost-of-move/", {"bay": "Z-99"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_bay")


def test_move__does_not_fit__needs_a_reason(cast: Any, operator: Any, inside: Any) -> None:
    refused = operator.post(f"/staff/entries/{inside.ref}/move/", {"bay": "C-01"})
    assert (refused.status_code, refused.json()["code"], refused.json()["against"]) == (
        409,
        "bay_does_not_fit",
        ["hazmat_only"],
    )
    moved = operator.post(f"/staff/entries/{inside.ref}/move/", {"bay": "C-01", "reason": "the others are being swept"})
    assert (moved.status_code, moved.json()["bay"]) == (200, "C-01")


def test_admit__measured_at_the_gate__is_written(cast: Any, operator: Any) -> None:
    entry = make.a_called_entry(cast)
    answer = operator.post(f"/staff/entries/{entry.ref}/admit/", {"length_m": 17.9})
    assert answer.status_code == 200
    entry.refresh_from_db()
    assert float(entry.length_m) == 17.9


def test_walk_up__class_of_dangerous_goods__is_kept(cast: Any, operator: Any) -> None:
    said = {
        "lane": cast.cold_lane.code,
        "country": "CN",
        "plate": "云A12345",
        "cargo_kind": "hazardous",
        "hazard_class": "3",
    }
    answer = operator.post("/staff/walk-ups/", said)
    assert answer.status_code == 201
    assert cast.cold_lane.entries.get().hazard_class == "3"
