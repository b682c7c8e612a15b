"""What supervisors send and are shown of rounds, closures, the far side and appeals."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.api.fields import Code, PlainText
from reservations.api.shapes.common import SlotBrief, VehicleBrief
from reservations.api.shapes.public_rounds import ClosureShape, FarSideShape, RoundShape
from reservations.models import AppealState, DispositionKind, MarkKind
from reservations.models.policy import BOUNDS
from yards.models import ClosureScope, RateSource
from yards.operations.far_side import MOST_PER_HOUR

REASON_LENGTH = 500
ANSWER_LENGTH = 1000
MOST_LANES = 100
MOST_STAGES = 20


# ---------------------------------------------------------------- rounds
class RoundRow(RoundShape):
    attempts = serializers.IntegerField(help_text="How often it was begun to be drawn.")
    drawing_until = serializers.DateTimeField(
        source="lease_until", allow_null=True, help_text="A worker is at it until then, at the latest."
    )


class HourShape(serializers.Serializer[Any]):
    hour = serializers.IntegerField(help_text="Of the port's day.")
    places = serializers.IntegerField()
    taken = serializers.IntegerField()
    asked = serializers.IntegerField(help_text="Requests that like this hour best.")


class ClassResultShape(serializers.Serializer[Any]):
    queue_class = serializers.CharField()
    asked = serializers.IntegerField()
    placed = serializers.IntegerField()
    standby = serializers.IntegerField()
    withdrawn = serializers.IntegerField()


class RoundNow(serializers.Serializer[Any]):
    """A round and how far it is."""

    round = RoundRow()
    requests = serializers.IntegerField()
    places = serializers.IntegerField()
    hours = HourShape(many=True)
    classes = ClassResultShape(many=True)


def _tried(rule: str) -> serializers.IntegerField:
    least, most = BOUNDS[rule]
    return serializers.IntegerField(required=False, min_value=least, max_value=most)


class WhatIfIn(serializers.Serializer[Any]):
    """Rules that are left out stay as they were on the day."""

    general_share_percent = _tried("general_share_percent")
    organisation_share_percent = _tried("organisation_share_percent")
    bundle_span_minutes = _tried("bundle_span_minutes")


class OutcomeShape(serializers.Serializer[Any]):
    """Counts by class. Means are minutes from the preferred time; of all classes under the empty name."""

    placed = serializers.DictField(child=serializers.IntegerField())
    refused = serializers.DictField(child=serializers.IntegerField())
    mean_displacement_min = serializers.DictField(child=serializers.FloatField())


class WhatIfShape(serializers.Serializer[Any]):
    before = OutcomeShape()
    after = OutcomeShape()
    changed = serializers.IntegerField(help_text="Requests that would have got something else.")


class StandbyRow(serializers.Serializer[Any]):
    """One who stands by, in the published order."""

    position = serializers.IntegerField(help_text="1 is asked first.")
    has_an_offer = serializers.BooleanField()
    request = serializers.CharField(source="request.ref")
    queue_class = serializers.CharField(source="request.queue_class")
    vehicle = VehicleBrief(source="request.vehicle")
    earliest_at = serializers.DateTimeField(source="request.earliest_at")
    latest_at = serializers.DateTimeField(source="request.latest_at")
    preferred_at = serializers.DateTimeField(source="request.preferred_at")
    stands_at = serializers.DateTimeField(source="request.stands_at")
    drawn = serializers.IntegerField(source="request.drawn", help_text="Number in the draw of its round.")
    is_ready = serializers.BooleanField(source="request.is_ready")
    travel_minutes = serializers.IntegerField(source="request.travel_minutes")


class StandbyList(serializers.Serializer[Any]):
    results = StandbyRow(many=True)


# ---------------------------------------------------------------- closures
class StageIn(serializers.Serializer[Any]):
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    units_per_hour = serializers.IntegerField(min_value=0, max_value=MOST_PER_HOUR)


class _Staged(serializers.Serializer[Any]):
    stages = StageIn(many=True, required=False, max_length=MOST_STAGES)  # type: ignore[call-arg]

    def validate_stages(self, value: list[dict[str, Any]]) -> list[list[Any]]:
        """As closures keep them: [from, until, vehicles an hour]."""
        return [[row["starts_at"].isoformat(), row["ends_at"].isoformat(), row["units_per_hour"]] for row in value]


class ClosurePreviewIn(_Staged):
    scope = serializers.ChoiceField(choices=ClosureScope.choices)
    lanes = serializers.ListField(
        source="lane_codes",
        child=Code(),
        required=False,
        max_length=MOST_LANES,
        help_text="For a yard: lanes of it. None for the port, or for its whole far side.",
    )
    starts_at = serializers.DateTimeField(required=False, help_text="At once when left out.")
    ends_at = serializers.DateTimeField(required=False, allow_null=True, help_text="Null: until further notice.")


class ClosureIn(ClosurePreviewIn):
    reason = PlainText(max_length=REASON_LENGTH)


class LiftIn(_Staged):
    ends_at = serializers.DateTimeField(required=False, help_text="At once when left out.")
    reason = PlainText(max_length=REASON_LENGTH)


class ClosureRow(ClosureShape):
    declared_at = serializers.DateTimeField()
    lifted_at = serializers.DateTimeField(allow_null=True)


class DispositionRow(serializers.Serializer[Any]):
    """One affected reservation: where it was, and where it goes."""

    reservation = serializers.CharField(source="reservation.ref")
    vehicle = VehicleBrief(source="reservation.vehicle")
    kind = serializers.ChoiceField(choices=DispositionKind.choices)
    from_lane = serializers.CharField(source="from_slot.lane.code")
    from_slot = SlotBrief()
    to_lane = serializers.CharField(source="to_slot.lane.code", allow_null=True, default=None)
    to_slot = SlotBrief(allow_null=True)


class FillShape(serializers.Serializer[Any]):
    """An hour of the yards concerned, before the closure and after it."""

    starts_at = serializers.DateTimeField()
    places_before = serializers.IntegerField()
    taken_before = serializers.IntegerField()
    places_after = serializers.IntegerField()
    taken_after = serializers.IntegerField()


class WishRow(serializers.Serializer[Any]):
    """A live request that the closure meets."""

    request = serializers.CharField(source="request.ref")
    vehicle = VehicleBrief(source="request.vehicle")
    outcome = serializers.ChoiceField(choices=["offer_withdrawn", "waits", "no_place"])


class PreviewShape(serializers.Serializer[Any]):
    """What a closure would mean. Nothing is written."""

    lanes = serializers.SerializerMethodField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(allow_null=True)
    moves = DispositionRow(many=True, help_text="In the old order.")
    unplaced = DispositionRow(many=True, help_text="Those of `moves` without a place: first in the standby order.")
    requests = WishRow(many=True, source="wishes")
    hours = FillShape(many=True)

    def get_lanes(self, found: Any) -> list[str]:
        return sorted(lane.code for lane in found.lanes)


# ---------------------------------------------------------------- the far side
class FarSideIn(serializers.Serializer[Any]):
    units_per_hour = serializers.IntegerField(
        allow_null=True, min_value=0, max_value=MOST_PER_HOUR, help_text="Null: no limit known. 0: it takes nobody."
    )
    valid_from = serializers.DateTimeField(required=False, help_text="At once when left out.")
    note = PlainText(max_length=200, required=False, allow_blank=True, default="")


class FarSideRow(FarSideShape):
    entered_by = serializers.CharField(help_text="Ref of the person or device.")
    note = serializers.CharField()


class FarSideNow(serializers.Serializer[Any]):
    """A lane's far side against the port's own plan."""

    lane = serializers.CharField(source="lane.code")
    units_per_hour = serializers.IntegerField(source="said.units_per_hour", allow_null=True, default=None)
    source = serializers.ChoiceField(  # type: ignore[assignment]
        source="said.source", choices=RateSource.choices, allow_null=True, default=None
    )
    age_minutes = serializers.SerializerMethodField(allow_null=True, help_text="Null while nothing was ever said.")
    is_stale = serializers.BooleanField(
        help_text="Older than the port's rules allow: it still counts, and is asked for again."
    )
    plan_per_hour = serializers.IntegerField(allow_null=True, help_text="The most that the lane's windows plan.")
    is_plan_above = serializers.BooleanField(help_text="Some coming slot plans more than the far side takes.")
    held_back = serializers.IntegerField(help_text="Coming slots that give fewer places for that reason.")
    slots_above = serializers.SerializerMethodField(
        help_text="Slots planned by hand that promise more than the far side takes."
    )

    def get_age_minutes(self, row: Any) -> int | None:
        return int(row.said.age.total_seconds() // 60) if row.said else None

    def get_slots_above(self, row: Any) -> list[str]:
        return [slot.ref for slot in row.slots_above]


class FarSidesNow(serializers.Serializer[Any]):
    results = FarSideNow(many=True)


# ---------------------------------------------------------------- appeals
class AppealsIn(serializers.Serializer[Any]):
    state = serializers.ChoiceField(choices=AppealState.choices, required=False, help_text="All states when left out.")


class DecideIn(serializers.Serializer[Any]):
    grant = serializers.BooleanField()
    answer = PlainText(max_length=ANSWER_LENGTH, help_text="The holder reads it.")


class AppealRow(serializers.Serializer[Any]):
    ref = serializers.CharField()
    state = serializers.ChoiceField(choices=AppealState.choices)
    mark = serializers.CharField(source="mark.ref")
    kind = serializers.ChoiceField(source="mark.kind", choices=MarkKind.choices)
    marked_at = serializers.DateTimeField(source="mark.at")
    reservation = serializers.CharField(source="mark.reservation.ref")
    visit = serializers.CharField(source="mark.reservation.visit_ref")
    vehicle = VehicleBrief(source="mark.vehicle")
    text = serializers.CharField()
    asked_at = serializers.DateTimeField()
    answer = serializers.CharField()
    decided_at = serializers.DateTimeField(allow_null=True)
