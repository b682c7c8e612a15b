"""What beat wakes. Each task reads rows, so running it twice or late does no harm."""

from __future__ import annotations

from celery import shared_task

from core import clock
from reservations import batches, rounds, sweeps, yard_sweeps
from yards.models import Port

EXPIRES_S = 10  # the next tick sends it again


@shared_task
def sweep() -> None:
    now = clock.now()
    sweeps.sweep_holds(now)
    sweeps.lapse_offers(now)
    sweeps.offer_places(now)
    sweeps.expire_requests(now)
    sweeps.sweep_missed_calls(now)
    sweeps.sweep_no_shows(now)
    yard_sweeps.send_on_the_homeless(now)
    yard_sweeps.note_overstays(now)


@shared_task
def call_automatically() -> None:
    sweeps.call_lanes(clock.now())


@shared_task
def look_beside_the_books() -> None:
    now = clock.now()
    sweeps.settle_all_doubts(now)
    sweeps.forget_sightings(now)


@shared_task
def generate_slots() -> None:
    sweeps.generate_all_slots(clock.now())


@shared_task
def place_late_requests() -> None:
    now = clock.now()
    for code in Port.objects.values_list("code", flat=True):
        batches.place_late_requests(code, now=now)


@shared_task
def advance_rounds() -> None:
    """A task for each round: one that takes long, or its whole time, keeps no other waiting."""
    for ref in rounds.refs_to_advance(clock.now()):
        advance_round.apply_async((ref,), expires=EXPIRES_S)


# Below the lease of a draw: no second worker draws while one still may.
@shared_task(soft_time_limit=300, time_limit=330)
def advance_round(ref: str) -> None:
    rounds.advance(ref, clock.now())


@shared_task
def announce_rounds() -> None:
    rounds.announce_due(clock.now())
