"""The guard removed, in this harness only: a race that cannot be lost proves nothing, so the same rush must be seen to fail."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest import mock

from reservations.models import Slot
from reservations.models.slot import SlotQuerySet

_seen = threading.local()


@contextmanager
def without_guard() -> Iterator[Callable[[str], None]]:
    """This will replace the conditional UPDATE by "look, then write what you saw plus one" while the block runs.

    Yields the look, which each client takes before it asks: outside the transaction, as a page that showed a free place did.
    (Inside, SQLite's IMMEDIATE transactions would still save the naive writer by running one at a time.)
    The counter stays within the capacity, so the CHECK sees nothing either: only counted rows tell.
    """
    with mock.patch.object(SlotQuerySet, "take", _take_as_seen):
        yield _look


def _look(slot_ref: str) -> None:
    _seen.slot = Slot.objects.get(ref=slot_ref)


def _take_as_seen(rows: SlotQuerySet, slot_id: int, *, units: int = 1) -> bool:
    slot: Slot = _seen.slot
    if slot.taken + units > slot.capacity:
        return False
    return bool(rows.filter(pk=slot_id).update(taken=slot.taken + units))
