"""What devices in the yard report: who was read where, and what a place's sensor says."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from reservations import passes
from reservations.operations import exit_yard
from tests import factories as make
from tests.api.conftest import Caller
from tests.api.test_gate import device_at
from yards.models import Sensed, Sighting, Stay
from yards.queries_yard import doubts_of


@pytest.fixture
def gate(cast: Any) -> Caller:
    return device_at(cast.device)


@pytest.fixture
def inside(cast: Any) -> Any:
    """The cast's vehicle, in the yard, on the way to its bay."""
    return make.an_admitted_entry(cast, vehicle=cast.vehicle)


def own(entry: Any) -> str:
    return str(Stay.objects.get(visit_ref=entry.visit_ref, state="held").bay.code)


def read(gate: Caller, code: str, kind: str = "bay", **said: Any) -> Any:
    return gate.post("/gate/reads/", {"kind": kind, "code": code} | said, key=None)


def sense(gate: Caller, code: str, taken: Any, kind: str = "bay", **said: Any) -> Any:
    return gate.post("/gate/readings/", {"kind": kind, "code": code, "taken": taken} | said, key=None)


def test_read__plate_in_its_bay__is_noted(cast: Any, gate: Caller, inside: Any) -> None:
    answer = read(gate, own(inside), plate=cast.vehicle.plate, country="CN")
    assert (answer.status_code, answer.json()) == (
        200,
        {"outcome": "noted", "entry": inside.ref, "bay": own(inside)},
    )
    assert Sighting.objects.get().code == own(inside)


def test_read__its_pass_at_a_gate__is_the_same_visit(cast: Any, gate: Caller, inside: Any) -> None:
    answer = read(gate, "G1", "gate", token=passes.issue(inside.reservation))
    assert (answer.json()["outcome"], answer.json()["entry"]) == ("noted", inside.ref)


def test_read__twice_late_and_astray__each_is_named(cast: Any, gate: Caller, inside: Any) -> None:
    plate = {"plate": cast.vehicle.plate}
    earlier = (cast.now - timedelta(seconds=90)).isoformat()
    said = [
        read(gate, own(inside), **plate),
        read(gate, own(inside), **plate),
        read(gate, "C-01", **plate, occurred_at=earlier),
        read(gate, "C-01", **plate),
    ]
    assert [answer.json()["outcome"] for answer in said] == ["noted", "double", "late", "astray"]
    assert Stay.objects.get().state == "held"


def test_read__unknown_plate__is_a_ghost_and_changes_nothing(cast: Any, gate: Caller) -> None:
    answer = read(gate, "A", "zone", plate="XX 00000")
    assert (answer.status_code, answer.json()) == (200, {"outcome": "ghost", "entry": None, "bay": None})
    assert not Sighting.objects.exists()
    assert not Sensed.objects.exists()


def test_read__ghost_in_a_free_bay__that_bay_is_doubted_and_stays_free(cast: Any, gate: Caller) -> None:
    read(gate, "A-02", plate="XX 00000")
    assert [(one.row.code, one.why) for one in doubts_of(cast.yard, now=cast.now)] == [("A-02", "differs")]
    assert not Stay.objects.exists()


def test_read__told_after_it_has_left__is_late_and_doubts_nothing(cast: Any, gate: Caller, inside: Any) -> None:
    code, seen_at = own(inside), cast.now
    cast.clock.forward(minutes=10)
    exit_yard(entry_ref=inside.ref, **cast.by(cast.operator))
    answer = read(gate, code, plate=cast.vehicle.plate, occurred_at=seen_at.isoformat())
    assert (answer.status_code, answer.json()["outcome"]) == (200, "late")
    assert not Sensed.objects.exists()
    cast.clock.forward(minutes=10)
    assert read(gate, code, plate=cast.vehicle.plate).json()["outcome"] == "ghost", "it is there now, by no books"


def test_read__who_only_waits__is_a_ghost_in_the_yard(cast: Any, gate: Caller) -> None:
    make.a_waiting_entry(cast, vehicle=cast.vehicle)
    assert read(gate, "A", "zone", plate=cast.vehicle.plate).json()["outcome"] == "ghost"


