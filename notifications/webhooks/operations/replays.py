"""Sent again: one delivery, or what fell into a range; and an event made for trying an endpoint out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from accounts.models import Organisation
from core import clock
from core.actors import Actor
from core.db import operation
from core.machine import advance, advance_many, begin
from notifications.webhooks.catalogue import body_of_test
from notifications.webhooks.errors import RangeNotValid, StillPending, UnknownDelivery
from notifications.webhooks.kinds import TEST
from notifications.webhooks.models import Delivery, DeliveryState, Endpoint, Event
from notifications.webhooks.operations.endpoints import endpoint_of
from notifications.webhooks.schedule import GIVE_UP_AFTER_S

REPLAYED_MOST = 10_000
COUNTED_MOST = 32_767  # what the column holds; beyond, replays are no longer counted


@operation
def send_test(*, organisation: Organisation, ref: str, now: datetime, actor: Actor) -> Delivery:
    """This will make an event `webhook.test` for one endpoint, to be sent at once (→ pending). Raises UnknownEndpoint, EndpointOff."""
    endpoint = endpoint_of(ref, organisation, on=True)
    event = Event.objects.create(organisation=organisation, kind=TEST, at=now, body=body_of_test(now))
    return begin(Delivery, "pending", endpoint=endpoint, event=event, give_up_at=give_up_at(now))


@operation
def replay(*, organisation: Organisation, delivery_ref: str, now: datetime, actor: Actor) -> Delivery:
    """This will send one delivery again under its own id (delivered, exhausted or disabled → pending).

    Raises UnknownDelivery, EndpointOff, StillPending.
    """
    found = Delivery.objects.filter(ref=delivery_ref, endpoint__organisation=organisation)
    endpoint_ref = found.values_list("endpoint__ref", flat=True).first()
    if endpoint_ref is None:
        raise UnknownDelivery
    endpoint = endpoint_of(endpoint_ref, organisation, lock=True, on=True)
    delivery = found.select_related("endpoint", "event").get()
    if delivery.state == DeliveryState.PENDING:
        raise StillPending
    advance(delivery, "pending", **_anew(now), replays=_counted(delivery))
    _at_once(endpoint)
    return delivery


@operation
def replay_range(
    *,
    organisation: Organisation,
    ref: str,
    since: datetime,
    until: datetime,
    states: Iterable[str] = (DeliveryState.EXHAUSTED, DeliveryState.DISABLED),
    now: datetime,
    actor: Actor,
) -> int:
    """This will send again what happened in [since, until), under its own ids and in its order; returns how many, at most 10,000.

    `states`: the dead letters unless told; with `delivered` all of it. Raises UnknownEndpoint, EndpointOff, RangeNotValid.
    """
    if until <= since:
        raise RangeNotValid
    endpoint = endpoint_of(ref, organisation, lock=True, on=True)
    found, anew = 0, _anew(now)
    for state in sorted(set(states) - {DeliveryState.PENDING.value}):
        rows = endpoint.deliveries.filter(state=state, event__at__gte=since, event__at__lt=until).order_by("event_id")
        chosen = list(rows[: REPLAYED_MOST - found])
        for row in chosen:
            row.replays = _counted(row)
        advance_many(chosen, "pending", each=["replays"], **anew)
        found += len(chosen)
    _at_once(endpoint)
    return found


def give_up_at(now: datetime) -> datetime:
    """This will return when a delivery that begins now is given up at the latest; a demo clock's speed stretches the span."""
    return now + timedelta(seconds=GIVE_UP_AFTER_S * clock.speed())


def _anew(now: datetime) -> dict[str, Any]:
    return {"tries": 0, "next_attempt_at": None, "give_up_at": give_up_at(now), "delivered_at": None}


def _counted(delivery: Delivery) -> int:
    return min(delivery.replays + 1, COUNTED_MOST)


def _at_once(endpoint: Endpoint) -> None:
    """Who asks for a replay has mended the receiver: it is not kept waiting by what failed before."""
    Endpoint.objects.filter(pk=endpoint.pk).update(not_before=None)
