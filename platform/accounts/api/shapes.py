"""What people send about themselves and their vehicles, and what they are shown."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from rest_framework import serializers

from accounts.models import PlateClass
from accounts.operations.vehicles import LENGTH_M, WIDTH_M
from accounts.plates import MAX_LENGTH
from core.api.fields import PlainText

LANGUAGES = [(code, name) for code, name in settings.LANGUAGES]


class Typed(serializers.CharField):
    """Text that the operation reads for itself: marks that came along with a copied number or plate are no mistake."""

    def __init__(self, **options: Any) -> None:
        super().__init__(trim_whitespace=True, **options)


# ---------------------------------------------------------------- sent
class PhoneIn(serializers.Serializer[Any]):
    phone = Typed(max_length=40, help_text="With the country code: +86, +84, +856, +95 or +66.")
    language = serializers.ChoiceField(
        choices=LANGUAGES, required=False, help_text="Of the message; else that of the request."
    )


class CodeIn(PhoneIn):
    code = Typed(max_length=20, help_text="The six digits of the newest message.")


class MeIn(serializers.Serializer[Any]):
    name = PlainText(max_length=120, required=False, allow_blank=True)
    language = serializers.ChoiceField(choices=LANGUAGES, required=False)


class SizeIn(serializers.Serializer[Any]):
    length_m = serializers.DecimalField(
        max_digits=4, decimal_places=1, min_value=LENGTH_M[0], max_value=LENGTH_M[1], required=False
    )
    width_m = serializers.DecimalField(
        max_digits=3, decimal_places=2, min_value=WIDTH_M[0], max_value=WIDTH_M[1], required=False
    )
    reefer = serializers.BooleanField(required=False, help_text="Refrigerated: needs a bay with power.")


class VehicleIn(SizeIn):
    country = serializers.RegexField("^[A-Za-z]{2}$", help_text="Of registration: two letters, such as CN, VN, LA.")
    plate = Typed(max_length=4 * MAX_LENGTH, help_text="As it is written; any format. At most 40 readable characters.")
    plate_class = serializers.ChoiceField(choices=PlateClass.choices, default=PlateClass.TRUCK)


# ---------------------------------------------------------------- shown
class SentShape(serializers.Serializer[Any]):
    expires_at = serializers.DateTimeField(help_text="Until when the code holds.")


class MeShape(serializers.Serializer[Any]):
    ref = serializers.CharField()
    name = serializers.CharField()
    phone = serializers.CharField(allow_null=True)
    language = serializers.ChoiceField(choices=LANGUAGES)


class VehicleShape(serializers.Serializer[Any]):
    ref = serializers.CharField()
    country = serializers.CharField()
    plate = serializers.CharField(help_text="As it was written.")
    plate_class = serializers.ChoiceField(choices=PlateClass.choices)
    length_m = serializers.DecimalField(max_digits=4, decimal_places=1)
    width_m = serializers.DecimalField(max_digits=3, decimal_places=2)
    reefer = serializers.BooleanField()
    organisation = serializers.SerializerMethodField(help_text="Whose vehicle it is; null for a driver's own.")

    def get_organisation(self, vehicle: Any) -> str | None:
        return vehicle.organisation.name if vehicle.organisation else None
