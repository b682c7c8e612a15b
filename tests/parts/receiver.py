"""A real HTTP receiver of webhooks on this machine: it takes, refuses, hangs, drips, redirects, and answers without end."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook


@dataclass
class Got:
    """One request: its headers in lower case, its body as text."""

    headers: dict[str, str]
    body: str

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    def verified(self, secret: str) -> Any:
        """This will return the body when the official library finds it genuine; it raises otherwise."""
        return Webhook(secret).verify(self.body, self.headers)


class Receiver(ThreadingHTTPServer):
    """`status`, `headers`, `dawdle_s`, `body_bytes` say how it answers; `hang` and `drip` keep the line open until it closes."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.got: list[Got] = []
        self.connections, self.sent_bytes = 0, 0
        self.status, self.dawdle_s, self.body_bytes = 200, 0.0, 0
        self.headers: dict[str, str] = {}
        self.hang = self.drip = False
        self.closing = threading.Event()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks"

    def get_request(self) -> tuple[socket.socket, Any]:
        self.connections += 1
        return super().get_request()

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # the sender closes the line on what is too long or too slow


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Receiver

    def do_POST(self) -> None:
        here = self.server
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        here.got.append(Got({name.lower(): value for name, value in self.headers.items()}, body))
        if here.hang:
            here.closing.wait(60)
            self.close_connection = True
            return
        here.closing.wait(here.dawdle_s)
        if here.drip:
            self._drip()
            return
        self.send_response(here.status)
        for name, value in here.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(here.body_bytes))
        self.end_headers()
        self._pour(here.body_bytes)

    do_GET = do_POST

    def _pour(self, left: int) -> None:
        while left > 0:
            self.server.sent_bytes += self.wfile.write(b"x" * min(left, 16384))
            left -= 16384

    def _drip(self) -> None:
        """One byte of a status line that never ends, every tenth of a second."""
        with suppress(OSError):
            while not self.server.closing.wait(0.1):
                self.connection.sendall(b"H")

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def receiving() -> Iterator[Receiver]:
    """This will run a receiver while the block does."""
    with Receiver() as server:
        serving = threading.Thread(target=server.serve_forever, args=(0.01,))
        serving.start()
        try:
            yield server
        finally:
            server.closing.set()
            server.shutdown()
            serving.join()
