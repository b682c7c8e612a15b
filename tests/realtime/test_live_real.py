"""The real thing: uvicorn, a Valkey of its own that is killed and comes back, and a real client that stays connected."""

from __future__ import annotations

import contextlib
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from channels_redis.pubsub import RedisPubSubChannelLayer
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from realtime import push
from tests.cast import Cast
from tests.parts import processes, valkey
from tests.parts.stack import ROOT, Stack, _environment

pytestmark = [pytest.mark.valkey, pytest.mark.stack]

#: What comes only with the next reading of the heads (15 s) is later.
PUSHED_WITHIN_S = 10.0


@dataclass
class Server:
    """A server and the Valkey it hears through."""

    stack: Stack
    folder: Path
    valkey_port: int
    valkey: Any

    def kill_valkey(self) -> None:
        self.valkey.kill()
        self.valkey.wait()

    def start_valkey(self) -> None:
        self.valkey = valkey.launch(port=self.valkey_port, folder=self.folder)


@pytest.fixture
def server(yard: Cast, valkey_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    port, valkey_port = processes.free_port(), processes.free_port()
    redis_url = f"redis://127.0.0.1:{valkey_port}/0"
    made = Server(Stack(f"http://127.0.0.1:{port}", redis_url), tmp_path, valkey_port, None)
    made.start_valkey()
    layer = RedisPubSubChannelLayer(hosts=[{"address": redis_url, "socket_timeout": None}], prefix="live")
    monkeypatch.setattr(push, "get_channel_layer", lambda: layer)
    monkeypatch.setattr(push, "pusher", push.Pusher())
    log = tmp_path / "log"
    argv = [sys.executable, "-m", "uvicorn", "config.asgi:application", "--port", str(port), "--lifespan", "off"]
    with log.open("wb") as words:
        child = processes.start(argv, cwd=ROOT, env=_environment(made.stack, tmp_path), stdout=words, stderr=words)
    processes.wait_until(lambda: processes.answers(port), child=child, within_s=60, log=log)
    yield made
    processes.stop(child)
    processes.stop(made.valkey)


class Page:
    """A page's side of the socket: keeps every seq it heard and insists that none is missing."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket, self.seq = socket, 0

    def frame(self, *, within_s: float) -> dict[str, Any]:
        frame = json.loads(self.socket.recv(timeout=within_s))
        if frame["t"] == "events":
            assert frame["from"] == self.seq
            assert [event["seq"] for event in frame["events"]] == list(range(self.seq + 1, frame["seq"] + 1))
            self.seq = frame["seq"]
        return dict(frame)

    def hear(self, seq: int, *, within_s: float) -> float:
        """This will wait until the page has heard of `seq` and return how long that took, in seconds."""
        begun = time.monotonic()
        while self.seq < seq:
            self.frame(within_s=max(0.01, within_s - (time.monotonic() - begun)))
        return time.monotonic() - begun


@contextlib.contextmanager
def opened(server: Server, *, since: int) -> Iterator[Page]:
    url = f"{server.stack.ws_url}/ws/live/?stream=yard:MOHAN-YARD&since={since}"
    with connect(url, origin=Origin(server.stack.url)) as socket:
        page = Page(socket)
        page.seq = since
        assert page.frame(within_s=PUSHED_WITHIN_S)["t"] == "hello"
        yield page


def test_socket__valkey_killed_and_restarted__stays_open_and_misses_nothing(
    server: Server, grow: Callable[..., None]
) -> None:
    with opened(server, since=0) as page:
        grow()
        page.hear(1, within_s=PUSHED_WITHIN_S)

        server.kill_valkey()
        begun = time.monotonic()
        grow(count=3)
        assert time.monotonic() - begun < push.SEND_WITHIN_S, "an operation does not wait for Redis"
        page.hear(4, within_s=20)  # by the reading of the heads, while Valkey is still gone

        server.start_valkey()
        deadline, seq = time.monotonic() + 60, 4
        while True:
            seq += 1
            grow()
            with contextlib.suppress(TimeoutError):
                if page.hear(seq, within_s=1) < 1:
                    break
            assert time.monotonic() < deadline, "pushes did not come back"


def test_socket__page_was_gone_for_a_while__goes_on_where_it_was(server: Server, grow: Callable[..., None]) -> None:
    with opened(server, since=0) as page:
        grow(count=2)
        page.hear(2, within_s=PUSHED_WITHIN_S)
    grow(count=40)
    with opened(server, since=page.seq) as again:
        again.hear(42, within_s=PUSHED_WITHIN_S)


def test_socket__opened_while_valkey_is_away__catches_up_and_is_pushed_to_later(
    server: Server, grow: Callable[..., None]
) -> None:
    server.kill_valkey()
    grow(count=2)
    with opened(server, since=0) as page:
        page.hear(2, within_s=PUSHED_WITHIN_S)
        server.start_valkey()
        grow()
        page.hear(3, within_s=30)  # by the reading of the heads at the latest; by then it listens again
        grow()
        page.hear(4, within_s=PUSHED_WITHIN_S)
