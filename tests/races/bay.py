"""Forty racers on one bay: everything else in the yard is blocked, forty trucks wait, forty operators call at once."""

from __future__ import annotations

import threading
from collections import Counter

from django.db import connection

from core.errors import DomainError
from reservations.models import QueueEntry
from reservations.operations import call_next, check_in_walk_up
from tests.races.world import NOW, PORT, TESTER, register
from yards.models import Bay, Stay
from yards.operations import block_bay

RACERS = 40
LANE = "MOHAN-IN1"
BAY = "A-07"


def run() -> dict[str, int]:
    """This will race on a yard without live stays; returns winners by rows, and what the others were told."""
    for code in Bay.objects.filter(yard__code=PORT, blocked_at=None).exclude(code=BAY).values_list("code", flat=True):
        block_bay(yard_code=PORT, bay_code=code, reason="one bay only", now=NOW, actor=TESTER)
    for truck in register(RACERS):
        check_in_walk_up(
            lane_code=LANE, vehicle_ref=truck.ref, cargo_kind="general", driver=None, now=NOW, actor=TESTER
        )
    said = _race()
    return {
        "racers": RACERS,
        "winners": Stay.objects.filter(bay__code=BAY, state__in=["held", "occupied"]).count(),
        "called": QueueEntry.objects.filter(state="called").count(),
        "told_called": said["called"],
        "told_no_bay": said["no_bay_that_fits"],
    }


def _race() -> Counter[str]:
    said: Counter[str] = Counter()
    start = threading.Barrier(RACERS)

    def racer() -> None:
        start.wait()
        try:
            call_next(lane_code=LANE, now=NOW, actor=TESTER)
            answer = "called"
        except DomainError as problem:
            answer = problem.code
        finally:
            connection.close()
        said[answer] += 1

    threads = [threading.Thread(target=racer) for _ in range(RACERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said
