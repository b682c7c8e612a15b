"""What beat wakes. Each task reads rows, so running it twice or late does no harm."""

from __future__ import annotations

from celery import shared_task

from core import clock
from reservations import sweeps


@shared_task
def sweep() -> None:
    now = clock.now()
    sweeps.sweep_holds(now)
    sweeps.lapse_offers(now)
    sweeps.offer_places(now)
    sweeps.expire_requests(now)
    sweeps.sweep_missed_calls(now)
    sweeps.sweep_no_shows(now)


@shared_task
def call_automatically() -> None:
    sweeps.call_lanes(clock.now())


@shared_task
def generate_slots() -> None:
    sweeps.generate_all_slots(clock.now())
