"""What the far side's client sends and is shown of closures, crossings and what is on its way to it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core import clock
from core.api.fields import Code, PlainText, Ref
from reservations.api.shapes.staff_rounds import MOST_STAGES, REASON_LENGTH, LiftIn, StageIn
from yards.models import CargoKind, Closure, ClosureScope, ClosureState, CounterpartSees, Crossing, CrossingKind
from yards.operations.far_side import AHEAD_DAYS

TOO_FAR = _("A closure is announced at most %(days)s days ahead.")
END_OR_NONE = _("Say when it ends, or until_further_notice: true; one of both.")
BY = [("you", "your client"), ("us", "this port")]
COMING_STATES = [
    ("expected", "has a place within the next day"),
    ("waiting", "stands in the order"),
    ("called", "is called to the gate"),
    ("in_yard", "is in the yard"),
    ("left", "drove out towards you"),
]


# ---------------------------------------------------------------- sent
class FarClosureIn(serializers.Serializer[Any]):
    lanes = serializers.ListField(child=Code(), required=False, max_length=100, help_text="None: all lanes.")
    starts_at = serializers.DateTimeField(required=False, help_text="At once when left out.")
    ends_at = serializers.DateTimeField(required=False, allow_null=True, help_text="Or until_further_notice.")
    until_further_notice = serializers.BooleanField(
        required=False,
        default=False,
        help_text="True in place of ends_at: every place ahead is given up, so it is said.",
    )
    reason = PlainText(max_length=REASON_LENGTH, help_text="Shown to the staff and drivers of this side.")

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        if said.pop("until_further_notice") == (said.get("ends_at") is not None):
            raise serializers.ValidationError({"ends_at": [END_OR_NONE]}, code="required")
        if "starts_at" in said and said["starts_at"] > clock.now() + timedelta(days=AHEAD_DAYS):
            raise serializers.ValidationError({"starts_at": [TOO_FAR % {"days": AHEAD_DAYS}]}, code="too_far")
        return said


class FarLiftIn(LiftIn):
    stages = StageIn(many=True, required=False, max_length=MOST_STAGES)  # type: ignore[call-arg]
    reason = PlainText(max_length=REASON_LENGTH, required=False, allow_blank=True)


class CrossingIn(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=CrossingKind.choices)
    crossed_at = serializers.DateTimeField()
    visit = Ref("N", required=False, help_text="For `arrived`: as on-its-way/ names it.")
    country = serializers.RegexField("^[A-Za-z]{2}$", required=False, help_text="For `departed`.")
    plate = serializers.CharField(
        max_length=40, required=False, help_text="For `departed`; it is compared and not kept."
    )

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        needed = ("visit",) if said["kind"] == CrossingKind.ARRIVED else ("country", "plate")
        lacking = {name: [self.fields[name].error_messages["required"]] for name in needed if not said.get(name)}
        if lacking:
            raise serializers.ValidationError(lacking, code="required")
        return said


# ---------------------------------------------------------------- shown
class FarClosureShape(serializers.Serializer[Any]):
    ref = serializers.CharField()
    by = serializers.SerializerMethodField(help_text="Whose it is; yours alone you may lift.")
    scope = serializers.ChoiceField(choices=ClosureScope.choices)
    lanes = serializers.SerializerMethodField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(allow_null=True)
    state = serializers.ChoiceField(choices=ClosureState.choices)
    reason = serializers.SerializerMethodField(help_text="Of yours alone.")

    def get_by(self, closure: Closure) -> str:
        return "you" if is_theirs(closure) else "us"

    def get_lanes(self, closure: Closure) -> list[str]:
        return sorted(lane.code for lane in closure.lanes.all())

    def get_reason(self, closure: Closure) -> str:
        return closure.reason if is_theirs(closure) else ""


def is_theirs(closure: Closure) -> bool:
    """This will tell whether the far side's client declared a closure: staff of this side have a name."""
    return closure.scope == ClosureScope.FAR_SIDE and closure.declared_by_id is None


class CrossingShape(serializers.Serializer[Any]):
    ref = serializers.CharField()
    kind = serializers.ChoiceField(choices=CrossingKind.choices)
    visit = serializers.SerializerMethodField(
        help_text="Of one that arrived; whether a departed one is expected is not told."
    )
    crossed_at = serializers.DateTimeField()
    told_at = serializers.DateTimeField()

    def get_visit(self, crossing: Crossing) -> str | None:
        return crossing.visit_ref if crossing.kind == CrossingKind.ARRIVED else None


class ComingHourShape(serializers.Serializer[Any]):
    starts_at = serializers.DateTimeField()
    lane = serializers.CharField()
    expected = serializers.IntegerField()


class ComingShape(serializers.Serializer[Any]):
    visit = serializers.CharField(help_text="Name it when you tell that it arrived.")
    lane = serializers.CharField()
    country = serializers.CharField()
    plate = serializers.CharField(help_text="Masked unless both sides agreed otherwise.")
    cargo_kind = serializers.ChoiceField(choices=CargoKind.choices)
    hazard_class = serializers.CharField(help_text="Of dangerous goods; empty: none or not said.")
    state = serializers.ChoiceField(choices=COMING_STATES)
    since = serializers.DateTimeField(help_text="For `expected`: when its slot begins.")


class CountsShape(serializers.Serializer[Any]):
    expected = serializers.IntegerField(default=0)
    waiting = serializers.IntegerField(default=0)
    called = serializers.IntegerField(default=0)
    in_yard = serializers.IntegerField(default=0)
    left = serializers.IntegerField(default=0)


class OnItsWayShape(serializers.Serializer[Any]):
    as_of = serializers.DateTimeField()
    sees = serializers.ChoiceField(choices=CounterpartSees.choices, help_text="What both sides agreed.")
    counts = CountsShape()
    hours = ComingHourShape(many=True)
    vehicles = ComingShape(many=True)
