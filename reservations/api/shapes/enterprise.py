"""What programs of enterprises send and are shown: ports and places, bookings, reservations, passes."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.api.fields import Code, PlainText, Ref
from reservations.api.shapes import driver as plain
from reservations.api.shapes import driver_requests as asking
from reservations.api.shapes.common import LaneBrief, PortBrief, SlotBrief
from reservations.declarations.models import DeclarationState
from reservations.models import RequestState, ReservationState
from yards.models import CargoKind, Direction

MOST_OPTIONS = 50


def driver_ref() -> Ref:
    return Ref(
        "U",
        required=False,
        allow_blank=True,
        default="",
        help_text="Who drives: a driver of the vehicle or of another one of mine. Left out: the vehicle's only driver, or nobody yet.",
    )


def declaration_ref() -> Ref:
    return Ref("F", required=False, allow_blank=True, default="", help_text="The declaration of what it carries.")


# ---------------------------------------------------------------- sent
class AvailabilityIn(serializers.Serializer[Any]):
    port = Code()
    date = serializers.DateField(required=False, help_text="The port's date; the first bookable one when left out.")
    lane = Code(required=False)
    direction = serializers.ChoiceField(choices=Direction.choices, required=False)
    cargo_kind = serializers.ChoiceField(choices=CargoKind.choices, required=False)


class OptionsIn(serializers.Serializer[Any]):
    """`preferred_at` left out: the earliest time is liked best."""

    port = Code()
    vehicle = Ref("V")
    cargo_kind = serializers.ChoiceField(choices=CargoKind.choices)
    earliest_at = serializers.DateTimeField()
    latest_at = serializers.DateTimeField()
    preferred_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    lanes = serializers.ListField(child=Code(), required=False, max_length=20, default=list)
    direction = serializers.ChoiceField(choices=Direction.choices, required=False, allow_blank=True, default="")
    most = serializers.IntegerField(min_value=1, max_value=MOST_OPTIONS, required=False, default=10)


class ScheduleIn(serializers.Serializer[Any]):
    option = Ref("T", help_text="As given by bookings/options/.")
    vehicle = Ref("V")
    cargo_kind = serializers.ChoiceField(choices=CargoKind.choices)
    driver = driver_ref()
    declaration = declaration_ref()


class FleetReservationIn(plain.ReservationIn):
    driver = driver_ref()
    declaration = declaration_ref()


class DeclarationIn(serializers.Serializer[Any]):
    declaration = Ref("F", allow_blank=True, help_text="Blank: none.")


class FleetListIn(plain.ListIn):
    state = serializers.ChoiceField(choices=ReservationState.choices, required=False)
    port = Code(required=False)
    vehicle = Ref("V", required=False)
    since = serializers.DateTimeField(required=False, help_text="Slots that begin at this moment or later.")
    until = serializers.DateTimeField(required=False, help_text="Slots that begin before this moment.")


class FleetRequestsIn(plain.ListIn):
    state = serializers.ChoiceField(
        choices=RequestState.choices, required=False, help_text="`offered`: places that wait for an answer."
    )
    port = Code(required=False)
    vehicle = Ref("V", required=False)


class FleetRequestIn(asking.RequestIn):
    drivers = serializers.DictField(
        child=Ref("U"), required=False, default=dict, help_text="Vehicle → who drives it; as in a reservation."
    )
    declaration = declaration_ref()


class RemoveIn(serializers.Serializer[Any]):
    reason = PlainText(max_length=200, required=False, allow_blank=True, default="")


# ---------------------------------------------------------------- shown
class PlaceShape(SlotBrief):
    """`yours`: how many of them your organisation may still take, within its share of a slot; 0 while one it gave back cools down."""

    free = serializers.IntegerField(help_text="Places that anybody may take now; 0 when full or frozen.")
    yours = serializers.IntegerField()
    capacity = serializers.IntegerField()
    is_frozen = serializers.BooleanField()
    opens_at = serializers.DateTimeField(
        allow_null=True, help_text="What a round has left opens here; each vehicle's own start is drawn after it."
    )


class LanePlaces(serializers.Serializer[Any]):
    lane = LaneBrief()
    slots = PlaceShape(many=True)


class NotGivenShape(serializers.Serializer[Any]):
    """A day whose places are not given at once: ask for one by `requests/`, or later."""

    service_date = serializers.DateField()
    code = serializers.CharField()
    detail = serializers.CharField()


class AvailabilityShape(serializers.Serializer[Any]):
    port = PortBrief()
    date = serializers.DateField(allow_null=True)
    dates = serializers.ListField(child=serializers.DateField(), help_text="All dates that can be reserved now.")
    not_given = NotGivenShape(allow_null=True, help_text="Why this date's places are not given at once.")
    lanes = LanePlaces(many=True)


class OptionShape(serializers.Serializer[Any]):
    """A place the vehicle could have now. It is held for nobody until it is scheduled."""

    option = serializers.CharField(source="slot.ref")
    lane = LaneBrief(source="slot.lane")
    starts_at = serializers.DateTimeField(source="slot.starts_at")
    ends_at = serializers.DateTimeField(source="slot.ends_at", help_text="Exclusive.")
    free = serializers.IntegerField(source="slot.free")
    yours = serializers.IntegerField(help_text="How many of them your organisation may still take.")


class OptionsShape(serializers.Serializer[Any]):
    port = PortBrief()
    options = OptionShape(many=True)
    not_given = NotGivenShape(many=True, help_text="Days of the interval whose places are not given at once.")


class FleetReservation(plain.ReservationShape):
    visit = serializers.CharField(source="visit_ref", help_text="The same through the whole visit, in webhooks too.")
    driver = serializers.CharField(source="driver.ref", allow_null=True, default=None, help_text="Null: not named yet.")
    declaration = serializers.CharField(source="declaration.ref", allow_null=True, default=None)
    declaration_state = serializers.ChoiceField(
        source="declaration.state", choices=DeclarationState.choices, allow_null=True, default=None
    )
    entry = serializers.SerializerMethodField(help_text="Its place in the order, once checked in: see visits/.")

    def get_entry(self, reservation: Any) -> str | None:
        entry = getattr(reservation, "entry", None)
        return entry.ref if entry else None


class PassShape(serializers.Serializer[Any]):
    """`token` is what the QR code holds: signed by Ed25519, checked by a gate without a network."""

    reservation = serializers.CharField()
    serial = serializers.IntegerField(help_text="A pass with a lower one is out of date.")
    key_id = serializers.CharField()
    token = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