def test_read__plate_of_two_countries__goes_to_a_person(cast: Any, gate: Caller, inside: Any) -> None:
    make.an_admitted_entry(cast, vehicle=make.a_vehicle(driver=cast.driver, plate=cast.vehicle.plate, country="LA"))
    answer = read(gate, "A", "zone", plate=cast.vehicle.plate)
    assert (answer.status_code, answer.json()["code"]) == (409, "plate_ambiguous")


@pytest.mark.parametrize(("kind", "code"), [("bay", "Z-99"), ("post", "P9"), ("zone", "Z"), ("gate", "G9")])
def test_read__no_such_place__is_said(cast: Any, gate: Caller, inside: Any, kind: str, code: str) -> None:
    answer = read(gate, code, kind, plate=cast.vehicle.plate)
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_place")


def test_read__ghost_in_a_bay_that_is_none__is_said(gate: Caller) -> None:
    assert read(gate, "Z-99", plate="XX 00000").status_code == 404


def test_read__another_port_s_yard__is_not_found(cast: Any, gate: Caller) -> None:
    answer = read(gate, "A-01", plate="XX 00000", yard=cast.other_yard.code)
    assert answer.status_code == 404


def test_reading__differs__is_flagged_and_told_back(cast: Any, gate: Caller) -> None:
    answer = sense(gate, "A-02", 1)
    assert answer.status_code == 200
    body = answer.json()
    assert (body["taken"], body["books"], body["capacity"]) == (1, 0, None)
    assert body["doubted_at"] is not None


def test_reading__627_free_of_22__is_kept_and_doubted(cast: Any, gate: Caller) -> None:
    body = sense(gate, "A", -605, "zone", capacity=22).json()
    assert (body["taken"], body["capacity"], bool(body["doubted_at"])) == (-605, 22, True)


def test_reading__old_one__the_newest_is_told(cast: Any, gate: Caller) -> None:
    sense(gate, "A-02", 0)
    old = (cast.now - timedelta(minutes=5)).isoformat()
    assert sense(gate, "A-02", 1, seen_at=old).json()["taken"] == 0


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"kind": "post"}, "kind"),
        ({"taken": "many"}, "taken"),
        ({"taken": 10**12}, "taken"),
        ({"capacity": 10**12}, "capacity"),
        ({"seen_at": "yesterday"}, "seen_at"),
        ({"code": ""}, "code"),
    ],
)
def test_reading__nonsense__is_refused_by_field(gate: Caller, said: dict[str, Any], field: str) -> None:
    answer = gate.post("/gate/readings/", {"kind": "bay", "code": "A-02", "taken": 1} | said, key=None)
    assert answer.status_code == 422
    assert field in str(answer.json())


def test_reading__unknown_place_or_yard__is_not_found(cast: Any, gate: Caller) -> None:
    assert sense(gate, "Z-99", 1).status_code == 404
    assert sense(gate, "A-01", 1, yard=cast.other_yard.code).status_code == 404


def test_read__in_another_yard_of_the_port__is_a_ghost_there(cast: Any, gate: Caller, inside: Any) -> None:
    make.a_yard(cast.port, code="MOHAN-TWO")
    answer = read(gate, own(inside), plate=cast.vehicle.plate, yard=cast.yard.code)
    assert answer.json()["outcome"] == "noted"
    other = read(gate, "G9", "gate", plate=cast.vehicle.plate, yard="MOHAN-TWO")
    assert other.json()["outcome"] == "ghost"
    assert [(row.yard_id, row.code) for row in Sighting.objects.all()] == [(cast.yard.pk, own(inside))]


def test_read__several_yards_and_none_named__is_refused(cast: Any, gate: Caller, inside: Any) -> None:
    make.a_yard(cast.port, code="MOHAN-TWO")
    assert read(gate, own(inside), plate=cast.vehicle.plate).status_code == 422
    assert sense(gate, own(inside), 1).status_code == 422
    assert not Sighting.objects.exists()
