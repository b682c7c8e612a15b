"""One socket per page: first what it missed, then what happens, always the newest state and never a growing queue."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from typing import Any

from channels.consumer import get_handler_name
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import DatabaseError, InterfaceError

from core import clock
from realtime import hub
from realtime.access import Close, Refused, Wish, admit, admit_again, read_wish
from realtime.frames import REPLAY_AT_MOST, encode, read_heads

log = logging.getLogger(__name__)

BYTES_AT_MOST = 64 * 1024
MESSAGES_A_MINUTE = 100
SOCKETS_A_PERSON = 5
SLOW_AFTER_S = 10.0
ASK_AGAIN_S = 300.0

_open_sockets: Counter[int] = Counter()


class LiveConsumer(AsyncWebsocketConsumer):
    """`/ws/live/?stream=yard:MOHAN-YARD&since=812&audience=staff` (frames: realtime/frames.py, codes: realtime/access.py)."""

    channel_layer_alias = ""  # the hub hears for all sockets of the process: none needs a channel of its own

    wish: Wish | None = None
    visits: frozenset[str] = frozenset()
    seq = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.scope, self.base_send = scope, send
        self._wanted = 0
        self._news = asyncio.Event()
        self._ping_seq: int | None = None
        self._sender: asyncio.Task[None] | None = None
        self._heard_in_minute = (0, 0)
        self._counted = self._closing = False
        try:
            while True:
                await self.dispatch(await receive())
        except StopConsumer:
            pass
        finally:
            self._forget()

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Channels' own goes through a thread for every message, to look after database connections that we do not hold."""
        await getattr(self, get_handler_name(message))(message)

    async def websocket_disconnect(self, message: dict[str, Any]) -> None:
        raise StopConsumer

    # ---------------------------------------------------------------- opening
    async def connect(self) -> None:
        """Accepts before it refuses: a browser sees no close code of a handshake that failed."""
        await self.accept()
        try:
            wish = read_wish(self.scope["query_string"])
            self.visits = await admit(self.scope["user"], wish)
            self._count()
            await self._begin(wish)
        except Refused as refusal:
            await self.close(refusal.code)
        except (DatabaseError, InterfaceError):
            await self.close(Close.TRY_LATER)

    async def _begin(self, wish: Wish) -> None:
        self.wish = wish
        self._asked_at_s = clock.monotonic_s()
        await hub.hub_here().join(wish.stream, self)  # before the head is read, so that nothing falls between
        await self._greet(wish)
        self._sender = asyncio.create_task(self._keep_sending(wish))

    async def _greet(self, wish: Wish) -> None:
        head = (await read_heads([wish.stream])).get(wish.stream, 0)
        self.seq = head if wish.since is None else wish.since
        await self._send({"t": "hello", "stream": wish.stream, "seq": self.seq, "ping_s": hub.PING_S})
        if self.seq > head:  # the page has seen what the ledger no longer holds (a restored database)
            await self._resync(head)
        self.ping(head)  # a page that missed nothing is told so at once

    def _count(self) -> None:
        user = self.scope["user"]
        if not user.is_authenticated:
            return
        if _open_sockets[user.pk] >= SOCKETS_A_PERSON:
            raise Refused(Close.TOO_MANY_SOCKETS)
        _open_sockets[user.pk] += 1
        self._counted = True

    def _forget(self) -> None:
        if self._sender:
            self._sender.cancel()
        if self.wish:
            hub.hub_here().leave(self.wish.stream, self)
        if self._counted:
            user_id = self.scope["user"].pk
            _open_sockets[user_id] -= 1
            if not _open_sockets[user_id]:
                del _open_sockets[user_id]

    # ---------------------------------------------------------------- what the hub says
    def grew(self, seq: int) -> None:
        self._wanted = max(self._wanted, seq)
        self._news.set()

    def ping(self, seq: int) -> None:
        self._ping_seq = seq
        self.grew(seq)

    # ---------------------------------------------------------------- sending
    async def _keep_sending(self, wish: Wish) -> None:
        try:
            while True:
                await self._news.wait()
                self._news.clear()
                await self._catch_up(wish)
        except Refused as refusal:
            await self.close(refusal.code)
        except TimeoutError:
            await self._give_up()
        except OSError:
            pass  # the reader is gone; the server tells the other task
        except Exception:
            log.exception("a live socket failed")
            await self.close(Close.FAILED)

    async def _catch_up(self, wish: Wish) -> None:
        """Reads the ledger once for however many pushes came meanwhile, then answers a ping that is due."""
        try:
            await self._send_missing(wish)
            if self._ping_seq is not None:
                await self._ask_again_if_due(wish)
                seq, self._ping_seq = self._ping_seq, None
                await self._send({"t": "ping", "seq": seq, "at": clock.now().isoformat()})
        except (DatabaseError, InterfaceError) as problem:
            # No ping is sent either: the page says that it grows old, and the next one tries again.
            log.warning("live: the ledger cannot be read: %s", problem)

    async def _send_missing(self, wish: Wish) -> None:
        while self.seq < self._wanted:
            if self._wanted - self.seq > REPLAY_AT_MOST:
                await self._resync(self._wanted)
                return
            span = await hub.hub_here().spans.get(wish.stream, self.seq, self._wanted)
            if span.upto == self.seq:
                self._wanted = self.seq  # a push ahead of the ledger: nothing to show for it
                return
            await self._send_text(span.frame(wish.audience, self.visits))
            self.seq = span.upto

    async def _resync(self, head: int) -> None:
        self.seq = head
        await self._send({"t": "resync", "seq": head})

    async def _ask_again_if_due(self, wish: Wish) -> None:
        if wish.audience == "public" or clock.monotonic_s() - self._asked_at_s < ASK_AGAIN_S:
            return
        self._asked_at_s = clock.monotonic_s()
        self.visits = await admit_again(self.scope["session"].session_key, wish)

    # ---------------------------------------------------------------- the wire
    async def _send(self, frame: dict[str, Any]) -> None:
        await self._send_text(encode(frame))

    async def _send_text(self, text: str) -> None:
        """Raises TimeoutError when the reader's buffers stay full: nothing queues up here meanwhile, only `_wanted` grows."""
        async with asyncio.timeout(SLOW_AFTER_S):
            await self.base_send({"type": "websocket.send", "text": text})

    async def _give_up(self) -> None:
        """The close frame stands behind a full buffer too; the server's own keepalive ends a reader that never drains it."""
        try:
            async with asyncio.timeout(1):
                await self.close(Close.SLOW)
        except TimeoutError:
            log.info("a live socket was too slow even for its close frame")

    async def close(self, code: int | None = None, reason: str | None = None) -> None:
        if not self._closing:
            self._closing = True
            await self.base_send({"type": "websocket.close", "code": int(code or 1000)})

    # ---------------------------------------------------------------- what the page says
    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Nothing a page says means anything yet; it must only not be too much."""
        size = len(bytes_data or b"") or len((text_data or "").encode())
        if size > BYTES_AT_MOST:
            await self.close(Close.TOO_BIG)
        elif self._too_many():
            await self.close(Close.TOO_MANY_MESSAGES)

    def _too_many(self) -> bool:
        minute = int(clock.monotonic_s() // 60)
        count = self._heard_in_minute[1] + 1 if self._heard_in_minute[0] == minute else 1
        self._heard_in_minute = (minute, count)
        return count > MESSAGES_A_MINUTE
