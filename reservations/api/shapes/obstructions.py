"""What the desk sends and is told about blocked aisles and zones, evacuations and doubted sensors."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.fields import PlainText, Ref
from reservations.api.shapes.gate import SENSED
from reservations.api.shapes.staff import REASON_LENGTH
from yards import sensors
from yards.models import BlockKind
from yards.models.layouts import EvacuationState

WHY = (sensors.IMPOSSIBLE, sensors.OVER_CAPACITY, sensors.OTHER_CAPACITY, sensors.DIFFERS)


class AisleIn(serializers.Serializer[Any]):
    aisle = PlainText(source="aisle_code", max_length=30)


class BlockAisleIn(AisleIn):
    reason = PlainText(max_length=REASON_LENGTH)


class ZoneIn(serializers.Serializer[Any]):
    zone = PlainText(source="zone_code", max_length=10)


class BlockZoneIn(ZoneIn):
    reason = PlainText(max_length=REASON_LENGTH)


class EvacuationIn(serializers.Serializer[Any]):
    evacuation = Ref("E", source="ref")


class DismissIn(serializers.Serializer[Any]):
    """Somebody looked: the books are right."""

    kind = serializers.ChoiceField(choices=SENSED)
    code = PlainText(max_length=30)
    reason = PlainText(max_length=REASON_LENGTH)


class BlockRow(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=BlockKind.choices)
    code = serializers.CharField()
    reason = serializers.CharField()
    blocked_at = serializers.DateTimeField()


class Leaving(serializers.Serializer[Any]):
    """Who leaves as which number, by which gate ("" where no way leads out)."""

    number = serializers.IntegerField()
    visit = serializers.CharField()
    bay = serializers.CharField()
    gate = serializers.CharField(allow_blank=True)


class EvacuationRow(serializers.Serializer[Any]):
    ref = serializers.CharField()
    zone = serializers.CharField(source="zone_code")
    state = serializers.ChoiceField(choices=EvacuationState.choices)
    reason = serializers.CharField()
    order = serializers.SerializerMethodField()
    ordered_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)

    @extend_schema_field(Leaving(many=True))
    def get_order(self, row: Any) -> list[dict[str, Any]]:
        return [{"number": n, "visit": v, "bay": b, "gate": g} for n, (v, b, g) in enumerate(row.order, start=1)]


class SensorRow(serializers.Serializer[Any]):
    """A sensor beside the books as they are now. `why` "": it agrees; `doubted_at` null with a `why`: somebody looked and dismissed it."""

    kind = serializers.CharField(source="row.kind")
    code = serializers.CharField(source="row.code")
    taken = serializers.IntegerField(source="row.taken")
    capacity = serializers.IntegerField(source="row.capacity", allow_null=True)
    books = serializers.IntegerField(source="books.taken", help_text="Vehicles that stand there by the books.")
    bays = serializers.IntegerField(source="books.bays")
    why = serializers.ChoiceField(choices=WHY, allow_blank=True)
    is_dead = serializers.BooleanField(help_text="It has said nothing for long; that is no doubt about the place.")
    seen_at = serializers.DateTimeField(source="row.seen_at")
    doubted_at = serializers.DateTimeField(allow_null=True)


class ObstructionsShape(serializers.Serializer[Any]):
    """What differs from the yard's plan now."""

    blocks = BlockRow(many=True)
    evacuations = EvacuationRow(many=True)
    sensors = SensorRow(many=True)


class AisleAsked(serializers.Serializer[Any]):
    aisle = PlainText(max_length=30)


class CutOffShape(serializers.Serializer[Any]):
    """What blocking an aisle would cost now."""

    bays = serializers.ListField(child=serializers.CharField(), help_text="No usual vehicle gets in and out any more.")
    held = serializers.ListField(child=serializers.CharField(), help_text="Entries that would need another bay.")
    shut_in = serializers.ListField(child=serializers.CharField(), help_text="Entries that stand without a way out.")
