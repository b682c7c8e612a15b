"""Sent again: one, a range, what was missed while switched off; always under the same ids."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from core.errors import WrongState
from notifications.webhooks import delivery, relay
from notifications.webhooks import errors as wrong
from notifications.webhooks import operations as hooks
from notifications.webhooks.models import Delivery, Endpoint, Secret
from notifications.webhooks.queries import deliveries_of, endpoints_of
from tests.cast import Cast
from tests.parts.receiver import Receiver, receiving
from yards.operations import switch_lane

PUBLIC = "https://hooks.example.com/in"


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.PORTLANE_WEBHOOK_PRIVATE = True
    with receiving() as server:
        yield server


def _own(cast: Cast, endpoint: Endpoint) -> dict[str, Any]:
    return {"organisation": cast.carrier, "ref": endpoint.ref} | cast.by()


def _endpoint(cast: Cast, url: str = PUBLIC, **said: Any) -> Endpoint:
    return hooks.create_endpoint(**{"organisation": cast.carrier, "url": url} | said, **cast.by())[0]


def _hourly(cast: Cast, count: int) -> None:
    """A lane is closed and opened again, once an hour."""
    for number in range(count):
        switch_lane(lane_code=cast.lane.code, is_open=bool(number % 2), reason="fog", **cast.by())
        relay.relay_all(now=cast.now)
        cast.clock.forward(hours=1)


def test_replay__delivered__comes_again_with_the_same_id_and_body(cast: Cast, receiver: Receiver) -> None:
    endpoint = _endpoint(cast, receiver.url)
    row = hooks.send_test(**_own(cast, endpoint))
    delivery.deliver_all(now=cast.now)
    again = hooks.replay(organisation=cast.carrier, delivery_ref=row.ref, **cast.by())
    assert (again.state, again.tries, again.replays) == ("pending", 0, 1)
    delivery.deliver_all(now=cast.now)
    first, second = receiver.got
    assert (first.id, first.body) == (second.id, second.body) == (row.ref, row.event.body)


def test_replay_range__missed_while_switched_off__comes_in_order_with_its_own_ids(
    cast: Cast, receiver: Receiver
) -> None:
    endpoint = _endpoint(cast, receiver.url)
    hooks.disable_endpoint(**_own(cast, endpoint))
    since = cast.now
    _hourly(cast, 6)
    hooks.enable_endpoint(**_own(cast, endpoint))
    ids = list(endpoint.deliveries.order_by("event_id").values_list("ref", flat=True))
    span = {"since": since + timedelta(hours=1), "until": since + timedelta(hours=5)}
    assert hooks.replay_range(**_own(cast, endpoint), **span) == 4
    assert delivery.deliver_all(now=cast.now) == 4
    assert [got.id for got in receiver.got] == ids[1:5]
    assert [row.state for row in endpoint.deliveries.order_by("event_id")] == [
        "disabled",
        *["delivered"] * 4,
        "disabled",
    ]


def test_replay_range__delivered_too__only_where_asked_for(cast: Cast, receiver: Receiver) -> None:
    endpoint, since = _endpoint(cast, receiver.url), cast.now
    _hourly(cast, 3)
    delivery.deliver_all(now=cast.now)
    span = {"since": since, "until": cast.now}
    assert hooks.replay_range(**_own(cast, endpoint), **span) == 0
    assert hooks.replay_range(**_own(cast, endpoint), **span, states=["delivered"]) == 3
    delivery.deliver_all(now=cast.now)
    assert [got.id for got in receiver.got[:3]] == [got.id for got in receiver.got[3:]]


def test_replay__waits_for_an_endpoint_left_alone__goes_at_once(cast: Cast, receiver: Receiver) -> None:
    endpoint = _endpoint(cast, receiver.url)
    row = hooks.send_test(**_own(cast, endpoint))
    delivery.deliver_all(now=cast.now)
    Endpoint.objects.update(not_before=cast.now + timedelta(hours=3))
    hooks.replay(organisation=cast.carrier, delivery_ref=row.ref, **cast.by())
    assert delivery.deliver_all(now=cast.now) == 1


def test_replay__what_may_not_be__is_refused(cast: Cast) -> None:
    endpoint = _endpoint(cast)
    row = hooks.send_test(**_own(cast, endpoint))
    one = {"delivery_ref": row.ref} | cast.by()
    with pytest.raises(wrong.StillPending):
        hooks.replay(organisation=cast.carrier, **one)
    with pytest.raises(wrong.UnknownDelivery):
        hooks.replay(organisation=cast.other_carrier, **one)
    with pytest.raises(wrong.RangeNotValid):
        hooks.replay_range(**_own(cast, endpoint), since=cast.now, until=cast.now)
    hooks.disable_endpoint(**_own(cast, endpoint))
    with pytest.raises(wrong.EndpointOff):
        hooks.replay(organisation=cast.carrier, **one)
    with pytest.raises(wrong.EndpointOff):
        hooks.send_test(**_own(cast, endpoint))


# ---------------------------------------------------------------- endpoints
def test_endpoint__of_another_organisation__is_unknown(cast: Cast) -> None:
    foreign = {"organisation": cast.other_carrier, "ref": _endpoint(cast).ref} | cast.by()
    said = {"url": PUBLIC, "kinds": [], "description": ""}
    for act in (
        hooks.disable_endpoint,
        hooks.enable_endpoint,
        hooks.remove_endpoint,
        hooks.rotate_secret,
        hooks.send_test,
    ):
        with pytest.raises(wrong.UnknownEndpoint):
            act(**foreign)
    with pytest.raises(wrong.UnknownEndpoint):
        hooks.change_endpoint(**foreign, **said)
    assert list(endpoints_of(cast.other_carrier)) == []


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1/", "http://hooks.example.com/", "https://2130706433/", "mailto:a@b.c"]
)
def test_create__closed_address__is_refused_with_words(cast: Cast, url: str) -> None:
    with pytest.raises(wrong.UrlNotAllowed) as refused:
        _endpoint(cast, url)
    assert "%" not in refused.value.detail


def test_create__event_nobody_knows__is_refused(cast: Cast) -> None:
    with pytest.raises(wrong.KindsNotValid) as refused:
        _endpoint(cast, kinds=["queue.*", "queue.flown", "nonsense.*"])
    assert "nonsense.*, queue.flown" in refused.value.detail


def test_create__more_than_enough__is_refused(cast: Cast) -> None:
    for _ in range(20):
        _endpoint(cast)
    with pytest.raises(wrong.TooManyEndpoints):
        _endpoint(cast)


def test_create__secret__is_sealed_in_the_database(cast: Cast) -> None:
    said = {"organisation": cast.carrier, "url": PUBLIC} | cast.by()
    _, secret = hooks.create_endpoint(**said)
    assert secret.removeprefix("whsec_") not in Secret.objects.get().sealed


def test_rotate__again_and_again__at_most_three_sign(cast: Cast) -> None:
    endpoint = _endpoint(cast)
    for _ in range(2):
        hooks.rotate_secret(**_own(cast, endpoint))
    with pytest.raises(wrong.TooManySecrets):
        hooks.rotate_secret(**_own(cast, endpoint))
    hooks.rotate_secret(**_own(cast, endpoint), overlap_h=0)
    assert endpoint.secrets.count() == 1
    with pytest.raises(wrong.OverlapNotValid):
        hooks.rotate_secret(**_own(cast, endpoint), overlap_h=169)


def test_enable__switched_on_already__is_told(cast: Cast) -> None:
    with pytest.raises(WrongState):
        hooks.enable_endpoint(**_own(cast, _endpoint(cast)))


def test_change__new_address__what_waits_goes_there(cast: Cast, receiver: Receiver) -> None:
    endpoint = _endpoint(cast, "http://127.0.0.1:1025/")
    hooks.send_test(**_own(cast, endpoint))
    delivery.deliver_all(now=cast.now)
    hooks.change_endpoint(**_own(cast, endpoint), url=receiver.url, kinds=["stay.*"], description=" a\u202e b ")
    Delivery.objects.update(next_attempt_at=cast.now)
    delivery.deliver_all(now=cast.now)
    assert len(receiver.got) == 1
    endpoint.refresh_from_db()
    assert (endpoint.kinds, endpoint.description) == (["stay.*"], "a b")


def test_remove__endpoint__takes_its_deliveries_along(cast: Cast) -> None:
    endpoint = _endpoint(cast)
    hooks.send_test(**_own(cast, endpoint))
    hooks.remove_endpoint(**_own(cast, endpoint))
    assert not Delivery.objects.exists()
    assert not Secret.objects.exists()


def test_deliveries_of__state__keeps_those(cast: Cast) -> None:
    endpoint = _endpoint(cast)
    row = hooks.send_test(**_own(cast, endpoint))
    assert list(deliveries_of(endpoint, state="pending")) == [row]
    assert [(each.pending, each.dead) for each in endpoints_of(cast.carrier)] == [(1, 0)]
    hooks.disable_endpoint(**_own(cast, endpoint))
    assert list(deliveries_of(endpoint, state="dead")) == list(deliveries_of(endpoint)) == [row]
    assert not deliveries_of(endpoint, state="exhausted").exists()
