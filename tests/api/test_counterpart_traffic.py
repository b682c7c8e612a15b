"""What the far side's client posts of closures and crossings, and what it reads of vehicles on their way to it: its own port's alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.operations import enrol_device
from core.models import LedgerEntry
from reservations.models import QueueEntry
from reservations.operations import admit, call_next, declare_closure, exit_yard, occupy, release
from tests import factories as make
from tests.api.conftest import Caller
from tests.cast import Cast
from yards.models import Closure, Crossing, Lane, Port

CLOSURES, CROSSINGS, COMING = (f"/counterpart/{name}/" for name in ("closures", "crossings", "on-its-way"))
PLATE = "云J55501"


@pytest.fixture
def counterpart(cast: Cast) -> Caller:
    device, secret = enrol_device(
        name="Boten", port_code=cast.port.code, kind="counterpart", **cast.by(cast.supervisor)
    )
    return Caller(Authorization=f"Device {device.ref}.{secret}")


@pytest.fixture
def out(cast: Cast) -> Lane:
    lane = make.a_lane(cast.yard, "MOHAN-OUT1", direction="outbound")
    make.open_daily(lane)
    return lane


@pytest.fixture
def waiting_out(cast: Cast, out: Lane) -> QueueEntry:
    return make.a_waiting_walk_up(cast, lane=out, vehicle=make.a_vehicle(plate=PLATE))


def driven_out(cast: Cast, entry: QueueEntry) -> QueueEntry:
    call_next(lane_code=entry.lane.code, **cast.by(cast.operator))
    for act in (admit, occupy, release, exit_yard):
        act(entry_ref=entry.ref, **cast.by(cast.operator))
    return entry


def arrived(cast: Cast, visit: str, **fields: Any) -> dict[str, Any]:
    return {"kind": "arrived", "visit": visit, "crossed_at": cast.now.isoformat()} | fields


# ---------------------------------------------------------------- on its way
def test_on_its_way__waiting_outbound__is_seen_masked(cast: Cast, counterpart: Caller, waiting_out: QueueEntry) -> None:
    make.a_waiting_walk_up(cast)  # inbound: none of its business
    said = counterpart.get(COMING).json()
    (vehicle,) = said["vehicles"]
    assert (said["sees"], said["counts"]["waiting"]) == ("masked", 1)
    assert (vehicle["visit"], vehicle["state"]) == (waiting_out.visit_ref, "waiting")
    assert PLATE not in str(said)
    assert "*" in vehicle["plate"]


@pytest.mark.parametrize(("agreed", "seen"), [("counts", []), ("plates", [PLATE])])
def test_on_its_way__other_agreement__is_kept(
    cast: Cast, counterpart: Caller, waiting_out: QueueEntry, agreed: str, seen: list[str]
) -> None:
    Port.objects.filter(pk=cast.port.pk).update(counterpart_sees=agreed)
    said = counterpart.get(COMING).json()
    assert ([each["plate"] for each in said["vehicles"]], said["counts"]["waiting"]) == (seen, 1)


def test_on_its_way__place_tomorrow__is_counted_by_the_hour(cast: Cast, counterpart: Caller, out: Lane) -> None:
    slot = make.a_slot(out, starts_at=cast.now + timedelta(hours=3))
    make.a_confirmed_reservation(cast, slot=slot)
    said = counterpart.get(COMING).json()
    assert [(hour["lane"], hour["expected"]) for hour in said["hours"]] == [("MOHAN-OUT1", 1)]
    assert said["vehicles"][0]["state"] == "expected"


# ---------------------------------------------------------------- crossings
def test_arrived__driven_out__is_noted_once_and_off_the_list(
    cast: Cast, counterpart: Caller, waiting_out: QueueEntry
) -> None:
    driven_out(cast, waiting_out)
    assert counterpart.get(COMING).json()["counts"]["left"] == 1
    made = counterpart.post(CROSSINGS, arrived(cast, waiting_out.visit_ref))
    assert (made.status_code, made.json()["visit"]) == (201, waiting_out.visit_ref)
    assert counterpart.get(COMING).json()["vehicles"] == []
    assert counterpart.post(CROSSINGS, arrived(cast, waiting_out.visit_ref)).json()["code"] == "crossing_known"
    entry = LedgerEntry.objects.get(kind="far_side.crossed")
    assert (entry.visit_ref, entry.data["way"]) == (waiting_out.visit_ref, "arrived")
    assert counterpart.get(CROSSINGS).json()["results"] == [made.json()]


def test_arrived__still_waiting_or_another_ports__is_not_on_its_way(
    cast: Cast, counterpart: Caller, waiting_out: QueueEntry
) -> None:
    for visit in (waiting_out.visit_ref, make.an_exited_entry(cast).visit_ref, "N-000000000"):
        assert counterpart.post(CROSSINGS, arrived(cast, visit)).json()["code"] == "not_on_its_way"
    assert not Crossing.objects.exists()


def test_departed__expected_or_not__is_answered_alike_and_keeps_no_plate(cast: Cast, counterpart: Caller) -> None:
    mine = make.a_confirmed_reservation(cast, vehicle=cast.vehicle)
    plates = (cast.vehicle.plate, "粤Z99999")
    said = [
        {"kind": "departed", "country": "CN", "plate": plate, "crossed_at": cast.now.isoformat()} for plate in plates
    ]
    told = [counterpart.post(CROSSINGS, body) for body in said]
    assert {answer.status_code for answer in told} == {201}
    one, other = ({**answer.json(), "ref": ""} for answer in told)
    assert one == other
    assert sorted(Crossing.objects.values_list("visit_ref", flat=True)) == ["", mine.visit_ref]
    assert not [entry for entry in LedgerEntry.objects.all() if plates[1] in str(entry.data)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"visit": None},
        {"crossed_at": "2020-01-01T00:00:00Z"},
        {"crossed_at": "2099-01-01T00:00:00Z"},
        {"kind": "flew"},
        {"kind": "departed"},
    ],
)
def test_crossing__wrong_field__is_422(
    cast: Cast, counterpart: Caller, waiting_out: QueueEntry, wrong: dict[str, Any]
) -> None:
    driven_out(cast, waiting_out)
    body = {name: value for name, value in (arrived(cast, waiting_out.visit_ref) | wrong).items() if value is not None}
    assert counterpart.post(CROSSINGS, body).status_code == 422


# ---------------------------------------------------------------- closures
def test_closure__declared_and_lifted__shuts_the_far_side_for_its_time(cast: Cast, counterpart: Caller) -> None:
    made = counterpart.post(CLOSURES, {"reason": "power cut", "ends_at": (cast.now + timedelta(hours=3)).isoformat()})
    closure = Closure.objects.get()
    assert (made.status_code, made.json()["by"], closure.scope) == (201, "you", "far_side")
    cast.clock.forward(minutes=10)
    lifted = counterpart.post(f"{CLOSURES}{closure.ref}/lift/", {})
    assert (lifted.status_code, lifted.json()["state"]) == (200, "lifted")


def test_closure__of_this_side__is_seen_without_its_reason_and_not_lifted(cast: Cast, counterpart: Caller) -> None:
    ours = declare_closure(
        port_code="MOHAN",
        scope="far_side",
        lane_codes=[],
        starts_at=cast.now,
        ends_at=None,
        reason="their chief is ill",
        user=cast.supervisor,
        **cast.by(cast.supervisor),
    )
    (row,) = counterpart.get(CLOSURES).json()["results"]
    assert (row["ref"], row["by"], row["reason"]) == (ours.ref, "us", "")
    assert counterpart.post(f"{CLOSURES}{ours.ref}/lift/", {}).status_code == 404


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "ends_at"),
        ({"ends_at": None}, "ends_at"),
        ({"until_further_notice": True, "ends_at": "2099-01-01T00:00:00Z"}, "ends_at"),
        ({"until_further_notice": True, "starts_at": "2099-01-01T00:00:00Z"}, "starts_at"),
    ],
)
def test_closure__no_end_said_or_far_ahead__is_refused(
    cast: Cast, counterpart: Caller, fields: dict[str, Any], field: str
) -> None:
    answer = counterpart.post(CLOSURES, {"reason": "x"} | fields)
    assert answer.status_code == 422
    assert field in str(answer.json()["errors"])
    assert not Closure.objects.exists()


def test_closure__until_further_notice_said__has_no_end(cast: Cast, counterpart: Caller) -> None:
    made = counterpart.post(CLOSURES, {"reason": "power cut", "until_further_notice": True})
    assert (made.status_code, made.json()["ends_at"]) == (201, None)


def test_lift__not_begun__takes_it_back(cast: Cast, counterpart: Caller, out: Lane) -> None:
    start, end = cast.now + timedelta(hours=2), cast.now + timedelta(hours=5)
    said = {"reason": "works", "starts_at": start.isoformat(), "ends_at": end.isoformat()}
    ref = counterpart.post(CLOSURES, said).json()["ref"]
    lifted = counterpart.post(f"{CLOSURES}{ref}/lift/", {})
    assert (lifted.status_code, lifted.json()["state"]) == (200, "undone"), lifted.json()
    assert not Closure.objects.counting().exists()


def test_closure__lane_of_another_port__is_not_found(cast: Cast, counterpart: Caller) -> None:
    answer = counterpart.post(CLOSURES, {"reason": "x", "until_further_notice": True, "lanes": [cast.other_lane.code]})
    assert answer.status_code in (404, 409, 422)
    assert not Closure.objects.exists()


# ---------------------------------------------------------------- whose
@pytest.mark.parametrize("path", [CLOSURES, CROSSINGS, COMING])
def test_counterpart__nobody_and_people__are_refused(
    cast: Cast, anybody: Caller, supervisor: Caller, enterprise: Caller, path: str
) -> None:
    assert {caller.get(path).status_code for caller in (anybody, supervisor, enterprise)} == {401}


def test_counterpart__of_another_port__sees_nothing(cast: Cast, waiting_out: QueueEntry) -> None:
    device, secret = enrol_device(name="X", port_code="HEKOU", kind="counterpart", **cast.by(cast.supervisor))
    theirs = Caller(Authorization=f"Device {device.ref}.{secret}")
    assert theirs.get(COMING).json()["vehicles"] == []
    driven_out(cast, waiting_out)
    assert theirs.post(CROSSINGS, arrived(cast, waiting_out.visit_ref)).json()["code"] == "not_on_its_way"
