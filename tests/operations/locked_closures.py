"""Closures as the law of locks sees them: with everything in them that there can be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.cast import Cast
from tests.operations.closing_steps import another_lane, lift, offered, shut, undo
from tests.operations.steps import reserved
from yards.models import Closure

Act = Callable[[], Any]


def closures(cast: Cast) -> dict[str, Callable[[], Act]]:
    """Somebody moved, somebody without a place, an offer taken back; later places kept for standby."""
    return {
        "declare_closure": lambda: _declaring(cast),
        "lift_closure": lambda: _with(_closed(cast), lambda closure: lift(cast, closure, 1)),
        "undo_closure": lambda: _with(_closed(cast), lambda closure: undo(cast, closure)),
    }


def _with(closure: Closure, act: Callable[[Closure], Any]) -> Act:
    return lambda: act(closure)


def _closed(cast: Cast) -> Closure:
    _fill(cast)
    return shut(cast, 0, None)


def _declaring(cast: Cast) -> Act:
    _fill(cast)
    return lambda: shut(cast, 0, None)


def _fill(cast: Cast) -> None:
    for slot in cast.slots[:-1]:
        reserved(cast, slot=slot), reserved(cast, slot=slot)
    another_lane(cast, capacity=1)
    offered(cast, cast.slots[-1])
