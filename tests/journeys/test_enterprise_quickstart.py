"""What docs/enterprise.md promises: its lines run as written on `manage.py up`, and a client made from the description works."""

from __future__ import annotations

import importlib
import json
import os
import re
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.parts import processes
from tests.parts.receiver import Receiver, receiving
from tests.parts.source import ROOT

pytestmark = [pytest.mark.stack, pytest.mark.valkey, pytest.mark.sqlite]
DOC = ROOT / "docs" / "enterprise.md"
CONFIG = ROOT / "docs" / "enterprise-client.yaml"
GIVEN_ELSEWHERE = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DEBUG", "PORTLANE_CLOCK", "PORTLANE_DATA_DIR"}
READY_WITHIN_S, LINES_WITHIN_S, TOLD_WITHIN_S = 240, 480, 60


@dataclass(frozen=True)
class Installation:
    """A running `manage.py up`, and the environment in which the document's lines are typed."""

    url: str
    environment: dict[str, str]
    folder: Path


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder, port = tmp_path_factory.mktemp("enterprise"), processes.free_port()
    given = {name: value for name, value in os.environ.items() if name not in GIVEN_ELSEWHERE}
    given["PORTLANE_WEBHOOK_PRIVATE"] = "1"  # receivers of these tests live on this machine
    log = folder / "log"
    argv = [sys.executable, "manage.py", "up", "--data-dir", folder / "data", "--port", port]
    with log.open("wb") as words:
        child = processes.start(argv, cwd=ROOT, env=given, stdout=words, stderr=words)
    ready = lambda: "press Ctrl-C" in log.read_text(errors="replace")  # noqa: E731
    processes.wait_until(ready, child=child, within_s=READY_WITHIN_S, log=log)
    url = f"http://127.0.0.1:{port}"
    own = {"PORTLANE": url, "PYTHON": sys.executable, "PORTLANE_DATA_DIR": str(folder / "data"), "TMPDIR": str(folder)}
    yield Installation(url, given | own, folder)
    processes.stop(child, within_s=30)


def lines_of(document: Path) -> str:
    """The shell lines of a document, in order, as one script that stops at the first that fails."""
    blocks = re.findall(r"^```sh\n(.*?)^```", document.read_text(), re.MULTILINE | re.DOTALL)
    assert blocks
    return "set -euo pipefail\n" + "\n".join(blocks)


def test_quick_start__typed_as_written__declares_reserves_for_forty_and_changes(installation: Installation) -> None:
    typed = subprocess.run(
        ["bash", "-x", "-c", lines_of(DOC)],
        cwd=ROOT,
        env=installation.environment,
        capture_output=True,
        text=True,
        timeout=LINES_WITHIN_S,
        check=False,
    )
    assert typed.returncode == 0, f"{typed.stdout[-2000:]}\n{typed.stderr[-3000:]}"
    told = json.loads((installation.folder / "told").read_text())
    assert (told["total"], told["done"], told["refused"]) == (40, 40, 0)
    assert (installation.folder / "pass.pdf").read_bytes().startswith(b"%PDF-")


