"""Paths of sockets."""

from __future__ import annotations

from typing import Any

from django.urls import path, re_path

from realtime.access import Close
from realtime.consumers import LiveConsumer


async def nowhere(scope: Any, receive: Any, send: Any) -> None:
    """This will close a socket on an unknown path; without it each one would be an error in the log."""
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": Close.UNKNOWN_STREAM})


urlpatterns = [path("ws/live/", LiveConsumer.as_asgi()), re_path(r"", nowhere)]  # type: ignore[arg-type]
