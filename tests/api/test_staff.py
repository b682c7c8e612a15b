"""The desk on the wire."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from reservations.api.turns import stay_of
from reservations.models import Policy, QueueEntry
from tests import factories as make
from tests.api.conftest import Caller
from yards.models import Lane


def walk_up(operator: Any, cast: Any, plate: str, **more: Any) -> Any:
    body = {"lane": cast.lane.code, "country": "CN", "plate": plate, "cargo_kind": "general"}
    return operator.post("/staff/walk-ups/", body | more)


# ---------------------------------------------------------------- snapshot
def test_yard__some_wait_one_is_called__shows_all_of_it(cast: Any, operator: Any) -> None:
    refs = [walk_up(operator, cast, f"云A0000{n}").json()["ref"] for n in range(3)]
    called = operator.post(f"/staff/lanes/{cast.lane.code}/call/").json()

    yard = operator.get(f"/staff/yards/{cast.yard.code}/").json()

    lane = next(row for row in yard["lanes"] if row["lane"]["code"] == cast.lane.code)
    assert [row["entry"]["ref"] for row in lane["order"]] == refs[1:]
    assert [row["position"] for row in lane["order"]] == [1, 2]
    assert [(row["entry"]["ref"], row["bay"]) for row in yard["called"]] == [(refs[0], called["bay"])]
    assert {row["code"]: row["state"] for row in yard["bays"]}[called["bay"]] == "held"
    assert (lane["is_open"], lane["waiting"]) == (True, 2)
    assert yard["seq"] == 5  # three arrivals, one call, one hold


def test_yard__closed_lane_with_a_queue__raises_an_alarm(cast: Any, operator: Any) -> None:
    walk_up(operator, cast, "云A00001")
    operator.post(f"/staff/lanes/{cast.lane.code}/close/", {"reason": "Accident"})

    alarms = operator.get(f"/staff/yards/{cast.yard.code}/").json()["alarms"]

    assert {"code": "lane_closed_with_queue", "subjects": [cast.lane.code]} in alarms


def test_yard__reads__do_not_grow_with_the_queue(cast: Any, operator: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    path = f"/staff/yards/{cast.yard.code}/"
    walk_up(operator, cast, "云A00001")
    with CaptureQueriesContext(connection) as few:
        operator.get(path)
    for number in range(6):
        walk_up(operator, cast, f"云B0000{number}")
    with CaptureQueriesContext(connection) as many:
        operator.get(path)

    assert len(many) == len(few)


# ---------------------------------------------------------------- acts
def test_call__pressed_twice_with_one_key__calls_once(cast: Any, operator: Any) -> None:
    for number in range(2):
        walk_up(operator, cast, f"云A0000{number}")
    path = f"/staff/lanes/{cast.lane.code}/call/"

    first, second = operator.post(path, key="press"), operator.post(path, key="press")

    assert second.content == first.content
    assert QueueEntry.objects.filter(state="called").count() == 1


def test_call__without_key__is_400(cast: Any, operator: Any) -> None:
    assert operator.post(f"/staff/lanes/{cast.lane.code}/call/", key=None).json()["code"] == "idempotency_key_missing"


def test_call__nobody_waits__says_so(cast: Any, operator: Any) -> None:
    answer = operator.post(f"/staff/lanes/{cast.lane.code}/call/")

    assert (answer.status_code, answer.json()["code"]) == (409, "nobody_waiting")


def test_missed__then_back__stands_behind_the_next(cast: Any, operator: Any) -> None:
    refs = [walk_up(operator, cast, f"云A0000{n}").json()["ref"] for n in range(3)]
    operator.post(f"/staff/lanes/{cast.lane.code}/call/")

    missed = operator.post(f"/staff/entries/{refs[0]}/miss/").json()

    assert (missed["state"], missed["missed"]) == ("waiting", 1)
    lanes = operator.get(f"/staff/yards/{cast.yard.code}/").json()["lanes"]
    order = next(row for row in lanes if row["lane"]["code"] == cast.lane.code)["order"]
    assert [row["entry"]["ref"] for row in order] == [refs[1], refs[2], refs[0]]


def test_withdraw__without_a_reason__is_refused(cast: Any, operator: Any) -> None:
    ref = walk_up(operator, cast, "云A00001").json()["ref"]

    assert operator.post(f"/staff/entries/{ref}/withdraw/", {"reason": "  "}).json()["code"] == "reason_needed"
    assert operator.post(f"/staff/entries/{ref}/withdraw/", {"reason": "Left"}).json()["state"] == "withdrawn"


def test_move__taken_bay__is_refused_and_changes_nothing(cast: Any, operator: Any) -> None:
    refs = [walk_up(operator, cast, f"云A0000{n}").json()["ref"] for n in range(2)]
    bays = [operator.post(f"/staff/lanes/{cast.lane.code}/call/").json()["bay"] for _ in refs]

    answer = operator.post(f"/staff/entries/{refs[0]}/move/", {"bay": bays[1]})

    assert (answer.status_code, answer.json()["code"]) == (409, "bay_taken")
    yard = operator.get(f"/staff/yards/{cast.yard.code}/").json()
    assert {row["entry"]["ref"]: row["bay"] for row in yard["called"]} == dict(zip(refs, bays, strict=True))


def test_admit__bay_vanished_since_the_call__gets_another(cast: Any, operator: Any) -> None:
    ref = walk_up(operator, cast, "云A00001").json()["ref"]
    held = operator.post(f"/staff/lanes/{cast.lane.code}/call/").json()["bay"]
    operator.post(f"/staff/yards/{cast.yard.code}/bays/{held}/block/", {"reason": "Oil"})

    admitted = operator.post(f"/staff/entries/{ref}/admit/").json()

    assert admitted["state"] == "admitted"
    assert admitted["bay"] not in (None, held)


def test_check_in__reservation_seen_at_the_desk__joins_the_order(
    cast: Any, operator: Any, reserved: dict[str, Any]
) -> None:
    cast.clock.forward(days=1)

    answer = operator.post("/staff/check-ins/", {"reservation": reserved["ref"], "port": "MOHAN"})

    assert (answer.status_code, answer.json()["reservation"]) == (201, reserved["ref"])


@pytest.mark.parametrize(
    ("country", "plate"),
    [("VN", "29C-123.45"), ("LA", "ກຂ 1234"), ("MM", "7K/1234"), ("TH", "70-1234 กท"), ("CN", "???1"), ("ZZ", "🚚 A1")],
)
def test_walk_up__any_format_of_plate__is_kept_as_typed(cast: Any, operator: Any, country: str, plate: str) -> None:
    answer = walk_up(operator, cast, plate, country=country)

    assert answer.status_code == 201
    assert answer.json()["vehicle"]["plate"] == plate


def test_walk_up__plate_with_nothing_readable__is_refused(cast: Any, operator: Any) -> None:
    assert walk_up(operator, cast, "---").json()["code"] == "plate_not_valid"


def test_override__decided_by_the_asker__is_refused(cast: Any, supervisor: Any, operator: Any) -> None:
    ref = walk_up(operator, cast, "云A00001").json()["ref"]
    asked = supervisor.post("/staff/overrides/", {"entry": ref, "reason": "Vaccines"}).json()

    answer = supervisor.post(f"/staff/overrides/{asked['ref']}/approve/")

    assert (answer.status_code, answer.json()["code"]) == (403, "second_person_needed")
    rejected = Caller(cast.second).post(f"/staff/overrides/{asked['ref']}/reject/").json()
    assert (rejected["state"], rejected["decided_by"]) == ("rejected", cast.second.ref)


# ---------------------------------------------------------------- supply
def test_close__without_a_reason__is_422(cast: Any, operator: Any) -> None:
    for body in ({}, {"reason": ""}, {"reason": "   "}):
        assert operator.post(f"/staff/lanes/{cast.lane.code}/close/", body).status_code == 422
    assert Lane.objects.get(pk=cast.lane.pk).is_open


def test_auto_call__switched__shows_in_the_yard(cast: Any, operator: Any) -> None:
    assert operator.post(f"/staff/lanes/{cast.lane.code}/auto-call/", {"on": True}).json()["auto_call"] is True


def test_publish__future_rules__are_announced_to_everybody(cast: Any, anybody: Any, supervisor: Any) -> None:
    when = (cast.now + timedelta(days=1)).isoformat()
    body = {"effective_from": when, "note": "Longer grace", "grace_minutes": 45}

    made = supervisor.post("/staff/ports/MOHAN/policies/", body)

    assert (made.status_code, made.json()["version"], made.json()["grace_minutes"]) == (201, 2, 45)
    rules = anybody.get("/public/ports/MOHAN/policy/").json()
    assert rules["in_force"]["version"] == 1
    assert [each["version"] for each in rules["announced"]] == [2]


@pytest.mark.parametrize(
    "change",
    [
        {"effective_from": "2020-01-01T00:00:00Z"},
        {"slot_minutes": 0},
        {"hold_minutes": 6},
        {"class_pattern": ["priority"]},
        {"class_pattern": []},
        {"classes": {"rockets": "priority"}},
        {"horizon_days": True},
    ],
)
def test_publish__rule_that_cannot_be__is_422(cast: Any, supervisor: Any, change: dict[str, Any]) -> None:
    body = {"effective_from": (cast.now + timedelta(days=1)).isoformat(), "note": "Try"} | change

    answer = supervisor.post("/staff/ports/MOHAN/policies/", body)

    assert answer.status_code == 422
    assert Policy.objects.filter(port=cast.port).count() == 1


@pytest.mark.parametrize("planned", [-1, 10_001, 1.5, "many", None])
def test_capacity__not_a_count__is_422(cast: Any, supervisor: Any, planned: Any) -> None:
    body = {"planned": planned, "reason": "Try"}

    assert supervisor.post(f"/staff/slots/{cast.slots[8].ref}/capacity/", body).status_code == 422


def test_revoke__confirmed__is_taken_back_without_penalty(
    cast: Any, supervisor: Any, driver: Any, reserved: dict[str, Any]
) -> None:
    supervisor.post(f"/staff/reservations/{reserved['ref']}/revoke/", {"reason": "Far side shut"})

    assert driver.get(f"/driver/reservations/{reserved['ref']}/").json()["state"] == "revoked"


def test_reservations_of_a_day__listed__by_page(cast: Any, operator: Any, reserved: dict[str, Any]) -> None:
    found = operator.get("/staff/ports/MOHAN/reservations/", {"date": "2026-03-03"}).json()["results"]

    assert [row["ref"] for row in found] == [reserved["ref"]]
    assert operator.get("/staff/ports/MOHAN/reservations/", {"date": "2026-02-30"}).status_code == 422


# ---------------------------------------------------------------- the record
def test_ledger__browsed__goes_through_every_seq_once(cast: Any, operator: Any, supervisor: Any) -> None:
    for number in range(5):
        walk_up(operator, cast, f"云A0000{number}")

    seen, path = [], f"/staff/yards/{cast.yard.code}/ledger/?page_size=2&oldest_first=true"
    while path:
        page = supervisor.get(path.split("/api/v1")[-1]).json()
        seen += [row["seq"] for row in page["results"]]
        path = page["next"]

    assert seen == [1, 2, 3, 4, 5]


def test_ledger__one_visit__is_its_story(cast: Any, operator: Any, supervisor: Any) -> None:
    visit = walk_up(operator, cast, "云A00001").json()["visit"]
    walk_up(operator, cast, "云A00002")
    operator.post(f"/staff/lanes/{cast.lane.code}/call/")

    rows = supervisor.get(f"/staff/yards/{cast.yard.code}/ledger/", {"visit": visit}).json()["results"]

    assert sorted(row["kind"] for row in rows) == ["queue.called", "queue.checked_in", "stay.held"]


def test_ledger__plates__are_never_in_it(cast: Any, operator: Any, supervisor: Any) -> None:
    walk_up(operator, cast, "云CANARY7")

    assert "CANARY7" not in json.dumps(supervisor.get(f"/staff/yards/{cast.yard.code}/ledger/").json())


# ---------------------------------------------------------------- other ports
def test_other_port__every_path__is_not_found(cast: Any, operator: Any) -> None:
    rival = Caller(cast.other_supervisor)
    entry = walk_up(operator, cast, "云A00001").json()["ref"]
    asked = operator.post("/staff/overrides/", {"entry": entry, "reason": "Medicine"}).json()["ref"]
    reads = [f"yards/{cast.yard.code}/", f"yards/{cast.yard.code}/ledger/", f"entries/{entry}/why/"]
    acts = {
        f"lanes/{cast.lane.code}/call/": {},
        f"lanes/{cast.lane.code}/close/": {"reason": "x"},
        f"yards/{cast.yard.code}/bays/A-01/block/": {"reason": "x"},
        f"slots/{cast.slots[8].ref}/capacity/": {"planned": 1, "reason": "x"},
        f"entries/{entry}/withdraw/": {"reason": "x"},
        f"entries/{entry}/admit/": {},
        "overrides/": {"entry": entry, "reason": "x"},
        f"overrides/{asked}/approve/": {},
        "ports/MOHAN/policies/": {"effective_from": "2027-01-01T00:00:00Z", "note": "x"},
        "walk-ups/": {"lane": cast.lane.code, "country": "CN", "plate": "A1", "cargo_kind": "general"},
    }

    assert {path: rival.get(f"/staff/{path}").status_code for path in reads} == dict.fromkeys(reads, 404)
    assert {path: rival.post(f"/staff/{path}", body).status_code for path, body in acts.items()} == dict.fromkeys(
        acts, 404
    )
    assert QueueEntry.objects.get(ref=entry).state == "waiting"


def test_driver__at_the_desk__is_forbidden(cast: Any, driver: Any) -> None:
    answer = driver.get(f"/staff/yards/{cast.yard.code}/")

    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def test_yard__the_alarms_of_the_console__are_those_of_the_api(cast: Any, operator: Any) -> None:
    """One rule: a bay taken too long and a queue before the hours are told to programs as they are to people."""
    stay = stay_of(make.a_parked_entry(cast).visit_ref)
    make.a_waiting_walk_up(cast)
    cast.clock.forward(hours=13)
    assert stay

    alarms = operator.get(f"/staff/yards/{cast.yard.code}/").json()["alarms"]

    assert {"code": "overstay", "subjects": [stay.bay.code]} in alarms
    assert {"code": "waiting_out_of_hours", "subjects": [cast.lane.code]} in alarms
    assert "lane_closed_with_queue" not in {alarm["code"] for alarm in alarms}
