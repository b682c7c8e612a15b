"""Parts that several audiences are shown alike. Moments are UTC; `time_zone` names the zone to show them in."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from yards.models import CargoKind, Direction

LANE_STATES = ["open", "closed_by_staff", "closure", "far_side", "holiday", "out_of_hours"]
BAY_STATES = ["free", "held", "occupied", "blocked"]
RULES = ["pattern", "override", "after_missed"]
PASSED_BY = ["class_pattern", "override", "after_missed", "other_bay", "offline"]


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
    reason = serializers.ChoiceField(
        choices=["pace", "closed_first", "unknown", "closure", "far_side", "reopening", "bays"]
    )


class ClassCount(serializers.Serializer[Any]):
    queue_class = serializers.CharField()
    vehicles = serializers.IntegerField()


class Nothing(serializers.Serializer[Any]):
    """No body is needed."""


class PassingShape(serializers.Serializer[Any]):
    """A later vehicle that was called first."""

    ticket = serializers.IntegerField(help_text="Names it on the published list.")
    at = serializers.DateTimeField()
    rule = serializers.ChoiceField(choices=PASSED_BY)
    reason = serializers.CharField(help_text="An override's words, empty otherwise.")


class WhyShape(serializers.Serializer[Any]):
    """Why here, who passed, and by which rule."""

    position = serializers.IntegerField(allow_null=True, help_text="1 = next; empty unless waiting.")
    rule = serializers.ChoiceField(choices=RULES, allow_null=True)
    wait = WaitShape(allow_null=True)
    before_by_class = ClassCount(many=True)
    passed_by = PassingShape(many=True)
    blocked_by = serializers.CharField(
        help_text="Why no call is possible just now: no_bay_that_fits, lane_closed, or empty."
    )
