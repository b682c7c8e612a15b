"""What is sent is weighed before it is read: a body over the limit is refused by its stated length, or at the byte that goes too far.

Under ASGI the framework keeps a whole body before any of our code runs. So the guard stands outside of it: it lets a body that is too
big end where it begins and leaves the length in the headers, by which the middleware (core/middleware.py) says no.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError

MOST_BYTES = 12_000_000  # the biggest file that any form takes has 10 MB; the rest is its wrapping
LENGTH = b"content-length"

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class SentTooMuch(DomainError):
    code, status = "body_too_large", 413
    title = _("Too big")
    message = _("What you send is bigger than the %(most_mb)s MB that are taken. Nothing of it was kept.")


class SizeGuard:
    """The ASGI application inside never holds more of a body than may be."""

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            receive = _weighed(scope, receive, is_over=is_too_big(dict(scope["headers"]).get(LENGTH)))
        await self.application(scope, receive, send)


def _weighed(scope: Scope, receive: Receive, *, is_over: bool) -> Receive:
    """The body up to the limit; what comes after is dropped as it comes, so that the answer reaches who still sends."""
    total, is_ended = 0, False

    async def weigh() -> dict[str, Any]:
        nonlocal total, is_ended
        if is_over and not is_ended:
            is_ended = True
            return {"type": "http.request", "body": b"", "more_body": False}
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return message
            if is_ended:
                continue
            total += len(message.get("body", b""))
            if total > MOST_BYTES:  # it stated no length, or a wrong one
                is_ended = True
                others = [(name, value) for name, value in scope["headers"] if name != LENGTH]
                scope["headers"] = [*others, (LENGTH, str(total).encode())]
                return {"type": "http.request", "body": b"", "more_body": False}
            return message

    return weigh


def is_too_big(length: str | bytes | None) -> bool:
    """This will tell whether a request states a length (the header, or none) that is more than is taken."""
    text = length.decode("latin-1") if isinstance(length, bytes) else length or ""
    return text.isascii() and text.isdigit() and int(text[:20]) > MOST_BYTES
