"""Carries the text messages of accounts (one-time codes): a row in the transaction that made the code, sent right after it."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction

from notifications import delivery
from notifications.models import Channel, Message

log = logging.getLogger(__name__)

KIND = "account.code"
USEFUL_S = 600.0  # as long as a code holds


def send_sms(*, phone: str, text: str, language: str, now: datetime) -> None:
    """This will store the message and send it as soon as the surrounding transaction is committed (an `accounts.sms.Sender`)."""
    message = Message.objects.create(
        kind=KIND,
        channel=Channel.SMS,
        to=phone,
        language=language,
        words=KIND,
        facts={"text": text},
        created_at=now,
        useful_until=now + delivery.seconds(USEFUL_S),
        next_attempt_at=now,
    )
    transaction.on_commit(lambda: _send_at_once(message.ref, now))


def _send_at_once(ref: str, now: datetime) -> None:
    try:
        delivery.send_batch(delivery.lease(now=now, only=ref), now=now)
    except Exception:  # the row is committed: the worker sends it a second later
        log.exception("message %s was not sent at once", ref)
