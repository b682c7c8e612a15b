"""The rush: client threads, each with its own connection, want places of hot slots; they retry, repeat themselves and hang up."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import connection

from core.errors import Busy, DomainError
from core.once import KeyInFlight, Once, Replayed
from reservations.errors import SlotFull
from reservations.models import Reservation, Slot
from reservations.operations import request_reservation
from tests.races.world import NOW, Truck, World

REPEATS = 0.10  # of all attempts are sent by two clients at once, with one key
HANG_UPS = 0.05  # of all answers are not waited for; the client asks again with the same key
RETRIES = 20
RETRY_AFTER_S = 0.02


@dataclass(frozen=True)
class Attempt:
    """One wish: a truck, a slot, and the key under which it may be repeated."""

    key: str
    slot: str
    cargo_kind: str
    truck: Truck
    hangs_up: bool


@dataclass
class Journal:
    """What the clients were told. `places`: key → refs acknowledged under it; `full`: slots said to be full."""

    places: dict[str, set[str]] = field(default_factory=dict)
    full: set[str] = field(default_factory=set)
    said: Counter[str] = field(default_factory=Counter)

    def add(self, other: Journal) -> None:
        for key, refs in other.places.items():
            self.places.setdefault(key, set()).update(refs)
        self.full |= other.full
        self.said += other.said


def wishes(world: World, *, attempts: int, seed: int) -> Iterator[Attempt]:
    """This will yield the attempts in the order in which the clients take them; a repeated one comes twice in a row."""
    dice = random.Random(seed)
    sent = 0
    for truck in world.trucks:
        attempt = Attempt(f"key-{truck.ref}", *dice.choice(world.slots), truck, dice.random() < HANG_UPS)
        for _ in range(2 if dice.random() < REPEATS else 1):
            if sent == attempts:
                return
            sent += 1
            yield attempt


def run(
    world: World, *, attempts: int, clients: int, seed: int, before: Callable[[str], None] = lambda slot: None
) -> Journal:
    """This will let `clients` threads work the attempts off. `before` is what a client does before it asks (the mutant looks first)."""
    queue, lock, whole = wishes(world, attempts=attempts, seed=seed), threading.Lock(), Journal()

    def client() -> None:
        mine = Journal()
        try:
            while attempt := _next(queue, lock):
                before(attempt.slot)
                _ask(attempt, mine)
        finally:
            connection.close()
        with lock:
            whole.add(mine)

    threads = [threading.Thread(target=client, name=f"client {n}") for n in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return whole


def _next(queue: Iterator[Attempt], lock: threading.Lock) -> Attempt | None:
    with lock:
        return next(queue, None)


def _ask(attempt: Attempt, mine: Journal) -> None:
    """Asks until there is an answer; who hangs up asks once more and counts only the second answer."""
    for _ in range(RETRIES):
        answer, ref = _once(attempt)
        if answer == "busy":
            mine.said["retried"] += 1
            time.sleep(RETRY_AFTER_S)
            continue
        if attempt.hangs_up:
            answer, ref = _once(attempt)
        break
    mine.said[answer] += 1
    if ref:
        mine.places.setdefault(attempt.key, set()).add(ref)
    if answer == "full":
        mine.full.add(attempt.slot)


def _once(attempt: Attempt) -> tuple[str, str]:
    driver = attempt.truck.driver
    once = Once(
        client=driver.ref,
        key=attempt.key,
        fingerprint=attempt.slot,
        keep_until=NOW + timedelta(days=14),
        render=lambda made: (201, {"ref": made.ref}),
    )
    wish = {
        "slot_ref": attempt.slot,
        "vehicle_ref": attempt.truck.ref,
        "cargo_kind": attempt.cargo_kind,
        "driver": driver,
    }
    try:
        return "placed", request_reservation(**wish, now=NOW, actor=driver.actor, once=once).ref
    except Replayed as stored:
        return "replayed", stored.body["ref"]
    except SlotFull:
        return "full", ""
    except (Busy, KeyInFlight):
        return "busy", ""
    except DomainError as problem:
        return problem.code, ""
    except Exception as problem:  # what a person would see as an error page
        return f"{type(problem).__name__}: {problem}", ""


def verdict(world: World, journal: Journal) -> dict[str, int]:
    """This will count rows, never counters: what was sold, lost and given twice."""
    rows = list(Reservation.objects.values_list("ref", "slot__ref", "vehicle__ref"))
    per_slot = Counter(slot for _, slot, _ in rows)
    per_vehicle = Counter(vehicle for _, _, vehicle in rows)
    kept = {ref for ref, _, _ in rows}
    told = {ref for refs in journal.places.values() for ref in refs}
    # Two trucks of one driver may want the same slot at once: the second one is beyond his share.
    fine = {"placed", "replayed", "full", "retried", "organisation_cap"}
    return {
        "placed": len(rows),
        "oversold": sum(max(0, per_slot[slot] - world.places) for slot, _ in world.slots),
        "lost": len(told - kept),
        "duplicates": sum(n - 1 for n in per_vehicle.values() if n > 1)
        + sum(len(r) > 1 for r in journal.places.values()),
        "false_full": sum(per_slot[slot] < world.places for slot in journal.full),
        "counters_wrong": sum(taken != per_slot[ref] for ref, taken in Slot.objects.values_list("ref", "taken")),
        "locked_errors": sum(n for said, n in journal.said.items() if said == "busy" or "locked" in said),
        "other_errors": sum(
            n for said, n in journal.said.items() if said not in fine | {"busy"} and "locked" not in said
        ),
        "retried": journal.said["retried"],
    }
