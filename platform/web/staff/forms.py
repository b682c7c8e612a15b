"""What staff type. Forms check shapes only; rules are the operations' own and come back as DomainErrors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import DeviceKind
from yards.models import CargoKind, Lane


class Confirm(forms.Form):
    """A button alone."""


class Reason(forms.Form):
    """Why: written into the record, so it is asked for whenever something is done to somebody."""

    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("Written into the record, for everybody to see.")
    )


class Move(forms.Form):
    bay_code = forms.ChoiceField(label=_("To bay"))
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def __init__(self, *args: Any, bays: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bay_code"].choices = bays  # type: ignore[attr-defined]


class WalkUp(forms.Form):
    """A truck at the gate without a reservation."""

    country = forms.ChoiceField(label=_("Country of the plate"))
    plate = forms.CharField(label=_("Plate"), max_length=40, strip=True)
    lane_code = forms.ChoiceField(label=_("Lane"))
    cargo_kind = forms.ChoiceField(label=_("Cargo"), choices=CargoKind.choices)

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
