"""What the API's description promises, held against the running thing by Schemathesis: every audience, real credentials, all checks."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils.module_loading import import_string

from accounts.models import Device, User
from accounts.operations import enrol_device
from tests import factories as make
from tests.cast import Cast, StoppedClock, assemble
from tests.parts.gate_device import key_for
from tests.parts.stack import Stack

PARTS = Path(__file__).resolve().parents[1] / "parts"
ROOT = PARTS.parents[1] / "platform"
EXAMPLES = 6
WITHIN_S = 300
#: A signed-out program would end its own run.
LEFT_OUT = r"sign-out|oauth/revoke"


@pytest.fixture
def people(live_stack: Stack) -> Cast:
    return assemble(StoppedClock(datetime.now(UTC)))


@pytest.fixture
def description(live_stack: Stack, tmp_path: Path) -> Path:
    file = tmp_path / "openapi.json"
    file.write_bytes(httpx.get(f"{live_stack.url}/api/v1/schema/", params={"format": "json"}, timeout=30).content)
    return file


def session_of(user: User) -> str:
    """This will sign a person in and return the key of their session."""
    store: Any = import_string(f"{settings.SESSION_ENGINE}.SessionStore")()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "accounts.backends.PeopleBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.save()
    return str(store.session_key)


def hold(stack: Stack, description: Path, path: str, **credentials: str) -> None:
    """This will ask everything under a path and fail with what was found wrong."""
    described = json.loads(description.read_text())["paths"]
    assert any(each.startswith(f"/api/v1/{path}/") for each in described)
    argv = [str(Path(sys.executable).with_name("st")), f"--config-file={PARTS / 'schemathesis.toml'}"]
    argv += ["run", str(description), "--url", stack.url, "--no-color", "--checks", "all"]
    argv += ["--include-path-regex", f"^/api/v1/{path}/", "--exclude-path-regex", LEFT_OUT]
    argv += ["--phases", "examples,coverage,fuzzing", "-n", str(EXAMPLES), "--seed", "20260302", "--warnings", "off"]
    env = os.environ | {"SCHEMATHESIS_HOOKS": str(PARTS / "contract_hooks.py"), "PYTHONPATH": str(ROOT), **credentials}
    done = subprocess.run(
        argv, cwd=description.parent, env=env, capture_output=True, text=True, timeout=WITHIN_S, check=False
    )
    if done.returncode != 0:
        pytest.fail(done.stdout[-60_000:] + done.stderr[-2000:], pytrace=False)


@pytest.mark.stack
def test_contract__public__is_kept(people: Cast, live_stack: Stack, description: Path) -> None:
    hold(live_stack, description, "public")


@pytest.mark.stack
def test_contract__driver__is_kept(people: Cast, live_stack: Stack, description: Path) -> None:
    hold(live_stack, description, "driver", CONTRACT_SESSION=session_of(people.driver))


@pytest.mark.stack
def test_contract__staff__is_kept(people: Cast, live_stack: Stack, description: Path) -> None:
    hold(live_stack, description, "staff", CONTRACT_SESSION=session_of(people.supervisor))


@pytest.mark.stack
def test_contract__enterprise__is_kept(people: Cast, live_stack: Stack, description: Path) -> None:
    hold(live_stack, description, "enterprise", CONTRACT_AUTHORIZATION=f"Bearer {make.a_token(people.carrier)}")


@pytest.mark.stack
def test_contract__counterpart__is_kept(people: Cast, live_stack: Stack, description: Path) -> None:
    by = {"port_code": people.port.code, "now": datetime.now(UTC), "actor": people.supervisor.actor}
    device, secret = enrol_device(name="The far side", kind="counterpart", **by)
    hold(live_stack, description, "counterpart", CONTRACT_AUTHORIZATION=f"Device {device.ref}.{secret}")
    assert Device.objects.get(pk=device.pk).last_seen_at, "it was let in"


@pytest.mark.stack
def test_contract__gate__is_kept(people: Cast, live_stack: Stack, description: Path) -> None:
    signer = key_for(people.device)
    key = base64.b64encode(signer._key.private_bytes_raw()).decode()
    hold(live_stack, description, "gate", CONTRACT_DEVICE=signer.device, CONTRACT_KEY=key)
    assert Device.objects.get(pk=people.device.pk).last_seen_at, "its signatures were taken"