# ---------------------------------------------------------------- the generated client
@pytest.fixture(scope="module")
def made(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The package that openapi-python-client makes of the enterprise's part of the description, on the path."""
    folder = tmp_path_factory.mktemp("client")
    schema = httpx.get(f"{installation.url}/api/v1/schema/", params={"format": "json"}, timeout=60).json()
    schema["paths"] = {path: ways for path, ways in schema["paths"].items() if path.startswith("/api/v1/enterprise/")}
    (folder / "schema.json").write_text(json.dumps(schema))
    tool = str(Path(sys.executable).with_name("openapi-python-client"))
    argv = [tool, "generate", "--path", "schema.json", "--config", str(CONFIG), "--meta", "none"]
    said = subprocess.run(
        [*argv, "--output-path", "portlane_client"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert said.returncode == 0, said.stdout + said.stderr
    assert "WARNING" not in said.stdout, "a call that the generator leaves out is a call nobody can make"
    sys.path.insert(0, str(folder))
    yield folder
    sys.path.remove(str(folder))


def token_of(installation: Installation, *organisation: str) -> str:
    """This will make a program of an organisation from the command line and fetch it a token."""
    key = subprocess.run(
        [sys.executable, "manage.py", "api_client", *organisation],
        cwd=ROOT,
        env=installation.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    known = dict(line.split("=", 1) for line in key.stdout.split())
    asked = httpx.post(
        f"{installation.url}/api/v1/oauth/token",
        data={"grant_type": "client_credentials"},
        auth=(known["CLIENT_ID"], known["CLIENT_SECRET"]),
        timeout=30,
    )
    return str(asked.json()["access_token"])


@pytest.fixture
def program(installation: Installation, made: Path) -> Iterator[Any]:
    """A generated client with a token of a program that may do everything."""
    client = importlib.import_module("portlane_client").AuthenticatedClient
    token = token_of(installation, "Mekong Haulage", "--country", "LA")
    with client(base_url=installation.url, token=token) as opened:
        yield opened


def call(name: str, program: Any, *path: str, **inputs: Any) -> Any:
    """This will make one call of the generated client and return what it made of the answer."""
    return importlib.import_module(f"portlane_client.api.enterprise.enterprise_{name}").sync(
        *path, client=program, **inputs
    )


def key() -> dict[str, str]:
    return {"idempotency_key": str(uuid.uuid4())}


def test_generated_client__reserve_read_and_refusal__are_typed(program: Any) -> None:
    models = importlib.import_module("portlane_client.models")
    assert call("me", program).organisation.name == "Mekong Haulage"
    plates = [f"BC {number}" for number in range(2)]
    bodies = [models.VehicleInRequest(country="LA", plate=plate) for plate in plates]
    trucks = [call("vehicles_create", program, body=body, **key()) for body in bodies]
    lane = {"port": "MOHAN", "lane": "MOHAN-IN1"}
    days = [call("availability", program, **lane, date=day) for day in call("availability", program, **lane).dates]
    places = [slot for day in days for slot in day.lanes[0].slots if slot.yours]
    items = [
        models.ReserveItemRequest(id=truck.plate, vehicle=truck.ref, slot=slot.ref, cargo_kind="general")
        for truck, slot in zip(trucks, places[-2:], strict=True)
    ]
    wrong = models.ReserveItemRequest(id="wrong", vehicle=trucks[0].ref, slot="T-NOTHING1", cargo_kind="general")
    told = call("bulk_reservations", program, body=models.BulkReserveInRequest(items=[*items, wrong]), **key())
    assert (told.total, told.done, told.refused) == (3, 2, 1)
    assert told.results[2].problem.code == "unknown_slot"
    first = told.results[0].reservation
    assert call("reservations_read", program, first.ref).to_dict() == first.to_dict()
    assert call("passes_read", program, first.ref).token.startswith("PL1.")
    assert call("reservations_read", program, "R-N0B0DYS1").code == "not_found"


# ---------------------------------------------------------------- a visit, told by webhooks
def test_sandbox__whole_visit__is_told_by_webhooks_that_the_official_library_verifies(
    installation: Installation,
) -> None:
    token = token_of(installation, "Trial Haulage", "--sandbox")
    headers = {"Authorization": f"Bearer {token}"}
    url = f"{installation.url}/api/v1/enterprise"
    with receiving() as receiver, httpx.Client(base_url=url, headers=headers, timeout=60) as caller:

        def post(path: str, **body: Any) -> Any:
            answer = caller.post(path, json=body, headers={"Idempotency-Key": str(uuid.uuid4())})
            assert answer.status_code < 300, answer.text
            return answer.json()

        clock = caller.get("/sandbox/clock/").json()
        endpoint = post("/webhooks/endpoints/", url=receiver.url, kinds=[], description="this test")
        secret = caller.get(f"/webhooks/endpoints/{endpoint['ref']}/secrets/").json()["secrets"][0]["secret"]
        truck = post("/vehicles/", country="CN", plate="云J·T0001")
        lanes = caller.get("/availability/", params={"port": clock["port"]}).json()["lanes"]
        places = [slot for lane in lanes for slot in lane["slots"] if slot["yours"]]
        held = post("/reservations/", slot=places[0]["ref"], vehicle=truck["ref"], cargo_kind="general")
        caller.post("/sandbox/clock/", json={"now": places[0]["starts_at"]}, headers={"Idempotency-Key": "on"})
        for kind in ("arrival", "called", "admitted", "bay", "exit"):
            post("/sandbox/events/", kind=kind, reservation=held["ref"])
        told = verified(receiver, secret, until="queue.exited")
    kinds = [event["type"] for event in told]
    assert kinds.index("reservation.confirmed") < kinds.index("queue.called") < kinds.index("queue.exited")
    assert len({got.id for got in receiver.got}) == len(receiver.got), "each was told once"
    assert {event["data"].get("reservation", held["ref"]) for event in told} == {held["ref"]}


def verified(receiver: Receiver, secret: str, *, until: str) -> list[dict[str, Any]]:
    """This will wait for an event and return all that came, verified by the official library, in the order of their seq."""
    deadline = time.monotonic() + TOLD_WITHIN_S
    while until not in (kinds := [json.loads(got.body)["type"] for got in receiver.got]):
        assert time.monotonic() < deadline, kinds
        time.sleep(0.2)
    return sorted((got.verified(secret) for got in receiver.got), key=lambda event: int(event["seq"]))
