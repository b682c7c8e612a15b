"""The forms of the driver's pages. They read what was typed; whether it is right is said by the operations, in their words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import PlateClass, Vehicle
from core.errors import DomainError
from web import words
from web.hazards import hazard_choices
from yards.models import CargoKind

NEW = "new"
NEW_FIELDS = ("country", "plate", "plate_class", "length_m", "reefer")


def vehicle_label(vehicle: Vehicle) -> str:
    return f"{vehicle.plate} · {words.country(vehicle.country)} · {vehicle.length_m} m"


class Plain(forms.Form):
    """A form whose labels carry no colon and whose fields can show what an operation said."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("label_suffix", "")
        super().__init__(*args, **options)

    def refuse(self, error: DomainError) -> None:
        """This will show a domain error beside the field it concerns, above the form when it concerns none of them."""
        self.add_error(error.field if error.field in self.fields else None, error.detail)


class PhoneForm(Plain):
    phone = forms.CharField(
        label=_("Mobile phone number"),
        max_length=40,
        help_text=_("With country code, such as +86 138 0000 0001. China, Laos, Myanmar, Thailand, Viet Nam."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel", "autofocus": True}),
    )


class CodeForm(Plain):
    code = forms.CharField(
        label=_("Code from the message"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True, "class": "code"}
        ),
    )


class LoadForm(Plain):
    """Which vehicle comes, with what: one of the driver's own, or a new one described here."""

    vehicle = forms.ChoiceField(label=_("Vehicle"), widget=forms.RadioSelect)
    country = forms.ChoiceField(label=_("Country of the plate"), required=False)
    plate = forms.CharField(
        label=_("Plate"), max_length=60, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    plate_class = forms.ChoiceField(label=_("Kind of plate"), choices=PlateClass.choices, required=False)
    length_m = forms.DecimalField(
        label=_("Length in metres"),
        required=False,
        initial=17,
        min_value=3,
        max_value=40,
        max_digits=4,
        decimal_places=1,
    )
    reefer = forms.BooleanField(label=_("Refrigerated: needs power in the bay"), required=False)
    cargo_kind = forms.ChoiceField(label=_("Cargo"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, cargo_kinds: Iterable[str], vehicles: Iterable[Vehicle], **options: Any) -> None:
        super().__init__(*args, **options)
        own = [(row.ref, vehicle_label(row)) for row in vehicles]
        kinds = [(code, str(CargoKind(code).label)) for code in cargo_kinds]
        self._choices("vehicle", [*own, (NEW, str(_("another vehicle")) if own else str(_("a new vehicle")))])
        self._choices("cargo_kind", kinds)
        self._choices("country", [(code, words.country(code)) for code in words.COUNTRIES])

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        field.choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1 or name == "vehicle":
            self.initial.setdefault(name, choices[0][0])

    @property
    def is_new(self) -> bool:
        return bool(self.cleaned_data["vehicle"] == NEW)

    @property
    def has_own(self) -> bool:
        return len(self.fields["vehicle"].choices) > 1  # type: ignore[attr-defined]

    @property
    def new_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in NEW_FIELDS]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("vehicle") == NEW:
            for name in ("plate", "length_m"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, self.fields[name].error_messages["required"])
        return cleaned


class ArrivalForm(LoadForm):
    """Checking in without a reservation: the load, and for dangerous goods their class."""

    hazard_class = forms.ChoiceField(label=_("Class of the dangerous goods"), required=False, choices=hazard_choices)

    def clean(self) -> dict[str, Any]:
        """A class belongs to dangerous goods alone: one that was chosen before another cargo was is forgotten."""
        cleaned = super().clean()
        if cleaned.get("cargo_kind") != CargoKind.HAZARDOUS:
            cleaned["hazard_class"] = ""
        return cleaned

    @property
    def takes_hazards(self) -> bool:
        return any(code == CargoKind.HAZARDOUS for code, _label in self.fields["cargo_kind"].choices)  # type: ignore[attr-defined]
