"""A sandbox and the real ports stay apart: drivers that are made up serve there, and an organisation never changes its world."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin

from accounts.models import Organisation
from core import clock, worlds
from reservations.models import Reservation, Slot
from reservations.sandbox.opening import world_of
from tests import factories as make
from tests.api.conftest import Caller
from tests.cast import Cast


@pytest.fixture
def tester(cast: Cast) -> Organisation:
    return Organisation.objects.create(name="Trial Ltd", country="CN", is_sandbox=True)


@pytest.fixture
def sandbox(tester: Organisation) -> Caller:
    return Caller.program(make.a_token(tester))


def a_slot_of(sandbox: Caller, tester: Organisation) -> Slot:
    sandbox.get("/enterprise/sandbox/clock/")
    with worlds.entered(world_of(tester)):
        slots = Slot.objects.filter(lane__port__sandbox_of=tester, lane__direction="inbound", starts_at__gt=clock.now())
        found = slots.order_by("starts_at").first()
    assert found is not None
    return found


def test_reserve__named_driver_of_a_sandbox__drives(sandbox: Caller, tester: Organisation, cast: Cast) -> None:
    truck = sandbox.post("/enterprise/vehicles/", {"country": "CN", "plate": "云J·A0009"}).json()["ref"]
    driver = sandbox.post("/enterprise/drivers/", {"phone": "+8613800138000", "vehicles": [truck]}).json()["ref"]
    slot = a_slot_of(sandbox, tester)
    body: dict[str, Any] = {"slot": slot.ref, "vehicle": truck, "cargo_kind": "general", "driver": driver}
    made = sandbox.post("/enterprise/reservations/", body)
    assert (made.status_code, made.json().get("driver")) == (201, driver), made.json()
    assert Reservation.objects.get(ref=made.json()["ref"]).driver.ref == driver  # type: ignore[union-attr]


def test_office__organisation_that_is_there__cannot_change_its_world(cast: Cast, tester: Organisation) -> None:
    office = admin.site._registry[Organisation]
    request: Any = None
    assert "is_sandbox" in office.get_readonly_fields(request, tester)
    assert "is_sandbox" not in office.get_readonly_fields(request, None)


def test_real_rows__organisation_seen_as_a_sandbox__are_not_there(cast: Cast) -> None:
    truck = make.a_vehicle(driver=cast.driver, organisation=cast.carrier)
    reservation = make.a_confirmed_reservation(cast, vehicle=truck)
    make.a_waiting_walk_up(cast, vehicle=make.a_vehicle(plate="云J·C0001", organisation=cast.carrier))
    drafted = {"port": cast.port.code, "direction": "inbound", "mode": "0110"}
    real = Caller.program(make.a_token(cast.carrier))
    declared = real.post("/enterprise/declarations/", drafted)
    assert declared.status_code == 201, declared.json()
    one = [f"/enterprise/reservations/{reservation.ref}/", f"/enterprise/declarations/{declared.json()['ref']}/"]
    assert [real.get(path).status_code for path in one] == [200, 200]
    Organisation.objects.filter(pk=cast.carrier.pk).update(is_sandbox=True)
    assert [real.get(path).status_code for path in one] == [404, 404]
    assert {line["where"] for line in real.get("/enterprise/visits/").json()["vehicles"]} == {"idle"}
    lines = real.get("/enterprise/history.jsonl")
    assert b"".join(lines.streaming_content) == b""  # type: ignore[attr-defined]
