"""What Schemathesis cannot know: how a signed-in person's browser asks (tests/journeys/test_contract.py sets the environment)."""

from __future__ import annotations

import os
from typing import Any

import schemathesis

SESSION, NAME = os.environ.get("CONTRACT_SESSION", ""), os.environ.get("CONTRACT_COOKIE", "sessionid")
BEARER = os.environ.get("CONTRACT_BEARER", "")
CSRF = "c" * 32

if SESSION or BEARER:

    @schemathesis.auth()
    class Credentials:
        """A session's cookie with its CSRF token, or a bearer token. Taken away when a case is about being nobody."""

        def get(self, case: Any, context: Any) -> str:
            return SESSION or BEARER

        def set(self, case: Any, data: str, context: Any) -> None:
            if SESSION:
                case.cookies = {**(case.cookies or {}), NAME: data, "csrftoken": CSRF}
                case.headers["X-CSRFToken"] = CSRF
            else:
                case.headers["Authorization"] = f"Bearer {data}"
