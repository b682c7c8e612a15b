"""What Schemathesis cannot know: how a signed-in person's browser, a program or a gate's device asks.

tests/journeys/test_contract.py sets the environment.
"""

from __future__ import annotations

import base64
import os
from datetime import UTC, datetime
from typing import Any

import requests
import schemathesis
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from simulator.gate import Signer

SESSION, NAME = os.environ.get("CONTRACT_SESSION", ""), os.environ.get("CONTRACT_COOKIE", "sessionid")
AUTHORIZATION = os.environ.get("CONTRACT_AUTHORIZATION", "")
DEVICE, KEY = os.environ.get("CONTRACT_DEVICE", ""), os.environ.get("CONTRACT_KEY", "")
CSRF = "c" * 32

if SESSION or AUTHORIZATION:

    @schemathesis.auth()
    class Credentials:
        """A session's cookie with its CSRF token, or the header of a program or a device. Taken away when a case is about being nobody."""

        def get(self, case: Any, context: Any) -> str:
            return SESSION or AUTHORIZATION

        def set(self, case: Any, data: str, context: Any) -> None:
            if SESSION:
                case.cookies = {**(case.cookies or {}), NAME: data, "csrftoken": CSRF}
                case.headers["X-CSRFToken"] = CSRF
            else:
                case.headers["Authorization"] = data


class Signed(requests.auth.AuthBase):
    """Signs each request as it goes out, body and all, under the next seq."""

    def __init__(self) -> None:
        self.signer = Signer(DEVICE)
        self.signer._key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(KEY))

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        body: Any = request.body or b""
        raw = body.encode() if isinstance(body, str) else bytes(body)
        method, path = request.method or "GET", request.path_url
        request.headers["Authorization"] = self.signer.header(method=method, path=path, body=raw, at=datetime.now(UTC))
        return request


if DEVICE:
    schemathesis.auth.set_from_requests(Signed())  # type: ignore[attr-defined]
