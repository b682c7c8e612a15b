"""Closures against reservations: clients take and confirm places of the nearest hours while those hours are being closed.

Whatever the order in which they come, no promise of a vehicle that is not here stands inside a closure when all is done, and each one
the closure met has exactly one answer.
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any
from unittest import mock

from django.db import connection
from django.db.models import Count

from core.errors import Busy, Conflict, DomainError
from reservations.models import Disposition, Reservation, Slot
from reservations.operations import (
    change_slot,
    confirm_reservation,
    declare_closure,
    generate_slots_of,
    request_reservation,
    undo_closure,
)
from tests.races.world import NOW, PORT, TESTER, Truck, World, build
from yards.models import Closure

LANES = ("MOHAN-IN1", "MOHAN-OUT1")
HOURS = 3
CLIENTS = 8
RETRIES = 50
RETRY_AFTER_S = 0.01


@dataclass
class Journal:
    """What the clients and the supervisor were told."""

    said: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, word: str) -> None:
        with self.lock:
            self.said[word] += 1


def lay_out(*, trucks: int) -> World:
    """This will build the races' port with roomy slots of the coming hours and `trucks` trucks."""
    return build(slots=4 * (HOURS + 2), places=200, trucks=trucks)


def run(world: World, *, races: int, clients: int, seed: int) -> Journal:
    """This will run `races` races: each time a closure of one lane's next hours against `clients` clients who want places there."""
    journal, trucks = Journal(), iter(world.trucks)
    for number in range(races):
        lane = LANES[number % len(LANES)]
        crowd = [truck for _ in range(clients) if (truck := next(trucks, None))]
        closure = _race(lane, crowd, journal, random.Random(seed * 1000 + number))
        journal.said["inside"] += inside(closure)
        taken_back: dict[str, Any] = {"ref": closure.ref, "reason": "the next race", "now": NOW, "actor": TESTER}
        _retried(partial(undo_closure, **taken_back), journal)
    return journal


def _race(lane: str, crowd: list[Truck], journal: Journal, dice: random.Random) -> Closure:
    start = threading.Barrier(len(crowd) + 2)
    made: list[Closure] = []
    slots = list(Slot.objects.filter(lane__code=lane, ends_at__gt=NOW).order_by("starts_at")[: HOURS + 2])
    delay_s = dice.random() * 0.03

    def supervisor() -> None:
        start.wait()
        time.sleep(delay_s)
        made.append(_retried(lambda: _close(lane, slots[HOURS - 1].ends_at), journal))

    def generator() -> None:
        start.wait()
        _retried(lambda: generate_slots_of(lane_code=lane, now=NOW, actor=TESTER), journal)

    jobs: list[Callable[[], None]] = [supervisor, generator]
    jobs += [_client(truck, dice.sample(slots, 2), dice.randrange(3), start, journal) for truck in crowd]
    threads = [threading.Thread(target=_closing, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return made[0]


def _closing(job: Callable[[], None]) -> None:
    try:
        job()
    finally:
        connection.close()


def _close(lane: str, until: datetime) -> Closure:
    wish: dict[str, Any] = {"port_code": PORT, "scope": "lane", "lane_codes": [lane], "stages": [], "user": None}
    return declare_closure(**wish, starts_at=NOW, ends_at=until, reason="a race", now=NOW, actor=TESTER)


def _client(
    truck: Truck, slots: list[Slot], kind: int, start: threading.Barrier, journal: Journal
) -> Callable[[], None]:
    """Reserves at once; or holds, then confirms; or reserves and moves into the other slot."""
    first, other = slots

    def reserve() -> Reservation:
        return request_reservation(
            slot_ref=first.ref,
            vehicle_ref=truck.ref,
            cargo_kind="general",
            driver=truck.driver,
            confirm=kind != 1,
            now=NOW,
            actor=truck.driver.actor,
        )

    def work() -> None:
        start.wait()
        reservation = _retried(reserve, journal)
        then: dict[str, Any] = {"now": NOW, "actor": truck.driver.actor}
        if reservation and kind == 1:
            _retried(lambda: confirm_reservation(ref=reservation.ref, **then), journal)
        elif reservation and kind == 2:
            _retried(lambda: change_slot(ref=reservation.ref, slot_ref=other.ref, **then), journal)

    return work


def _retried(act: Callable[[], Any], journal: Journal) -> Any:
    for _ in range(RETRIES):
        try:
            done = act()
        except (Busy, Conflict) as problem:
            if isinstance(problem, Conflict) and type(problem) is not Conflict:
                journal.add(problem.code)
                return None
            time.sleep(RETRY_AFTER_S)
        except DomainError as problem:
            journal.add(problem.code)
            return None
        else:
            journal.add("done")
            return done
    journal.add("gave up")
    return None


def inside(closure: Closure) -> int:
    """This will count promises inside a closure of vehicles that are not here, and open slots there."""
    spans = {"lane__in": closure.lanes.all(), "starts_at__lt": closure.ends_at, "ends_at__gt": closure.starts_at}
    slots = Slot.objects.filter(**spans)
    promises = Reservation.objects.filter(slot__in=slots, state__in=["requested", "confirmed"])
    return promises.count() + slots.filter(is_frozen=False).count()


def answered_twice() -> int:
    """This will count reservations with more than one disposition of one closure."""
    rows = Disposition.objects.values("closure", "reservation").annotate(n=Count("pk"))
    return rows.filter(n__gt=1).count()


@contextmanager
def without_freeze() -> Iterator[None]:
    """This will leave slots unfrozen by closures while the block runs: the guard removed, the same races must be seen to fail."""
    from reservations.operations import generating

    with mock.patch.object(generating.Plan, "switches", return_value=False):
        yield
