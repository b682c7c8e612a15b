"""The forms of reserving for several trucks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Vehicle
from reservations.operations.asking import MOST_VEHICLES
from reservations.queries.asking import Day
from web.driver.ask_forms import LanesForm, travel_choices
from web.driver.costs import date_words
from web.driver.forms import Plain
from yards.models import CargoKind, Direction, Lane, Port


class FleetForm(Plain):
    """Which trucks come on which day, with what, in which direction."""

    day = forms.ChoiceField(label=_("Day"))
    direction = forms.ChoiceField(label=_("Direction"))
    cargo = forms.ChoiceField(label=_("Cargo"))
    vehicle = forms.MultipleChoiceField(label=_("Trucks"), widget=forms.CheckboxSelectMultiple)
    together = forms.BooleanField(label=_("They come close together, or none of them gets a place"), required=False)

    def __init__(
        self,
        *args: Any,
        port: Port,
        days: Sequence[Day],
        lanes: Sequence[Lane],
        vehicles: Sequence[Vehicle],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        kinds = dict.fromkeys(kind for lane in lanes for kind in lane.cargo_kinds)
        directions = dict.fromkeys(lane.direction for lane in lanes)
        self._choices("day", [(day.service_date.isoformat(), _day_words(day, port)) for day in days])
        self._choices("direction", [(code, str(Direction(code).label)) for code in directions])
        self._choices("cargo", [(code, str(CargoKind(code).label)) for code in kinds])
        self._choices("vehicle", [(row.ref, row.plate) for row in vehicles])

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def has_days(self) -> bool:
        return bool(self.fields["day"].choices)  # type: ignore[attr-defined]

    @property
    def has_trucks(self) -> bool:
        return bool(self.fields["vehicle"].choices)  # type: ignore[attr-defined]

    @property
    def all_ticked(self) -> bool:
        return len(self["vehicle"].value() or ()) == len(self.fields["vehicle"].choices)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """This will keep a bundle within what the rules of bundles allow; single wishes have no such bound."""
        cleaned = super().clean() or {}
        if cleaned.get("together") and len(cleaned.get("vehicle", ())) > MOST_VEHICLES:
            self.add_error("together", _("At most %(most)s trucks can come together.") % {"most": MOST_VEHICLES})
        return cleaned


class FleetTimesForm(LanesForm):
    """The window on the day bar, the lanes, the evidence of the class and the way to the port: the same for all trucks."""

    evidence = forms.CharField(
        label=_("Number of the paper that shows the cargo"),
        max_length=200,
        help_text=_("This cargo goes first. Name the paper, such as a phytosanitary certificate: the gate checks it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    travel = forms.TypedChoiceField(label=_("Their way to the port takes"), coerce=int, initial=60)

    def __init__(self, *args: Any, needs_evidence: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["travel"].choices = travel_choices()  # type: ignore[attr-defined]
        if not needs_evidence:
            del self.fields["evidence"]


def _day_words(day: Day, port: Port) -> str:
    """The date, and whether the answer comes at once or by a round."""
    noon = datetime.combine(day.service_date, datetime.min.time().replace(hour=12), port.tz)
    how = _("answer at once") if day.is_open_day else _("by the round")
    return f"{date_words(noon, port)} · {how}"
