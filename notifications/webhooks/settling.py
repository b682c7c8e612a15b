"""What came of a try is written down, by whoever still holds the endpoint: delivered, to be tried again, given up, or switched off."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from core.errors import Conflict
from core.machine import advance, advance_all
from notifications.webhooks import schedule
from notifications.webhooks.models import Attempt, Delivery, DisabledBy, Endpoint, EndpointState
from notifications.webhooks.news import tell_admins
from notifications.webhooks.operations.endpoints import switch_off
from notifications.webhooks.post import Outcome
from notifications.webhooks.turns import LEASE_S, real

log = logging.getLogger(__name__)
Tried = tuple[Endpoint, Delivery, Outcome]


def settle(tried: Iterable[Tried], *, now: datetime) -> int:
    """This will write tries down in one transaction and return how many deliveries were taken.

    A try by somebody whose lease ran out changes nothing: whoever holds the endpoint now sends again, under the same id.
    """
    taken = 0
    with transaction.atomic(durable=True):
        for endpoint, delivery, outcome in tried:
            was = endpoint.last_problem
            if not _held(endpoint, outcome, now):
                log.warning("endpoint %s is in other hands by now; nothing changed", endpoint.ref)
                continue
            Attempt.objects.create(
                delivery=delivery, at=now, status=outcome.status, problem=outcome.problem, took_ms=outcome.took_ms
            )
            taken += outcome.is_taken
            if outcome.is_ours:  # no try of the receiver's: nothing of it is counted, and its admins are told once
                if was != outcome.problem:
                    tell_admins(endpoint, f"webhook.{outcome.problem}", now=now)
                continue
            try:
                _move(endpoint, delivery, outcome, now)
            except Conflict:  # given up or switched off meanwhile: it stays what it is
                log.warning("delivery %s was moved by somebody else", delivery.ref)
    return taken


def _held(endpoint: Endpoint, outcome: Outcome, now: datetime) -> bool:
    """Writes the endpoint's record and keeps the lease, only while it is ours."""
    fields: dict[str, Any] = {"lease_until": now + real(LEASE_S), "last_took_ms": outcome.took_ms}
    if outcome.is_taken:
        fields |= {"failures": 0, "failing_since": None, "not_before": None}
        fields |= {"last_success_at": now, "last_problem": ""}
    elif outcome.is_ours:
        fields = {"lease_until": fields["lease_until"], "last_problem": outcome.words}
        fields |= {"not_before": now + real(schedule.OURS_S)}
    else:
        failures = endpoint.failures + 1
        fields |= {"failures": failures, "failing_since": endpoint.failing_since or now}
        fields |= {"not_before": now + real(schedule.probe_s(failures, outcome.retry_after_s))}
        fields |= {"last_problem": outcome.words}
    held = Endpoint.objects.filter(pk=endpoint.pk, lease_token=endpoint.lease_token).update(**fields)
    for name, value in fields.items() if held else ():
        setattr(endpoint, name, value)
    return bool(held)


def _move(endpoint: Endpoint, delivery: Delivery, outcome: Outcome, now: datetime) -> None:
    delivery.tries += 1
    if outcome.is_taken:
        advance(delivery, "delivered", tries=delivery.tries, delivered_at=now, next_attempt_at=None)
        return
    wait_s = schedule.next_try_s(delivery.tries, outcome.retry_after_s)
    due_at = None if wait_s is None else now + real(wait_s)
    if due_at is None or due_at > delivery.give_up_at:
        advance(delivery, "exhausted", tries=delivery.tries, next_attempt_at=None)
    else:
        Delivery.objects.filter(pk=delivery.pk).update(tries=delivery.tries, next_attempt_at=due_at)
    _judge(endpoint, outcome, now)


def _judge(endpoint: Endpoint, outcome: Outcome, now: datetime) -> None:
    """A receiver that says it is gone is believed at once; one that took nothing for five days is left alone, and its admins are told."""
    since = endpoint.failing_since or now
    if outcome.is_gone:
        by = DisabledBy.GONE
    elif now - since >= real(schedule.DISABLE_AFTER_S):
        by = DisabledBy.FAILING
    else:
        return
    switch_off(endpoint, by, now=now)
    tell_admins(endpoint, f"webhook.{by}", now=now)


def end_what_stays(*, now: datetime) -> int:
    """This will end what nobody would come to, and return how many: behind an endpoint that is hardly ever asked, what waited too long
    without its tries (pending → exhausted); behind one switched off while it was told of something, that (pending → disabled).
    """
    free = Q(endpoint__lease_until=None) | Q(endpoint__lease_until__lte=now)
    old = Delivery.objects.filter(free, give_up_at__lte=now)
    off = Delivery.objects.filter(endpoint__state=EndpointState.DISABLED)
    ended = advance_all(old, "pending", "exhausted", next_attempt_at=None)
    return ended + advance_all(off, "pending", "disabled", next_attempt_at=None)
