"""A real ASGI server on the database under test: what tests create, it serves; what it does, tests can read."""

from __future__ import annotations

import base64
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from tests.parts import processes

ROOT = Path(__file__).resolve().parents[2]


#: The seed of the server's passes, for tests that issue some of their own.
PASS_KEY = base64.b64encode(b"a seed for tests of 32 bytes ...").decode()


@dataclass(frozen=True)
class Stack:
    """Where a running installation answers."""

    url: str
    redis_url: str

    @property
    def ws_url(self) -> str:
        return self.url.replace("http", "ws", 1)


@pytest.fixture(scope="session")
def _asgi_server(django_db_setup: None, valkey_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    port = processes.free_port()
    stack = Stack(url=f"http://127.0.0.1:{port}", redis_url=valkey_url)
    folder = tmp_path_factory.mktemp("stack")
    log = folder / "log"
    argv = [sys.executable, "-m", "uvicorn", "config.asgi:application", "--port", str(port), "--lifespan", "off"]
    with log.open("wb") as words:
        child = processes.start(argv, cwd=ROOT, env=_environment(stack, folder), stdout=words, stderr=words)
    processes.wait_until(lambda: processes.answers(port), child=child, within_s=60, log=log)
    yield stack
    processes.stop(child)


@pytest.fixture
def live_stack(transactional_db: None, _asgi_server: Stack) -> Stack:
    """The server, on tables that are emptied after the test."""
    return _asgi_server


def _environment(stack: Stack, folder: Path) -> dict[str, str]:
    return os.environ | {
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'platform'}",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": settings.SECRET_KEY,
        "DATABASE_URL": database_url(connection.settings_dict),
        "REDIS_URL": stack.redis_url,
        "PORTLANE_EMBEDDED": "1",
        "PORTLANE_DATA_DIR": str(folder),
        "PORTLANE_PUBLIC_URL": stack.url,
        "PORTLANE_PASS_KEY": PASS_KEY,
    }


def database_url(database: dict[str, Any]) -> str:
    """This will write the database under test as the URL that another process can be given."""
    name = str(database["NAME"])
    if database["ENGINE"].endswith("sqlite3"):
        return f"sqlite:///{name}"
    host = database["OPTIONS"].get("host", "") or database["HOST"]
    socket = f"?host={host}" if host.startswith("/") else ""
    where = "" if socket else f"{host}:{database['PORT'] or 5432}"
    word = f":{database['PASSWORD']}" if database["PASSWORD"] else ""
    return f"postgres://{database['USER']}{word}@{where}/{name}{socket}"
