"""Parts that several audiences are shown alike. Moments are UTC; `time_zone` names the zone to show them in."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from yards.models import CargoKind, Direction


class PortBrief(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField(help_text="In the reader's language.")
    time_zone = serializers.CharField(help_text="IANA name, such as Asia/Shanghai.")


class LaneBrief(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    direction = serializers.ChoiceField(choices=Direction.choices)
    cargo_kinds = serializers.ListField(child=serializers.ChoiceField(choices=CargoKind.choices))


class SlotBrief(serializers.Serializer[Any]):
    ref = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(help_text="Exclusive.")
    service_date = serializers.DateField(help_text="The port's date on which the slot starts.")


class VehicleBrief(serializers.Serializer[Any]):
    ref = serializers.CharField()
    country = serializers.CharField()
    plate = serializers.CharField()


class WaitShape(serializers.Serializer[Any]):
    """A range in minutes from now; both empty when no opening long enough is known."""

    low_min = serializers.IntegerField(allow_null=True)
    high_min = serializers.IntegerField(allow_null=True)
    is_rough = serializers.BooleanField(help_text="True while the lane's history is thin.")
    reason = serializers.ChoiceField(choices=["pace", "closed_first", "unknown"])


class ClassCount(serializers.Serializer[Any]):
    queue_class = serializers.CharField()
    vehicles = serializers.IntegerField()


class Nothing(serializers.Serializer[Any]):
    """No body is needed."""
