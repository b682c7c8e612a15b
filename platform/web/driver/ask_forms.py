"""The forms of asking for a time: which vehicles come with what, and when they would like to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Vehicle
from core.errors import DomainError
from web import words
from web.driver.daybar import Bar
from web.driver.forms import LoadForm, Plain, vehicle_label
from yards.models import Direction, Lane

#: How long the way to the port may take, in minutes.
TRAVEL_MENU_MIN = (15, 30, 60, 120, 240, 480, 720, 1440)
#: The names of the operation's inputs on this form.
FIELDS = {"earliest_at": "earliest", "latest_at": "latest", "preferred_at": "best"}


class ConsignmentForm(LoadForm):
    """One vehicle, or several of one organisation that come together; with what, in which direction."""

    direction = forms.ChoiceField(label=_("Direction"), widget=forms.RadioSelect)
    also = forms.MultipleChoiceField(
        label=_("These come together with it"),
        help_text=_("They come close together, or none of them gets a place."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, directions: Sequence[str], vehicles: Iterable[Vehicle], **options: Any) -> None:
        vehicles = list(vehicles)
        super().__init__(*args, vehicles=vehicles, **options)
        self._choices("direction", [(code, str(Direction(code).label)) for code in directions])
        self._choices("also", [(row.ref, vehicle_label(row)) for row in _of_one_organisation(vehicles)])

    @property
    def has_more(self) -> bool:
        return bool(self.fields["also"].choices)  # type: ignore[attr-defined]

    @property
    def also_is_open(self) -> bool:
        return bool(self.is_bound and self.data.getlist("also"))  # type: ignore[attr-defined]

    def also_with(self, first: str) -> list[str]:
        """This will return the refs of all vehicles, the chosen one first and each once."""
        return list(dict.fromkeys([first, *self.cleaned_data["also"]]))


class TimesForm(Plain):
    """The window on the day bar: earliest, latest and best start, among the slots of the day."""

    earliest = forms.ChoiceField(label=_("Earliest"))
    latest = forms.ChoiceField(label=_("Latest"))
    best = forms.ChoiceField(label=_("Best time"))

    def __init__(self, *args: Any, bar: Bar, **options: Any) -> None:
        super().__init__(*args, **options)
        times = [(column.value, column.time) for column in bar.columns]
        for name in ("earliest", "latest"):
            self.fields[name].choices = times  # type: ignore[attr-defined]
        self.fields["best"].choices = [(column.value, column.option) for column in bar.columns]  # type: ignore[attr-defined]
        for name in ("earliest", "latest", "best"):
            self.fields[name].widget.attrs["data-daybar"] = name

    def refuse(self, error: DomainError) -> None:
        name = FIELDS.get(error.field, error.field)
        self.add_error(name if name in self.fields else None, error.detail)

    @property
    def times(self) -> dict[str, datetime]:
        """The chosen moments under the names the operations know."""
        return {there: datetime.fromisoformat(self.cleaned_data[here]) for there, here in FIELDS.items()}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen = [cleaned.get(name) for name in ("earliest", "best", "latest")]
        if all(chosen) and chosen != sorted(chosen, key=lambda each: datetime.fromisoformat(str(each))):
            self.add_error("best", _("The best time lies between the earliest and the latest one."))
        return cleaned


class LanesForm(TimesForm):
    """The window and the lanes."""

    lanes = forms.MultipleChoiceField(
        label=_("Lanes"),
        help_text=_("Every lane that suits you is one more chance."),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, lanes: Iterable[Lane], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(lane.code, f"{lane.name} · {lane.code}") for lane in lanes]
        self.fields["lanes"].choices = choices  # type: ignore[attr-defined]
        self.initial.setdefault("lanes", [code for code, _name in choices])

    @property
    def has_lanes_to_choose(self) -> bool:
        return len(self.fields["lanes"].choices) > 1  # type: ignore[attr-defined]


class AskForm(LanesForm):
    """The window, the lanes, the evidence of the class and the way to the port."""

    evidence = forms.CharField(
        label=_("Number of the paper that shows the cargo"),
        max_length=200,
        required=False,
        help_text=_("This cargo goes first. Name the paper, such as a phytosanitary certificate: the gate checks it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    travel = forms.TypedChoiceField(label=_("My way to the port takes"), coerce=int, initial=60)

    def __init__(self, *args: Any, needs_evidence: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["travel"].choices = travel_choices()  # type: ignore[attr-defined]
        if not needs_evidence:
            del self.fields["evidence"]


class ReadinessForm(Plain):
    """Whether I could come now, and how long it takes me."""

    ready = forms.ChoiceField(
        label=_("Could you come now?"),
        choices=[("yes", _("Yes, offer me a place")), ("no", _("No, pass me over for now"))],
        widget=forms.RadioSelect,
    )
    travel = forms.TypedChoiceField(label=_("My way to the port takes"), coerce=int)

    def __init__(self, *args: Any, minutes_now: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["travel"].choices = travel_choices(minutes_now)  # type: ignore[attr-defined]
        self.initial.setdefault("travel", minutes_now)


def travel_choices(also: int = 60) -> list[tuple[int, str]]:
    """This will offer lengths of the way in words; `also` is offered even when it is not on the menu."""
    return [(minutes, words.span(minutes)) for minutes in sorted({*TRAVEL_MENU_MIN, also})]


def _of_one_organisation(vehicles: Sequence[Vehicle]) -> list[Vehicle]:
    """Only vehicles of an organisation with at least two of them can come together."""
    count = Counter(row.organisation_id for row in vehicles if row.organisation_id is not None)
    return [row for row in vehicles if row.organisation_id is not None and count[row.organisation_id] > 1]
