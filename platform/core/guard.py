"""The last one out: ends the process groups of a supervisor that was killed. Runs as a program of its own, imports nothing of ours.

Its standard input is a pipe from the supervisor: `+GROUP` when one was started, `-GROUP` when it has ended. The pipe closes
when the supervisor is gone, however it went; what is still listed then is ended, grandchildren included.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterable

GRACE_S = 10.0


def listen(lines: Iterable[str]) -> set[int]:
    """This will follow the supervisor's list until the pipe closes and return the groups that are still running."""
    groups: set[int] = set()
    for line in lines:
        group = int(line)
        if group > 0:
            groups.add(group)
        else:
            groups.discard(-group)
    return groups


def end(groups: set[int], *, grace_s: float = GRACE_S) -> None:
    """This will ask every group to stop, wait, and kill what stays."""
    deadline = time.monotonic() + grace_s
    alive = {group for group in groups if _send(group, signal.SIGTERM)}
    while alive and time.monotonic() < deadline:
        time.sleep(0.1)
        alive = {group for group in alive if _send(group, 0)}
    for group in alive:
        _send(group, signal.SIGKILL)


def _send(group: int, what: int) -> bool:
    try:
        os.killpg(group, what)
    except (ProcessLookupError, PermissionError):
        return False
    return True


if __name__ == "__main__":
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    end(listen(sys.stdin))
