"""One live socket: goes on from the last seq it saw, comes back after a loss, and says when it must look anew."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import websockets

from simulator.wire import Session

Event = dict[str, Any]
BACK_AFTER_S = (0.3, 2.0)


class Live:
    """Follows one stream. `hear(event)` gets each event; `look()` is called when too much was missed."""

    def __init__(
        self,
        *,
        base_url: str,
        stream: str,
        audience: str,
        hear: Callable[[Event], None],
        look: Callable[[], None],
        session: Session | None = None,
        since: int | None = None,
    ) -> None:
        self.base_url, self.stream, self.audience = base_url, stream, audience
        self.hear, self.look, self.session, self.seq = hear, look, session, since
        self.lost = self.resyncs = 0

    async def follow(self) -> None:
        """This will listen until cancelled."""
        while True:
            try:
                await self._listen()
            except (OSError, websockets.WebSocketException):
                self.lost += 1
            await asyncio.sleep(random.uniform(*BACK_AFTER_S))  # noqa: S311  (jitter)

    async def _listen(self) -> None:
        wish = {"stream": self.stream, "audience": self.audience} | ({} if self.seq is None else {"since": self.seq})
        headers = {"Cookie": self.session.headers["Cookie"]} if self.session else {}
        address = f"{self.base_url.replace('http', 'ws', 1)}/ws/live/?{urlencode(wish)}"
        async with websockets.connect(
            address, origin=websockets.Origin(self.base_url), additional_headers=headers, compression=None
        ) as socket:
            async for text in socket:
                self._frame(json.loads(text))

    def _frame(self, frame: dict[str, Any]) -> None:
        if frame["t"] == "events":
            for event in frame["events"]:
                self.hear(event)
        elif frame["t"] == "resync":
            self.resyncs += 1
            self.look()
        if frame["t"] in ("events", "resync", "hello"):
            self.seq = frame["seq"]
