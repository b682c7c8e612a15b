"""Many acts in one call, each in a transaction of its own: what is right is done, what is wrong says so, a repetition has no effect.

Each item has an id of its own made of the call's Idempotency-Key and its number. One that was done answers again as it did; one that
was refused left no trace and is tried again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rest_framework.exceptions import ValidationError

from core import clock
from core.actors import Actor
from core.api.answers import dumps
from core.api.idempotency import KEEP, WireOnce
from core.api.problems import exception_handler
from core.errors import DomainError
from core.once import Replayed

MOST_ITEMS = 500


@dataclass(frozen=True)
class Act:
    """One item made ready: an operation with what it takes, the shape of its result and until when its answer is kept."""

    operation: Callable[..., Any]
    inputs: dict[str, Any]
    status: int
    shape: Callable[[Any], Any]
    keep: Callable[[Any], datetime]


@dataclass(frozen=True)
class Outcome:
    """What became of an item: `body` is the result, or the problem document when `status` is 400 or above."""

    number: int
    status: int
    body: Any
    is_repeated: bool = False

    @property
    def is_done(self) -> bool:
        return self.status < 400


def carry_out(
    items: list[dict[str, Any]], prepare: Callable[[dict[str, Any]], Act], *, kind: str, key: str, actor: Actor
) -> list[Outcome]:
    """This will carry out each item in its turn. `prepare` makes an act of an item, or raises what is wrong with it.

    `kind` names what the call does: the same key of a call of another kind is another wish.
    """
    stem = hashlib.sha256(f"{kind}\n{key}".encode()).hexdigest()[:40]
    return [_one(number, item, prepare, f"bulk:{stem}:{number}", actor) for number, item in enumerate(items)]


def _one(
    number: int, item: dict[str, Any], prepare: Callable[[dict[str, Any]], Act], key: str, actor: Actor
) -> Outcome:
    """`now` is each item's own: the last of many is decided by the clock as it is then."""
    now = clock.now()
    try:
        act = prepare(item)
        once = WireOnce(
            client=actor.ref,
            key=key,
            fingerprint=_fingerprint(item),
            keep_until=now + KEEP,
            render=lambda result: (act.status, dumps(act.shape(result))),
            keep=act.keep,
        )
        result = act.operation(now=now, actor=actor, once=once, **act.inputs)
        return Outcome(number, act.status, act.shape(result))
    except Replayed as again:
        return Outcome(number, again.status, json.loads(again.body), is_repeated=True)
    except (DomainError, ValidationError) as error:
        return _refused(number, error)


def _refused(number: int, error: Exception) -> Outcome:
    """The very problem document that a call with this item alone would have been answered with."""
    answer = exception_handler(error, {})
    assert answer is not None
    return Outcome(number, answer.status_code, json.loads(answer.content))


def _fingerprint(item: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(item, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
