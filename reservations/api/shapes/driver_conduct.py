"""A promise both ways: what a change costs, what counts and until when, appeals and credits."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.fields import Code, PlainText, Ref
from reservations.api.shapes.common import PortBrief, VehicleBrief
from reservations.models import AppealState, MarkKind
from reservations.queries.conduct import COUNTED
from reservations.queries.costs import ACTS

COUNTERS = list(COUNTED)


# ---------------------------------------------------------------- sent
class CostIn(serializers.Serializer[Any]):
    act = serializers.ChoiceField(choices=list(ACTS))


class ExtendIn(serializers.Serializer[Any]):
    hours = serializers.IntegerField(min_value=1, max_value=48, help_text="Later than now promised; see the menu.")


class VehicleInstead(serializers.Serializer[Any]):
    vehicle = Ref("V")


class DriverInstead(serializers.Serializer[Any]):
    driver = Ref("U")


class AppealIn(serializers.Serializer[Any]):
    text = PlainText(max_length=1000, help_text="What happened. A supervisor of the port answers with a reason.")


class ConductIn(serializers.Serializer[Any]):
    port = Code()


# ---------------------------------------------------------------- shown
class CostShape(serializers.Serializer[Any]):
    """What an act costs before it is done. Nothing costs money."""

    act = serializers.ChoiceField(choices=list(ACTS))
    counts_as = serializers.ChoiceField(
        choices=MarkKind.choices, allow_null=True, help_text="Which kind of mark it makes; empty: it counts as nothing."
    )
    left = serializers.IntegerField(
        help_text="How many of `limit` are left after it; for a cancellation: how many more stay without a pause."
    )
    limit = serializers.IntegerField()
    days = serializers.IntegerField(help_text="Over how many days it is counted.")
    excuse = serializers.CharField(
        help_text="Why it counts as nothing though it would otherwise; empty: no such reason."
    )
    again_at = serializers.DateTimeField(
        allow_null=True, help_text="Not empty: nothing is left, so it is refused until then."
    )
    pauses_until = serializers.DateTimeField(
        allow_null=True, help_text="Not empty: it is one too many, and the vehicle could not reserve until then."
    )


class CounterShape(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=COUNTERS, help_text="Strikes: late cancellations and no-shows.")
    used = serializers.IntegerField()
    limit = serializers.IntegerField(help_text="The strike that makes `used` reach it pauses the vehicle.")
    left = serializers.IntegerField()
    days = serializers.IntegerField(help_text="Over how many days it is counted.")
    frees_at = serializers.DateTimeField(allow_null=True, help_text="When one more comes free.")


class VehicleConduct(serializers.Serializer[Any]):
    vehicle = VehicleBrief()
    counters = CounterShape(many=True)
    paused_until = serializers.DateTimeField(allow_null=True)


class ConductShape(serializers.Serializer[Any]):
    """My vehicles under the rules of a port."""

    port = PortBrief()
    policy_version = serializers.IntegerField()
    vehicles = VehicleConduct(many=True)


class AppealShape(serializers.Serializer[Any]):
    ref = serializers.CharField()
    state = serializers.ChoiceField(choices=AppealState.choices)
    text = serializers.CharField()
    asked_at = serializers.DateTimeField()
    answer = serializers.CharField(help_text="The supervisor's reason, once decided.")
    decided_at = serializers.DateTimeField(allow_null=True)


class MarkShape(serializers.Serializer[Any]):
    """One thing that counts, or counted until it was excused."""

    ref = serializers.CharField()
    kind = serializers.ChoiceField(choices=MarkKind.choices)
    vehicle = VehicleBrief()
    reservation = serializers.CharField(source="reservation.ref")
    port = PortBrief(source="reservation.lane.port")
    at = serializers.DateTimeField()
    excused_at = serializers.DateTimeField(allow_null=True)
    excused_reason = serializers.CharField()
    appeal = serializers.SerializerMethodField()

    @extend_schema_field(AppealShape(allow_null=True))
    def get_appeal(self, mark: Any) -> Any:
        appeal = next(iter(mark.appeals.all()), None)
        return AppealShape(appeal).data if appeal else None


class CreditShape(serializers.Serializer[Any]):
    """The port was late: one more ticket for the vehicle in the draw of a round."""

    ref = serializers.CharField()
    vehicle = VehicleBrief()
    reservation = serializers.CharField(source="reservation.ref")
    given_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    used_in = serializers.CharField(source="used_in.ref", allow_null=True, default=None, help_text="The round.")
