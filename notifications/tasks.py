"""What the worker does every second: read the ledger on, send what is due. Both may run twice at once without harm."""

from __future__ import annotations

from celery import shared_task

from core import clock
from notifications.delivery import deliver_all
from notifications.relay import relay_all


@shared_task
def relay() -> None:
    relay_all(now=clock.now())


@shared_task
def deliver() -> None:
    deliver_all(now=clock.now())
