"""Asking for a place: what drivers and their carriers send, and what they are shown of rounds, requests and offers."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.fields import Code, PlainText, Ref
from reservations.api.shapes.common import LaneBrief, PortBrief, SlotBrief, VehicleBrief
from reservations.models import RequestState, RoundState
from reservations.queries import reason_words
from yards.models import CargoKind, Direction

MOST_TOGETHER = 50
TRAVEL_AT_MOST_MIN = 2880
NO_CHANCE_KNOWN = {"asked": 0, "placed": 0, "rounds": 0}


# ---------------------------------------------------------------- sent
class TimesIn(serializers.Serializer[Any]):
    """When the slot may begin: not before `earliest_at`, not after `latest_at`, best at `preferred_at`."""

    earliest_at = serializers.DateTimeField()
    latest_at = serializers.DateTimeField()
    preferred_at = serializers.DateTimeField()


class LanesIn(serializers.Serializer[Any]):
    lanes = serializers.ListField(
        child=Code(),
        min_length=1,
        max_length=20,
        help_text="Lanes that fit, all of one direction. More of them are more chances.",
    )


class RequestIn(TimesIn, LanesIn):
    port = Code()
    service_date = serializers.DateField(help_text="The port's date on which the slot starts.")
    vehicles = serializers.ListField(
        child=Ref("V"),
        min_length=1,
        max_length=MOST_TOGETHER,
        help_text="More than one: a consignment of one organisation that comes close together or not at all.",
    )
    cargo_kind = serializers.ChoiceField(choices=CargoKind.choices)
    evidence = PlainText(
        max_length=200,
        required=False,
        allow_blank=True,
        default="",
        help_text="The number of the paper that shows the cargo's class, where that class goes first.",
    )
    travel_minutes = serializers.IntegerField(
        min_value=0, max_value=TRAVEL_AT_MOST_MIN, required=False, default=60, help_text="From here to the port."
    )


class ChangeRequestIn(TimesIn, LanesIn):
    pass


class ReadinessIn(serializers.Serializer[Any]):
    is_ready = serializers.BooleanField(help_text="False: no place is offered until I am ready again.")
    travel_minutes = serializers.IntegerField(min_value=0, max_value=TRAVEL_AT_MOST_MIN)


class PortIn(serializers.Serializer[Any]):
    port = Code()


class DayIn(serializers.Serializer[Any]):
    port = Code()
    service_date = serializers.DateField()
    cargo_kind = serializers.ChoiceField(choices=CargoKind.choices)
    direction = serializers.ChoiceField(choices=Direction.choices)


# ---------------------------------------------------------------- shown
class RoundBrief(serializers.Serializer[Any]):
    """A day's round and its moments. Its proof is public: see the public audience."""

    ref = serializers.CharField()
    state = serializers.ChoiceField(choices=RoundState.choices)
    opens_at = serializers.DateTimeField(help_text="Requests are taken from here on; asking early brings nothing.")
    closes_at = serializers.DateTimeField(help_text="Requests can be made, changed and withdrawn until here.")
    publishes_at = serializers.DateTimeField(help_text="The result is out, with its reasons and the seed.")
    instant_at = serializers.DateTimeField(help_text="What is left opens; each vehicle's own start is drawn after it.")


class DayShape(serializers.Serializer[Any]):
    """A day that can be asked for. Without a round its places are given at once."""

    service_date = serializers.DateField()
    can_ask = serializers.BooleanField(help_text="Requests for it are taken now.")
    round = RoundBrief(allow_null=True)


class DaysShape(serializers.Serializer[Any]):
    port = PortBrief()
    days = DayShape(many=True)


class ChanceShape(serializers.Serializer[Any]):
    """What became of the wishes for this hour in the last rounds of the lane on that weekday's hour."""

    asked = serializers.IntegerField(help_text="Requests that liked this hour best.")
    placed = serializers.IntegerField(help_text="How many of them were given a place.")
    rounds = serializers.IntegerField(help_text="How many rounds this counts; 0: nothing is known yet.")


class HourToAsk(serializers.Serializer[Any]):
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    places = serializers.IntegerField()
    taken = serializers.IntegerField()
    asked = serializers.IntegerField(help_text="Requests of the open round that like it best.")
    percent = serializers.IntegerField(help_text="Taken and asked for, of its places; above 100 more want it than fit.")
    chance = ChanceShape()


class DayBarShape(serializers.Serializer[Any]):
    """How full each hour of a day is, over the lanes that take the cargo."""

    service_date = serializers.DateField()
    lanes = LaneBrief(many=True)
    evidence_needed = serializers.BooleanField(help_text="The cargo's class goes first: it has to be shown.")
    hours = HourToAsk(many=True)


class ReasonShape(serializers.Serializer[Any]):
    code = serializers.CharField()
    words = serializers.CharField(help_text="In the reader's language.")


class RequestShape(serializers.Serializer[Any]):
    """A wish for a place. `reservation`: what came of it, or what it wants to better."""

    ref = serializers.CharField()
    state = serializers.ChoiceField(choices=RequestState.choices)
    port = PortBrief()
    service_date = serializers.DateField()
    round = serializers.CharField(source="round.ref", allow_null=True, default=None)
    lanes = serializers.SerializerMethodField(help_text="The codes of the lanes that fit.")
    vehicle = VehicleBrief()
    cargo_kind = serializers.ChoiceField(choices=CargoKind.choices)
    queue_class = serializers.CharField(help_text="Its class in the published pattern.")
    evidence = serializers.CharField()
    bundle = serializers.CharField(help_text="The same for all vehicles of one consignment, empty for one alone.")
    earliest_at = serializers.DateTimeField()
    latest_at = serializers.DateTimeField()
    preferred_at = serializers.DateTimeField()
    is_ready = serializers.BooleanField()
    travel_minutes = serializers.IntegerField()
    reservation = serializers.CharField(source="reservation.ref", allow_null=True, default=None)
    stands_at = serializers.DateTimeField(allow_null=True, help_text="Since when it counts in the standby order.")
    slot = SlotBrief(allow_null=True, help_text="The place that is offered.")
    offer_until = serializers.DateTimeField(allow_null=True, help_text="Accept before this moment.")
    offers = serializers.IntegerField(help_text="How many places were offered so far.")
    reason = serializers.SerializerMethodField(help_text="Why this outcome; empty while there is none.")
    created_at = serializers.DateTimeField()
    changed_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)

    def get_lanes(self, request: Any) -> list[str]:
        return [lane.code for lane in request.lanes.all()]

    @extend_schema_field(ReasonShape(allow_null=True))
    def get_reason(self, request: Any) -> dict[str, str] | None:
        if not request.reason:
            return None
        return {"code": request.reason.get("code", ""), "words": reason_words(request.reason)}


class StandbyPlace(serializers.Serializer[Any]):
    lane = serializers.CharField()
    place = serializers.IntegerField(help_text="1 = the next free place is offered to it first, if it fits.")
    standing = serializers.IntegerField(help_text="How many stand by for this lane.")


class RequestDetail(serializers.Serializer[Any]):
    request = RequestShape()
    standby = StandbyPlace(many=True, help_text="Its place in each lane's standby order, while it stands by.")
    round = RoundBrief(allow_null=True)
    as_of = serializers.DateTimeField()


class RequestsMade(serializers.Serializer[Any]):
    """One per vehicle, in the order of `vehicles`."""

    requests = RequestShape(many=True, source="*")
