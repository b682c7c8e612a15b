"""The forms of naming a driver: a phone, and the trucks ticked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Vehicle
from web.driver.forms import Plain


class Plates(forms.CheckboxSelectMultiple):
    """Plates to tick, side by side (web/_field.html draws them so)."""

    are_plates = True


class TrucksField(forms.MultipleChoiceField):
    """Any reference passes: whether it is a truck of the organisation is said by the operation, which finds no other."""

    def valid_value(self, value: str) -> bool:
        return value.isprintable()  # PostgreSQL takes no NUL


class TrucksForm(Plain):
    """Which trucks; none ticked takes the driver off all of them."""

    vehicles = TrucksField(label=_("Trucks"), widget=Plates, required=False)

    def __init__(self, *args: Any, trucks: Iterable[Vehicle], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["vehicles"].choices = [(truck.ref, truck.plate) for truck in trucks]  # type: ignore[attr-defined]


class NameForm(TrucksForm):
    phone = forms.CharField(
        label=_("Mobile phone number of the driver"),
        max_length=40,
        help_text=_("With country code, such as +86 138 0000 0001. China, Laos, Myanmar, Thailand, Viet Nam."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off", "inputmode": "tel"}),
    )
    field_order = ("phone", "vehicles")
