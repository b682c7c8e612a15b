"""Housekeeping of the ground floor."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task

from core import clock
from core.models import IdempotencyKey, RateCounter


@shared_task
def tidy() -> None:
    """This will delete idempotency keys and rate counters whose time is over."""
    now = clock.now()
    IdempotencyKey.objects.filter(expires_at__lt=now).delete()
    RateCounter.objects.filter(window_started_at__lt=now - timedelta(days=2)).delete()
