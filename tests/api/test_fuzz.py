"""Every described operation, met with nonsense by everybody: refused as a problem document, never a fault of ours."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator

from tests.api.conftest import Caller
from tests.api.test_gate import device_at

ODD = [
    None,
    "",
    " ",
    "\x00",
    "\ud800",
    "🚚",
    "x" * 3000,
    -1,
    0,
    2**63,
    1.5,
    1e308,
    True,
    [],
    [[]],
    {},
    {"a": 1},
    "T-000000000",
    "9999-12-31",
]
ODD += [
    "0001-01-01T00:00:00-23:59",
    "9999-12-31T23:59:59+23:59",
    "2026-02-30",
    "' OR 1=1 --",
    "../../etc/passwd",
    "%s%n",
    "null",
]
ROUNDS = 3


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    schema = SchemaGenerator().get_schema(request=None, public=True)
    components = schema["components"]["schemas"]
    found = []
    for path, ways in schema["paths"].items():
        for method, said in ways.items():
            content = said.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
            fields = components.get(content.get("$ref", "").rpartition("/")[2], {}).get("properties", {})
            asked = {p["name"] for p in said.get("parameters", []) if p["in"] == "query"}
            found.append((method, path, {"fields": list(fields), "query": sorted(asked)}))
    return found


@pytest.fixture
def everybody(cast: Any, waiting: dict[str, Any]) -> list[Caller]:
    people = [cast.driver, cast.dispatcher, cast.supervisor, cast.port_admin]
    return [Caller(), *map(Caller, people), device_at(cast.device)]


def test_every_operation__nonsense__is_a_problem_and_never_a_fault(
    cast: Any, everybody: list[Caller], waiting: dict[str, Any]
) -> None:
    pick = random.Random(20260302)
    known = {
        "ref": [waiting["ref"], "Q-000000000", "R-000000000"],
        "code": ["MOHAN", cast.lane.code, cast.yard.code, "NOWHERE"],
    }
    known |= {"lane_code": [cast.lane.code, "X"], "bay_code": ["A-01", "Z-99"]}
    faults = []
    for method, path, said in operations():
        if path.endswith("sign-out/"):
            continue
        for caller in everybody:
            for _ in range(ROUNDS):
                answer, what = send(caller, pick, method, path, known, said)
                kind = answer["Content-Type"] if answer.content else ""
                if answer.status_code >= 500 or (answer.status_code >= 400 and kind != "application/problem+json"):
                    faults.append(f"{answer.status_code} {method} {what}")

    assert not faults, "\n".join(faults[:20])


def send(
    caller: Caller, pick: random.Random, method: str, path: str, known: dict[str, list[str]], said: dict[str, Any]
) -> tuple[Any, str]:
    where = path
    for name, values in known.items():
        where = where.replace("{" + name + "}", pick.choice(values))
    body: Any = {name: pick.choice(ODD) for name in said["fields"] if pick.random() < 0.8}
    body = pick.choice([body, body, body, pick.choice(ODD)])
    query = {
        name: str(pick.choice(ODD)).encode("utf-8", "surrogatepass") for name in said["query"] if pick.random() < 0.5
    }
    where = where.removeprefix("/api/v1")
    caller.client.raise_request_exception = False
    if method == "get":
        return caller.get(where, query), f"{where} {query!r}"
    headers = {"Idempotency-Key": str(pick.random()), "If-Match": "*"}
    act = getattr(caller.client, method)
    return act(
        "/api/v1" + where, json.dumps(body), content_type="application/json", headers=headers
    ), f"{where} {body!r}"
