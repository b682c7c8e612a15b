"""Leases, fences and seats: a killed sender costs seconds and no event, a slow receiver costs nobody but itself."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.conf import settings as django_settings
from django.db import connection

from core import clock
from notifications.webhooks import delivery, post, settling, turns
from notifications.webhooks import operations as hooks
from notifications.webhooks.models import Attempt, Delivery, Endpoint
from notifications.webhooks.post import Outcome
from tests import factories as make
from tests.cast import SYSTEM, Cast
from tests.parts.receiver import Receiver, receiving
from tests.parts.stack import ROOT, database_url


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.PORTLANE_WEBHOOK_PRIVATE = True
    with receiving() as server:
        yield server


def _endpoint(organisation: Any, url: str) -> Endpoint:
    return hooks.create_endpoint(organisation=organisation, url=url, now=clock.now(), actor=SYSTEM)[0]


def _try(endpoint: Endpoint) -> Delivery:
    return hooks.send_test(organisation=endpoint.organisation, ref=endpoint.ref, now=clock.now(), actor=SYSTEM)


# ---------------------------------------------------------------- leases and fences
def test_take__leased__nobody_else_gets_it_until_it_runs_out(cast: Cast, receiver: Receiver) -> None:
    _try(_endpoint(cast.carrier, receiver.url))
    assert len(turns.take(now=cast.now, quick=5, slow=5)) == 1
    assert turns.take(now=cast.now, quick=5, slow=5) == []
    cast.clock.forward(seconds=turns.LEASE_S)
    assert len(turns.take(now=cast.now, quick=5, slow=5)) == 1


def test_lease__of_one_try__outlasts_the_longest_one() -> None:
    """A try begun as late as allowed ends, with its name's answer, before the lease does."""
    assert turns.BEGIN_WITHIN_S + post.ANSWER_WITHIN_S < turns.LEASE_S


def test_settle__late_sender__is_fenced(cast: Cast, receiver: Receiver) -> None:
    row = _try(_endpoint(cast.carrier, receiver.url))
    [late] = turns.take(now=cast.now, quick=1, slow=0)
    cast.clock.forward(seconds=turns.LEASE_S)
    [ours] = turns.take(now=cast.now, quick=1, slow=0)
    failed, taken = Outcome(500, "", 10), Outcome(200, "", 10)
    assert settling.settle([(late.endpoint, late.deliveries[0], failed)], now=cast.now) == 0
    assert not Attempt.objects.exists()
    assert settling.settle([(ours.endpoint, ours.deliveries[0], taken)], now=cast.now) == 1
    row.refresh_from_db()
    assert (row.state, row.tries) == ("delivered", 1)


def test_settle__endpoint_removed_meanwhile__changes_nothing(cast: Cast, receiver: Receiver) -> None:
    endpoint = _endpoint(cast.carrier, receiver.url)
    _try(endpoint)
    [turn] = turns.take(now=cast.now, quick=1, slow=0)
    hooks.remove_endpoint(organisation=cast.carrier, ref=endpoint.ref, **cast.by())
    assert settling.settle([(turn.endpoint, turn.deliveries[0], Outcome(200, "", 1))], now=cast.now) == 0


def test_settle__switched_off_meanwhile__stays_as_it_is(cast: Cast, receiver: Receiver) -> None:
    endpoint = _endpoint(cast.carrier, receiver.url)
    row = _try(endpoint)
    [turn] = turns.take(now=cast.now, quick=1, slow=0)
    hooks.disable_endpoint(organisation=cast.carrier, ref=endpoint.ref, **cast.by())
    assert settling.settle([(turn.endpoint, turn.deliveries[0], Outcome(500, "", 1))], now=cast.now) == 0
    row.refresh_from_db()
    assert row.state == "disabled"


def test_take__rarely_asked_and_never_told_to_wait__is_not_passed_over(cast: Cast, receiver: Receiver) -> None:
    """A slow one that succeeds has no `not_before`: databases differ in where they sort that."""
    failing, slow = (_endpoint(cast.carrier, receiver.url) for _ in range(2))
    for row in (failing, slow):
        _try(row)
    Endpoint.objects.filter(pk=failing.pk).update(failures=3, not_before=cast.now)
    Endpoint.objects.filter(pk=slow.pk).update(last_took_ms=turns.SLOW_MS)
    assert [turn.endpoint for turn in turns.take(now=cast.now, quick=0, slow=1)] == [slow]


def test_take__one_organisation_with_many__leaves_seats_to_another(cast: Cast, receiver: Receiver) -> None:
    many = [_endpoint(cast.carrier, receiver.url) for _ in range(turns.SEATS_MOST + 2)]
    other = _endpoint(cast.other_carrier, receiver.url)
    for row in (*many, other):
        _try(row)
    sitting = [turn.endpoint for turn in turns.take(now=cast.now, quick=turns.SEATS_MOST - 1, slow=0)]
    assert sitting == many[: turns.SEATS_MOST - 1]
    taken = {turn.endpoint for turn in turns.take(now=cast.now, quick=5, slow=5)}
    assert taken == {many[turns.SEATS_MOST - 1], other}
    assert turns.take(now=cast.now, quick=5, slow=5) == []
    turns.give_back(sitting[0])
    assert len(turns.take(now=cast.now, quick=5, slow=5)) == 1


