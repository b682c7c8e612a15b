"""Tells the sockets, after a commit, that a stream has grown: never more than "stream X is at seq N".

The caller only notes the newest seq; a thread of its own does the sending, over one connection per process. A stream is
told at once and then at most every 50 ms. While Redis is away the newest seq per stream waits here (older ones are dropped)
and is sent when it answers again; readers find whatever they missed at their next ping.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading

from channels.layers import get_channel_layer

from core.clock import monotonic_s
from realtime.groups import group_of

log = logging.getLogger(__name__)

AT_MOST_EVERY_S = 0.05
SEND_WITHIN_S = 2.0
TRY_AGAIN_S = 1.0


class Pusher:
    """One per process; the thread starts with the first push and again in a forked child."""

    def __init__(self) -> None:
        self._start_afresh()
        os.register_at_fork(after_in_child=self._start_afresh)

    def _start_afresh(self) -> None:
        self._lock = threading.Lock()
        self._news = threading.Event()
        self._dirty: dict[str, int] = {}
        self._not_before_s: dict[str, float] = {}
        self._thread: threading.Thread | None = None
        self._failing = False

    def tell(self, stream: str, seq: int) -> None:
        """This will have the stream's sockets told that it is at `seq`. Costs microseconds and never raises or waits."""
        with self._lock:
            if seq > self._dirty.get(stream, 0):
                self._dirty[stream] = seq
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="live-push", daemon=True)
                self._thread.start()
        self._news.set()

    # ---------------------------------------------------------------- in the thread
    def _run(self) -> None:
        loop = asyncio.new_event_loop()
        wait_s: float | None = None
        while True:
            self._news.wait(wait_s)
            self._news.clear()
            loop.run_until_complete(self._send(self._take_due()))
            wait_s = self._next_in_s()

    def _take_due(self) -> dict[str, int]:
        now_s = monotonic_s()
        with self._lock:
            due = {stream: seq for stream, seq in self._dirty.items() if self._not_before_s.get(stream, 0.0) <= now_s}
            for stream in due:
                del self._dirty[stream]
                self._not_before_s[stream] = now_s + AT_MOST_EVERY_S
        return due

    def _next_in_s(self) -> float | None:
        with self._lock:
            moments_s = [self._not_before_s.get(stream, 0.0) for stream in self._dirty]
        return max(0.0, min(moments_s) - monotonic_s()) if moments_s else None

    async def _send(self, due: dict[str, int]) -> None:
        if not due:
            return
        try:
            async with asyncio.timeout(SEND_WITHIN_S):
                await _send_to_groups(due)
            self._failing = False
        except Exception as problem:  # whatever ails Redis, the thread must live on
            self._keep_for_later(due)
            if not self._failing:
                log.warning("pushes pause, pages catch up by themselves: %s", problem or type(problem).__name__)
            self._failing = True

    def _keep_for_later(self, unsent: dict[str, int]) -> None:
        again_s = monotonic_s() + TRY_AGAIN_S
        with self._lock:
            for stream, seq in unsent.items():
                self._dirty[stream] = max(seq, self._dirty.get(stream, 0))
                self._not_before_s[stream] = again_s


async def _send_to_groups(due: dict[str, int]) -> None:
    layer = get_channel_layer()
    for stream, seq in due.items() if layer else ():
        await layer.group_send(group_of(stream), {"type": "stream.grew", "stream": stream, "seq": seq})


pusher = Pusher()


def tell(stream: str, seq: int) -> None:
    """This will tell the sockets of a stream that it is at `seq` (a subscriber of `core.ledger`)."""
    pusher.tell(stream, seq)
