"""One subscription per server process: hears of growth through Channels, reads the heads every 15 s, wakes the sockets.

A push that got lost, and everything that happened while Redis was away, is found by the reading of the heads.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from channels.layers import get_channel_layer

from core import clock
from realtime.frames import Spans, read_heads
from realtime.groups import group_of

log = logging.getLogger(__name__)

PING_S = 15.0
LOOK_AFTER_S = 1.0
SUBSCRIBE_WITHIN_S = 2.0


class _OncePerMinute(logging.Filter):
    """The channel layer tells of a Redis that is away once a second, each time with a traceback."""

    said_at_s = float("-inf")

    def filter(self, record: logging.LogRecord) -> bool:
        if clock.monotonic_s() - self.said_at_s < 60:
            return False
        self.said_at_s = clock.monotonic_s()
        record.exc_info = None
        return True


logging.getLogger("channels_redis.pubsub").addFilter(_OncePerMinute())


class Listener(Protocol):
    """A socket as the hub sees it; both calls only note something and return."""

    def grew(self, seq: int) -> None: ...

    def ping(self, seq: int) -> None: ...


class Hub:
    """The sockets of one event loop, by stream."""

    def __init__(self) -> None:
        self.spans = Spans()
        self._layer: Any = get_channel_layer()
        self._listeners: dict[str, set[Listener]] = {}
        self._channel = ""
        self._subscribed: set[str] = set()
        self._lock = asyncio.Lock()
        self._tasks: list[asyncio.Task[None]] = []
        self._troubles: set[str] = set()

    async def join(self, stream: str, listener: Listener) -> None:
        """This will wake the listener from now on; without Redis it is woken by the heads alone."""
        self._listeners.setdefault(stream, set()).add(listener)
        if not self._tasks:
            self._tasks = [asyncio.create_task(self._look_after()), asyncio.create_task(self._keep_hearing())]
        await self._subscribe()

    def leave(self, stream: str, listener: Listener) -> None:
        """This will forget a listener; with the last one the hub rests."""
        self._listeners.get(stream, set()).discard(listener)
        if not self._listeners.get(stream):
            self._listeners.pop(stream, None)
        if not self._listeners:
            self._rest()

    def _rest(self) -> None:
        for task in self._tasks:
            task.cancel()
        self._resting = asyncio.create_task(self._unsubscribe(self._channel, self._subscribed))
        self._tasks, self._channel, self._subscribed = [], "", set()

    async def _unsubscribe(self, channel: str, streams: set[str]) -> None:
        with contextlib.suppress(Exception):  # where Redis is away there is nothing to leave
            async with asyncio.timeout(SUBSCRIBE_WITHIN_S):
                for stream in streams:
                    await self._layer.group_discard(group_of(stream), channel)

    # ---------------------------------------------------------------- hearing
    async def _subscribe(self) -> None:
        """Joins the groups of all streams that are listened to. A failure is tried again by `_look_after`."""
        missing = self._listeners.keys() - self._subscribed
        if not missing or self._layer is None:
            return
        try:
            async with asyncio.timeout(SUBSCRIBE_WITHIN_S), self._lock:
                if not self._channel:
                    self._channel = await self._layer.new_channel()
                for stream in missing:
                    await self._layer.group_add(group_of(stream), self._channel)
                    self._subscribed.add(stream)
            self._fine("subscribing")
        except Exception as problem:
            self._trouble("subscribing", problem)

    async def _keep_hearing(self) -> None:
        while True:
            if not self._channel:
                await asyncio.sleep(LOOK_AFTER_S / 10)
                continue
            try:
                self._heard(await self._layer.receive(self._channel))
            except Exception as problem:
                self._trouble("hearing", problem)
                await asyncio.sleep(LOOK_AFTER_S)

    def _heard(self, message: dict[str, Any]) -> None:
        for listener in tuple(self._listeners.get(message["stream"], ())):
            listener.grew(message["seq"])

    # ---------------------------------------------------------------- the heads
    async def _look_after(self) -> None:
        ping_at_s = clock.monotonic_s() + PING_S
        while True:
            await asyncio.sleep(min(LOOK_AFTER_S, PING_S))
            await self._subscribe()
            if clock.monotonic_s() >= ping_at_s:
                ping_at_s = clock.monotonic_s() + PING_S
                await self._ping()

    async def _ping(self) -> None:
        """No answer from the database, no ping: the pages then say that they grow old."""
        try:
            heads = await read_heads(list(self._listeners))
        except Exception as problem:
            self._trouble("reading the heads", problem)
            return
        self._fine("reading the heads")
        for stream, listeners in list(self._listeners.items()):
            for listener in tuple(listeners):
                listener.ping(heads.get(stream, 0))

    # ---------------------------------------------------------------- said once per trouble
    def _trouble(self, what: str, problem: Exception) -> None:
        if what not in self._troubles:
            log.warning("live: %s failed, trying again: %s", what, problem or type(problem).__name__)
        self._troubles.add(what)

    def _fine(self, what: str) -> None:
        self._troubles.discard(what)


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub_here() -> Hub:
    """This will return the hub of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    return _hubs[loop]
