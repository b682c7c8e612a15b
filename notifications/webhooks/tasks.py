"""What the worker does every second: read the ledger on, send what is due; and once an hour, forget what is old."""

from __future__ import annotations

from datetime import datetime, timedelta

from celery import shared_task

from core import clock
from notifications.webhooks.delivery import deliver_all
from notifications.webhooks.models import Event, Secret
from notifications.webhooks.relay import relay_all

KEEP_DAYS = 30
FORGET_AT_ONCE, FORGET_MOST = 2_000, 200_000  # of an hour: more than comes in one, and an end


@shared_task
def relay() -> None:
    relay_all(now=clock.now())


@shared_task
def deliver() -> None:
    deliver_all(now=clock.now())


@shared_task
def tidy() -> None:
    forget(now=clock.now())


def forget(*, now: datetime) -> int:
    """This will delete secrets that have run out, and events older than 30 days that nobody tries to send; returns how many events."""
    Secret.objects.filter(expires_at__lte=now).delete()
    old = Event.objects.filter(at__lt=now - timedelta(days=KEEP_DAYS)).exclude(deliveries__state="pending")
    gone = 0
    while gone < FORGET_MOST and (ids := list(old.order_by("pk").values_list("pk", flat=True)[:FORGET_AT_ONCE])):
        Event.objects.filter(pk__in=ids).delete()
        gone += len(ids)
    return gone
