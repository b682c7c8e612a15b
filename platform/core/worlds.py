"""Which part of the data a piece of work sees: everything, the real ports, or one sandbox with its own port and clock.

Commands and workers see everything unless they say otherwise; whatever answers a request sees the real ports, but for a program of a
sandbox organisation, which sees its sandbox alone. A sandbox is known here by the row id of its organisation.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from django.db import models

from core import clock

Rows = TypeVar("Rows", bound="models.QuerySet[Any]")


@dataclass(frozen=True)
class World:
    """`sandbox_of` None: the real ports. `ahead`: how far its clock is before the installation's."""

    sandbox_of: int | None = None
    ahead: timedelta = timedelta(0)


REAL = World()
_current: ContextVar[World | None] = ContextVar("world", default=None)


@contextmanager
def entered(world: World | None) -> Iterator[None]:
    """This will see one world (None: everything) and read its clock until the block ends."""
    before, ahead = _current.get(), clock.ahead()
    enter(world)
    try:
        yield
    finally:
        _current.set(before)
        clock.set_ahead(ahead)


def enter(world: World | None) -> None:
    """This will see one world from now on, inside a block of `entered` that ends it."""
    _current.set(world)
    clock.set_ahead(world.ahead if world else timedelta(0))


def current() -> World | None:
    """This will return the world that is seen now, None for everything."""
    return _current.get()


def sees(sandbox_of: int | None) -> bool:
    """This will tell whether a port, known by the organisation it is a sandbox of, is in the present world."""
    world = _current.get()
    return world is None or world.sandbox_of == sandbox_of


def narrowed(rows: Rows, path: str) -> Rows:
    """This will keep the rows of the present world; `path` leads to a port's `sandbox_of`."""
    world = _current.get()
    return rows if world is None else rows.filter(**{path: world.sandbox_of})
