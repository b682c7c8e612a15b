"""What staff type. Forms check shapes only; rules are the operations' own and come back as DomainErrors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import DeviceKind
from yards.guidance.segregation import CLASSES
from yards.models import CargoKind, Lane

HAZARDS = [("", "—"), *((code, code) for code in CLASSES)]


class Confirm(forms.Form):
    """A button alone."""


class Reason(forms.Form):
    """Why: written into the record, so it is asked for whenever something is done to somebody."""

    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("Written into the record, for everybody to see.")
    )


class Move(forms.Form):
    """To which bay: one of the cheapest, or any of the yard by its code; what something speaks against takes a reason."""

    bay_code = forms.CharField(label=_("To bay"), required=False, widget=forms.Select)
    typed = forms.CharField(label=_("Or another bay, by its code"), max_length=30, required=False)
    reason = forms.CharField(
        label=_("Reason"), max_length=200, required=False, help_text=_("Written into the record, for everybody to see.")
    )

    def __init__(self, *args: Any, bays: Sequence[tuple[Any, Any]], known: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bay_code"].widget.choices = bays
        self._known = {code.casefold(): code for code in known}

    def clean(self) -> dict[str, Any]:
        """This will leave the bay that was typed, or else chosen, as `bay_code`."""
        said = super().clean() or {}
        typed = said.pop("typed", "")
        code = self._known.get((typed or said.get("bay_code", "")).casefold())
        if code is None:
            self.add_error("typed" if typed else "bay_code", _("There is no bay with that code in this yard."))
        return said | {"bay_code": code}


class EmptyZone(Reason):
    """The zone's letter is typed: nobody empties a zone by a slip of the finger."""

    zone = forms.CharField(label=_("Letter of the zone, typed"), max_length=10)

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._zone = zone

    def clean_zone(self) -> str:
        typed: str = self.cleaned_data["zone"]
        if typed.casefold() != self._zone.casefold():
            raise forms.ValidationError(_("This is another zone's letter."))
        return typed


class Measure(forms.Form):
    """What a vehicle turns out to be. Metres."""

    length_m = forms.FloatField(label=_("Length (m)"), min_value=0, widget=forms.NumberInput(attrs={"step": "0.1"}))
    width_m = forms.FloatField(label=_("Width (m)"), min_value=0, widget=forms.NumberInput(attrs={"step": "0.01"}))
    hazard_class = forms.ChoiceField(label=_("Class of its dangerous goods"), choices=HAZARDS, required=False)


class StandsIn(forms.Form):
    bay_code = forms.CharField(label=_("Bay it stands in"), max_length=20)


class WalkUp(forms.Form):
    """A truck at the gate without a reservation."""

    country = forms.ChoiceField(label=_("Country of the plate"))
    plate = forms.CharField(label=_("Plate"), max_length=40, strip=True)
    lane_code = forms.ChoiceField(label=_("Lane"))
    cargo_kind = forms.ChoiceField(label=_("Cargo"), choices=CargoKind.choices)
    hazard_class = forms.ChoiceField(
        label=_("Class of its dangerous goods"),
        choices=HAZARDS,
        required=False,
        help_text=_("Of hazardous cargo: it decides what is kept apart from it."),
    )

    def __init__(self, *args: Any, lanes: Sequence[Lane], countries: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = countries  # type: ignore[attr-defined]
        self.fields["lane_code"].choices = [(lane.code, str(lane)) for lane in lanes]  # type: ignore[attr-defined]
        self.fields["plate"].widget.attrs.update(
            autofocus=True, autocomplete="off", autocapitalize="characters", spellcheck="false"
        )


class Capacity(forms.Form):
    planned = forms.IntegerField(label=_("Places"), min_value=0)
    reason = forms.CharField(label=_("Reason"), max_length=200)


class Grant(forms.Form):
    email = forms.EmailField(label=_("E-mail address"))
    name = forms.CharField(label=_("Name"), max_length=120)
    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args: Any, roles: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = roles  # type: ignore[attr-defined]


class Enrol(forms.Form):
    name = forms.CharField(label=_("Name of the device"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind"), choices=DeviceKind.choices, initial=DeviceKind.GATE)
    gate_code = forms.ChoiceField(label=_("Gate"), required=False, help_text=_("Of a gate device."))

    def __init__(self, *args: Any, gates: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["gate_code"].choices = [("", "—"), *gates]  # type: ignore[attr-defined]


class LedgerFilter(forms.Form):
    """The ledger browser's questions, all optional, sent with GET."""

    kind = forms.ChoiceField(label=_("What happened"), required=False)
    visit = forms.CharField(label=_("Visit, vehicle or reservation"), required=False, max_length=20)
    day = forms.DateField(label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, kinds: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("everything")), *kinds]  # type: ignore[attr-defined]
