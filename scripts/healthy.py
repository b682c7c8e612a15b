"""Asks the server of this container whether it is well: exit 0 when /healthz answers 200. Used by docker-compose.yml."""

from __future__ import annotations

import http.client
import os
import sys

HOST = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0]


def main() -> int:
    connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=5)
    connection.request("GET", "/healthz", headers={"Host": HOST, "X-Forwarded-Proto": "https"})
    answer = connection.getresponse()
    print(answer.status, answer.read(500).decode(errors="replace"))
    return 0 if answer.status == 200 else 1


if __name__ == "__main__":
    sys.exit(main())
