"""What gate devices tell of, one or many at once, and what each is told in return."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models import PlateClass
from core.api.fields import Code, PlainText
from reservations.api.shapes.gate import MOST
from reservations.inbox.words import OUTCOMES, REASONS
from reservations.models import EntryState, GateEventKind, GateEventState, Way
from yards.models import PlaceKind

AT_MOST = 500
WEIGHTS_KG, LENGTHS_M, WIDTHS_M = (0, 200_000), (2, 40), (1, 6)


class GateEventIn(serializers.Serializer[Any]):
    """What was seen: a `plate` (its `country` where the camera knows it), the `token` of a pass, or both; in the yard a place besides.

    `number` is the device's own count of its events: told again under it, an event is the same one. `way` is the gate's own unless said.
    """

    number = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    kind = serializers.ChoiceField(choices=GateEventKind.choices)
    occurred_at = serializers.DateTimeField(help_text="By the device's clock: at most two days ago.")
    gate = Code(required=False, help_text="Another gate of the port than the device's own: a person is asked.")
    yard = Code(required=False, help_text="Where gates of several yards bear that code.")
    way = serializers.ChoiceField(choices=Way.choices, required=False)
    plate = PlainText(max_length=40, required=False)
    country = serializers.RegexField(r"^[A-Za-z]{2}$", required=False)
    plate_class = serializers.ChoiceField(choices=PlateClass.choices, required=False)
    confidence = serializers.FloatField(min_value=0, max_value=1, required=False)
    image_ref = PlainText(max_length=200, required=False, help_text="Names the picture on your side.")
    token = serializers.CharField(
        max_length=600, required=False, help_text="The text of the pass's QR code; alone it lets nobody through."
    )
    place_kind = serializers.ChoiceField(choices=PlaceKind.choices, required=False, help_text="Of a zone read.")
    place_code = PlainText(max_length=30, required=False)
    weight_kg = serializers.IntegerField(min_value=WEIGHTS_KG[0], max_value=WEIGHTS_KG[1], required=False)
    length_m = serializers.FloatField(min_value=LENGTHS_M[0], max_value=LENGTHS_M[1], required=False)
    width_m = serializers.FloatField(min_value=WIDTHS_M[0], max_value=WIDTHS_M[1], required=False)

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        """Says whose it is, and all that its kind needs, no more."""
        missing = [name for name in _NEEDS.get(values["kind"], ()) if name not in values]
        if "plate" not in values and "token" not in values:
            missing.append("plate")
        strange = [name for name, kind in _ONLY.items() if name in values and values["kind"] != kind]
        if missing or strange:
            words = {name: ["This kind of event needs it."] for name in missing}
            raise serializers.ValidationError(words | {name: ["Not of this kind of event."] for name in strange})
        return values


_NEEDS = {"zone": ("place_kind", "place_code"), "weighbridge": ("weight_kg",), "plate": ("plate",), "scan": ("token",)}
_ONLY = {
    "place_kind": "zone",
    "place_code": "zone",
    "weight_kg": "weighbridge",
    "length_m": "weighbridge",
    "width_m": "weighbridge",
}


class GateEventsIn(serializers.Serializer[Any]):
    """One event or many: each is judged by itself, so that one that is wrong holds up none."""

    events = serializers.ListField(child=serializers.DictField(), min_length=1, max_length=AT_MOST)


class FieldProblem(serializers.Serializer[Any]):
    field = serializers.CharField()
    detail = serializers.CharField()


class GateEventShape(serializers.Serializer[Any]):
    """`state`: applied, void (nothing more to do), waiting (for a piece that was not told yet), doubt (a person decides), refused.

    `open`: the one word by which a barrier may open. It is never true of a doubt, nor of what happened more than a minute ago.
    """

    number = serializers.IntegerField(allow_null=True)
    state = serializers.ChoiceField(choices=[*GateEventState.values, "refused"])
    event = serializers.CharField(allow_null=True)
    duplicate = serializers.BooleanField(help_text="It was told before; this is what came of it since.")
    open = serializers.BooleanField()
    outcome = serializers.ChoiceField(choices=[*OUTCOMES, ""])
    reason = serializers.CharField(
        allow_blank=True, help_text=f"Why it waits or is doubted: {', '.join(REASONS)}, or a problem's code."
    )
    entry = serializers.CharField(allow_null=True)
    entry_state = serializers.ChoiceField(choices=EntryState.choices, allow_null=True)
    errors = FieldProblem(many=True, required=False)  # type: ignore[assignment]


class GateEventsShape(serializers.Serializer[Any]):
    """An answer to each, in the order they were told; `refused` of them were not taken in."""

    results = GateEventShape(many=True)
    refused = serializers.IntegerField(min_value=0, max_value=MOST)


class EnrolmentIn(serializers.Serializer[Any]):
    device = serializers.RegexField(r"^D-[0-9A-Z]{6,16}$")
    code = serializers.CharField(max_length=40)
    public_key = serializers.CharField(max_length=44, help_text="Base64 of the 32 bytes of an Ed25519 public key.")
    signature = serializers.CharField(max_length=88, help_text="Base64, by its private half.")


class EnrolledShape(serializers.Serializer[Any]):
    device = serializers.CharField(source="device.ref")
    name = serializers.CharField(source="device.name")
    port = serializers.CharField(source="device.port_code")
    gate = serializers.CharField(source="device.gate_code")
    now = serializers.DateTimeField(help_text="Set the device's clock by it.")
