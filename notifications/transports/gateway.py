"""Text messages through an SMS gateway: one JSON POST to PORTLANE_SMS_URL per message (docs/notifications.md has the contract)."""

from __future__ import annotations

from functools import cache

import httpx
from django.conf import settings

from notifications.transports.base import Outgoing, TransportError

CONNECT_WITHIN_S = 3.0
WRITE_WITHIN_S = 2.0
READ_WITHIN_S = 5.0
#: statuses of the kind "you are wrong" that time heals: request took too long, too many requests
PASSING = {408, 429}


def send(outgoing: Outgoing) -> None:
    """This will hand one text message to the gateway. Raises TransportError, permanent when the gateway refuses the message itself."""
    try:
        # The answer's body is left unread: the status says all, and a body could go on for ever.
        with client().stream(
            "POST",
            settings.PORTLANE_SMS_URL,
            json={"to": outgoing.to, "text": outgoing.body, "ref": outgoing.ref},
            headers=_headers(outgoing),
            timeout=httpx.Timeout(READ_WITHIN_S, connect=CONNECT_WITHIN_S, write=WRITE_WITHIN_S),
        ) as answer:
            status = answer.status_code
    except (httpx.HTTPError, httpx.InvalidURL) as problem:
        raise TransportError(f"gateway: {type(problem).__name__}") from problem
    if not 200 <= status < 300:
        raise TransportError(f"gateway answered {status}", permanent=400 <= status < 500 and status not in PASSING)


@cache
def client() -> httpx.Client:
    """This will return the process's client. A redirect is never followed: it would carry code and token to whoever it names."""
    return httpx.Client(follow_redirects=False)


def _headers(outgoing: Outgoing) -> dict[str, str]:
    """The reference stays the same over all tries, so a gateway that keeps these keys drops a repetition."""
    token = settings.PORTLANE_SMS_TOKEN
    return {"Idempotency-Key": outgoing.ref} | ({"Authorization": f"Bearer {token}"} if token else {})
