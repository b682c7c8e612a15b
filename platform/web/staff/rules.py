"""The form of a port's rules: one field per rule, and what of it is a change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reservations.models import Policy
from reservations.models.policy import BOUNDS, CHOICES
from reservations.operations.supply import EDITABLE
from web.words import CLASSES, queue_class
from yards.models import CargoKind

COUNTS = tuple(name for name in EDITABLE if name in BOUNDS)
PLAIN = (*CHOICES, *COUNTS)
LOCAL = "%Y-%m-%dT%H:%M"
CLASS_FIELDS = (*(f"class_{kind}" for kind in CargoKind.values), "class_pattern")
#: Forty rules are read by what they are about.
GROUPS: tuple[tuple[str, str | Promise, tuple[str, ...]], ...] = (
    ("slots", _("Slots"), ("slot_minutes", "horizon_days", "hold_minutes")),
    (
        "round",
        _("How the places of a day are given"),
        (
            *("allocation", "auto_threshold_percent", "round_open_hours", "round_close_hours", "round_publish_minutes"),
            *("general_share_percent", "organisation_share_percent", "bundle_span_minutes"),
        ),
    ),
    (
        "after",
        _("After the round"),
        ("instant_after_minutes", "instant_spread_minutes", "cooldown_minutes", "offer_minutes"),
    ),
    (
        "coming",
        _("Coming and being called"),
        ("early_minutes", "grace_minutes", "call_minutes", "missed_behind", "missed_limit"),
    ),
    (
        "counting",
        _("What counts, and for how long"),
        (
            *("cancel_cutoff_minutes", "changes_limit", "changes_days", "extensions_limit", "extensions_days"),
            *("substitutions_limit", "substitutions_days", "substitution_cutoff_minutes"),
            *("strike_limit", "strike_days", "block_days"),
        ),
    ),
    ("port", _("What the port owes, and the far side"), ("promise_minutes", "credit_days", "far_side_stale_hours")),
    ("yard", _("In the yard"), ("wrong_bay", "overstay_minutes")),
    ("cargo", _("Cargo"), ("declaration_hours",)),
)
CLASSES_HEAD = _("Classes of cargo and their order")


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
        for name, choices in CHOICES.items():
            self.fields[name] = forms.ChoiceField(
                label=_label(name), choices=choices.choices, initial=getattr(latest, name)
            )
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

    @property
    def head(self) -> list[forms.BoundField]:
        """When, and why."""
        return [self["effective_from"], self["note"]]

    @property
    def sections(self) -> list[Section]:
        """The rules under their headings; one with something to mend is named."""
        groups = [(code, str(title), [self[name] for name in names]) for code, title, names in GROUPS]
        groups.append(("classes", str(CLASSES_HEAD), [self[name] for name in CLASS_FIELDS]))
        return [Section(code, title, fields) for code, title, fields in groups]


@dataclass(frozen=True)
class Section:
    """Rules of one kind, as fields of the form."""

    code: str
    title: str
    fields: list[forms.BoundField]

    @property
    def is_wrong(self) -> bool:
        return any(field.errors for field in self.fields)


def wished(query: Mapping[str, str]) -> dict[str, str]:
    """This will return the rules that an address names with a value the form may begin with (from the dry run of a past day)."""
    counts = {name: query[name] for name in COUNTS if query.get(name, "").isascii() and query.get(name, "").isdigit()}
    allowed = {name: query[name] for name, choices in CHOICES.items() if query.get(name) in choices.values}
    return counts | allowed


def changes_of(values: dict[str, Any], before: Policy) -> dict[str, Any]:
    """This will return the rules in `values` (a form's or a policy's) that differ from `before`."""
    rules = {name: values[name] for name in PLAIN}
    rules["classes"] = values.get("classes") or {kind: values[f"class_{kind}"] for kind in CargoKind.values}
    pattern = values["class_pattern"]
    rules["class_pattern"] = pattern if isinstance(pattern, list) else pattern.replace(",", " ").split()
    return {name: value for name, value in rules.items() if value != getattr(before, name)}


def rule_groups(policy: Policy) -> list[tuple[str, list[tuple[str, str]]]]:
    """This will list a policy's rules under their headings, as (label, value in words)."""
    groups = [(str(title), [(_label(name), _value(policy, name)) for name in names]) for _code, title, names in GROUPS]
    kinds = [f"{label}: {queue_class(policy.class_of(kind))}" for kind, label in CargoKind.choices]
    pattern = " → ".join(queue_class(code) for code in policy.class_pattern)
    classes = [(_label("classes"), "; ".join(kinds)), (_label("class_pattern"), pattern)]
    return [*groups, (str(CLASSES_HEAD), classes)]


def _value(policy: Policy, name: str) -> str:
    return str(getattr(policy, f"get_{name}_display")()) if name in CHOICES else str(getattr(policy, name))


def _label(name: str) -> str:
    return str(Policy._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
