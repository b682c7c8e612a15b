"""Webhooks on the wire: endpoints, secrets, deliveries with their tries, and the catalogue of events."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.api.fields import PlainText
from notifications.webhooks.catalogue import example_of, schema_of
from notifications.webhooks.guard import URL_MOST
from notifications.webhooks.kinds import OWN, PORT
from notifications.webhooks.models import DeliveryState, DisabledBy, EndpointState
from notifications.webhooks.operations.endpoints import OVERLAP_H, OVERLAP_MOST_H

CONCERNS = [OWN, PORT]
LISTED = [*DeliveryState.values, "dead"]


# ---------------------------------------------------------------- sent
class EndpointIn(serializers.Serializer[Any]):
    url = serializers.CharField(
        max_length=URL_MOST, help_text="https://…, port 443 or from 1024 on, on the public internet."
    )
    kinds = serializers.ListField(
        child=serializers.CharField(max_length=60),
        max_length=100,
        required=False,
        default=list,
        help_text="Names of events, or groups such as `queue.*`; none: all of them, those still to come included.",
    )
    description = PlainText(max_length=200, required=False, default="", allow_blank=True)


class RotateIn(serializers.Serializer[Any]):
    overlap_h = serializers.IntegerField(
        min_value=0,
        max_value=OVERLAP_MOST_H,
        required=False,
        default=OVERLAP_H,
        help_text="So many hours the old secrets go on signing beside the new one; 0 after a leak.",
    )


class RangeIn(serializers.Serializer[Any]):
    since = serializers.DateTimeField(help_text="From this moment on (the event's `timestamp`).")
    until = serializers.DateTimeField(help_text="Before this moment.")
    states = serializers.ListField(
        child=serializers.ChoiceField(choices=["delivered", "exhausted", "disabled"]),
        required=False,
        default=lambda: ["exhausted", "disabled"],
        max_length=3,
        help_text="The dead letters unless you say otherwise; with `delivered`, all of it.",
    )


class DeliveriesIn(serializers.Serializer[Any]):
    state = serializers.ChoiceField(
        choices=LISTED, required=False, default="", allow_blank=True, help_text="`dead`: exhausted and disabled."
    )


# ---------------------------------------------------------------- shown
class EndpointShape(serializers.Serializer[Any]):
    ref = serializers.CharField()
    url = serializers.CharField()
    kinds = serializers.ListField(child=serializers.CharField(), help_text="Empty: all events.")
    description = serializers.CharField()
    state = serializers.ChoiceField(choices=EndpointState.choices)
    disabled_by = serializers.ChoiceField(choices=[*DisabledBy.choices, ("", "")], help_text="Why it is switched off.")
    disabled_at = serializers.DateTimeField(allow_null=True)
    failing_since = serializers.DateTimeField(allow_null=True, help_text="After five days it is switched off.")
    last_success_at = serializers.DateTimeField(allow_null=True)
    last_problem = serializers.CharField(
        help_text="Such as `timeout`, `redirect`, `http_500`; empty: the last try went well."
    )
    created_at = serializers.DateTimeField()


class NewEndpoint(EndpointShape):
    """What an operation that also hands out a secret returns; the secret is asked for apart, so no stored answer holds it."""

    def to_representation(self, made: Any) -> Any:
        return super().to_representation(made[0])


class NothingLeft(serializers.Serializer[Any]):
    removed = serializers.BooleanField()

    def to_representation(self, made: Any) -> Any:
        return {"removed": True}


class SecretShape(serializers.Serializer[Any]):
    secret = serializers.CharField(help_text="`whsec_…`; empty where it cannot be read any more: rotate.")
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True, help_text="Until when an old one goes on signing.")


class SecretsShape(serializers.Serializer[Any]):
    secrets = SecretShape(many=True)


class AttemptShape(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    status = serializers.IntegerField(allow_null=True, help_text="As answered; null when there was no answer.")
    problem = serializers.CharField()
    took_ms = serializers.IntegerField()


class DeliveryShape(serializers.Serializer[Any]):
    ref = serializers.CharField(help_text="The `webhook-id`, the same at every try and every replay.")
    endpoint = serializers.CharField(source="endpoint.ref")
    type = serializers.CharField(source="event.kind")
    at = serializers.DateTimeField(source="event.at")
    stream = serializers.CharField(source="event.stream", allow_null=True)
    seq = serializers.IntegerField(source="event.seq", allow_null=True)
    state = serializers.ChoiceField(choices=DeliveryState.choices)
    tries = serializers.IntegerField(help_text="Since it was made or last replayed.")
    replays = serializers.IntegerField()
    next_attempt_at = serializers.DateTimeField(allow_null=True, help_text="Null while pending: at once.")
    delivered_at = serializers.DateTimeField(allow_null=True)


class WholeDelivery(DeliveryShape):
    body = serializers.CharField(source="event.body", help_text="The very text that is signed and sent.")
    attempts = AttemptShape(many=True)


class ReplayedShape(serializers.Serializer[Any]):
    replayed = serializers.IntegerField(
        help_text="How many are sent again; at most 10,000 at a time, the oldest first."
    )

    def to_representation(self, made: Any) -> Any:
        return {"replayed": made}


class EventTypeShape(serializers.Serializer[Any]):
    type = serializers.CharField(source="name")
    says = serializers.CharField()
    concerns = serializers.ChoiceField(
        choices=CONCERNS, help_text="`own`: what happens to your own; `port`: what everybody at a port may know."
    )
    schema = serializers.SerializerMethodField(help_text="JSON Schema (2020-12) of the whole body.")
    example = serializers.SerializerMethodField()

    def get_schema(self, kind: Any) -> dict[str, Any]:
        return schema_of(kind)

    def get_example(self, kind: Any) -> dict[str, Any]:
        return example_of(kind)


class EventTypesShape(serializers.Serializer[Any]):
    results = EventTypeShape(many=True)
