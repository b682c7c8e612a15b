"""Deliveries are handed out and sent: threads speak to receivers, this one alone speaks to the database.

Endpoints whose last try failed or was slow share seats of their own, so that however many of them hang, the others do not wait for a seat;
each endpoint has one sender at a time, so that no slow one delays another and its events go out in their order.
"""

from __future__ import annotations

import logging
import queue
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime

from django.db import OperationalError

from core import clock
from notifications.webhooks import turns
from notifications.webhooks.models import Delivery, Endpoint
from notifications.webhooks.post import Outcome, line
from notifications.webhooks.settling import end_what_stays, settle
from notifications.webhooks.turns import Turn

log = logging.getLogger(__name__)

QUICK_SEATS, SLOW_SEATS = 32, 16
WORK_FOR_S = 20.0  # with the last tries (10 s) well below a task's soft time limit
LOOK_EVERY_S = 0.1

#: (turn, delivery, what came of it); delivery None: the turn is over
Report = tuple[Turn, Delivery | None, Outcome | None]


def deliver_all(*, now: datetime, work_for_s: float = WORK_FOR_S) -> int:
    """This will send what is due until nothing is under way or the time is over; returns how many were taken.

    One worker at a time hands turns out: another one that is called meanwhile leaves at once.
    """
    token = turns.begin_dispatching(now=now)
    if not token:
        return 0
    try:
        end_what_stays(now=now)
        return _Round(token, work_for_s).run(now)
    finally:
        turns.end_dispatching(token)


@dataclass
class _Round:
    """One worker's time at the desk."""

    token: str
    work_for_s: float
    reports: queue.SimpleQueue[Report] = field(default_factory=queue.SimpleQueue)
    quick: int = 0
    slow: int = 0
    taken: int = 0

    def run(self, now: datetime) -> int:
        ends_s = clock.monotonic_s() + self.work_for_s
        with ThreadPoolExecutor(QUICK_SEATS + SLOW_SEATS, thread_name_prefix="webhook") as pool:
            while self._may_go_on(ends_s, now):
                self._hand_out(pool, now)
                if not self.quick + self.slow:
                    break
                self._collect(LOOK_EVERY_S)
                now = max(now, clock.now())
            turns.end_dispatching(self.token)  # the next worker hands out while our last tries end
            while self.quick + self.slow:
                self._collect(1.0)
        return self.taken

    def _may_go_on(self, ends_s: float, now: datetime) -> bool:
        return clock.monotonic_s() < ends_s and turns.go_on_dispatching(self.token, now=now)

    def _hand_out(self, pool: ThreadPoolExecutor, now: datetime) -> None:
        free = (QUICK_SEATS - self.quick, SLOW_SEATS - self.slow)
        for turn in turns.take(now=now, quick=free[0], slow=free[1]):
            self._count(turn, 1)
            pool.submit(speak, turn, self.reports)

    def _collect(self, wait_s: float) -> None:
        """Writes down what came in, all in one transaction."""
        reports = _waiting(self.reports, wait_s)
        tried = [(turn.endpoint, delivery, outcome) for turn, delivery, outcome in reports if delivery and outcome]
        if tried:
            self.taken += _settled(tried)
        for turn, delivery, _ in reports:
            if delivery is None:
                turns.give_back(turn.endpoint)
                self._count(turn, -1)

    def _count(self, turn: Turn, by: int) -> None:
        if turn.is_quick:
            self.quick += by
        else:
            self.slow += by


def speak(turn: Turn, reports: queue.SimpleQueue[Report]) -> None:
    """This will send a turn's deliveries one after the other, until one fails or the turn's time is over. Runs in a thread of its own."""
    begun_s, waiting = clock.monotonic_s(), list(turn.deliveries)
    try:
        with line(turn.endpoint.url, turn.secrets) as way:
            while waiting and clock.monotonic_s() - begun_s <= turns.BEGIN_WITHIN_S:
                outcome = way.post(delivery=waiting[0].ref, body=waiting[0].event.body)
                reports.put((turn, waiting.pop(0), outcome))
                if not outcome.is_taken:
                    break
    except Exception:
        # Whatever is wrong here is wrong with one endpoint; written down as a failed try, so that it waits.
        log.exception("endpoint %s could not be spoken to", turn.endpoint.ref)
        if waiting:
            reports.put((turn, waiting[0], Outcome(None, "fault", int((clock.monotonic_s() - begun_s) * 1000))))
    finally:
        reports.put((turn, None, None))


def _waiting(reports: queue.SimpleQueue[Report], wait_s: float) -> list[Report]:
    """What came in within `wait_s`; the rest of what is there already without waiting."""
    found: list[Report] = []
    try:
        found.append(reports.get(timeout=wait_s))
        while len(found) < 200:
            found.append(reports.get_nowait())
    except queue.Empty:
        pass
    return found


def _settled(tried: list[tuple[Endpoint, Delivery, Outcome]]) -> int:
    try:
        return settle(tried, now=clock.now())
    except OperationalError:  # not written down: the leases run out, and they are sent again under the same ids
        log.exception("%s tries could not be written down", len(tried))
        return 0
