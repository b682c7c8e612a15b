"""A wire between a browser and a server that can be cut: what a browser calls offline, a service worker of its may not notice.

It can be slow as well, to find what works only while the parts of a page come in their usual order:
`TEST_SLOW_WIRE="post=0.9" make test ARGS=tests/browser` holds every answer to a POST for up to 0.9 s while pushes go
ahead of it; `push`, `static` and `get` slow the other three kinds.
"""

from __future__ import annotations

import contextlib
import os
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

CHUNK = 64 * 1024

#: kind of request → seconds that its answer is held for at most
SLOW = {
    kind: float(seconds)
    for kind, _, seconds in (part.partition("=") for part in os.environ.get("TEST_SLOW_WIRE", "").split(",") if part)
}


class Asked:
    """What a connection was last asked for: a browser sends the next request only after the answer to the last."""

    def __init__(self) -> None:
        self._kind = "get"

    def note(self, request: bytes) -> None:
        if self._kind == "push":
            return
        method, _, rest = request.partition(b" ")
        if b"upgrade: websocket" in request.lower():
            self._kind = "push"
        elif method == b"POST":
            self._kind = "post"
        elif method == b"GET":
            self._kind = "static" if rest.startswith(b"/static/") else "get"

    def hold(self, answer: bytes) -> None:
        if seconds := SLOW.get(self._kind):
            time.sleep(random.uniform(seconds / 3, seconds))


class Wire:
    """Carries every connection to `url` on to the server there, until it is cut."""

    def __init__(self, server_url: str) -> None:
        self._server = (urlsplit(server_url).hostname, urlsplit(server_url).port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._ends: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._is_cut = False
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def cut(self, page: Any) -> None:
        """This will end what is connected, let nothing through from now on, and have the page's browser know it."""
        page.context.set_offline(True)
        self._drop()

    def mend(self, page: Any) -> None:
        with self._lock:
            self._is_cut = False
        page.context.set_offline(False)

    def close(self) -> None:
        _hang_up(self._listener)
        self._listener.close()
        self._drop()

    def _drop(self) -> None:
        with self._lock:
            self._is_cut = True
            ends, self._ends = self._ends, set()
        for end in ends:
            _hang_up(end)

    def _listen(self) -> None:
        with contextlib.suppress(OSError):  # closed
            while True:
                here, _ = self._listener.accept()
                self._join(here)

    def _join(self, here: socket.socket) -> None:
        with self._lock:
            if self._is_cut:
                return here.close()
            there = socket.create_connection(self._server)
            self._ends |= {here, there}
        asked = Asked()
        for one, other, on_data in ((here, there, asked.note), (there, here, asked.hold)):
            threading.Thread(target=self._carry, args=(one, other, on_data), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket, on_data: Callable[[bytes], None]) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(CHUNK):
                on_data(data)
                other.sendall(data)
        _hang_up(other)
        one.close()
        with self._lock:
            self._ends.discard(one)


def _hang_up(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def wired_to(server_url: str) -> Iterator[Wire]:
    """A wire to a server, for as long as the block runs."""
    wire = Wire(server_url)
    try:
        yield wire
    finally:
        wire.close()
