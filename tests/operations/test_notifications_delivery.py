"""From messages to people: leases, fences, retries, codes. A killed worker costs seconds and no message."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.core import mail
from django.db import connection, transaction

from accounts.sms import send_sms
from core import clock
from notifications import delivery, transports
from notifications.models import Message
from notifications.queries import outbox
from notifications.transports import TransportError
from tests.cast import Cast, StoppedClock, assemble
from tests.parts.stack import ROOT, database_url


def _message(cast: Cast, *, channel: str = "sms", **fields: Any) -> Message:
    values = {
        "person": cast.driver,
        "stream": cast.yard.stream,
        "seq": Message.objects.count() + 1,
        "kind": "queue.called",
        "words": "queue.called",
        "to": cast.supervisor.email if channel == "email" else cast.driver.phone,
        "language": "en",
        "facts": {"zone": "Asia/Shanghai", "plate": "云J12345", "gate": "G1", "bay": "A-02"},
        "created_at": cast.now,
        "useful_until": cast.now + timedelta(minutes=15),
        "next_attempt_at": cast.now,
    }
    return Message.objects.create(channel=channel, **(values | fields))


def _deliver(cast: Cast) -> int:
    return delivery.deliver_all(now=cast.now)


@pytest.fixture
def carried() -> Any:
    """What the SMS transport took over; `carried.side_effect = TransportError(…)` makes it fail."""
    with mock.patch.dict("notifications.transports.table.SMS", console=mock.Mock()) as table:
        yield table["console"]


# ---------------------------------------------------------------- the plain way
def test_deliver__three_channels__each_goes_its_way_once(cast: Cast, carried: Any) -> None:
    for channel in ("inapp", "sms", "email"):
        _message(cast, channel=channel)
    assert _deliver(cast) == 3
    assert _deliver(cast) == 0
    assert set(Message.objects.values_list("state", "lease_token")) == {("sent", "")}
    assert carried.call_count == 1
    assert "go to gate G1" in carried.call_args.args[0].body
    assert [letter.to for letter in mail.outbox] == [[cast.supervisor.email]]


def test_deliver__sms_on_the_console__is_in_the_log_and_on_the_outbox(cast: Cast, caplog: Any) -> None:
    _message(cast)
    with caplog.at_level("INFO"):
        _deliver(cast)
    assert f"text message to {cast.driver.phone}: 云J12345: go to gate G1" in caplog.text
    assert str(outbox(10)[0].text_as_sent).startswith("You are called\n云J12345: go to gate G1")


def test_deliver__line_break_in_a_subject__is_flattened(cast: Cast) -> None:
    transports.send(
        "email", transports.Outgoing(ref="M-1", to="a@example.test", title="a\nBcc: b@c", body="x", language="en")
    )
    assert mail.outbox[0].subject == "a Bcc: b@c"
    assert "Bcc" not in mail.outbox[0].message()


# ---------------------------------------------------------------- failing
def test_deliver__passing_trouble__tries_again_later_and_succeeds(cast: Cast, carried: Any) -> None:
    message = _message(cast)
    carried.side_effect = TransportError("carrier busy")
    assert _deliver(cast) == 0
    message.refresh_from_db()
    assert (message.state, message.attempts, message.problem, message.lease_token) == ("pending", 1, "carrier busy", "")
    assert timedelta(seconds=2) < message.next_attempt_at - cast.now < timedelta(seconds=8)
    carried.side_effect = None
    cast.clock.forward(seconds=8)
    assert _deliver(cast) == 1


def test_deliver__refused_for_good__fails_at_once(cast: Cast, carried: Any) -> None:
    message = _message(cast)
    carried.side_effect = TransportError("no such number", permanent=True)
    _deliver(cast)
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("failed", 1)


def test_deliver__never_succeeds__is_dead_after_the_last_try(cast: Cast, carried: Any) -> None:
    message = _message(cast, useful_until=cast.now + timedelta(days=1))
    carried.side_effect = TransportError("down")
    for _ in range(20):
        _deliver(cast)
        cast.clock.forward(minutes=25)
    message.refresh_from_db()
    assert (message.state, message.attempts, carried.call_count) == ("dead", delivery.ATTEMPTS, delivery.ATTEMPTS)


def test_deliver__too_late_to_be_of_use__is_not_sent(cast: Cast, carried: Any) -> None:
    message = _message(cast)
    cast.clock.forward(minutes=15)
    assert _deliver(cast) == 0
    message.refresh_from_db()
    assert (message.state, carried.called) == ("dead", False)


def test_deliver__transport_crashes__the_others_are_sent(cast: Cast, carried: Any) -> None:
    for _ in range(3):
        _message(cast)
    carried.side_effect = [ZeroDivisionError, None, None]
    assert _deliver(cast) == 2
    assert Message.objects.filter(state="pending", problem="ZeroDivisionError").count() == 1


def test_deliver__holder_died_each_time__is_given_up(cast: Cast, carried: Any) -> None:
    """A message that kills whoever sends it must not kill for ever: the try is counted when it begins."""
    message = _message(cast, attempts=delivery.ATTEMPTS)
    assert _deliver(cast) == 0
    message.refresh_from_db()
    assert (message.state, carried.called) == ("dead", False)


def test_back_off__many_tries__grows_with_jitter_up_to_its_limit() -> None:
    assert 2.5 <= delivery.back_off_s(1) <= 7.5
    assert 450 <= delivery.back_off_s(30) <= 1350
    assert len({delivery.back_off_s(3) for _ in range(9)}) > 1


# ---------------------------------------------------------------- leases and fences
def test_lease__taken__nobody_else_gets_it_until_it_runs_out(cast: Cast) -> None:
    _message(cast)
    assert len(delivery.lease(now=cast.now)) == 1
    assert delivery.lease(now=cast.now) == []
    cast.clock.forward(seconds=delivery.LEASE_S)
    assert len(delivery.lease(now=cast.now)) == 1


def test_send__late_worker__is_fenced(cast: Cast, carried: Any) -> None:
    _message(cast)
    late = delivery.lease(now=cast.now)[0]
    cast.clock.forward(seconds=delivery.LEASE_S + 1)
    assert _deliver(cast) == 1
    sent_at = Message.objects.get().sent_at
    cast.clock.forward(seconds=1)
    assert not delivery.send_one(late, now=cast.now)
    delivery._not_sent(late, "late trouble", permanent=True, now=cast.now)
    message = Message.objects.get()
    assert (message.state, message.sent_at, message.problem) == ("sent", sent_at, "")


def test_send__slow_carrier__hands_the_rest_back(cast: Cast, carried: Any) -> None:
    for _ in range(4):
        _message(cast)
    batch = delivery.lease(now=cast.now)
    with mock.patch.object(delivery.clock, "monotonic_s", side_effect=[0.0, 1.0, 4.0, 6.0]):
        assert delivery.send_batch(batch, now=cast.now) == 2
    assert set(Message.objects.filter(state="pending").values_list("lease_token", "attempts")) == {("", 0)}


def test_lease__eight_workers_at_once__each_message_once(transactional_db: None, stopped_clock: StoppedClock) -> None:
    cast = assemble(stopped_clock)
    for _ in range(100):
        _message(cast)
    got: list[str] = []

    def work() -> None:
        try:
            while batch := delivery.lease(now=cast.now):
                got.extend(message.ref for message in batch)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(got) == len(set(got)) == 100


SENDER = """
import django, sys, time; django.setup()
from core import clock
from notifications import delivery, transports
def stuck(channel, outgoing):
    print("sending", flush=True); time.sleep(60)
