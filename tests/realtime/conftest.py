"""What the socket tests share: a growing ledger, a socket without a server, and short waits."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from channels.db import database_sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from core import ledger
from core.actors import system
from core.db import operation
from tests.cast import Cast, StoppedClock, assemble

#: For a busy machine. What comes only with the next reading of the heads (15 s) is later.
WITHIN_S = 10.0


@pytest.fixture
def yard(transactional_db: None, stopped_clock: StoppedClock) -> Cast:
    """The cast, on tables that other connections can see."""
    return assemble(stopped_clock)


@operation
def _write(*, now: Any, actor: Any, stream: str, kind: str, count: int, visit_ref: str, data: dict[str, Any]) -> None:
    for _ in range(count):
        ledger.record(stream, kind, visit_ref=visit_ref, **data)


@pytest.fixture
def grow(yard: Cast) -> Callable[..., None]:
    """`grow("queue.called", lane="MOHAN-IN1")` commits an entry in the home yard's stream; `grow(kind, count=600)` many."""

    def run(kind: str = "lane.opened", *, count: int = 1, visit_ref: str = "", **data: Any) -> None:
        facts = {"stream": yard.yard.stream, "kind": kind, "visit_ref": visit_ref}
        for done in range(0, count, 20):
            _write(
                now=yard.now,
                actor=system("test"),
                count=min(20, count - done),
                data=data or {"lane": yard.lane.code},
                **facts,
            )

    return run


@pytest.fixture
def agrow(grow: Callable[..., None]) -> Callable[..., Any]:
    return database_sync_to_async(grow)


@pytest.fixture
def sign_in(yard: Cast) -> Callable[[Any], str]:
    """`sign_in(user)` returns the key of a session of theirs."""

    def run(user: Any) -> str:
        store = SessionStore()
        store[SESSION_KEY] = str(user.pk)
        store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        store[HASH_SESSION_KEY] = user.get_session_auth_hash()
        store.set_expiry(timedelta(days=1))
        store.save()
        return str(store.session_key)

    return run


class Socket:
    """A page's socket as a test sees it."""

    def __init__(self, communicator: WebsocketCommunicator) -> None:
        self._communicator = communicator

    async def frame(self, *, within_s: float = WITHIN_S) -> dict[str, Any]:
        """This will return the next frame."""
        return dict(json.loads(await self._communicator.receive_from(timeout=within_s)))

    async def frame_of(self, kind: str, *, within_s: float = WITHIN_S) -> dict[str, Any]:
        """This will skip to the next frame of a type."""
        async with asyncio.timeout(within_s):  # over all frames: pings never end
            while (frame := await self.frame(within_s=within_s))["t"] != kind:
                pass
        return frame

    async def close_code(self, *, within_s: float = WITHIN_S) -> int:
        """This will skip to the close frame and return its code."""
        async with asyncio.timeout(within_s):
            while (message := await self._communicator.receive_output(timeout=within_s))["type"] != "websocket.close":
                pass
        return int(message["code"])

    async def quiet(self, *, for_s: float = 0.2) -> bool:
        return bool(await self._communicator.receive_nothing(timeout=for_s, interval=0.05))

    async def read_off(self) -> None:
        """This will read what is on its way."""
        while not await self.quiet():
            await self.frame()

    async def say(self, text: str) -> None:
        await self._communicator.send_to(text_data=text)


@pytest_asyncio.fixture
async def connect() -> AsyncIterator[Any]:
    """`async with connect("stream=…", user=…) as socket` opens a socket through the whole ASGI application."""
    from config.asgi import application

    @asynccontextmanager
    async def opened(query: str, *, session_key: str = "", origin: str = "http://localhost") -> AsyncIterator[Socket]:
        headers = [(b"origin", origin.encode()), (b"host", b"localhost")]
        if session_key:
            headers.append((b"cookie", f"{settings.SESSION_COOKIE_NAME}={session_key}".encode()))
        communicator = WebsocketCommunicator(application, f"/ws/live/?{query}", headers=headers)
        accepted, _ = await communicator.connect(timeout=WITHIN_S)
        assert accepted
        yield Socket(communicator)
        await communicator.disconnect(timeout=WITHIN_S)

    yield opened
