"""The only reader of the wall clock; every other module gets `now` passed down from the edge."""

from __future__ import annotations

import os
import time
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True)
class DemoClock:
    """A clock that runs `speed` times as fast as the real one, from an agreed pair of moments, the same in every process."""

    virtual_start: datetime
    real_start_s: float
    speed: float

    @classmethod
    def parse(cls, text: str) -> DemoClock:
        """This will read `<virtual ISO 8601>|<real epoch seconds>|<speed>`; raises ValueError when it is not of that form."""
        virtual, real, speed = text.split("|")
        start = datetime.fromisoformat(virtual)
        if start.tzinfo is None:
            raise ValueError("the demo clock's start needs an offset, such as 2026-11-21T00:00:00+08:00")
        return cls(start.astimezone(UTC), float(real), float(speed))

    def now(self) -> datetime:
        return self.virtual_start + timedelta(seconds=(time.time() - self.real_start_s) * self.speed)

    def __str__(self) -> str:
        return f"{self.virtual_start.isoformat()}|{self.real_start_s}|{self.speed}"


_demo = DemoClock.parse(os.environ["PORTLANE_CLOCK"]) if os.environ.get("PORTLANE_CLOCK") else None


_ahead: ContextVar[timedelta] = ContextVar("ahead", default=timedelta(0))


def now() -> datetime:
    """This will return the present moment in UTC (aware), from the demo clock where one is set; a sandbox is ahead of it."""
    return (_demo.now() if _demo else datetime.now(UTC)) + _ahead.get()


def ahead() -> timedelta:
    """This will return how far the clock of the present world is ahead of the installation's (core/worlds.py)."""
    return _ahead.get()


def set_ahead(span: timedelta) -> None:
    """This will set it for the rest of this context; whoever calls it sets it back."""
    _ahead.set(span)


def real_now() -> datetime:
    """This will return the real moment in UTC, whatever a demo clock shows: for what Django itself writes in real time (sessions)."""
    return datetime.now(UTC)


def speed() -> float:
    """This will return how many seconds of Portlane's time pass in one real second (1.0 outside a demo)."""
    return _demo.speed if _demo else 1.0


def monotonic_s() -> float:
    """This will return seconds of a clock that never steps back, for timeouts and back-off."""
    return time.monotonic()