transports.send = stuck
delivery.deliver_all(now=clock.now())
"""
COSTS_AT_MOST = timedelta(seconds=20)  # a killed worker


@pytest.mark.stack
def test_deliver__worker_killed_in_the_middle__another_one_sends_all_it_held_within_20_s(
    transactional_db: None, carried: Any
) -> None:
    cast = assemble(StoppedClock(clock.now()))  # both processes see the real time
    for _ in range(8):
        _message(cast, useful_until=cast.now + timedelta(hours=1))
    _kill_a_worker_that_sends()
    killed_at = clock.now()
    held = Message.objects.exclude(lease_token="").count()
    assert 0 < held <= delivery.BATCH
    assert delivery.deliver_all(now=killed_at) == 8 - held, "the dead worker's lease still holds"
    assert delivery.deliver_all(now=killed_at + COSTS_AT_MOST) == held
    assert sorted(Message.objects.values_list("state", "attempts")) == [("sent", 1)] * (8 - held) + [("sent", 2)] * held


def _kill_a_worker_that_sends() -> None:
    environment = {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": "x" * 60,
        "DATABASE_URL": database_url(connection.settings_dict),
    }
    with subprocess.Popen(
        [sys.executable, "-c", SENDER], env=environment, stdout=subprocess.PIPE, cwd=ROOT, text=True
    ) as worker:
        assert worker.stdout
        assert worker.stdout.readline() == "sending\n"
        worker.kill()


def test_send__slowest_carrier__answers_within_the_lease(cast: Cast) -> None:
    """Whoever begins to send at the last moment must have settled before the lease runs out."""
    assert delivery.BEGIN_WITHIN_S + transports.ANSWER_WITHIN_S <= delivery.LEASE_S


# ---------------------------------------------------------------- one-time codes
@pytest.fixture
def on_commit(django_capture_on_commit_callbacks: Any) -> Any:
    return lambda: django_capture_on_commit_callbacks(execute=True)


def _send_code(cast: Cast) -> None:
    send_sms(phone="+8613800000001", text="123456 is your code", language="en", now=cast.now)


def test_code__asked_for__is_sent_at_once_to_a_phone_nobody_has_yet(cast: Cast, carried: Any, on_commit: Any) -> None:
    with on_commit():
        _send_code(cast)
    message = Message.objects.get()
    assert (message.state, message.person, message.stream, message.kind) == ("sent", None, None, "account.code")
    assert carried.call_args.args[0].body == "123456 is your code"


@pytest.mark.parametrize(("page", "shown"), [(True, "123456 is your code"), (False, "—")])
def test_code__sent__stays_readable_only_where_there_is_an_outbox_page(
    cast: Cast, carried: Any, on_commit: Any, settings: Any, page: bool, shown: str
) -> None:
    settings.PORTLANE_OUTBOX_PAGE = page
    with on_commit():
        _send_code(cast)
    assert outbox(1)[0].text_as_sent.body == shown


def test_code__carrier_down__worker_sends_it_later(cast: Cast, carried: Any, on_commit: Any) -> None:
    carried.side_effect = TransportError("down")
    with on_commit():
        _send_code(cast)
    carried.side_effect = None
    cast.clock.forward(seconds=8)
    assert _deliver(cast) == 1


def test_code__its_transaction_is_rolled_back__nothing_is_sent(cast: Cast, carried: Any, on_commit: Any) -> None:
    with on_commit(), transaction.atomic():
        _send_code(cast)
        transaction.set_rollback(True)
    assert not Message.objects.exists()
    assert not carried.called


def test_codes__many_to_one_phone__are_messages_of_their_own(cast: Cast) -> None:
    for _ in range(3):
        _send_code(cast)
    assert Message.objects.count() == 3


@pytest.mark.parametrize(("page", "kept"), [(True, True), (False, False)])
@pytest.mark.parametrize("end", ["failed", "dead"])
def test_code__never_reaches_its_reader__keeps_no_text_where_there_is_no_outbox_page(
    cast: Cast, carried: Any, settings: Any, end: str, page: bool, kept: bool
) -> None:
    settings.PORTLANE_OUTBOX_PAGE = page
    carried.side_effect = TransportError("no such number", permanent=True)
    _send_code(cast)
    if end == "dead":
        cast.clock.forward(minutes=10)
    _deliver(cast)
    message = Message.objects.get()
    assert (message.state, bool(message.facts)) == (end, kept)


def test_code__waits_for_its_next_try__keeps_its_text(cast: Cast, carried: Any, settings: Any) -> None:
    settings.PORTLANE_OUTBOX_PAGE = False
    carried.side_effect = TransportError("down")
    _send_code(cast)
    _deliver(cast)
    assert Message.objects.get().facts == {"text": "123456 is your code"}


def test_message__given_up__keeps_its_facts(cast: Cast, carried: Any, settings: Any) -> None:
    settings.PORTLANE_OUTBOX_PAGE = False
    carried.side_effect = TransportError("no such number", permanent=True)
    message = _message(cast)
    _deliver(cast)
    message.refresh_from_db()
    assert (message.state, bool(message.facts)) == ("failed", True)


def test_code__expired_before_it_could_be_sent__is_not(cast: Cast, carried: Any) -> None:
    _send_code(cast)
    cast.clock.forward(minutes=10)
    assert _deliver(cast) == 0
    assert not carried.called
