"""What beat wakes. Each task reads rows, so running it twice or late does no harm. Sandboxes go by clocks of their own."""

from __future__ import annotations

from celery import shared_task

from core import clock, worlds
from reservations import batches, inbox, rounds, sweeps
from reservations.sandbox import running
from yards.models import Port

EXPIRES_S = 10  # the next tick sends it again


@shared_task
def sweep() -> None:
    with worlds.entered(worlds.REAL):
        running.sweep(clock.now())


@shared_task
def call_automatically() -> None:
    with worlds.entered(worlds.REAL):
        sweeps.call_lanes(clock.now())


@shared_task
def look_beside_the_books() -> None:
    now = clock.now()
    sweeps.settle_all_doubts(now)
    sweeps.forget_sightings(now)


@shared_task
def forget_gate_reads() -> None:
    inbox.forget_reads(clock.now())


@shared_task
def generate_slots() -> None:
    with worlds.entered(worlds.REAL):
        sweeps.generate_all_slots(clock.now())


@shared_task
def place_late_requests() -> None:
    now = clock.now()
    with worlds.entered(worlds.REAL):
        codes = list(Port.objects.values_list("code", flat=True))
    for code in codes:
        batches.place_late_requests(code, now=now)


@shared_task
def advance_rounds() -> None:
    """A task for each round: one that takes long, or its whole time, keeps no other waiting."""
    with worlds.entered(worlds.REAL):
        due = rounds.refs_to_advance(clock.now())
    for ref in due:
        advance_round.apply_async((ref,), expires=EXPIRES_S)


# Below the lease of a draw: no second worker draws while one still may.
@shared_task(soft_time_limit=300, time_limit=330)
def advance_round(ref: str) -> None:
    rounds.advance(ref, clock.now())


@shared_task
def announce_rounds() -> None:
    with worlds.entered(worlds.REAL):
        rounds.announce_due(clock.now())


@shared_task
def run_sandboxes() -> None:
    running.run_all()


@shared_task
def run_sandboxes_ahead() -> None:
    running.run_all(with_slots=True)


@shared_task
def sweep_declarations() -> None:
    with worlds.entered(worlds.REAL):
        running.sweep_declarations(clock.now())
