"""The figures a check of the pre-check goes by, as fields to fill in. What is left blank stays as it is elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reservations.declarations.checks_kinds import KINDS
from reservations.declarations.codes import currencies
from reservations.declarations.models import Mode
from yards.models import Direction

MOST = 10**12
_HEAD = re.compile(r"\d{2}|\d{4}|\d{6,10}")


class Number(forms.FloatField):
    """A whole number stays one: the figures are shown as they were typed."""

    def __init__(self, *, least: float = 0, **said: Any) -> None:
        super().__init__(min_value=least, max_value=MOST, widget=forms.NumberInput(attrs={"step": "any"}), **said)

    def clean(self, value: Any) -> int | float | None:
        said: float | None = super().clean(value)
        return int(said) if said is not None and said.is_integer() else said

    def words(self, value: Any) -> str:
        return str(value)


class Heads(forms.CharField):
    """HS chapters, headings and subheadings."""

    def __init__(self, **said: Any) -> None:
        super().__init__(max_length=1000, widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}), **said)

    def prepare_value(self, value: Any) -> Any:
        return self.words(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        heads = re.split(r"[\s,;，、；]+", super().clean(value).strip(",;，、； "))
        wrong = [head for head in heads if head and not _HEAD.fullmatch(head)]
        if wrong:
            raise forms.ValidationError(_("“%(head)s” is no HS chapter, heading or subheading.") % {"head": wrong[0]})
        return [head for head in heads if head]

    def words(self, value: Any) -> str:
        return " ".join(value)


class Several(forms.MultipleChoiceField):
    """Some of a few."""

    def __init__(self, *, choices: Sequence[tuple[str, Any]], **said: Any) -> None:
        super().__init__(choices=choices, widget=forms.CheckboxSelectMultiple, **said)
        self._labels = dict(choices)

    def words(self, value: Any) -> str:
        return ", ".join(str(label) for code, label in self._labels.items() if code in value)


class YesNo(forms.TypedChoiceField):
    """Nothing chosen is neither."""

    def __init__(self, **said: Any) -> None:
        choices = [("", gettext_lazy("as elsewhere")), ("True", gettext_lazy("yes")), ("False", gettext_lazy("no"))]
        super().__init__(choices=choices, coerce=lambda text: text == "True", empty_value=None, **said)

    def words(self, value: Any) -> str:
        return _("yes") if value else _("no")


class Currency(forms.CharField):
    """An ISO 4217 code."""

    def __init__(self, **said: Any) -> None:
        super().__init__(max_length=3, **said)

    def clean(self, value: Any) -> str:
        code: str = super().clean(value).upper()
        if code and code not in currencies():
            raise forms.ValidationError(_("There is no currency with this code."))
        return code

    def words(self, value: Any) -> str:
        return str(value)


#: (check, figure) → its field. `document_…` checks have one more, MAY_FOLLOW.
FIELDS: dict[tuple[str, str], Callable[..., Any]] = {
    ("text_too_long", "name"): lambda **said: Number(label=_("A name: at most so many characters"), **said),
    ("text_too_long", "code"): lambda **said: Number(label=_("A number or code: at most so many characters"), **said),
    ("text_too_long", "text"): lambda **said: Number(label=_("Any other text: at most so many characters"), **said),
    ("mode_direction", "outbound_only"): lambda **said: Several(
        label=_("For outbound goods only"), choices=Mode.choices, **said
    ),
    ("description_vague", "least"): lambda **said: Number(label=_("At least so many characters"), **said),
    ("value_over_limit", "most"): lambda **said: Number(label=_("Highest value"), **said),
    ("value_over_limit", "currency"): lambda **said: Currency(label=_("Currency"), **said),
    ("gross_differs", "tolerance_percent"): lambda **said: Number(label=_("Tolerance in percent"), **said),
    ("too_heavy", "kg"): lambda **said: Number(label=_("Heaviest load of a trip (kg)"), **said),
    ("temperature_missing", "headings"): lambda **said: Heads(label=_("HS chapters and headings"), **said),
    ("temperature_wrong", "least"): lambda **said: Number(label=_("Lowest (°C)"), least=-273, **said),
    ("temperature_wrong", "most"): lambda **said: Number(label=_("Highest (°C)"), least=-273, **said),
    ("document_phytosanitary", "headings"): lambda **said: Heads(label=_("HS chapters and headings"), **said),
    ("document_phytosanitary", "directions"): lambda **said: Several(
        label=_("Asked for"), choices=Direction.choices, **said
    ),
}
MAY_FOLLOW = "may_follow"


def figures_of(check_code: str) -> dict[str, Any]:
    """This will return the figures that a check goes by where no rule names others."""
    follows = {MAY_FOLLOW: False} if check_code.startswith("document_") else {}
    return {**KINDS[check_code].figures, **follows}


def fields_of(check_code: str, elsewhere: Mapping[str, Any]) -> dict[str, Any]:
    """This will return a field for each figure of a check, by its name; each says what holds `elsewhere`, so also while it is blank."""
    return {name: _field(check_code, name, {**figures_of(check_code), **elsewhere}) for name in figures_of(check_code)}


def words_of(check_code: str, figures: Mapping[str, Any]) -> list[tuple[str, str]]:
    """This will return figures in words: each one's name and value."""
    fields = fields_of(check_code, {})
    return [(str(fields[name].label), fields[name].words(value)) for name, value in figures.items() if name in fields]


def _field(check_code: str, name: str, elsewhere: Mapping[str, Any]) -> Any:
    made = _may_follow if name == MAY_FOLLOW else FIELDS[check_code, name]
    field = made(required=False)
    field.help_text = _("Left blank: %(value)s") % {"value": field.words(elsewhere[name])}
    return field


def _may_follow(**said: Any) -> YesNo:
    return YesNo(label=_("It may follow: the declaration waits for it meanwhile"), **said)
