"""A sandbox organisation: its own port, a clock it moves on, events it raises; nobody else sees any of it, and it sees nobody."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import Organisation, User, Vehicle
from core import worlds
from reservations import tasks
from reservations.models import QueueEntry, Reservation, Slot
from reservations.operations import request_reservation
from reservations.sandbox.opening import world_of
from tests import factories as make
from tests.api.conftest import Caller
from tests.cast import Cast, Outbox
from yards.models import Lane, Port

PUBLIC = (
    *(f"/api/v1/public/ports/{{port}}/{part}" for part in ("", "policy/", "board/", "lanes/{lane}/slots/")),
    *(f"/api/v1/public/ports/{{port}}/{part}/" for part in ("rounds", "closures", "far-side", "scores")),
    *(f"/api/v1/public/yards/{{yard}}/parking/{part}" for part in ("", "status.xml", "table.xml")),
    "/ports/{port}/",
    "/ports/{port}/rounds/",
    "/ports/{port}/scores/",
    "/lanes/{lane}/order/",
    "/boards/{yard}/",
    "/yards/{yard}/signs/",
)
REAL = {"port": "MOHAN", "yard": "MOHAN-YARD", "lane": "MOHAN-IN1"}
CLOCK, EVENTS = "/enterprise/sandbox/clock/", "/enterprise/sandbox/events/"


@pytest.fixture
def tester(cast: Cast) -> Organisation:
    return Organisation.objects.create(name="Trial Ltd", country="CN", is_sandbox=True)


@pytest.fixture
def sandbox(tester: Organisation) -> Caller:
    return Caller.program(make.a_token(tester))


def a_truck(sandbox: Caller, plate: str = "云J·A0001") -> str:
    return str(sandbox.post("/enterprise/vehicles/", {"country": "CN", "plate": plate}).json()["ref"])


def reserved(sandbox: Caller, tester: Organisation, cast: Cast, *, hours: float = 1) -> Reservation:
    """A place of a truck of its own in the first slot that starts so many hours from now."""
    truck = a_truck(sandbox, f"云J·B{make.nth():04d}")
    sandbox.get(CLOCK)
    with worlds.entered(world_of(tester)):
        slots = Slot.objects.filter(lane__port__sandbox_of=tester, lane__direction="inbound")
        slot = slots.filter(starts_at__gte=cast.now + timedelta(hours=hours)).order_by("starts_at").first()
        assert slot is not None
        asker = User.objects.get(api_client__organisation=tester)
        return request_reservation(
            slot_ref=slot.ref, vehicle_ref=truck, cargo_kind="general", driver=asker, now=cast.now, actor=asker.actor
        )


def happens(sandbox: Caller, kind: str, reservation: Reservation) -> Any:
    return sandbox.post(EVENTS, {"kind": kind, "reservation": reservation.ref})


def moved_on(sandbox: Caller, **span: float) -> Any:
    shown = datetime.fromisoformat(sandbox.get(CLOCK).json()["now"])
    return sandbox.post(CLOCK, {"now": (shown + timedelta(**span)).isoformat()})


# ---------------------------------------------------------------- its port
def test_first_call__sandbox_organisation__has_a_port_with_slots(sandbox: Caller, tester: Organisation) -> None:
    told = sandbox.get(CLOCK)
    port = Port.objects.get(sandbox_of=tester)
    assert (told.status_code, told.json()["port"], told.json()["ahead_s"]) == (200, port.code, 0)
    assert Slot.objects.filter(lane__port=port).exists()
    assert sandbox.get(CLOCK).json()["port"] == port.code


def test_clock__other_organisation__has_none(enterprise: Caller) -> None:
    answer = enterprise.get(CLOCK)
    assert (answer.status_code, answer.json()["code"]) == (404, "no_sandbox")
    assert enterprise.post(CLOCK, {"now": "2030-01-01T00:00:00Z"}).status_code == 404


def test_port_of_a_sandbox__everybody_else__finds_nothing(
    sandbox: Caller, cast: Cast, anybody: Caller, driver: Caller
) -> None:
    code = sandbox.get(CLOCK).json()["port"]
    lane = Lane.objects.filter(port__code=code).first()
    assert lane is not None
    hidden = {"port": code, "yard": code, "lane": lane.code}
    for path in PUBLIC:
        told = [driver.client.get(path.format(**names)).status_code for names in (REAL, hidden)]
        assert (path, *told) == (path, 200, 404)
    for listing in ("/api/v1/public/ports/", "/"):
        assert code not in anybody.client.get(listing).content.decode()


def test_real_slot__program_of_a_sandbox__is_not_there(sandbox: Caller, tester: Organisation, cast: Cast) -> None:
    truck = a_truck(sandbox)
    asker = User.objects.get(api_client__organisation=tester)
    with worlds.entered(world_of(tester)), pytest.raises(Exception, match="unknown_slot"):
        request_reservation(
            slot_ref=cast.slots[8].ref,
            vehicle_ref=truck,
            cargo_kind="general",
            driver=asker,
            now=cast.now,
            actor=asker.actor,
        )


# ---------------------------------------------------------------- its vehicles and drivers
def test_register__plate_of_a_real_vehicle__is_another_vehicle(sandbox: Caller, cast: Cast) -> None:
    real = cast.vehicle
    made = sandbox.post("/enterprise/vehicles/", {"country": real.country, "plate": real.plate})
    assert (made.status_code, made.json()["plate"]) == (201, real.plate)
    assert made.json()["ref"] != real.ref
    found = sandbox.get("/enterprise/vehicles/", {"plate": real.plate}).json()["results"]
    assert [row["ref"] for row in found] == [made.json()["ref"]]


def test_register__plate_tried_out__stays_free_for_its_owner(sandbox: Caller, enterprise: Caller) -> None:
    a_truck(sandbox, "云J·A7777")
    assert enterprise.post("/enterprise/vehicles/", {"country": "CN", "plate": "云J·A7777"}).status_code == 201


def test_name__phone_of_a_real_driver__is_made_up_and_not_told(sandbox: Caller, cast: Cast, outbox: Outbox) -> None:
    body = {"phone": cast.driver.phone, "vehicles": [a_truck(sandbox)]}
    made = sandbox.post("/enterprise/drivers/", body).json()
    assert (made["phone_end"], outbox) == ((cast.driver.phone or "")[-4:], [])
    assert made["ref"] != cast.driver.ref
    assert sandbox.post("/enterprise/drivers/", body).json()["ref"] == made["ref"]
    assert set(cast.driver.vehicles.all()) == {cast.vehicle}


# ---------------------------------------------------------------- its clock
def test_clock__set_on__is_so_for_the_sandbox_alone(sandbox: Caller, enterprise: Caller, cast: Cast) -> None:
    told = moved_on(sandbox, hours=5)
    assert told.json()["ahead_s"] == 5 * 3600
    cast.clock.forward(minutes=10)
    assert datetime.fromisoformat(sandbox.get(CLOCK).json()["now"]) == cast.now + timedelta(hours=5)
    assert worlds.current() is None


@pytest.mark.parametrize(("hours", "code"), [(-1, "clock_backwards"), (24 * 32, "clock_too_far")])
def test_clock__set_back_or_too_far__is_refused(sandbox: Caller, hours: float, code: str) -> None:
    moved_on(sandbox, hours=2)
    answer = moved_on(sandbox, hours=hours)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert sandbox.get(CLOCK).json()["ahead_s"] == 7200


def test_clock__set_beyond_the_slot__nobody_came(sandbox: Caller, tester: Organisation, cast: Cast) -> None:
    mine, theirs = reserved(sandbox, tester, cast), make.a_confirmed_reservation(cast, slot=cast.slots[1])
    moved_on(sandbox, hours=6)
    assert Reservation.objects.get(pk=mine.pk).state == "no_show"
    assert Reservation.objects.get(pk=theirs.pk).state == "confirmed"


def test_sweep__installation_past_the_slot__leaves_sandboxes_to_their_own(
    sandbox: Caller, tester: Organisation, cast: Cast
) -> None:
    mine = reserved(sandbox, tester, cast)
    cast.clock.forward(hours=6)
    tasks.sweep()
    assert Reservation.objects.get(pk=mine.pk).state == "confirmed"
    tasks.run_sandboxes()
    assert Reservation.objects.get(pk=mine.pk).state == "no_show"


# ---------------------------------------------------------------- its events
def test_events__in_order__drive_a_visit_from_arrival_to_exit(
    sandbox: Caller, tester: Organisation, cast: Cast
) -> None:
    mine = reserved(sandbox, tester, cast)
    seen = [happens(sandbox, kind, mine).json() for kind in ("arrival", "called", "admitted", "bay", "exit")]
    assert [said["entry_state"] for said in seen] == ["waiting", "called", "admitted", "admitted", "exited"]
    assert [bool(said["bay"]) for said in seen] == [False, True, True, True, False]
    assert seen[-1]["reservation_state"] == "completed"
    assert datetime.fromisoformat(seen[0]["at"]) == cast.now


def test_event__too_early__is_what_the_gate_would_say(sandbox: Caller, tester: Organisation, cast: Cast) -> None:
    mine = reserved(sandbox, tester, cast, hours=20)
    assert happens(sandbox, "arrival", mine).json()["code"] == "too_early"
    moved_on(sandbox, hours=20)
    assert happens(sandbox, "arrival", mine).status_code == 200
    assert QueueEntry.objects.get(visit_ref=mine.visit_ref).arrived_at == cast.now + timedelta(hours=20)


def test_event__before_arrival_or_twice__is_a_problem(sandbox: Caller, tester: Organisation, cast: Cast) -> None:
    mine = reserved(sandbox, tester, cast)
    assert happens(sandbox, "admitted", mine).status_code == 404
    happens(sandbox, "arrival", mine)
    assert happens(sandbox, "arrival", mine).status_code == 409


def test_event__called_a_second_time__calls_nobody_else(sandbox: Caller, tester: Organisation, cast: Cast) -> None:
    first, second = (reserved(sandbox, tester, cast) for _ in range(2))
    moved_on(sandbox, hours=1)
    for reservation in (first, second):
        assert happens(sandbox, "arrival", reservation).status_code == 200
    assert happens(sandbox, "called", first).status_code == 200
    again = happens(sandbox, "called", first)
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")
    assert list(QueueEntry.objects.order_by("pk").values_list("state", flat=True)) == ["called", "waiting"]


def test_event__reservation_of_another__is_not_found(sandbox: Caller, cast: Cast) -> None:
    assert happens(sandbox, "arrival", make.a_confirmed_reservation(cast)).status_code == 404


def test_event__real_organisation__has_none(enterprise: Caller, cast: Cast) -> None:
    mine = make.a_confirmed_reservation(cast, vehicle=cast.vehicle)
    answer = happens(enterprise, "arrival", mine)
    assert (answer.status_code, answer.json()["code"]) == (404, "no_sandbox")
    assert Vehicle.objects.filter(pk=cast.vehicle.pk).exists()
