"""What drivers and their carriers send and are shown: their own reservations, their own place in the order."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.api.fields import Code, PlainText, Ref
from reservations.api.shapes.common import RULES, ClassCount, LaneBrief, PortBrief, SlotBrief, VehicleBrief, WaitShape
from reservations.api.shapes.guide import hazard_class
from reservations.models import EntryState, ReservationState
from yards.models import CargoKind
from yards.models.stays import StayState


# ---------------------------------------------------------------- sent
class ReservationIn(serializers.Serializer[Any]):
    slot = Ref("T")
    vehicle = Ref("V")
    cargo_kind = serializers.ChoiceField(choices=CargoKind.choices)
    confirm = serializers.BooleanField(
        default=True, help_text="False holds the place for a few minutes until it is confirmed."
    )


class ChangeIn(serializers.Serializer[Any]):
    slot = Ref("T")


class ReasonIn(serializers.Serializer[Any]):
    reason = PlainText(max_length=200, required=False, allow_blank=True, default="")


class CheckInIn(serializers.Serializer[Any]):
    reservation = Ref("R")
    port = Code()
    hazard_class = hazard_class()


class WalkUpIn(serializers.Serializer[Any]):
    lane = Code()
    vehicle = Ref("V")
    cargo_kind = serializers.ChoiceField(choices=CargoKind.choices)
    hazard_class = hazard_class()


class OccupyIn(serializers.Serializer[Any]):
    bay = Code(
        source="bay_code",
        required=False,
        allow_blank=True,
        default="",
        help_text="Only when it is another bay than the one held.",
    )
    told_by = serializers.ChoiceField(
        source="source",
        choices=["driver", "qr"],
        default="driver",
        help_text="Told by the driver, or by the code on the bay.",
    )


class ListIn(serializers.Serializer[Any]):
    live = serializers.BooleanField(
        required=False, allow_null=True, default=None, help_text="True: only those not yet ended."
    )


# ---------------------------------------------------------------- shown
class ReservationShape(serializers.Serializer[Any]):
    ref = serializers.CharField()
    state = serializers.ChoiceField(choices=ReservationState.choices)
    port = PortBrief(source="lane.port")
    lane = LaneBrief()
    slot = SlotBrief()
    vehicle = VehicleBrief()
    cargo_kind = serializers.ChoiceField(choices=CargoKind.choices)
    hold_until = serializers.DateTimeField(allow_null=True, help_text="Confirm before this moment.")
    created_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    changes = serializers.IntegerField(help_text="How often its slot was changed.")


class ReservationDetail(ReservationShape):
    entry = serializers.SerializerMethodField(help_text="Its place in the order, once checked in: see turn/{entry}/.")

    def get_entry(self, reservation: Any) -> str | None:
        entry = getattr(reservation, "entry", None)
        return entry.ref if entry else None


class EntryShape(serializers.Serializer[Any]):
    """An own vehicle's place in the order, without its position (see the turn)."""

    ref = serializers.CharField()
    state = serializers.ChoiceField(choices=EntryState.choices)
    port = PortBrief(source="lane.port")
    lane = LaneBrief()
    vehicle = VehicleBrief()
    cargo_kind = serializers.ChoiceField(choices=CargoKind.choices)
    queue_class = serializers.CharField(help_text="Its class in the published pattern.")
    ticket = serializers.IntegerField()
    arrived_at = serializers.DateTimeField()
    promised_at = serializers.DateTimeField()
    missed = serializers.IntegerField(help_text="Missed calls so far.")
    called_at = serializers.DateTimeField(allow_null=True)
    call_expires_at = serializers.DateTimeField(allow_null=True, help_text="Be at the gate before this moment.")
    gate = serializers.CharField(source="gate.code", allow_null=True)
    admitted_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)


class AheadShape(serializers.Serializer[Any]):
    total = serializers.IntegerField()
    by_class = ClassCount(many=True)


class TurnShape(serializers.Serializer[Any]):
    """Everything a driver asks: where am I, how long, where to. `seq` is the stream's position this was read at."""

    entry = EntryShape()
    position = serializers.IntegerField(allow_null=True, help_text="1 = next; empty unless waiting.")
    rule = serializers.ChoiceField(choices=RULES, allow_null=True, help_text="Which rule put it there.")
    ahead = AheadShape(allow_null=True)
    wait = WaitShape(allow_null=True)
    bay = serializers.CharField(allow_null=True)
    zone = serializers.CharField(allow_null=True)
    stay_state = serializers.ChoiceField(choices=StayState.choices, allow_null=True)
    blocked_by = serializers.CharField(
        help_text="Why no call is possible just now: no_bay_that_fits, lane_closed, or empty."
    )
    stream = serializers.CharField()
    seq = serializers.IntegerField()
    as_of = serializers.DateTimeField()


class StayShape(serializers.Serializer[Any]):
    bay = serializers.CharField(source="bay.code")
    state = serializers.ChoiceField(choices=StayState.choices)
    held_at = serializers.DateTimeField()
    occupied_at = serializers.DateTimeField(allow_null=True)
