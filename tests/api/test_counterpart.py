"""The far side's own client: what it says counts, at its own port only, and nothing else is open to it."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.operations import enrol_device
from tests.api.conftest import Caller
from tests.api.test_gate import device_at
from yards.models import FarSideRate
from yards.operations import enter_far_side_rate


@pytest.fixture
def counterpart(cast: Any) -> Caller:
    device, secret = enrol_device(
        name="Boten", port_code=cast.port.code, kind="counterpart", **cast.by(cast.supervisor)
    )
    return Caller(Authorization=f"Device {device.ref}.{secret}")


def rate_of(lane: Any) -> str:
    return f"/counterpart/lanes/{lane.code}/rate/"


def test_rate__reported__is_in_force_with_its_source(cast: Any, counterpart: Caller) -> None:
    made = counterpart.post(rate_of(cast.lane), {"units_per_hour": 12, "note": "shift of four"})

    row = FarSideRate.objects.get()
    assert made.status_code == 201
    assert (row.units_per_hour, row.source, row.valid_from, row.note) == (12, "counterpart", cast.now, "shift of four")
    assert made.json()["source"] == "counterpart"
    assert counterpart.get(rate_of(cast.lane)).json()["results"] == [made.json()]


def test_rate__noted_by_this_sides_staff__is_shown_without_the_note(cast: Any, counterpart: Caller) -> None:
    said = {"units_per_hour": 4, "valid_from": cast.now, "source": "staff", "note": "their chief is ill, says Wang"}
    enter_far_side_rate(lane_code=cast.lane.code, **said, **cast.by(cast.supervisor))

    (row,) = counterpart.get(rate_of(cast.lane)).json()["results"]
    assert (row["units_per_hour"], row["source"], row["note"]) == (4, "staff", "")


def test_rate__said_twice_with_one_key__is_one_row(cast: Any, counterpart: Caller) -> None:
    first, second = (counterpart.post(rate_of(cast.lane), {"units_per_hour": 3}, key="k") for _ in range(2))

    assert first.content == second.content
    assert FarSideRate.objects.count() == 1


@pytest.mark.parametrize("units", [-1, 10**6, 1.5, "x", True, [], {}])
def test_rate__not_a_rate__is_422_and_nothing_is_kept(cast: Any, counterpart: Caller, units: Any) -> None:
    answer = counterpart.post(rate_of(cast.lane), {"units_per_hour": units})

    assert answer.status_code == 422
    assert not FarSideRate.objects.exists()


def test_rate__without_a_key__is_400(cast: Any, counterpart: Caller) -> None:
    answer = counterpart.post(rate_of(cast.lane), {"units_per_hour": 3}, key=None)

    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")


def test_rate__lane_of_another_port__is_404(cast: Any, counterpart: Caller) -> None:
    assert counterpart.post(rate_of(cast.other_lane), {"units_per_hour": 3}).status_code == 404
    assert counterpart.get(rate_of(cast.other_lane)).status_code == 404


def test_rate__gate_device_person_or_nobody__may_not(cast: Any, operator: Caller, anybody: Caller) -> None:
    gate = device_at(cast.device)

    assert gate.post(rate_of(cast.lane), {"units_per_hour": 3}).status_code == 401
    assert operator.post(rate_of(cast.lane), {"units_per_hour": 3}).status_code == 401
    assert anybody.post(rate_of(cast.lane), {"units_per_hour": 3}).status_code == 401
    assert not FarSideRate.objects.exists()


def test_counterpart__at_the_gate_or_the_desk__gets_nothing(cast: Any, counterpart: Caller) -> None:
    seen = {"plate": "云A00001", "country": "CN"}

    assert counterpart.post("/gate/arrivals/", seen).status_code == 401
    assert counterpart.get(f"/staff/ports/{cast.port.code}/far-side/").status_code in (401, 403)
