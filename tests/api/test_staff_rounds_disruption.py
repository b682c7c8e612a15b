"""Closures, the far side's rates and appeals on the wire of the desk."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from reservations.models import Appeal
from tests.api.conftest import Caller
from tests.operations import closing_steps, steps
from tests.operations.test_staff_pages_disruption import an_appeal
from yards.models import Closure, FarSideRate


def closing(cast: Any, **changed: Any) -> dict[str, Any]:
    starts_at, ends_at = (closing_steps.hour(cast, n).isoformat() for n in (1, 3))
    said = {
        "scope": "lane",
        "lanes": [cast.lane.code],
        "starts_at": starts_at,
        "ends_at": ends_at,
        "reason": "landslide",
    }
    return said | changed


def closures_of(cast: Any) -> str:
    return f"/staff/ports/{cast.port.code}/closures/"


# ---------------------------------------------------------------- closures
def test_preview__closure__names_every_move_and_writes_nothing(cast: Any, supervisor: Caller) -> None:
    mine = steps.reserved(cast, slot=cast.slots[1])

    with steps.changes_nothing():
        found = supervisor.post(f"{closures_of(cast)}preview/", closing(cast), key=None).json()

    [move] = found["moves"]
    assert (move["reservation"], move["kind"], move["from_slot"]["ref"]) == (mine.ref, "moved", cast.slots[1].ref)
    assert move["to_slot"]["starts_at"] >= closing(cast)["ends_at"][:19]
    assert (found["unplaced"], found["lanes"]) == ([], [cast.lane.code])
    assert any(hour["places_after"] < hour["places_before"] for hour in found["hours"])


def test_declare__with_one_key__closes_once_and_can_be_undone_once(
    cast: Any, supervisor: Caller, operator: Caller
) -> None:
    mine = steps.reserved(cast, slot=cast.slots[1])

    made = supervisor.post(closures_of(cast), closing(cast), key="one")
    again = supervisor.post(closures_of(cast), closing(cast), key="one")
    ref = made.json()["ref"]
    rows = operator.get(f"/staff/closures/{ref}/dispositions/").json()["results"]
    undone = supervisor.post(f"/staff/closures/{ref}/undo/", {"reason": "false alarm"}, key=None)
    twice = supervisor.post(f"/staff/closures/{ref}/undo/", {"reason": "late"}, key=None)

    assert (made.status_code, again.content, Closure.objects.count()) == (201, made.content, 1)
    assert [(row["reservation"], row["kind"]) for row in rows] == [(mine.ref, "moved")]
    assert undone.json()["state"] == "undone"
    assert (twice.status_code, twice.json()["code"]) == (409, "wrong_state")
    assert operator.get(f"/staff/closures/{ref}/").json()["state"] == "undone"


def test_lift__in_stages__keeps_them(cast: Any, supervisor: Caller) -> None:
    closure = closing_steps.shut(cast, 0, None)
    ends_at = cast.now + timedelta(hours=1)
    stage = {
        "starts_at": ends_at.isoformat(),
        "ends_at": (ends_at + timedelta(hours=2)).isoformat(),
        "units_per_hour": 1,
    }

    said = {"ends_at": ends_at.isoformat(), "stages": [stage], "reason": "clear"}
    lifted = supervisor.post(f"/staff/closures/{closure.ref}/lift/", said, key=None).json()

    assert (lifted["state"], lifted["stages"][0][2]) == ("lifted", 1)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"scope": "moon"}, "scope"),
        ({"lanes": ["HEKOU-IN1"]}, "lane"),
        ({"lanes": "MOHAN-IN1"}, "lanes"),
        ({"lanes": []}, "lane_codes"),
        ({"starts_at": "2026-03-01T00:00:00Z"}, "starts_at"),
        ({"ends_at": "2026-03-02T02:30:00Z"}, "ends_at"),
        ({"reason": " "}, "reason"),
        ({"stages": [{"starts_at": "x"}]}, "stages"),
        (
            {"stages": [{"starts_at": "2026-03-02T04:00:00Z", "ends_at": "2026-03-02T06:00:00Z", "units_per_hour": 1}]},
            "stages",
        ),
        (
            {
                "stages": [
                    {"starts_at": "2026-03-02T05:00:00Z", "ends_at": "2026-03-02T06:00:00Z", "units_per_hour": -1}
                ]
            },
            "stages",
        ),
    ],
)
def test_declare__not_valid__is_422_by_the_field_and_closes_nothing(
    cast: Any, supervisor: Caller, wrong: dict[str, Any], field: str
) -> None:
    answer = supervisor.post(closures_of(cast), closing(cast, **wrong))

    problem = answer.json()
    named = {problem.get("field", "")} | {row["field"].split(".")[0] for row in problem.get("errors", [])}
    assert answer.status_code in (404, 422)
    assert field in named
    assert not Closure.objects.exists()


def test_closures__operator_reads_only__another_port_finds_nothing(cast: Any, operator: Caller) -> None:
    closure = closing_steps.shut(cast, 1, 3)
    foreign = Caller(cast.other_supervisor)

    assert len(operator.get(closures_of(cast)).json()["results"]) == 1
    assert operator.post(f"{closures_of(cast)}preview/", closing(cast), key=None).status_code == 403
    for answer in (
        foreign.get(closures_of(cast)),
        foreign.post(closures_of(cast), closing(cast)),
        foreign.post(f"{closures_of(cast)}preview/", closing(cast), key=None),
        foreign.get(f"/staff/closures/{closure.ref}/"),
        foreign.get(f"/staff/closures/{closure.ref}/dispositions/"),
        foreign.post(f"/staff/closures/{closure.ref}/undo/", {"reason": "x"}, key=None),
        foreign.post(f"/staff/closures/{closure.ref}/lift/", {"reason": "x"}, key=None),
    ):
        assert answer.status_code == 404
    assert Closure.objects.get().state == "in_force"


# ---------------------------------------------------------------- the far side
def test_far_side__entered__is_the_word_in_force_with_its_age(cast: Any, operator: Caller) -> None:
    made = operator.post(f"/staff/lanes/{cast.lane.code}/far-side/", {"units_per_hour": 1, "note": "phone"})
    cast.clock.forward(hours=25)

    rows = operator.get(f"/staff/ports/{cast.port.code}/far-side/").json()["results"]
    known = {row["lane"]: row for row in rows}

    assert (made.status_code, made.json()["source"], made.json()["entered_by"]) == (201, "staff", cast.operator.ref)
    assert (known[cast.lane.code]["units_per_hour"], known[cast.lane.code]["is_stale"]) == (1, True)
    assert known[cast.lane.code]["age_minutes"] == 25 * 60
    assert known[cast.cold_lane.code]["age_minutes"] is None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"units_per_hour": -1}, "units_per_hour"),
        ({"units_per_hour": 10**6}, "units_per_hour"),
        ({"units_per_hour": "many"}, "units_per_hour"),
        ({}, "units_per_hour"),
        ({"units_per_hour": 5, "valid_from": "2026-03-01T00:00:00Z"}, "valid_from"),
        ({"units_per_hour": 5, "valid_from": "2028-03-01T00:00:00Z"}, "valid_from"),
    ],
)
def test_far_side__not_valid__is_422_by_the_field(cast: Any, operator: Caller, wrong: Any, field: str) -> None:
    answer = operator.post(f"/staff/lanes/{cast.lane.code}/far-side/", wrong)

    problem = answer.json()
    assert answer.status_code == 422
    assert field in {problem.get("field", "")} | {row["field"] for row in problem.get("errors", [])}
    assert not FarSideRate.objects.exists()


def test_far_side__nought_and_no_limit__are_two_things(cast: Any, operator: Caller) -> None:
    for units in (0, None):
        operator.post(f"/staff/lanes/{cast.lane.code}/far-side/", {"units_per_hour": units})

    rows = operator.get(f"/staff/lanes/{cast.lane.code}/far-side/").json()["results"]

    assert [row["units_per_hour"] for row in rows] == [None, 0]


def test_far_side__lane_of_another_port__is_404(cast: Any, operator: Caller) -> None:
    path = f"/staff/lanes/{cast.other_lane.code}/far-side/"

    assert operator.get(path).status_code == 404
    assert operator.post(path, {"units_per_hour": 5}).status_code == 404


# ---------------------------------------------------------------- appeals
def test_appeals__list_and_decide__with_a_reason_once(cast: Any, supervisor: Caller) -> None:
    appeal = an_appeal(cast)
    path = f"/staff/appeals/{appeal.ref}/decide/"

    [row] = supervisor.get(f"/staff/ports/{cast.port.code}/appeals/", {"state": "pending"}).json()["results"]
    bare = supervisor.post(path, {"grant": True}, key=None)
    done = supervisor.post(path, {"grant": True, "answer": "camera seen"}, key=None)
    again = supervisor.post(path, {"grant": False, "answer": "no"}, key=None)

    assert (row["ref"], row["kind"], row["text"]) == (appeal.ref, "no_show", "The road was shut")
    assert (bare.status_code, bare.json()["errors"][0]["field"]) == (422, "answer")
    assert (done.json()["state"], done.json()["answer"]) == ("granted", "camera seen")
    assert (again.status_code, Appeal.objects.get().state) == (409, "granted")


def test_appeals__own_one_operator_and_another_port__are_refused(
    cast: Any, supervisor: Caller, operator: Caller
) -> None:
    appeal = an_appeal(cast)
    Appeal.objects.update(asked_by=cast.supervisor)
    path, said = f"/staff/appeals/{appeal.ref}/decide/", {"grant": True, "answer": "x"}

    assert supervisor.post(path, said, key=None).status_code == 403
    assert operator.post(path, said, key=None).status_code == 403
    assert Caller(cast.other_supervisor).post(path, said, key=None).status_code == 404
    assert Appeal.objects.get().state == "pending"
