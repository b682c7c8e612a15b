"""Where an enterprise's vehicles are now, and what is asked of an export."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.api.fields import Code
from reservations.api.shapes.common import RULES, LaneBrief, PortBrief, SlotBrief, VehicleBrief, WaitShape
from yards.models.stays import StayState

#: In the order of a trip.
WHERE = ["asked", "standby", "offered", "held", "placed", "waiting", "called", "yard", "bay", "out", "idle"]


class VisitsIn(serializers.Serializer[Any]):
    port = Code(required=False)
    where = serializers.ChoiceField(choices=WHERE, required=False)


class WhereShape(serializers.Serializer[Any]):
    """A vehicle and what is going on with it. `position`, `rule` and `wait` are of the published order, while it waits."""

    vehicle = VehicleBrief()
    where = serializers.ChoiceField(
        choices=WHERE,
        help_text=(
            "asked, standby, offered: a request; held, placed: a reservation; waiting, called: in the order; yard, bay: inside; "
            "out: left within the last hours; idle: none of these."
        ),
    )
    port = PortBrief(allow_null=True)
    lane = LaneBrief(allow_null=True)
    slot = SlotBrief(allow_null=True)
    request = serializers.CharField(allow_null=True)
    reservation = serializers.CharField(allow_null=True)
    entry = serializers.CharField(allow_null=True)
    visit = serializers.CharField(allow_null=True)
    arrived_at = serializers.DateTimeField(allow_null=True)
    position = serializers.IntegerField(allow_null=True, help_text="1 = next.")
    rule = serializers.ChoiceField(choices=RULES, allow_null=True)
    wait = WaitShape(allow_null=True)
    call_expires_at = serializers.DateTimeField(allow_null=True, help_text="Be at the gate before this moment.")
    gate = serializers.CharField(allow_null=True)
    bay = serializers.CharField(allow_null=True)
    stay_state = serializers.ChoiceField(choices=StayState.choices, allow_null=True)
    left_at = serializers.DateTimeField(allow_null=True)


class VisitsShape(serializers.Serializer[Any]):
    as_of = serializers.DateTimeField()
    vehicles = WhereShape(many=True)


class HistoryIn(serializers.Serializer[Any]):
    since = serializers.DateTimeField(required=False, help_text="30 days ago when left out.")
    until = serializers.DateTimeField(required=False, help_text="Exclusive; now when left out.")
