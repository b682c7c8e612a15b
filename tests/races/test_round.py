"""Several workers at one round: one draws it, one publishes it, whoever comes first; the others leave it alone."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from audit.auditor import Auditor
from core.errors import DomainError
from core.models import LedgerEntry
from reservations.models import Request, Reservation, Round, Slot
from reservations.operations import (
    announce_round,
    change_capacity,
    close_round,
    open_round,
    publish_policy,
    publish_round,
    request_places,
)
from reservations.rounds import HERALD, run_round
from tests.races import world
from yards.models import Lane

WORKERS = 6
TRUCKS = 12
SOON = world.NOW + timedelta(minutes=1)


@pytest.fixture
def closed(transactional_db: None) -> Round:
    """Twelve trucks want the same hour of the day after tomorrow, which has four places."""
    world.lay_out()
    lane = Lane.objects.select_related("port").get(code="MOHAN-IN1")
    rules = {"allocation": "rounds", "organisation_share_percent": 100}
    publish_policy(
        port_code=lane.port.code,
        effective_from=SOON,
        changes=rules,
        note="rounds",
        user=None,
        now=world.NOW,
        actor=HERALD,
    )
    slot = Slot.objects.filter(lane=lane, starts_at__gt=world.NOW + timedelta(days=2)).order_by("starts_at")[4]
    change_capacity(slot_ref=slot.ref, planned=4, reason="a race", now=world.NOW, actor=HERALD)
    round_ = announce_round(port_code=lane.port.code, service_date=slot.service_date, now=SOON, actor=HERALD)
    assert round_ is not None
    open_round(ref=round_.ref, now=SOON, actor=HERALD)
    for truck in world.register(TRUCKS):
        request_places(
            port_code=lane.port.code,
            service_date=slot.service_date,
            lane_codes=[lane.code],
            vehicle_refs=[truck.ref],
            cargo_kind="general",
            earliest_at=slot.starts_at,
            latest_at=slot.starts_at,
            preferred_at=slot.starts_at,
            driver=truck.driver,
            now=SOON,
            actor=truck.driver.actor,
        )
    return close_round(ref=round_.ref, now=round_.closes_at, actor=HERALD)


def together(act: Callable[[], Any]) -> tuple[int, list[str]]:
    """How many of the workers got through, and what the others were told."""
    start, won, told = threading.Barrier(WORKERS), [], []  # type: threading.Barrier, list[Any], list[str]

    def worker() -> None:
        start.wait()
        try:
            won.append(act())
        except DomainError as refusal:
            told.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=worker) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(won), told


def test_round__six_workers_draw_and_publish_it__one_wins_each_time(closed: Round) -> None:
    won, told = together(lambda: run_round(closed.ref, now=closed.closes_at))
    assert (won, set(told)) == (1, {"round_busy"})
    won, told = together(lambda: publish_round(ref=closed.ref, now=closed.publishes_at, actor=HERALD))
    assert won == 1
    assert set(told) <= {"wrong_state", "conflict", "busy"}
    kinds = list(LedgerEntry.objects.filter(kind__startswith="round.").order_by("seq").values_list("kind", flat=True))
    assert kinds[-2:] == ["round.drawn", "round.published"]
    assert Reservation.objects.filter(state="confirmed").count() == 4
    assert Request.objects.filter(state="placed").count() == 4
    assert Request.objects.filter(state="standby").count() == TRUCKS - 4
    assert [str(finding) for finding in Auditor().findings()] == []
