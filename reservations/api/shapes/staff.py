"""What the desk sends and is shown: whole plates, every state, the record."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.api.fields import Code, PlainText, Ref
from reservations.api.shapes.common import (
    BAY_STATES,
    LANE_STATES,
    RULES,
    ClassCount,
    LaneBrief,
    PortBrief,
    SlotBrief,
    VehicleBrief,
    WaitShape,
)
from reservations.api.shapes.guide import MeasuredIn, hazard_class
from reservations.api.turns import stay_of
from reservations.models import EntryState, OverrideState, ReservationState
from reservations.models.policy import BOUNDS, Allocation, WrongBay
from reservations.queries import ALARMS
from reservations.queries.evidence import evidence_of
from yards.models import CargoKind, Equipment

REASON_LENGTH = 500


# ---------------------------------------------------------------- sent
class DeskReasonIn(serializers.Serializer[Any]):
    reason = PlainText(max_length=REASON_LENGTH, required=False, allow_blank=True, default="")


class ReasonNeededIn(serializers.Serializer[Any]):
    reason = PlainText(max_length=REASON_LENGTH)


class AdmitIn(MeasuredIn):
    """With what was measured at the gate, where it was."""

    gate = Code(
        source="gate_code", required=False, allow_blank=True, default="", help_text="The lane's own gate when left out."
    )


class BayIn(serializers.Serializer[Any]):
    bay = Code(
        source="bay_code", required=False, allow_blank=True, default="", help_text="The bay that is held when left out."
    )


class MoveIn(serializers.Serializer[Any]):
    bay = Code(source="bay_code")
    reason = PlainText(max_length=REASON_LENGTH, required=False, allow_blank=True, default="")


class DeskCheckInIn(serializers.Serializer[Any]):
    reservation = Ref("R")
    port = Code()
    hazard_class = hazard_class()


class DeskWalkUpIn(serializers.Serializer[Any]):
    """The clerk types what stands on the plate; any format is accepted and kept as typed."""

    lane = Code()
    country = serializers.RegexField(r"^[A-Za-z]{2}$")
    plate = PlainText(max_length=40)
    cargo_kind = serializers.ChoiceField(choices=CargoKind.choices)
    length_m = serializers.DecimalField(max_digits=4, decimal_places=1, required=False)
    width_m = serializers.DecimalField(max_digits=4, decimal_places=2, required=False)
    reefer = serializers.BooleanField(required=False)
    hazard_class = hazard_class()


class OverrideIn(serializers.Serializer[Any]):
    entry = Ref("Q")
    reason = PlainText(max_length=REASON_LENGTH)


class CapacityIn(serializers.Serializer[Any]):
    planned = serializers.IntegerField(min_value=0, max_value=10_000)
    reason = PlainText(max_length=REASON_LENGTH)


class FreezeIn(serializers.Serializer[Any]):
    frozen = serializers.BooleanField()
    reason = PlainText(max_length=REASON_LENGTH, required=False, allow_blank=True, default="")


def _count(rule: str) -> serializers.IntegerField:
    least, most = BOUNDS[rule]
    return serializers.IntegerField(required=False, min_value=least, max_value=most)


class PolicyIn(serializers.Serializer[Any]):
    """Rules that are left out stay as they are."""

    effective_from = serializers.DateTimeField()
    note = PlainText(max_length=REASON_LENGTH)
    slot_minutes = _count("slot_minutes")
    horizon_days = _count("horizon_days")
    hold_minutes = _count("hold_minutes")
    early_minutes = _count("early_minutes")
    grace_minutes = _count("grace_minutes")
    cancel_cutoff_minutes = _count("cancel_cutoff_minutes")
    call_minutes = _count("call_minutes")
    missed_behind = _count("missed_behind")
    missed_limit = _count("missed_limit")
    allocation = serializers.ChoiceField(choices=Allocation.choices, required=False)
    round_open_hours = _count("round_open_hours")
    round_close_hours = _count("round_close_hours")
    round_publish_minutes = _count("round_publish_minutes")
    instant_after_minutes = _count("instant_after_minutes")
    instant_spread_minutes = _count("instant_spread_minutes")
    auto_threshold_percent = _count("auto_threshold_percent")
    general_share_percent = _count("general_share_percent")
    organisation_share_percent = _count("organisation_share_percent")
    bundle_span_minutes = _count("bundle_span_minutes")
    cooldown_minutes = _count("cooldown_minutes")
    offer_minutes = _count("offer_minutes")
    changes_limit = _count("changes_limit")
    changes_days = _count("changes_days")
    extensions_limit = _count("extensions_limit")
    extensions_days = _count("extensions_days")
    substitutions_limit = _count("substitutions_limit")
    substitutions_days = _count("substitutions_days")
    substitution_cutoff_minutes = _count("substitution_cutoff_minutes")
    strike_limit = _count("strike_limit")
    strike_days = _count("strike_days")
    block_days = _count("block_days")
    promise_minutes = _count("promise_minutes")
    credit_days = _count("credit_days")
    far_side_stale_hours = _count("far_side_stale_hours")
    wrong_bay = serializers.ChoiceField(choices=WrongBay.choices, required=False)
    overstay_minutes = _count("overstay_minutes")
    declaration_hours = _count("declaration_hours")
    classes = serializers.DictField(required=False, child=PlainText(max_length=20))
    class_pattern = serializers.ListField(required=False, child=PlainText(max_length=20), min_length=1, max_length=30)

    def validate_classes(self, value: dict[str, str]) -> dict[str, str]:
        """Every key is a kind of cargo."""
        for kind in value:
            serializers.ChoiceField(choices=CargoKind.choices).run_validation(kind)
        return value


class SwitchIn(serializers.Serializer[Any]):
    on = serializers.BooleanField()


class DayIn(serializers.Serializer[Any]):
    date = serializers.DateField(help_text="The port's date.")


class LedgerIn(serializers.Serializer[Any]):
    kind = PlainText(required=False, max_length=60, help_text="One kind, such as queue.called.")
    visit = Ref("N", required=False)
    since = serializers.IntegerField(required=False, min_value=0, help_text="Only entries after this seq.")
    oldest_first = serializers.BooleanField(required=False, default=False)


# ---------------------------------------------------------------- shown
class EntryRow(serializers.Serializer[Any]):
    ref = serializers.CharField()
    visit = serializers.CharField(source="visit_ref")
    state = serializers.ChoiceField(choices=EntryState.choices)
    lane = serializers.CharField(source="lane.code")
    vehicle = VehicleBrief()
    cargo_kind = serializers.ChoiceField(choices=CargoKind.choices)
    queue_class = serializers.CharField()
    ticket = serializers.IntegerField()
    arrived_at = serializers.DateTimeField()
    promised_at = serializers.DateTimeField()
    reservation = serializers.CharField(source="reservation.ref", allow_null=True)
    missed = serializers.IntegerField()
    called_at = serializers.DateTimeField(allow_null=True)
    call_expires_at = serializers.DateTimeField(allow_null=True)
    gate = serializers.CharField(source="gate.code", allow_null=True)
    admitted_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)


class CheckedRow(EntryRow):
    """An entry as its papers are looked at."""

    evidence = serializers.SerializerMethodField(
        help_text="The paper that the request for its place named, where its class goes first: to be compared; else empty."
    )

    def get_evidence(self, entry: Any) -> str:
        return evidence_of(entry)


class CalledRow(CheckedRow):
    """An entry that was called: with the bay held for it."""

    bay = serializers.SerializerMethodField()

    def get_bay(self, entry: Any) -> str | None:
        stay = stay_of(entry.visit_ref)
        return stay.bay.code if stay else None


class OrderRow(serializers.Serializer[Any]):
    position = serializers.IntegerField()
    rule = serializers.ChoiceField(choices=RULES)
    wait = WaitShape()
    blocked_by = serializers.CharField(help_text="Why it cannot be called just now, or empty.")
    entry = EntryRow()


class InsideRow(serializers.Serializer[Any]):
    """A called or admitted vehicle."""

    entry = EntryRow()
    bay = serializers.CharField(allow_null=True)
    stay_state = serializers.CharField(allow_null=True)


class LaneSwitches(serializers.Serializer[Any]):
    code = serializers.CharField()
    is_open = serializers.BooleanField(help_text="The staff's switch; windows say the hours.")
    closed_reason = serializers.CharField()
    auto_call = serializers.BooleanField()


class BaySwitch(serializers.Serializer[Any]):
    code = serializers.CharField()
    blocked_at = serializers.DateTimeField(allow_null=True)
    blocked_reason = serializers.CharField()


class DeskLane(serializers.Serializer[Any]):
    lane = LaneBrief()
    is_open = serializers.BooleanField()
    state = serializers.ChoiceField(choices=LANE_STATES)
    reason = serializers.CharField()
    changes_at = serializers.DateTimeField(allow_null=True)
    auto_call = serializers.BooleanField()
    waiting = serializers.IntegerField()
    by_class = ClassCount(many=True)
    order = OrderRow(many=True)


class BayRow(serializers.Serializer[Any]):
    code = serializers.CharField(source="bay.code")
    zone = serializers.CharField(source="bay.zone.code")
    length_m = serializers.FloatField(source="bay.length_m")
    width_m = serializers.FloatField(source="bay.width_m")
    equipment = serializers.ListField(source="bay.equipment", child=serializers.ChoiceField(choices=Equipment.choices))
    x_m = serializers.FloatField(source="bay.x_m")
    y_m = serializers.FloatField(source="bay.y_m")
    heading_deg = serializers.FloatField(source="bay.heading_deg")
    state = serializers.ChoiceField(choices=BAY_STATES)
    visit = serializers.CharField(source="visit_ref")
    since = serializers.DateTimeField(allow_null=True)
    blocked_reason = serializers.CharField(source="bay.blocked_reason")


class OverrideShape(serializers.Serializer[Any]):
    ref = serializers.CharField()
    entry = serializers.CharField(source="entry.ref")
    reason = serializers.CharField()
    state = serializers.ChoiceField(choices=OverrideState.choices)
    asked_by = serializers.CharField(source="asked_by.ref")
    asked_at = serializers.DateTimeField()
    decided_by = serializers.CharField(source="decided_by.ref", allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)


class AlarmShape(serializers.Serializer[Any]):
    code = serializers.ChoiceField(choices=ALARMS)
    subjects = serializers.ListField(
        child=serializers.CharField(), help_text="Refs of entries, or codes of lanes or bays, it is about."
    )


class YardSnapshot(serializers.Serializer[Any]):
    """A yard at one moment; the live stream goes on from `seq`."""

    yard = serializers.CharField()
    name = serializers.CharField()
    port = PortBrief()
    stream = serializers.CharField()
    seq = serializers.IntegerField()
    as_of = serializers.DateTimeField()
    lanes = DeskLane(many=True)
    called = InsideRow(many=True)
    inside = InsideRow(many=True)
    bays = BayRow(many=True)
    overrides = OverrideShape(many=True)
    alarms = AlarmShape(many=True)


class SlotRow(SlotBrief):
    lane = serializers.CharField(source="lane.code")
    planned = serializers.IntegerField()
    capacity = serializers.IntegerField(help_text="In force: never below what is taken.")
    taken = serializers.IntegerField()
    free = serializers.IntegerField()
    is_frozen = serializers.BooleanField()


class SlotsOfDay(serializers.Serializer[Any]):
    results = SlotRow(many=True)


class ReservationRow(serializers.Serializer[Any]):
    ref = serializers.CharField()
    visit = serializers.CharField(source="visit_ref")
    state = serializers.ChoiceField(choices=ReservationState.choices)
    lane = serializers.CharField(source="lane.code")
    slot = SlotBrief()
    vehicle = VehicleBrief()
    cargo_kind = serializers.ChoiceField(choices=CargoKind.choices)
    created_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class LedgerRow(serializers.Serializer[Any]):
    seq = serializers.IntegerField()
    kind = serializers.CharField()
    recorded_at = serializers.DateTimeField()
    actor = serializers.CharField()
    reason = serializers.CharField()
    policy_version = serializers.IntegerField()
    visit = serializers.CharField(source="visit_ref")
    data = serializers.DictField()  # type: ignore[assignment]
    digest = serializers.CharField(help_text="SHA-256 of the entry's canonical JSON (RFC 8785).")
    hash = serializers.CharField(help_text="SHA-256 of the hash before and this digest, both as hex text.")
