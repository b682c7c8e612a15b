"""Forms of the back office: lists of kinds as check boxes, and rows that must belong to the same yard."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yards.models import Bay, CargoKind, Equipment, Lane


class _SameYard(forms.ModelForm):
    """`own` is the field that must stand in the form's yard."""

    own = ""

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        yard = values.get("yard") or getattr(self.instance, "yard", None)
        part = values.get(self.own)
        if yard and part and part.yard_id != yard.pk:
            self.add_error(self.own, _("This belongs to another yard."))
        return values


class BayForm(_SameYard):
    own = "zone"
    equipment = forms.MultipleChoiceField(
        label=_("equipment"), choices=Equipment.choices, required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Bay
        exclude: tuple[str, ...] = ()

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        for field, least, most in (("length_m", 2, 40), ("width_m", 1, 10)):
            if field in values and not least <= values[field] <= most:
                self.add_error(field, _("Between %(least)s and %(most)s metres.") % {"least": least, "most": most})
        yard = values.get("yard")
        if yard and yard.layouts.filter(state="in_force").exists():
            self.add_error("yard", _("This yard has a plan in force. Add the bay in a new version of it."))
        return values


class LaneForm(_SameYard):
    own = "gate"
    cargo_kinds = forms.MultipleChoiceField(
        label=_("cargo kinds"), choices=CargoKind.choices, widget=forms.CheckboxSelectMultiple
    )
    closes_on_holidays_of = forms.CharField(
        label=_("closed on public holidays of"),
        required=False,
        help_text=_("Country codes with commas, such as CN, LA."),
    )

    class Meta:
        model = Lane
        exclude: tuple[str, ...] = ()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial["closes_on_holidays_of"] = ", ".join(self.instance.closes_on_holidays_of)

    def clean_closes_on_holidays_of(self) -> list[str]:
        codes = [part.strip().upper() for part in self.cleaned_data["closes_on_holidays_of"].split(",") if part.strip()]
        if any(len(code) != 2 or not code.isascii() or not code.isalpha() for code in codes):
            raise forms.ValidationError(_("Each country is named by two letters."))
        return codes

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        port = values.get("port") or getattr(self.instance, "port", None)
        yard = values.get("yard")
        if port and yard and yard.port_id != port.pk:
            self.add_error("yard", _("This yard belongs to another port."))
        return values