def test_speak__anything_raises__is_written_down_and_the_endpoint_waits(
    cast: Cast, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = _try(_endpoint(cast.carrier, receiver.url))
    monkeypatch.setattr(post.Line, "_ask", mock.Mock(side_effect=RuntimeError("never thought of")))
    assert delivery.deliver_all(now=cast.now, work_for_s=1.0) == 0
    assert [each.problem for each in row.attempts.all()] == ["fault"]
    endpoint = Endpoint.objects.get()
    assert (endpoint.failures, endpoint.last_problem) == (1, "fault")
    assert endpoint.not_before
    assert endpoint.not_before > cast.now


def test_dispatching__one_worker_at_a_time__another_leaves_until_it_ends_or_dies(cast: Cast) -> None:
    token = turns.begin_dispatching(now=cast.now)
    assert token
    assert turns.begin_dispatching(now=cast.now) == ""
    cast.clock.forward(seconds=turns.DISPATCH_S)
    assert turns.begin_dispatching(now=cast.now)
    assert not turns.go_on_dispatching(token, now=cast.now)
    turns.end_dispatching(token)
    assert turns.begin_dispatching(now=cast.now) == ""


def test_take__eight_workers_at_once__each_endpoint_once(transactional_db: None, settings: Any) -> None:
    settings.PORTLANE_WEBHOOK_PRIVATE = True
    carrier = make.an_organisation()
    for port in range(2000, 2012):
        _try(_endpoint(carrier, f"http://127.0.0.1:{port}/"))
    got: list[str] = []

    def work() -> None:
        try:
            got.extend(turn.endpoint.ref for turn in turns.take(now=clock.now(), quick=3, slow=3))
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert got
    assert len(got) == len(set(got))


# ---------------------------------------------------------------- killed
#: sends, and dies before it can write down that it did
SENDER = """
import django, sys, time
django.setup()
from core import clock
from notifications.webhooks import delivery
def never(tried):
    print("sent", flush=True)
    time.sleep(600)
delivery._settled = never
delivery.deliver_all(now=clock.now())
"""


@pytest.mark.stack
def test_deliver__worker_killed_between_sending_and_recording__sent_again_under_the_same_id(
    transactional_db: None, receiver: Receiver
) -> None:
    row = _try(_endpoint(make.an_organisation(), receiver.url))
    _kill_a_worker_that_has_sent()
    assert [got.id for got in receiver.got] == [row.ref]
    after_dispatch = clock.now() + timedelta(seconds=turns.DISPATCH_S)
    assert delivery.deliver_all(now=after_dispatch) == 0, "the dead worker's lease still holds"
    assert delivery.deliver_all(now=after_dispatch + timedelta(seconds=turns.LEASE_S)) == 1
    first, second = receiver.got
    assert (first.id, first.body) == (second.id, second.body)
    row.refresh_from_db()
    assert (row.state, row.attempts.count()) == ("delivered", 1)


def _kill_a_worker_that_has_sent() -> None:
    environment = {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": django_settings.SECRET_KEY,
        "PORTLANE_WEBHOOK_PRIVATE": "1",
        "DATABASE_URL": database_url(connection.settings_dict),
    }
    argv = [sys.executable, "-c", SENDER]
    with subprocess.Popen(argv, env=environment, stdout=subprocess.PIPE, cwd=ROOT, text=True) as worker:
        assert worker.stdout
        assert worker.stdout.readline() == "sent\n"
        worker.kill()


# ---------------------------------------------------------------- slow ones
HANGS_FOR_S = 20.0


@contextmanager
def _hanging_until(met: Callable[[], bool], receivers: list[Receiver]) -> Iterator[None]:
    """While the block runs: receivers that hang until `met()`, and then close the line without an answer."""
    over = threading.Event()

    def look() -> None:
        while not (met() or over.wait(0.01)):
            pass
        for receiver in receivers:
            receiver.closing.set()

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield
    finally:
        over.set()
        looking.join()


def test_deliver__ten_receivers_hang__the_healthy_one_does_not_wait(
    cast: Cast, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(post, "ANSWER_WITHIN_S", HANGS_FOR_S)
    with ExitStack() as stack:
        others = [stack.enter_context(receiving()) for _ in range(10)]
        for hanging in others:
            hanging.hang = True
            _try(_endpoint(cast.carrier, hanging.url))
        healthy = _endpoint(cast.carrier, receiver.url)
        rows = [_try(healthy) for _ in range(30)]
        stack.enter_context(_hanging_until(lambda: len(receiver.got) == 30, others))
        assert delivery.deliver_all(now=cast.now) == 30
        assert [got.id for got in receiver.got] == [row.ref for row in rows]
    assert Endpoint.objects.filter(last_problem="no_answer", failures=1).count() == 10, "all hung until then"


def test_deliver__more_failing_endpoints_than_seats__the_quick_ones_keep_theirs(
    cast: Cast, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(post, "ANSWER_WITHIN_S", HANGS_FOR_S)
    monkeypatch.setattr(delivery, "QUICK_SEATS", 1)
    monkeypatch.setattr(delivery, "SLOW_SEATS", 1)
    with receiving() as hanging:
        hanging.hang = True
        for _ in range(4):
            _try(_endpoint(cast.carrier, hanging.url))
        Endpoint.objects.update(failures=1, failing_since=cast.now)
        _try(_endpoint(cast.carrier, receiver.url))
        with _hanging_until(lambda: bool(receiver.got), [hanging]):
            delivery.deliver_all(now=cast.now)
    assert Attempt.objects.filter(problem="no_answer").count() == 4, "the first hung until then"


def test_deliver__one_event_a_receiver_chokes_on__the_others_go_on(cast: Cast, receiver: Receiver) -> None:
    endpoint = _endpoint(cast.carrier, receiver.url)
    bad, good = _try(endpoint), _try(endpoint)
    receiver.status = 500
    delivery.deliver_all(now=cast.now)
    receiver.status = 200
    cast.clock.forward(seconds=3)
    delivery.deliver_all(now=cast.now)
    for row in (bad, good):
        row.refresh_from_db()
    assert (bad.state, good.state) == ("pending", "delivered")
