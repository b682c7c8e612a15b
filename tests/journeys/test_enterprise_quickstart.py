"""What docs/enterprise.md promises: its lines run as written on `manage.py up`, and a client made from the description works."""

from __future__ import annotations

import importlib
import io
import json
import os
import re
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from reservations.declarations.demo import RUBBER
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
    own["HOOKS"] = str(processes.free_port())
    yield Installation(url, given | own, folder)
    processes.stop(child, within_s=30)


def lines_of(document: Path) -> str:
    """The shell lines of a document, in order, as one script that stops at the first that fails."""
    blocks = re.findall(r"^```sh\n(.*?)^```", document.read_text(), re.MULTILINE | re.DOTALL)
    assert blocks
    return "set -euo pipefail\n" + "\n".join(blocks)


def test_quick_start__typed_as_written__goes_from_the_declaration_to_the_last_webhook(
    installation: Installation,
) -> None:
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
    folder = max(installation.folder.glob("tmp.*"), key=lambda made: made.stat().st_mtime)  # a second try has its own
    forty = json.loads((folder / "forty").read_text())
    assert (forty["total"], forty["done"], forty["refused"]) == (40, 40, 0)
    assert (folder / "pass.pdf").read_bytes().startswith(b"%PDF-")
    assert {"reservation.changed", "queue.exited"} <= {
        json.loads(line)["type"] for line in (folder / "told").read_text().splitlines()
    }


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


def opened(installation: Installation, *organisation: str) -> Any:
    """A generated client with a token of a program that may do everything."""
    client = importlib.import_module("portlane_client").AuthenticatedClient
    return client(base_url=installation.url, token=token_of(installation, *organisation))


def call(name: str, program: Any, *path: str, **inputs: Any) -> Any:
    """This will make one call of the generated client and return what it made of the answer."""
    return importlib.import_module(f"portlane_client.api.enterprise.enterprise_{name}").sync(
        *path, client=program, **inputs
    )


def key() -> dict[str, str]:
    return {"idempotency_key": str(uuid.uuid4())}


@pytest.fixture
def models(made: Path) -> Any:
    return importlib.import_module("portlane_client.models")


def test_generated_client__reserve_read_and_refusal__are_typed(installation: Installation, models: Any) -> None:
    with opened(installation, "Mekong Haulage", "--country", "LA") as program:
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


# ---------------------------------------------------------------- from the declaration to the last webhook
CONTENT = {part: said for part, said in RUBBER.items() if part != "vehicles"} | {"vehicles_to_be_named": True}


def declared(program: Any, models: Any, port: str) -> str:
    """This will declare cargo for forty trips as a person would: begin, read what is missing, mend it, give it in."""
    draft = models.DraftInRequest.from_dict({"port": port, "direction": "inbound", "mode": "0110", "trips": 40})
    begun = call("declarations_create", program, body=draft, **key())
    assert begun.standing == "not_executable"
    mended = models.PatchedChangeInRequest.from_dict({"content_change": CONTENT})
    told = call("declarations_change", program, begun.ref, body=mended, if_match="*")
    assert [finding.code for finding in told.findings if finding.level == "error"] == ["document_invoice"]
    invoice = models.DocumentInRequest(kind=models.DocumentKind.INVOICE, file=invoice_file())
    call("documents_create", program, begun.ref, body=invoice, **key())
    assert call("declarations_submit", program, begun.ref).standing == "waiting"
    return str(begun.ref)


def invoice_file() -> Any:
    words = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    file = importlib.import_module("portlane_client.types").File
    return file(payload=io.BytesIO(words), file_name="invoice.pdf", mime_type="application/pdf")


def test_generated_client__declaration_to_exit_in_a_sandbox__is_told_by_webhooks_that_the_official_library_verifies(
    installation: Installation, models: Any
) -> None:
    with receiving() as receiver, opened(installation, "Trial Haulage", "--sandbox") as program:
        port = call("ports_list", program).results[0].code
        hook = call("webhook_endpoints_create", program, body=models.EndpointInRequest(url=receiver.url), **key())
        secret = call("webhook_secrets", program, hook.ref).secrets[0].secret
        cargo = declared(program, models, port)

        bodies = [models.VehicleInRequest(country="CN", plate=f"云J·T{number:04}") for number in range(40)]
        trucks = [call("vehicles_create", program, body=body, **key()) for body in bodies]
        lane = {"port": port, "lane": f"{port}-IN1"}
        days = [call("availability", program, **lane, date=day) for day in call("availability", program, **lane).dates]
        slots = [slot for day in days for slot in day.lanes[0].slots if slot.yours]
        places = [slot for slot in slots for _ in range(slot.yours)][-40:]
        items = [
            models.ReserveItemRequest(
                id=truck.plate, vehicle=truck.ref, slot=place.ref, cargo_kind="general", declaration=cargo
            )
            for truck, place in zip(trucks, places, strict=True)
        ]
        told = call("bulk_reservations", program, body=models.BulkReserveInRequest(items=items), **key())
        assert (told.done, told.refused) == (40, 0)
        assert call("declarations_read", program, cargo).standing == "ready"

        first = told.results[0].reservation
        earlier = models.ChangeInRequest(slot=next(slot.ref for slot in slots if slot.ref != first.slot.ref))
        assert call("reservations_change", program, first.ref, body=earlier, if_match="*").changes == 1
        starts = call("reservations_read", program, first.ref).slot.starts_at
        call("sandbox_clock_set", program, body=models.ClockInRequest(now=max(starts, clock_of(program))))
        for kind in ("arrival", "called", "admitted", "bay", "left_bay", "exit"):
            happened = models.EventInRequest.from_dict({"kind": kind, "reservation": first.ref})
            assert call("sandbox_events", program, body=happened).reservation == first.ref
        events = verified(receiver, secret, until="queue.exited")
    mine = [event["type"] for event in events if event["about"]["reservation"] == first.ref]
    steps = ["reservation.confirmed", "reservation.changed", "queue.checked_in", "queue.called", "queue.admitted"]
    assert [kind for kind in mine if kind in steps or kind == "queue.exited"] == [*steps, "queue.exited"]
    confirmed = {event["about"]["reservation"] for event in events if event["type"] == "reservation.confirmed"}
    assert confirmed == {result.reservation.ref for result in told.results}
    assert len({got.id for got in receiver.got}) == len(receiver.got), "each was told once"


def clock_of(program: Any) -> datetime:
    now: datetime = call("sandbox_clock", program).now
    return now


def verified(receiver: Receiver, secret: str, *, until: str) -> list[dict[str, Any]]:
    """This will wait for an event and return all that came, verified by the official library, in the order of their seq."""
    deadline = time.monotonic() + TOLD_WITHIN_S
    while until not in (kinds := [json.loads(got.body)["type"] for got in receiver.got]):
        assert time.monotonic() < deadline, kinds
        time.sleep(0.2)
    return sorted((got.verified(secret) for got in receiver.got), key=lambda event: int(event["seq"]))
