"""Work in a process of its own: what it imported and read goes with it, where its caller lives as long as the installation."""

from __future__ import annotations

import ctypes
import signal
import sys
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import TypeVar

T = TypeVar("T")
PR_SET_PDEATHSIG = 1


class EndedEarly(Exception):
    """The process ended without an answer; what it had to say about that is on its standard error."""


def apart(work: Callable[[], T], *, expected: tuple[type[Exception], ...] = ()) -> T:
    """This will return what `work` returns in a fork of this process, which ends before this returns.

    The caller has no threads and no open database connection. Raises: EndedEarly; what of `expected` `work` raises.
    """
    fork = get_context("fork")
    reader, writer = fork.Pipe(duplex=False)
    child = fork.Process(target=_answer, args=(writer, work, expected))
    child.start()
    writer.close()
    try:
        raised, found = reader.recv()
    except EOFError:
        raise EndedEarly from None
    finally:
        child.join()
        reader.close()
    if raised:
        raise found
    result: T = found
    return result


def _answer(writer: Connection, work: Callable[[], T], expected: tuple[type[Exception], ...]) -> None:
    _end_with_parent()
    try:
        writer.send((False, work()))
    except expected as problem:
        writer.send((True, problem))


def _end_with_parent() -> None:
    """Killed is killed: what the caller did itself would end with it too. Elsewhere than on Linux it finishes first."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
