"""A wire between a browser and a server that can be cut: what a browser calls offline, a service worker of its may not notice."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

CHUNK = 64 * 1024


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
        for one, other in ((here, there), (there, here)):
            threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(CHUNK):
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
