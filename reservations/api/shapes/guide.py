"""What is asked and shown of the way to a bay, on from it and out: metres on the yard's plan, x east, y north."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.api.fields import Code, PlainText
from yards.models import NextStep, PlaceKind

AHEAD = ["gate", "bay", *(step for step in NextStep.values if step != "exit"), "exit", ""]
HAZARD_CLASS = (
    "Class of its dangerous goods, such as 3 or 5.1; empty: none, or not known (then it is kept apart from all others)."
)


def hazard_class(**options: Any) -> PlainText:
    """This will make the field of a class of dangerous goods."""
    return PlainText(max_length=4, required=False, allow_blank=True, help_text=HAZARD_CLASS, **options)


# ---------------------------------------------------------------- sent
class BayTakenIn(serializers.Serializer[Any]):
    bay = Code(
        source="bay_code",
        help_text="The bay one stands before: a page that is old blocks nothing.",
    )


class MeasuredIn(serializers.Serializer[Any]):
    """What is left out stays as it was declared."""

    length_m = serializers.FloatField(required=False, min_value=2, max_value=40)
    width_m = serializers.FloatField(required=False, min_value=1, max_value=6)
    hazard_class = hazard_class()


class StartIn(serializers.Serializer[Any]):
    """Where the vehicle says it is, in the query; by default where it was seen last."""

    at = serializers.ChoiceField(choices=PlaceKind.choices, required=False)
    code = Code(required=False)


class CostIn(serializers.Serializer[Any]):
    bay = Code()


# ---------------------------------------------------------------- shown
class PointShape(serializers.Serializer[Any]):
    x_m = serializers.FloatField()
    y_m = serializers.FloatField()


class ZoneShape(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    colour = serializers.CharField()
    shape = serializers.CharField(help_text="circle, square, triangle or diamond: for whom the colour says nothing.")


class FromShape(PointShape):
    kind = serializers.ChoiceField(choices=PlaceKind.choices)
    code = serializers.CharField()
    seen_at = serializers.DateTimeField(allow_null=True, help_text="Empty: by its state, nobody has seen it.")


class WayShape(serializers.Serializer[Any]):
    line = serializers.ListField(child=PointShape())
    length_m = serializers.FloatField()
    aisles = serializers.ListField(child=serializers.CharField())
    start = serializers.CharField(help_text="Code of the gate or bay it begins at; empty for a mere position.")
    to = serializers.CharField(help_text="Code of the bay, gate or point it leads to.")


class StepShape(PointShape):
    turn = serializers.CharField(help_text="start, left, slight_left, sharp_left, right …, arrive_left …")
    distance_m = serializers.FloatField(help_text="From the step before.")
    words = serializers.CharField(help_text="The sentence, in the reader's language.")
    icon = serializers.CharField(help_text="The picture that says it without words.")


class EvacuationShape(serializers.Serializer[Any]):
    zone = serializers.CharField()
    number = serializers.IntegerField(help_text="1 leaves first.")
    gate = serializers.CharField(help_text="The exit to take; empty where no way out was found: staff come.")


class GuideShape(serializers.Serializer[Any]):
    """Where to go now. Without a plan, or while every way is closed, `way` is empty: follow the signs to the zone."""

    ahead = serializers.ChoiceField(choices=AHEAD, help_text="Where it leads; empty when the visit is over.")
    gate = serializers.CharField(help_text="Where it enters, or has entered.")
    bay = serializers.CharField(allow_null=True)
    zone = ZoneShape(allow_null=True)
    layout = serializers.CharField(allow_null=True, help_text="The version of the plan that holds for this visit.")
    start = FromShape(allow_null=True)
    way = WayShape(allow_null=True)
    steps = StepShape(many=True)
    evacuation = EvacuationShape(allow_null=True)
    trouble = serializers.CharField(
        help_text="Why the bay held cannot be used just now (another is held as soon as one is free), or empty."
    )
    blocked_aisles = serializers.ListField(child=serializers.CharField())
    as_of = serializers.DateTimeField()


class PartShape(serializers.Serializer[Any]):
    part = serializers.CharField(help_text="drive_in, drive_on, traffic, blocking, scarcity or lock.")
    metres = serializers.FloatField()


class MoveCostShape(serializers.Serializer[Any]):
    """What a move would cost, in metres, beside the bay it has now."""

    bay = serializers.CharField()
    cost_m = serializers.FloatField(allow_null=True, help_text="Empty: no way leads there.")
    now_m = serializers.FloatField(allow_null=True, help_text="The same for the bay it has; empty: none.")
    parts = PartShape(many=True)
    refused = serializers.ListField(child=serializers.CharField(), help_text="What speaks against it, as codes.")
