"""The forms of webhook endpoints."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.webhooks.catalogue import TYPES, group_of
from notifications.webhooks.kinds import TEST
from notifications.webhooks.models import DeliveryState
from notifications.webhooks.operations.endpoints import OVERLAP_H, OVERLAP_MOST_H
from web.driver.forms import Plain

DEAD = "dead"


def kinds_to_choose() -> list[tuple[str, str]]:
    """This will return the groups of events, each with the events that it holds."""
    groups: dict[str, list[str]] = {}
    for name in TYPES:
        if name != TEST:
            groups.setdefault(group_of(name), []).append(name.partition(".")[2])
    return [(group, f"{group} ({', '.join(names)})") for group, names in groups.items()]


class EndpointForm(Plain):
    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        help_text=_("https, and reachable from outside."),
        widget=forms.TextInput(attrs={"type": "url", "autocomplete": "off", "placeholder": "https://"}),
    )
    description = forms.CharField(label=_("What it is for"), max_length=200, required=False)
    kinds = forms.MultipleChoiceField(
        label=_("Events"), help_text=_("None chosen: all of them."), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        chosen = kinds_to_choose()
        single = [(name, name) for name in self.initial.get("kinds", ()) if name not in dict(chosen)]
        self.fields["kinds"].choices = [*chosen, *single]  # type: ignore[attr-defined]


class RotateForm(Plain):
    overlap_h = forms.IntegerField(
        label=_("The old secret goes on for so many hours"), min_value=0, max_value=OVERLAP_MOST_H, initial=OVERLAP_H
    )


class RangeForm(Plain):
    """Moments by the clock of the office."""

    since = forms.DateTimeField(
        label=_("From"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    until = forms.DateTimeField(
        label=_("Until"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    everything = forms.BooleanField(label=_("What was delivered, too"), required=False)


class StateForm(forms.Form):
    state = forms.ChoiceField(choices=[("", ""), (DEAD, ""), *DeliveryState.choices], required=False)
