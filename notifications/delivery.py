"""From the outbox to people: leases due messages, sends them, and writes down what came of it.

A worker that dies leaves its lease to run out; another one then sends the message. A worker that was only slow finds its
token replaced and changes nothing. Spans are real seconds: a demo clock's speed stretches them.
"""

from __future__ import annotations

import logging
import random
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from core import clock
from core.machine import advance
from notifications import transports
from notifications.models import Message
from notifications.transports import Outgoing, TransportError

log = logging.getLogger(__name__)

LEASE_S = 15.0  # what a killed worker costs
BATCH = 5
BEGIN_WITHIN_S = LEASE_S - transports.ANSWER_WITHIN_S  # of the lease: a message begun later could outlast it
ATTEMPTS = 8
BACK_OFF_FIRST_S = 5.0
BACK_OFF_MAX_S = 900.0
WORK_FOR_S = 30.0  # below a task's soft time limit


def deliver_all(*, now: datetime) -> int:
    """This will send what is due, until nothing is or half a minute has passed; returns how many were sent."""
    begun_s, sent = clock.monotonic_s(), 0
    while clock.monotonic_s() - begun_s < WORK_FOR_S:
        batch = lease(now=now)
        if not batch:
            break
        sent += send_batch(batch, now=now)
        now = max(now, clock.now())
    return sent


def lease(*, now: datetime, only: str = "") -> list[Message]:
    """This will take up to `BATCH` due messages (or the one named `only`) into our hands for `LEASE_S` and return them."""
    token = secrets.token_hex(16)
    due = Message.objects.due(now).order_by("next_attempt_at", "pk")
    due = due.filter(ref=only) if only else due
    with transaction.atomic(durable=True):
        rows = due.select_for_update(skip_locked=True) if connection.features.has_select_for_update_skip_locked else due
        ids = list(rows.values_list("pk", flat=True)[:BATCH])
        # Asked again in the UPDATE: on a database without row locks two workers may have chosen the same rows.
        Message.objects.due(now).filter(pk__in=ids).update(
            lease_token=token, lease_until=now + seconds(LEASE_S), attempts=F("attempts") + 1
        )
    return list(Message.objects.filter(lease_token=token).order_by("next_attempt_at", "pk"))


def send_batch(batch: list[Message], *, now: datetime) -> int:
    """This will send leased messages one by one; what cannot be settled within the lease is handed back."""
    begun_s, sent = clock.monotonic_s(), 0
    for place, message in enumerate(batch):
        if clock.monotonic_s() - begun_s > BEGIN_WITHIN_S:
            _hand_back(batch[place:])
            break
        sent += send_one(message, now=max(now, clock.now()))
    return sent


def send_one(message: Message, *, now: datetime) -> bool:
    """This will send one leased message (pending → sent | failed | dead, or pending again with a later next try)."""
    if now >= message.useful_until:
        _settle(message, "dead", problem="too late to be of use")
        return False
    if message.attempts > ATTEMPTS:  # whoever held it died each time
        _not_sent(message, message.problem or "its senders died", permanent=False, now=now)
        return False
    text = message.text_as_sent
    outgoing = Outgoing(ref=message.ref, to=message.to, title=text.title, body=text.body, language=message.language)
    try:
        transports.send(message.channel, outgoing)
    except TransportError as problem:
        _not_sent(message, str(problem), permanent=problem.permanent, now=now)
        return False
    except Exception as problem:  # a broken transport must not stop the other messages
        log.exception("transport of %s failed on message %s", message.channel, message.ref)
        _not_sent(message, type(problem).__name__, permanent=False, now=now)
        return False
    return _settle(message, "sent", sent_at=now, problem="")


def _forget(message: Message) -> dict[str, Any]:
    """A one-time code that came to its end, good or bad, stays readable only where there is an outbox page to read it on."""
    is_code = message.stream is None
    return {"facts": {}} if is_code and not settings.PORTLANE_OUTBOX_PAGE else {}


def _not_sent(message: Message, why: str, *, permanent: bool, now: datetime) -> None:
    if permanent:
        log.error("message %s refused for good: %s", message.ref, why)
        _settle(message, "failed", problem=why[:300])
    elif message.attempts >= ATTEMPTS:
        log.error("message %s given up after %s tries: %s", message.ref, message.attempts, why)
        _settle(message, "dead", problem=why[:300])
    else:
        _settle(message, "", problem=why[:300], next_attempt_at=now + seconds(back_off_s(message.attempts)))


def _settle(message: Message, to: str, **fields: Any) -> bool:
    """Gives the lease up, and moves the state when `to` is given, only while the lease is ours; False when it no longer is."""
    if to:
        fields |= _forget(message)
    with transaction.atomic(durable=True):
        held = Message.objects.filter(pk=message.pk, lease_token=message.lease_token, state="pending")
        if not held.update(lease_token="", lease_until=None, **fields):
            log.warning("message %s is in other hands by now; nothing changed", message.ref)
            return False
        if to:
            advance(message, to)
    return True


def _hand_back(batch: list[Message]) -> None:
    for message in batch:
        Message.objects.filter(pk=message.pk, lease_token=message.lease_token).update(
            lease_token="", lease_until=None, attempts=F("attempts") - 1
        )


def back_off_s(attempts: int) -> float:
    """This will return how long to wait after the n-th try, with jitter: 5 s doubling up to 15 min, times 0.5 to 1.5."""
    return min(BACK_OFF_MAX_S, BACK_OFF_FIRST_S * 2.0 ** (attempts - 1)) * random.uniform(0.5, 1.5)  # noqa: S311


def seconds(real_s: float) -> timedelta:
    """This will return what passes on Portlane's clock in that many real seconds."""
    return timedelta(seconds=real_s * clock.speed())
