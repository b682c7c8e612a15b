"""What staff type about disruptions, the far side and appeals. Times are the port's: the views override the time zone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yards.models import ClosureScope, Lane, Yard

LOCAL = "%Y-%m-%dT%H:%M"
STAGES = 3
MOST_HOURS, MOST_AN_HOUR = 240, 1000


def moment(**options: Any) -> forms.DateTimeField:
    """This will make a field for a moment in the port's time."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL)
    return forms.DateTimeField(widget=widget, input_formats=[LOCAL, "%Y-%m-%dT%H:%M:%S"], **options)


class Reopening(forms.Form):
    """Up to three stages after the end, each so many hours long with so many vehicles an hour."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, STAGES + 1):
            self.fields[f"stage_{number}_hours"] = forms.IntegerField(
                label=_("Stage %(number)s lasts (h)") % {"number": number},
                min_value=1,
                max_value=MOST_HOURS,
                required=False,
            )
            self.fields[f"stage_{number}_rate"] = forms.IntegerField(
                label=_("with … vehicles an hour"), min_value=1, max_value=MOST_AN_HOUR, required=False
            )

    @property
    def stage_rows(self) -> list[list[forms.BoundField]]:
        return [[self[f"stage_{n}_hours"], self[f"stage_{n}_rate"]] for n in range(1, STAGES + 1)]

    def clean(self) -> dict[str, Any]:
        """This will add `stages` as (hours, vehicles an hour), in the order in which they follow."""
        said = super().clean() or {}
        stages = []
        for number in range(1, STAGES + 1):
            hours, rate = said.pop(f"stage_{number}_hours", None), said.pop(f"stage_{number}_rate", None)
            if (hours is None) != (rate is None):
                missing = "hours" if hours is None else "rate"
                self.add_error(f"stage_{number}_{missing}", _("Give both: how long, and how many an hour."))
            elif hours is not None:
                stages.append((hours, rate))
        return said | {"stages": stages}


def stages_after(ends_at: datetime | None, stages: Sequence[tuple[int, int]]) -> list[list[Any]]:
    """This will lay stages of so many hours one after the other from the end of a closure on, as [from, until, vehicles an hour]."""
    found: list[list[Any]] = []
    if ends_at is None:
        return found
    begins_at = ends_at
    for hours, rate in stages:
        until = begins_at + timedelta(hours=hours)
        found.append([begins_at.isoformat(), until.isoformat(), rate])
        begins_at = until
    return found


class Closing(Reopening):
    """What is shut, from when until when, why, and how it opens again."""

    scope = forms.ChoiceField(label=_("What is shut"), choices=ClosureScope.choices, widget=forms.RadioSelect)
    lanes = forms.MultipleChoiceField(
        label=_("Lanes"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("For a lane or the far side. None ticked for the far side: all of them."),
    )
    yard = forms.ChoiceField(label=_("Yard"), required=False, help_text=_("For a whole yard."))
    starts_at = moment(label=_("From (the port's time)"), required=False, help_text=_("Empty: at once."))
    ends_at = moment(label=_("Until (the port's time)"), required=False, help_text=_("Empty: until further notice."))
    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("Sent to every driver it concerns, and written into the record.")
    )

    def __init__(self, *args: Any, lanes: Sequence[Lane], yards: Sequence[Yard], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lanes = list(lanes)
        self.fields["lanes"].choices = [(lane.code, str(lane)) for lane in lanes]  # type: ignore[attr-defined]
        self.fields["yard"].choices = [(yard.code, yard.name) for yard in yards]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """This will add `lane_codes`: every lane that is shut."""
        said = super().clean()
        codes = self._codes(said)
        if said.get("scope") == ClosureScope.LANE and not codes:
            self.add_error("lanes", _("Tick at least one lane."))
        starts_at, ends_at = said.get("starts_at"), said.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("The end lies after the start."))
        if said["stages"] and not ends_at:
            self.add_error("stage_1_hours", _("Stages begin at the end: give an end first."))
        said.pop("lanes", None)
        said.pop("yard", None)
        return said | {"lane_codes": codes}

    def _codes(self, said: dict[str, Any]) -> list[str]:
        everything = [lane.code for lane in self._lanes]
        if said.get("scope") == ClosureScope.YARD:
            return [lane.code for lane in self._lanes if lane.yard.code == said.get("yard")]
        if said.get("scope") == ClosureScope.PORT:
            return everything
        chosen = list(said.get("lanes") or [])
        return chosen or (everything if said.get("scope") == ClosureScope.FAR_SIDE else [])


class Lifting(Reopening):
    """When it opens again, in which stages, and why."""

    ends_at = moment(label=_("Opens again (the port's time)"), required=False, help_text=_("Empty: at once."))
    reason = forms.CharField(label=_("Reason"), max_length=200)


class Rate(forms.Form):
    """What the far side accepts of a lane."""

    lane_code = forms.ChoiceField(label=_("Lane"))
    units_per_hour = forms.IntegerField(label=_("Vehicles an hour"), required=False, help_text=_("0: it takes nobody."))
    no_limit = forms.BooleanField(label=_("No limit is known any more"), required=False)
    valid_from = moment(label=_("Valid from (the port's time)"))
    note = forms.CharField(label=_("Who said so, and how"), max_length=200, required=False)

    def __init__(self, *args: Any, lanes: Sequence[Lane], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lane_code"].choices = [(lane.code, str(lane)) for lane in lanes]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A number that was forgotten must not lift the limit: that is said in words of its own."""
        said = super().clean() or {}
        if said.pop("no_limit", False) == (said.get("units_per_hour") is not None) and not self.has_error(
            "units_per_hour"
        ):
            self.add_error("units_per_hour", _("Give a number, or say that no limit is known: one of the two."))
        return said


class Answer(forms.Form):
    """A supervisor's answer to an appeal."""

    answer = forms.CharField(
        label=_("Answer and reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The driver reads it."),
    )
