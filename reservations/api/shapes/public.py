"""What everybody may see: ports, lanes, rules, free places, the board. Plates are masked, people do not appear."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from reservations.api.shapes.common import LANE_STATES, LaneBrief, SlotBrief, WaitShape
from reservations.models import Allocation
from reservations.models.policy import WrongBay
from yards.models import PortKind


class PortShape(serializers.Serializer[Any]):
    """A port at a glance. Queue and wait are those of its lanes; a port without lanes here has `lanes` 0."""

    code = serializers.CharField(source="port.code")
    name = serializers.CharField(source="port.name", help_text="In the reader's language.")
    name_en = serializers.CharField(source="port.name_en")
    name_zh = serializers.CharField(source="port.name_zh")
    kind = serializers.ChoiceField(choices=PortKind.choices, source="port.kind")
    level = serializers.CharField(source="port.level")
    positioning = serializers.CharField(source="port.positioning")
    cluster = serializers.CharField(source="port.cluster")
    tier = serializers.CharField(source="port.tier")
    time_zone = serializers.CharField(source="port.time_zone")
    counterpart_country = serializers.CharField(source="port.counterpart_country")
    counterpart = serializers.CharField(source="port.counterpart")
    counterpart_time_zone = serializers.CharField(source="port.counterpart_time_zone")
    unlocode = serializers.CharField(source="port.unlocode")
    lat_deg = serializers.FloatField(source="port.lat_deg")
    lon_deg = serializers.FloatField(source="port.lon_deg")
    is_open = serializers.BooleanField(help_text="Some lane is open now.")
    lanes = serializers.SerializerMethodField()
    waiting = serializers.IntegerField(help_text="Vehicles waiting in all lanes.")
    wait = WaitShape(allow_null=True, help_text="Of who joins the busiest open lane now.")

    def get_lanes(self, summary: Any) -> int:
        return len(summary.lanes)


class LaneShape(serializers.Serializer[Any]):
    lane = LaneBrief()
    gate = serializers.CharField(source="lane.gate.code")
    yard = serializers.CharField(source="lane.yard.code")
    is_open = serializers.BooleanField(source="state.is_open")
    state = serializers.ChoiceField(source="state.code", choices=LANE_STATES)
    reason = serializers.CharField(source="state.reason", help_text="Why it is closed.")
    changes_at = serializers.DateTimeField(
        source="state.changes_at", allow_null=True, help_text="When that ends by the calendar."
    )
    waiting = serializers.IntegerField()
    wait = WaitShape(help_text="Of who joins now.")


class PolicyShape(serializers.Serializer[Any]):
    """The rules in force, in plain values. Lengths are minutes, the horizon days, the rest vehicles or calls."""

    version = serializers.IntegerField()
    effective_from = serializers.DateTimeField()
    slot_minutes = serializers.IntegerField()
    horizon_days = serializers.IntegerField(help_text="How far ahead one may reserve.")
    hold_minutes = serializers.IntegerField(help_text="How long a place is held while it is confirmed.")
    early_minutes = serializers.IntegerField(help_text="Earliest check-in before the slot.")
    grace_minutes = serializers.IntegerField(
        help_text="Who comes later than this after the slot keeps no place by time."
    )
    cancel_cutoff_minutes = serializers.IntegerField()
    call_minutes = serializers.IntegerField(help_text="Time to reach the gate after a call.")
    missed_behind = serializers.IntegerField(help_text="After a missed call: behind the next so many.")
    missed_limit = serializers.IntegerField(help_text="So many missed calls end the place.")
    classes = serializers.DictField(child=serializers.CharField(), help_text="Cargo kind → class.")
    class_pattern = serializers.ListField(
        child=serializers.CharField(), help_text="The order in which classes take turns."
    )
    allocation = serializers.ChoiceField(choices=Allocation.choices, help_text="How the places of a day are given.")
    round_open_hours = serializers.IntegerField(help_text="Requests open so many hours before the day.")
    round_close_hours = serializers.IntegerField()
    round_publish_minutes = serializers.IntegerField(help_text="Result after closing.")
    instant_after_minutes = serializers.IntegerField(help_text="What is left opens so long after the result.")
    instant_spread_minutes = serializers.IntegerField(help_text="Each vehicle's drawn start lies within.")
    auto_threshold_percent = serializers.IntegerField(help_text="`auto`: a round from so full an hour on.")
    general_share_percent = serializers.IntegerField()
    organisation_share_percent = serializers.IntegerField(help_text="Most of one slot for one organisation.")
    bundle_span_minutes = serializers.IntegerField()
    cooldown_minutes = serializers.IntegerField(help_text="A returned place is closed to who returned it.")
    offer_minutes = serializers.IntegerField()
    changes_limit = serializers.IntegerField()
    changes_days = serializers.IntegerField()
    extensions_limit = serializers.IntegerField()
    extensions_days = serializers.IntegerField()
    substitutions_limit = serializers.IntegerField(help_text="Changes of vehicle or driver.")
    substitutions_days = serializers.IntegerField()
    substitution_cutoff_minutes = serializers.IntegerField()
    strike_limit = serializers.IntegerField(help_text="Late cancellations and no-shows until a pause.")
    strike_days = serializers.IntegerField()
    block_days = serializers.IntegerField()
    promise_minutes = serializers.IntegerField(
        help_text="The port is late when it calls later than this after the slot."
    )
    credit_days = serializers.IntegerField()
    far_side_stale_hours = serializers.IntegerField()
    wrong_bay = serializers.ChoiceField(choices=WrongBay.choices)
    overstay_minutes = serializers.IntegerField()
    declaration_hours = serializers.IntegerField()
    note = serializers.CharField(help_text="What changed and why.")


class PoliciesShape(serializers.Serializer[Any]):
    in_force = PolicyShape(allow_null=True)
    announced = PolicyShape(many=True)


class PortPage(PortShape):
    lanes = LaneShape(many=True)  # type: ignore[assignment]
    policy = PolicyShape(allow_null=True)


class FreeSlot(SlotBrief):
    free = serializers.IntegerField(help_text="Places left; 0 when full or frozen.")
    capacity = serializers.IntegerField()
    is_frozen = serializers.BooleanField()


class DayIn(serializers.Serializer[Any]):
    date = serializers.DateField(required=False, help_text="The port's date; the first bookable one when left out.")


class SlotsShape(serializers.Serializer[Any]):
    date = serializers.DateField(allow_null=True)
    dates = serializers.ListField(child=serializers.DateField(), help_text="All dates that can be reserved now.")
    slots = FreeSlot(many=True)


class BoardLine(serializers.Serializer[Any]):
    ticket = serializers.IntegerField()
    plate = serializers.CharField(help_text="Masked.")
    queue_class = serializers.CharField()
    gate = serializers.CharField(allow_null=True)
    bay = serializers.CharField(allow_null=True)
    called_at = serializers.DateTimeField(allow_null=True)
    call_expires_at = serializers.DateTimeField(allow_null=True)


class BoardNext(serializers.Serializer[Any]):
    position = serializers.IntegerField()
    ticket = serializers.IntegerField()
    plate = serializers.CharField(help_text="Masked.")
    queue_class = serializers.CharField()
    wait = WaitShape()


class BoardLane(serializers.Serializer[Any]):
    lane = LaneBrief()
    is_open = serializers.BooleanField()
    called = BoardLine(many=True)
    next = BoardNext(many=True)
    waiting = serializers.IntegerField()


class BoardShape(serializers.Serializer[Any]):
    """`streams`: where each yard's live stream goes on from."""

    port = serializers.CharField()
    streams = serializers.DictField(child=serializers.IntegerField(), help_text="Stream → seq.")
    as_of = serializers.DateTimeField()
    lanes = BoardLane(many=True)
