"""The form of a port's rules: one field per rule, and what of it is a change."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reservations.models import Policy
from reservations.models.policy import BOUNDS
from reservations.operations.supply import EDITABLE
from web.words import CLASSES, queue_class
from yards.models import CargoKind

COUNTS = tuple(name for name in EDITABLE if name not in ("classes", "class_pattern"))
LOCAL = "%Y-%m-%dT%H:%M"


class Rules(forms.Form):
    """The next version of a port's rules, filled with the latest one's."""

    effective_from = forms.DateTimeField(
        label=_("In force from (the port's time)"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL),
        input_formats=[LOCAL, "%Y-%m-%dT%H:%M:%S"],
    )
    note = forms.CharField(
        label=_("What changes and why"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everybody can read this."),
    )

    def __init__(self, *args: Any, latest: Policy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in COUNTS:
            self.fields[name] = forms.IntegerField(
                label=_label(name), min_value=BOUNDS[name][0], max_value=BOUNDS[name][1], initial=getattr(latest, name)
            )
        known = sorted({*CLASSES, *latest.classes.values()})
        for kind, label in CargoKind.choices:
            self.fields[f"class_{kind}"] = forms.ChoiceField(
                label=_("Class of %(cargo)s") % {"cargo": label},
                choices=[(code, queue_class(code)) for code in known],
                initial=latest.class_of(kind),
            )
        self.fields["class_pattern"] = forms.CharField(
            label=_("Order of classes"),
            max_length=200,
            initial=" ".join(latest.class_pattern),
            help_text=_("In the order in which they are called, again and again, divided by spaces: %(codes)s.")
            % {"codes": ", ".join(known)},
        )


def changes_of(values: dict[str, Any], before: Policy) -> dict[str, Any]:
    """This will return the rules in `values` (a form's or a policy's) that differ from `before`."""
    rules = {name: values[name] for name in COUNTS}
    rules["classes"] = values.get("classes") or {kind: values[f"class_{kind}"] for kind in CargoKind.values}
    pattern = values["class_pattern"]
    rules["class_pattern"] = pattern if isinstance(pattern, list) else pattern.replace(",", " ").split()
    return {name: value for name, value in rules.items() if value != getattr(before, name)}


def rule_rows(policy: Policy) -> list[tuple[str, str]]:
    """This will list a policy's rules as (label, value in words)."""
    rows: list[tuple[str, str]] = [(_label(name), str(getattr(policy, name))) for name in COUNTS]
    kinds = [f"{label}: {queue_class(policy.class_of(kind))}" for kind, label in CargoKind.choices]
    rows.append((_label("classes"), "; ".join(kinds)))
    rows.append((_label("class_pattern"), " → ".join(queue_class(code) for code in policy.class_pattern)))
    return rows


def _label(name: str) -> str:
    return str(Policy._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
