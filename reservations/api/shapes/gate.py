"""What gate devices send and are told: enough to show the driver the way, nothing about people."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.api.fields import PlainText
from reservations.models import EntryState


class Sighting(serializers.Serializer[Any]):
    """What was read: a plate (with its country when the camera knows it) or a pass. `occurred_at` is evidence, never an order."""

    plate = PlainText(max_length=40, required=False)
    country = serializers.RegexField(r"^[A-Za-z]{2}$", required=False)
    token = serializers.CharField(max_length=600, required=False, help_text="The text of the pass's QR code.")
    occurred_at = serializers.DateTimeField(required=False)

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        """One of the two, not both: a device says what it has read."""
        if ("plate" in values) == ("token" in values):
            raise serializers.ValidationError({"plate": ["Send either `plate` or `token`."]})
        return values


class SightingShape(serializers.Serializer[Any]):
    """`outcome`: checked_in = now in the order; enter = called, let it in; wait = known, not called; inside = already in the yard;
    exited = has left."""

    outcome = serializers.ChoiceField(choices=["checked_in", "enter", "wait", "inside", "exited"])
    duplicate = serializers.BooleanField(help_text="The same vehicle at the same gate within 60 s: one arrival.")
    entry = serializers.CharField(source="entry.ref")
    state = serializers.ChoiceField(choices=EntryState.choices, source="entry.state")
    lane = serializers.CharField(source="entry.lane.code")
    ticket = serializers.IntegerField(source="entry.ticket")
    bay = serializers.CharField(allow_null=True)
    evidence = serializers.CharField(
        help_text="The paper that goes with its class, as it was named when asking; else empty."
    )
    call_expires_at = serializers.DateTimeField(source="entry.call_expires_at", allow_null=True)
