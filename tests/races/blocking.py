"""A zone is blocked, again and again, while operators call: nobody may end with a bay that was blocked before it was given."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

from django.db import connection

from core.errors import DomainError
from reservations.operations import admit, block_zone, call_next, check_in_walk_up, unblock_zone
from tests.races.world import NOW, PORT, TESTER, register
from yards.models import Bay, Stay

TRUCKS, LANE = 24, "MOHAN-IN1"


def run() -> Counter[str]:
    """This will let callers and gate men race one who blocks zone A and another who opens it; returns what each was told."""
    for truck in register(TRUCKS):
        check_in_walk_up(
            lane_code=LANE, vehicle_ref=truck.ref, cargo_kind="general", driver=None, now=NOW, actor=TESTER
        )
    said: Counter[str] = Counter()
    start = threading.Barrier(TRUCKS + 4)
    jobs: list[Callable[[], object]] = [_called_and_let_in] * TRUCKS
    jobs += [_blocked, _opened] * 2
    threads = [threading.Thread(target=_job, args=(job, start, said)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


def doubled() -> int:
    """This will count bays with more than one live stay."""
    live = Stay.objects.filter(bay__yard__code=PORT, state__in=["held", "occupied"]).values_list("bay_id", flat=True)
    return sum(count > 1 for count in Counter(live).values())


def held_in_vain() -> int:
    """This will count held bays of a blocked zone while another one that anybody could have is free."""
    held = Stay.objects.filter(bay__yard__code=PORT, state="held").values_list("bay_id", flat=True)
    lost = Bay.objects.filter(pk__in=list(held)).exclude(pk__in=Bay.objects.servable().values("pk")).count()
    plain = Bay.objects.free().filter(yard__code=PORT, length_m__gte=17, equipment=[]).exists()
    return lost if plain else 0


def _called_and_let_in() -> None:
    entry = call_next(lane_code=LANE, now=NOW, actor=TESTER)
    admit(entry_ref=entry.ref, now=NOW, actor=TESTER)


def _blocked() -> None:
    block_zone(yard_code=PORT, zone_code="A", reason="oil", now=NOW, actor=TESTER)


def _opened() -> None:
    unblock_zone(yard_code=PORT, zone_code="A", now=NOW, actor=TESTER)


def _job(job: Callable[[], object], start: threading.Barrier, said: Counter[str]) -> None:
    start.wait()
    try:
        job()
        answer = "done"
    except DomainError as problem:
        answer = problem.code
    finally:
        connection.close()
    said[answer] += 1
