"""SQLite lets one writer in at a time, and those who wait poll: whoever is unlucky starves. In one process they stand in line instead.

Measured with 64 threads on a busy machine: polling ended in a collapse (20 s without an answer for all), the line in none.
Correctness never rests on this: other processes poll all the same, and SQLite itself decides who writes.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from core.errors import Busy

_line = threading.RLock()  # re-entrant, so that a nested operation fails by its own rule and not here


@contextmanager
def in_line() -> Iterator[None]:
    """This will run the block as the process's only writer on SQLite, and at once elsewhere. Raises Busy after the busy timeout."""
    if connection.vendor != "sqlite":
        yield
        return
    if not _line.acquire(timeout=connection.settings_dict["OPTIONS"].get("timeout", 5)):
        raise Busy
    try:
        yield
    finally:
        _line.release()
