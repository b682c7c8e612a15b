"""What gate devices send and are told: enough to show the driver the way, nothing about people."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.api.fields import PlainText
from reservations.models import EntryState
from yards.models import PlaceKind

SENSED = [(kind.value, kind.label) for kind in (PlaceKind.BAY, PlaceKind.ZONE)]
MOST = 1_000_000  # beyond any yard; within a database's integer


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


class YardRead(Sighting):
    """Where a vehicle was read. `occurred_at` is evidence: one that is older than the last reading moves nothing back."""

    yard = serializers.CharField(max_length=40, required=False, help_text="Of a port with several yards.")
    kind = serializers.ChoiceField(choices=PlaceKind.choices)
    code = PlainText(max_length=30)


class YardReadShape(serializers.Serializer[Any]):
    """`outcome`: noted; double = the same reading once more; late = older than the last; astray = not where its way leads;
    ghost = nobody who is here by the books."""

    outcome = serializers.ChoiceField(choices=["noted", "double", "late", "astray", "ghost"])
    entry = serializers.CharField(allow_null=True)
    bay = serializers.CharField(allow_null=True, help_text="The bay it has.")


class SensorReading(serializers.Serializer[Any]):
    """`taken`: 0 or 1 of a bay, vehicles of a zone. What cannot be is kept and flagged, not refused."""

    yard = serializers.CharField(max_length=40, required=False, help_text="Of a port with several yards.")
    kind = serializers.ChoiceField(choices=SENSED)
    code = PlainText(max_length=30)
    taken = serializers.IntegerField(min_value=-MOST, max_value=MOST)
    capacity = serializers.IntegerField(min_value=-MOST, max_value=MOST, required=False, allow_null=True)
    seen_at = serializers.DateTimeField(required=False)


class SensorReadingShape(serializers.Serializer[Any]):
    """The newest reading that is known, beside the books as they were when it came."""

    kind = serializers.CharField()
    code = serializers.CharField()
    taken = serializers.IntegerField()
    capacity = serializers.IntegerField(allow_null=True)
    books = serializers.IntegerField()
    seen_at = serializers.DateTimeField()
    doubted_at = serializers.DateTimeField(allow_null=True)


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
