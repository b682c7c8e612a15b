"""The server's time, as its clients reckon it: the moment it names, moved on by its speed."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Clock:
    """`server_at` was the server's moment when our monotonic clock read `local_s`; it runs `speed` times as fast."""

    server_at: datetime
    local_s: float
    speed: float

    def now(self) -> datetime:
        return self.server_at + timedelta(seconds=(time.monotonic() - self.local_s) * self.speed)

    def real_s(self, span: timedelta) -> float:
        """This will return how many real seconds a span of the server's time takes, at least 0."""
        return max(0.0, span.total_seconds() / self.speed)

    async def until(self, moment: datetime) -> None:
        """This will sleep until the server's time reaches `moment`."""
        await asyncio.sleep(self.real_s(moment - self.now()))

    async def minutes(self, count: float) -> None:
        """This will sleep for minutes of the server's time."""
        await asyncio.sleep(self.real_s(timedelta(minutes=count)))
