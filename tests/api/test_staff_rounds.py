"""Rounds, dry runs and the standby order on the wire of the desk."""

from __future__ import annotations

from typing import Any

import pytest

from reservations.models import Round
from tests import factories as make
from tests.api.conftest import Caller
from tests.operations.test_staff_pages_rounds import held


def test_rounds__list_and_one__say_how_far_it_is_and_keep_the_seed(cast: Any, operator: Caller) -> None:
    row = make.a_round(cast)
    make.a_request(cast, queue_class="priority")

    listed = operator.get(f"/staff/ports/{cast.port.code}/rounds/").json()["results"]
    one = operator.get(f"/staff/rounds/{row.ref}/").json()

    assert [(found["ref"], found["state"], found["seed"]) for found in listed] == [(row.ref, "open", None)]
    assert (one["requests"], one["places"]) == (1, 16)
    assert one["classes"] == [{"queue_class": "priority", "asked": 1, "placed": 0, "standby": 0, "withdrawn": 0}]
    assert {"hour": 12, "places": 2, "taken": 0, "asked": 1} in one["hours"]


def test_round__drawn__says_nothing_of_its_outcome(cast: Any, operator: Caller) -> None:
    row = make.a_round(cast, state="drawn", outcome_hash="ab" * 32)

    assert operator.get(f"/staff/rounds/{row.ref}/").json()["round"]["seed"] is None


def test_retry__failed__is_closed_again_and_needs_a_reason(cast: Any, supervisor: Caller) -> None:
    row = make.a_round(cast, state="failed", failure="x")

    bare = supervisor.post(f"/staff/rounds/{row.ref}/retry/", {})
    done = supervisor.post(f"/staff/rounds/{row.ref}/retry/", {"reason": "disk is back"})

    assert (bare.status_code, bare.json()["code"]) == (422, "invalid")
    assert (done.status_code, done.json()["state"]) == (200, "closed")


def test_void__published__is_refused_and_open_is_called_off(cast: Any, supervisor: Caller) -> None:
    row = make.a_round(cast)

    done = supervisor.post(f"/staff/rounds/{row.ref}/void/", {"reason": "holiday"})
    again = supervisor.post(f"/staff/rounds/{row.ref}/void/", {"reason": "holiday"})

    assert (done.json()["state"], again.status_code, again.json()["code"]) == ("void", 409, "wrong_state")


def test_rounds__operator_reads_only__another_port_finds_nothing(cast: Any, operator: Caller) -> None:
    row = make.a_round(cast, state="failed", failure="x")
    stranger = Caller(cast.other_supervisor)

    assert operator.post(f"/staff/rounds/{row.ref}/retry/", {"reason": "x"}).status_code == 403
    assert operator.get(f"/staff/rounds/{row.ref}/what-if/").status_code == 403
    for answer in (
        stranger.get(f"/staff/rounds/{row.ref}/"),
        stranger.get(f"/staff/ports/{cast.port.code}/rounds/"),
        stranger.post(f"/staff/rounds/{row.ref}/retry/", {"reason": "x"}),
        stranger.get(f"/staff/rounds/{row.ref}/what-if/"),
        stranger.get(f"/staff/lanes/{cast.lane.code}/standby/"),
    ):
        assert answer.status_code == 404
    assert Round.objects.get().state == "failed"


def test_what_if__narrower_share__counts_before_and_after_by_class(cast: Any, supervisor: Caller) -> None:
    row = held(cast)

    found = supervisor.get(f"/staff/rounds/{row.ref}/what-if/", {"organisation_share_percent": 50}).json()

    assert (found["before"]["placed"], found["after"]["placed"]) == ({"general": 2}, {"general": 1})
    assert (found["after"]["refused"], found["changed"]) == ({"general": 2}, 1)


@pytest.mark.parametrize("value", ["0", "101", "x", "-1"])
def test_what_if__no_such_share__names_the_field(cast: Any, supervisor: Caller, value: str) -> None:
    row = held(cast)

    answer = supervisor.get(f"/staff/rounds/{row.ref}/what-if/", {"organisation_share_percent": value})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "organisation_share_percent"


def test_what_if__round_without_a_result__is_404(cast: Any, supervisor: Caller) -> None:
    row = make.a_round(cast)

    answer = supervisor.get(f"/staff/rounds/{row.ref}/what-if/")

    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_round")


def test_standby__after_a_round__lists_who_was_not_placed_in_order(cast: Any, operator: Caller) -> None:
    held(cast, wishes=4)

    rows = operator.get(f"/staff/lanes/{cast.lane.code}/standby/").json()["results"]

    assert [row["position"] for row in rows] == [1, 2]
    assert rows[0]["drawn"] < rows[1]["drawn"]
    assert not rows[0]["has_an_offer"]


def test_policy__all_rules__are_taken_and_bounded(cast: Any, supervisor: Caller) -> None:
    path, sent = f"/staff/ports/{cast.port.code}/policies/", {"effective_from": "2026-06-01T00:00:00Z", "note": "rush"}

    wrong = supervisor.post(path, sent | {"allocation": "auction", "strike_limit": 0})
    done = supervisor.post(path, sent | {"allocation": "rounds", "general_share_percent": 55})

    assert {row["field"] for row in wrong.json()["errors"]} == {"allocation", "strike_limit"}
    assert done.status_code == 201
    newest = cast.port.policies.get(version=2)
    assert (newest.allocation, newest.general_share_percent) == ("rounds", 55)
