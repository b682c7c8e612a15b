"""The receivers of the webhooks benchmark: `/<manner>/<number>` says how a path behaves; GET /report tells what came and when.

Prints its port on a line of its own, and ends when its input does.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HANG_S = 30.0
STATUS = {"well": 204, "fails": 500, "gone": 410, "elsewhere": 302}
POUR_BYTES = 10_000_000


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # the sender closes the line on what is too long or too slow


got: list[dict[str, Any]] = []


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        headers = {name.lower(): value for name, value in self.headers.items() if name.lower().startswith("webhook-")}
        got.append({"path": self.path, "headers": headers, "body": body, "at": time.time()})
        manner = self.path.split("/")[1]
        if manner == "hangs":
            time.sleep(HANG_S)
        elif manner == "drips":
            self._drip()
        elif manner == "pours":
            self._answer(500, POUR_BYTES)
        else:
            self._answer(STATUS[manner])

    def do_GET(self) -> None:
        text = json.dumps(got).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def _answer(self, status: int, size: int = 0) -> None:
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/well/999")
        if status != 204:
            self.send_header("Content-Length", str(size))
        self.end_headers()
        for _ in range(0, size, 65536):
            self.wfile.write(b"x" * 65536)

    def _drip(self) -> None:
        ends = time.monotonic() + HANG_S
        with suppress(OSError):
            while time.monotonic() < ends:
                self.connection.sendall(b"H")
                time.sleep(0.2)

    def log_message(self, *_: Any) -> None:
        pass


def main() -> None:
    server = _Server(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
