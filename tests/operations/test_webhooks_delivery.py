"""From deliveries to receivers: a real HTTP receiver takes, refuses, hangs, redirects, pours, and says it is gone."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from standardwebhooks import WebhookVerificationError

from notifications.delivery import deliver_all as deliver_messages
from notifications.models import Message
from notifications.webhooks import delivery, post, schedule, turns
from notifications.webhooks import operations as hooks
from notifications.webhooks.models import Attempt, Delivery, Endpoint
from notifications.webhooks.queries import deliveries_of, live_secrets
from notifications.webhooks.tasks import forget
from tests import factories as make
from tests.cast import Cast
from tests.parts.receiver import Receiver, receiving


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.PORTLANE_WEBHOOK_PRIVATE = True
    with receiving() as server:
        yield server


def _endpoint(cast: Cast, receiver: Receiver, **said: Any) -> tuple[Endpoint, str]:
    return hooks.create_endpoint(**{"organisation": cast.carrier, "url": receiver.url} | said, **cast.by())


def _try(cast: Cast, endpoint: Endpoint) -> Delivery:
    return hooks.send_test(organisation=cast.carrier, ref=endpoint.ref, **cast.by())


def _deliver(cast: Cast) -> int:
    return delivery.deliver_all(now=cast.now)


def _again(cast: Cast, row: Delivery) -> Delivery:
    """The clock goes to the next try, and it is made."""
    row.refresh_from_db()
    assert row.next_attempt_at
    cast.clock.moment = max(row.next_attempt_at, Endpoint.objects.get(pk=row.endpoint_id).not_before or cast.now)
    _deliver(cast)
    row.refresh_from_db()
    return row


# ---------------------------------------------------------------- the plain way
def test_deliver__receiver_takes_it__verified_by_the_official_library_and_settled(
    cast: Cast, receiver: Receiver
) -> None:
    endpoint, secret = _endpoint(cast, receiver)
    row = _try(cast, endpoint)
    assert (_deliver(cast), _deliver(cast)) == (1, 0)
    [got] = receiver.got
    assert got.verified(secret) == json.loads(row.event.body)
    assert (got.id, got.headers["content-type"]) == (row.ref, "application/json")
    row.refresh_from_db()
    assert (row.state, row.tries, row.delivered_at) == ("delivered", 1, cast.now)
    assert [(each.status, each.problem) for each in row.attempts.all()] == [(200, "")]


def test_deliver__many__go_in_their_order_and_once(cast: Cast, receiver: Receiver) -> None:
    endpoint, _ = _endpoint(cast, receiver)
    rows = [_try(cast, endpoint) for _ in range(2 * turns.BATCH + 3)]
    assert _deliver(cast) == len(rows)
    assert [got.id for got in receiver.got] == [row.ref for row in rows]
    assert receiver.connections <= 3  # one line for a turn, not one for each


def test_deliver__secret_rotated__both_verify_until_the_old_one_ends(cast: Cast, receiver: Receiver) -> None:
    endpoint, old = _endpoint(cast, receiver)
    _, new = hooks.rotate_secret(organisation=cast.carrier, ref=endpoint.ref, overlap_h=24, **cast.by())
    _try(cast, endpoint)
    _deliver(cast)
    for secret in (old, new):
        assert receiver.got[0].verified(secret)
    cast.clock.forward(hours=24)
    _try(cast, endpoint)
    _deliver(cast)
    assert receiver.got[1].verified(new)
    with pytest.raises(WebhookVerificationError):
        receiver.got[1].verified(old)
    assert [each.secret for each in live_secrets(endpoint, now=cast.now)] == [new]


def test_deliver__rotated_after_a_leak__the_old_secret_signs_no_more(cast: Cast, receiver: Receiver) -> None:
    endpoint, old = _endpoint(cast, receiver)
    hooks.rotate_secret(organisation=cast.carrier, ref=endpoint.ref, overlap_h=0, **cast.by())
    _try(cast, endpoint)
    _deliver(cast)
    with pytest.raises(WebhookVerificationError):
        receiver.got[0].verified(old)


# ---------------------------------------------------------------- receivers that will not
@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        ({"status": 500}, "http_500"),
        ({"status": 404}, "http_404"),
        ({"status": 302, "headers": {"Location": "/elsewhere"}}, "redirect"),
        ({"status": 308, "headers": {"Location": "http://127.0.0.1:1/"}}, "redirect"),
        ({"status": 503, "headers": {"Retry-After": "900"}}, "http_503"),
    ],
)
def test_deliver__answered_otherwise__comes_again_under_the_same_id(
    cast: Cast, receiver: Receiver, answers: dict[str, Any], problem: str
) -> None:
    endpoint, secret = _endpoint(cast, receiver)
    vars(receiver).update(answers)
    row = _try(cast, endpoint)
    assert _deliver(cast) == 0
    row.refresh_from_db()
    endpoint.refresh_from_db()
    assert (row.state, row.tries, endpoint.failures, endpoint.last_problem) == ("pending", 1, 1, problem)
    assert len(receiver.got) == 1  # no redirect is followed
    receiver.status = 204
    assert _again(cast, row).state == "delivered"
    first, second = receiver.got
    assert (first.id, first.body) == (second.id, second.body) == (row.ref, row.event.body)
    assert second.verified(secret)
    endpoint.refresh_from_db()
    assert (endpoint.failures, endpoint.failing_since, endpoint.last_problem) == (0, None, "")


def test_deliver__retry_after__is_kept_to(cast: Cast, receiver: Receiver) -> None:
    endpoint, _ = _endpoint(cast, receiver)
    receiver.status, receiver.headers = 429, {"Retry-After": "900"}
    row, other = _try(cast, endpoint), _try(cast, endpoint)
    _deliver(cast)
    cast.clock.forward(minutes=14)
    _deliver(cast)
    row.refresh_from_db()
    assert row.next_attempt_at
    assert row.next_attempt_at >= cast.now + timedelta(minutes=1)
    assert len(receiver.got) == 1  # the other event waits too: the receiver asked for quiet
    cast.clock.forward(minutes=2)
    receiver.status = 200
    _deliver(cast)
    assert [got.id for got in receiver.got[1:]] == [row.ref, other.ref]


def test_deliver__answer_of_ten_megabytes__is_cut_and_the_status_counts(cast: Cast, receiver: Receiver) -> None:
    endpoint, _ = _endpoint(cast, receiver)
    receiver.body_bytes = 10_000_000
    row, begun_s = _try(cast, endpoint), time.monotonic()
    _deliver(cast)
    row.refresh_from_db()
    assert row.state == "delivered"
    assert time.monotonic() - begun_s < post.ANSWER_WITHIN_S
    assert receiver.sent_bytes < 10_000_000


@pytest.mark.parametrize("how", ["hang", "drip"])
def test_deliver__receiver_that_never_ends__is_left_in_time(
    cast: Cast, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """Also one that keeps every single read short: a byte every tenth of a second."""
    monkeypatch.setattr(post, "ANSWER_WITHIN_S", 0.7)
    endpoint, _ = _endpoint(cast, receiver)
    setattr(receiver, how, True)
    row, begun_s = _try(cast, endpoint), time.monotonic()
    _deliver(cast)
    row.refresh_from_db()
    assert 0.6 < time.monotonic() - begun_s < 10
    assert [(each.status, each.problem) for each in row.attempts.all()] == [(None, "timeout")]


def test_deliver__nobody_listens__comes_again(cast: Cast, receiver: Receiver) -> None:
    endpoint, _ = _endpoint(cast, receiver, url="http://127.0.0.1:1025/hooks")
    row = _try(cast, endpoint)
    _deliver(cast)
    assert row.attempts.get().problem == "no_connection"


def test_deliver__receiver_on_this_machine_no_longer_allowed__is_not_connected_to(
    cast: Cast, receiver: Receiver, settings: Any
) -> None:
    endpoint, _ = _endpoint(cast, receiver)
    settings.PORTLANE_WEBHOOK_PRIVATE = False
    row = _try(cast, endpoint)
    _deliver(cast)
    assert (row.attempts.get().problem, receiver.connections) == ("not_https", 0)


def test_deliver__secret_key_was_changed__says_so_and_sends_nothing(
    cast: Cast, receiver: Receiver, settings: Any
) -> None:
    endpoint, _ = _endpoint(cast, receiver)
    settings.SECRET_KEY = "another key of this installation, long enough to be one"
    row = _try(cast, endpoint)
    _deliver(cast)
    assert (row.attempts.get().problem, receiver.connections) == ("no_secret", 0)


def test_deliver__secret_key_was_changed__counts_for_nobody_and_the_admins_are_told_once(
    cast: Cast, receiver: Receiver, settings: Any
) -> None:
    endpoint, _ = _endpoint(cast, receiver)
    make.a_carrier_admin(cast.carrier)
    row = _try(cast, endpoint)
    settings.SECRET_KEY = "another key of this installation, long enough to be one"
    for _ in range(3):
        _deliver(cast)
        cast.clock.forward(seconds=schedule.OURS_S)
    endpoint.refresh_from_db()
    row.refresh_from_db()
    assert (endpoint.failures, endpoint.failing_since, endpoint.last_problem) == (0, None, "no_secret")
    assert (row.tries, row.state, row.attempts.count()) == (0, "pending", 3)
    assert Message.objects.filter(kind="webhook.no_secret", channel="inapp").count() == 1
    hooks.rotate_secret(organisation=cast.carrier, ref=endpoint.ref, **cast.by())
    assert _deliver(cast) == 1


# ---------------------------------------------------------------- the ends
def test_deliver__never_taken__ten_tries_over_three_days_then_given_up(cast: Cast, receiver: Receiver) -> None:
    endpoint, _ = _endpoint(cast, receiver)
    receiver.status = 500
    row, begun_at = _try(cast, endpoint), cast.now
    _deliver(cast)
    for _ in range(schedule.TRIES - 1):
        row = _again(cast, row)
    assert (row.state, row.tries, len(receiver.got)) == ("exhausted", schedule.TRIES, schedule.TRIES)
    assert timedelta(hours=71) < cast.now - begun_at < timedelta(hours=80)
    assert {got.id for got in receiver.got} == {row.ref}
    assert list(deliveries_of(endpoint, state="dead")) == [row]


def test_deliver__answer_410__is_switched_off_at_once_and_the_admins_are_told(cast: Cast, receiver: Receiver) -> None:
    endpoint, _ = _endpoint(cast, receiver)
    admin, rival = make.a_carrier_admin(cast.carrier), make.a_carrier_admin(cast.other_carrier)
    receiver.status = 410
    rows = [_try(cast, endpoint) for _ in range(3)]
    _deliver(cast)
    endpoint.refresh_from_db()
    assert (endpoint.state, endpoint.disabled_by, len(receiver.got)) == ("disabled", "gone", 1)
    assert set(endpoint.deliveries.values_list("state", flat=True)) == {"disabled"}
    assert [row.attempts.count() for row in rows] == [1, 0, 0]
    told = Message.objects.filter(kind="webhook.gone")
    assert {(each.person_id, each.channel) for each in told} == {(admin.pk, "inapp"), (admin.pk, "email")}
    assert not Message.objects.filter(person=rival).exists()
    deliver_messages(now=cast.now)
    assert "410" in mail.outbox[0].body


def test_deliver__nothing_taken_for_five_days__is_switched_off_with_a_message(cast: Cast, receiver: Receiver) -> None:
    endpoint, _ = _endpoint(cast, receiver)
    make.a_carrier_admin(cast.carrier)
    receiver.status = 500
    for days in (0, 4.9):
        cast.clock.forward(days=days)
        _try(cast, endpoint)
        _deliver(cast)
        endpoint.refresh_from_db()
        assert endpoint.state == "enabled"
    cast.clock.forward(days=0.2)
    _try(cast, endpoint)
    _deliver(cast)
    endpoint.refresh_from_db()
    assert (endpoint.state, endpoint.disabled_by) == ("disabled", "failing")
    assert "http_500" in Message.objects.get(kind="webhook.failing", channel="inapp").text_as_sent.body
    assert not Delivery.objects.filter(state="pending").exists()


def test_deliver__one_success_in_five_days__is_not_switched_off(cast: Cast, receiver: Receiver) -> None:
    endpoint, _ = _endpoint(cast, receiver)
    for status in (500, 200, 500, 500):
        receiver.status = status
        _try(cast, endpoint)
        _deliver(cast)
        cast.clock.forward(days=2)
    endpoint.refresh_from_db()
    assert endpoint.state == "enabled"


def test_deliver__waited_too_long_without_its_tries__is_given_up(cast: Cast, receiver: Receiver) -> None:
    endpoint, _ = _endpoint(cast, receiver)
    row = _try(cast, endpoint)
    Endpoint.objects.update(not_before=cast.now + timedelta(days=9))
    cast.clock.forward(hours=81)
    _deliver(cast)
    row.refresh_from_db()
    assert (row.state, len(receiver.got)) == ("exhausted", 0)


def test_forget__old_events__go_but_for_what_waits(cast: Cast, receiver: Receiver) -> None:
    endpoint, _ = _endpoint(cast, receiver)
    _try(cast, endpoint)
    _deliver(cast)
    waiting = _try(cast, endpoint)
    cast.clock.forward(days=31)
    assert forget(now=cast.now) == 1
    assert list(Delivery.objects.all()) == [waiting]
    assert not Attempt.objects.exists()
