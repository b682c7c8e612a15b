"""What is sent is weighed before it is read: a body over the limit is refused by its stated length, or at the byte that goes too far.

Under ASGI the framework keeps a whole body before any of our code runs. So the guard stands outside of it: it lets a body that is too
big end where it begins and leaves the length in the headers, by which the middleware says no in the form the caller reads.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
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


class SizeFirst:
    """Refuses a request by its length before its body is parsed; must stand before whatever looks into a form."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return (
            refused(request) if _number(request.META.get("CONTENT_LENGTH")) > MOST_BYTES else self.get_response(request)
        )


class SizeGuard:
    """The ASGI application inside never holds more of a body than may be."""

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            stated = _number(dict(scope["headers"]).get(LENGTH))
            receive = _weighed(scope, receive, is_over=stated > MOST_BYTES)
        await self.application(scope, receive, send)


def refused(request: HttpRequest) -> HttpResponse:
    """This will answer in the form the caller reads: a problem document under /api/, a page elsewhere."""
    error = SentTooMuch(most_mb=MOST_BYTES // 1_000_000)
    if not request.path.startswith("/api/"):
        return render(request, "web/error.html", {"error": error}, status=error.status)
    body = {"type": "about:blank", "title": str(error.title), "status": 413, "code": error.code, "detail": error.detail}
    return JsonResponse(body, status=413, content_type="application/problem+json")


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


def _number(text: Any) -> int:
    text = text.decode("latin-1") if isinstance(text, bytes) else text or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0
