"""Whose turn it is: endpoints with something to send are leased, one sender each; and one worker at a time hands the turns out."""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from core import clock
from notifications.webhooks.models import Delivery, Dispatcher, Endpoint
from notifications.webhooks.operations.endpoints import ENDPOINTS_MOST
from notifications.webhooks.post import ANSWER_WITHIN_S
from notifications.webhooks.queries import live_secrets

BATCH = 20
LEASE_S = 2 * ANSWER_WITHIN_S + 5.0  # what a killed worker costs its receivers
BEGIN_WITHIN_S = ANSWER_WITHIN_S  # of the lease: a try begun later could outlast it
DISPATCH_S = 4.0  # what a killed dispatcher costs everybody
SLOW_MS = 1500
IS_WELL = Q(failures=0, last_took_ms__lt=SLOW_MS)
SEATS_MOST = (
    12  # quick ones that one organisation has at a time: its receivers that begin to hang leave the others theirs
)


@dataclass(frozen=True)
class Turn:
    """An endpoint in our hands, what to send in its order, and the secrets that sign."""

    endpoint: Endpoint
    deliveries: list[Delivery]
    secrets: tuple[str, ...]
    is_quick: bool


def take(*, now: datetime, quick: int, slow: int) -> list[Turn]:
    """This will lease due endpoints: at most `quick` of those whose last try went well and soon, and `slow` of the others.

    One organisation has at most `SEATS_MOST` of the quick ones at a time.
    """
    token = secrets.token_hex(16)
    with transaction.atomic(durable=True):
        due = Endpoint.objects.due(now).order_by(F("not_before").asc(nulls_first=True), "pk")
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True, of=("self",))
        ids = _shared_out(due.filter(IS_WELL), quick, now) + [row.pk for row in due.exclude(IS_WELL)[:slow]]
        # Asked again in the UPDATE: on a database without row locks two workers may have chosen the same rows.
        Endpoint.objects.due(now).filter(pk__in=ids).update(lease_token=token, lease_until=now + real(LEASE_S))
    return [_turn(endpoint, now) for endpoint in Endpoint.objects.filter(lease_token=token)] if ids else []


def _shared_out(due: QuerySet[Endpoint], seats: int, now: datetime) -> list[int]:
    """The row ids of who gets the free quick seats: first come, but for organisations that have their share by now."""
    sitting = Endpoint.objects.filter(IS_WELL, lease_until__gt=now).values_list("organisation_id", flat=True)
    has = Counter(sitting)
    full = [organisation_id for organisation_id, count in has.items() if count >= SEATS_MOST]
    chosen: list[int] = []
    for row in due.exclude(organisation_id__in=full)[: seats * ENDPOINTS_MOST]:
        if len(chosen) < seats and has[row.organisation_id] < SEATS_MOST:
            has[row.organisation_id] += 1
            chosen.append(row.pk)
    return chosen


def _turn(endpoint: Endpoint, now: datetime) -> Turn:
    rows = Delivery.objects.due(now).filter(endpoint=endpoint).select_related("event").order_by("event_id", "pk")
    found = [each.secret for each in live_secrets(endpoint, now=now) if each.secret]
    is_quick = not endpoint.failures and endpoint.last_took_ms < SLOW_MS
    return Turn(endpoint, list(rows[:BATCH]), tuple(found), is_quick)


def give_back(endpoint: Endpoint) -> None:
    """This will end our lease on an endpoint, if it is still ours."""
    mine = Endpoint.objects.filter(pk=endpoint.pk, lease_token=endpoint.lease_token)
    mine.update(lease_token="", lease_until=None)


def begin_dispatching(*, now: datetime) -> str:
    """This will make us the one who hands turns out, for `DISPATCH_S`; "" while another worker is."""
    token = secrets.token_hex(16)
    Dispatcher.objects.get_or_create(pk=1)
    free = Q(until=None) | Q(until__lte=now)
    return token if Dispatcher.objects.filter(free, pk=1).update(token=token, until=now + real(DISPATCH_S)) else ""


def go_on_dispatching(token: str, *, now: datetime) -> bool:
    """This will keep it for another `DISPATCH_S`; False when it is in other hands by now."""
    return bool(Dispatcher.objects.filter(pk=1, token=token).update(until=now + real(DISPATCH_S)))


def end_dispatching(token: str) -> None:
    """This will leave it to the next, if it is still ours."""
    Dispatcher.objects.filter(pk=1, token=token).update(token="", until=None)


def real(real_s: float) -> timedelta:
    """This will return what passes on Portlane's clock in that many real seconds."""
    return timedelta(seconds=real_s * clock.speed())
