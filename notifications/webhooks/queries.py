"""What the pages and the API read of webhooks."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Q

from accounts.models import Organisation
from notifications.webhooks import keys
from notifications.webhooks.errors import UnknownDelivery
from notifications.webhooks.models import Delivery, DeliveryQuerySet, DeliveryState, Endpoint, EndpointQuerySet
from notifications.webhooks.operations.endpoints import endpoint_of as endpoint_of


class LiveSecret(NamedTuple):
    """A secret that signs now; `expires_at` None for the newest one. `secret` is "" when it cannot be read (SECRET_KEY was changed)."""

    secret: str
    created_at: datetime
    expires_at: datetime | None


def endpoints_of(organisation: Organisation) -> EndpointQuerySet:
    """This will return an organisation's endpoints, the oldest first, with `pending` and `dead` counts of their deliveries."""
    of_state = {
        "pending": Q(deliveries__state=DeliveryState.PENDING),
        "dead": Q(deliveries__state__in=[DeliveryState.EXHAUSTED, DeliveryState.DISABLED]),
    }
    counts = {name: Count("deliveries", filter=which) for name, which in of_state.items()}
    return Endpoint.objects.filter(organisation=organisation).annotate(**counts)


def deliveries_of(endpoint: Endpoint, *, state: str = "") -> DeliveryQuerySet:
    """This will return an endpoint's deliveries, newest event first: all, those in one state, or `dead` (exhausted and disabled)."""
    rows = Delivery.objects.filter(endpoint=endpoint).select_related("event", "endpoint")
    if state == "dead":
        return rows.dead()
    return rows.filter(state=state) if state else rows


def delivery_of(ref: str, organisation: Organisation) -> Delivery:
    """This will return a delivery of the organisation with its event and tries; raises UnknownDelivery."""
    rows = Delivery.objects.select_related("event", "endpoint").prefetch_related("attempts")
    delivery = rows.filter(ref=ref, endpoint__organisation=organisation).first()
    if delivery is None:
        raise UnknownDelivery
    return delivery


def live_secrets(endpoint: Endpoint, *, now: datetime) -> list[LiveSecret]:
    """This will return the secrets that sign now, the newest first."""
    rows = endpoint.secrets.filter(Q(expires_at=None) | Q(expires_at__gt=now))
    return [LiveSecret(keys.unseal(row.sealed), row.created_at, row.expires_at) for row in rows]
