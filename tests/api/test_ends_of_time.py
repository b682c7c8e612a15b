"""The first and the last moment a calendar knows: an answer with a reason, wherever something is added to or taken from it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Caller
from tests.cast import Cast

FIRST, LAST = "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"
DAYS = ["0001-01-01", "9999-12-31"]
CARGO = {"cargo_kind": "general", "direction": "inbound"}
SPANS = [(FIRST, FIRST), (FIRST, LAST), (LAST, LAST), ("9999-12-20T00:00:00Z", LAST)]


def answered(answer: Any) -> bool:
    """No fault of ours: those are raised here."""
    return bool(answer.status_code < 500)


@pytest.mark.parametrize("query", [{"since": FIRST}, {"since": LAST}, {"until": FIRST}, {"until": LAST}])
@pytest.mark.parametrize("path", ["history.csv", "history.jsonl", "reservations/"])
def test_read__interval_at_an_end_of_time__is_answered(enterprise: Caller, path: str, query: dict[str, str]) -> None:
    assert answered(enterprise.get(f"/enterprise/{path}", query))


@pytest.mark.parametrize("day", DAYS)
def test_read__day_at_an_end_of_time__is_answered(
    cast: Cast, enterprise: Caller, driver: Caller, supervisor: Caller, anybody: Caller, day: str
) -> None:
    port, lane = cast.port.code, cast.lane.code
    asked = {"port": port, "service_date": day, **CARGO}
    assert answered(enterprise.get("/enterprise/rounds/day/", asked))
    assert answered(driver.get("/driver/rounds/day/", asked))
    assert answered(enterprise.get("/enterprise/availability/", {"port": port, "date": day}))
    assert answered(anybody.get(f"/public/ports/{port}/lanes/{lane}/slots/", {"date": day}))
    assert answered(supervisor.get(f"/staff/lanes/{lane}/slots/", {"date": day}))
    assert answered(supervisor.get(f"/staff/ports/{port}/reservations/", {"date": day}))


@pytest.mark.parametrize(("earliest", "latest"), SPANS)
def test_wish__at_an_end_of_time__is_answered(cast: Cast, enterprise: Caller, earliest: str, latest: str) -> None:
    times = {"earliest_at": earliest, "latest_at": latest, "preferred_at": latest}
    wish = {"port": cast.port.code, "cargo_kind": "general", **times}
    one = wish | {"vehicle": cast.vehicle.ref, "lanes": [cast.lane.code]}
    assert answered(enterprise.post("/enterprise/bookings/options/", one))
    for day in [*DAYS, cast.slots[8].service_date.isoformat()]:
        many = wish | {"vehicles": [cast.vehicle.ref], "lanes": [cast.lane.code], "service_date": day}
        assert answered(enterprise.post("/enterprise/requests/", many))
        assert (
            enterprise.post("/enterprise/bulk/requests/", {"items": [one | {"service_date": day}]}).status_code == 207
        )
    held = enterprise.post(
        "/enterprise/reservations/", {"slot": cast.slots[8].ref, "vehicle": cast.vehicle.ref, "cargo_kind": "general"}
    )
    assert answered(enterprise.post(f"/enterprise/reservations/{held.json()['ref']}/stand-by/", times))


@pytest.mark.parametrize(("starts", "ends"), SPANS)
def test_closure_and_rate__at_an_end_of_time__are_answered(
    cast: Cast, supervisor: Caller, starts: str, ends: str
) -> None:
    lane, port = cast.lane.code, cast.port.code
    stage = {"starts_at": starts, "ends_at": ends, "units_per_hour": 3}
    closure = {"scope": "lane", "lanes": [lane], "starts_at": starts, "ends_at": ends, "stages": [stage], "reason": "x"}
    for path in ("closures/preview/", "closures/"):
        assert answered(supervisor.post(f"/staff/ports/{port}/{path}", closure))
    assert answered(supervisor.post(f"/staff/lanes/{lane}/far-side/", {"units_per_hour": 3, "valid_from": ends}))
    policy = {"effective_from": starts, "note": "x"}
    assert answered(supervisor.post(f"/staff/ports/{port}/policies/", policy))
