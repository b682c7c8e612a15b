"""The dry run of a past round under other rules: what would have come out, beside what did. Nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reservations import queries
from reservations.models import Policy, Round
from reservations.models.policy import BOUNDS
from web.pages import page
from web.staff.pictures import Picture, bars
from web.staff.views_console import rights
from web.words import queue_class
from yards.models import Port

VERB = "round.manage"
#: The rules that a past day can be drawn again with; how its requests were collected cannot be changed afterwards.
RULES = ("general_share_percent", "organisation_share_percent", "bundle_span_minutes")
DAYS = 60  # past rounds offered


class Question(forms.Form):
    """A past day and the figures to try on it; what is left empty stays as it was."""

    day = forms.ChoiceField(label=gettext_lazy("Past day"))

    def __init__(self, *args: Any, rounds: list[Round], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].choices = [(str(row.service_date), _of(row)) for row in rounds]  # type: ignore[attr-defined]
        for name in RULES:
            least, most = BOUNDS[name]
            label = Policy._meta.get_field(name).verbose_name  # type: ignore[union-attr]
            self.fields[name] = forms.IntegerField(label=label, min_value=least, max_value=most, required=False)

    def changes(self, policy: Policy) -> dict[str, int]:
        """This will return the figures that differ from the rules of the day."""
        asked = {name: self.cleaned_data.get(name) for name in RULES}
        return {name: value for name, value in asked.items() if value is not None and value != getattr(policy, name)}


@dataclass(frozen=True)
class Line:
    """One class before and after."""

    name: str
    placed_before: int
    placed_after: int
    refused_before: int
    refused_after: int

    @property
    def difference(self) -> int:
        return self.placed_after - self.placed_before


@dataclass(frozen=True)
class Answer:
    """What would have come out. Displacements are mean minutes from the preferred time, None where nobody was placed."""

    changes: dict[str, int]
    changed: int  # requests that would have got something else
    lines: list[Line]
    displacement_before_min: float | None
    displacement_after_min: float | None
    picture: Picture
    publish: str  # address of the rules' page with the figures filled in


@page(VERB)
def what_if(request: HttpRequest, port_code: str) -> HttpResponse:
    """Ask by address: so it can be sent to somebody, and going back keeps the figures."""
    port = queries.port_for(user=request.user, code=port_code, verb=VERB)
    rounds = list(Round.objects.filter(port=port, state="published").select_related("policy")[:DAYS])
    asked = any(request.GET.get(name) for name in RULES)
    first = _round_of(rounds, request.GET.get("day", ""))
    form = Question(request.GET if asked else None, rounds=rounds, initial=_initial(first))
    answer = _answer(form, port, rounds) if asked and form.is_valid() else None
    context = {
        "port": port,
        "rights": rights(request, port.code),
        "form": form,
        "rounds": rounds,
        "answer": answer,
    }
    return render(request, "staff/what_if.html", context, status=422 if asked and not answer else 200)


def _answer(form: Question, port: Port, rounds: list[Round]) -> Answer | None:
    row = _round_of(rounds, form.cleaned_data["day"])
    if row is None:
        return None
    changes = form.changes(row.policy)
    found = queries.what_if(port, row.service_date, changes)
    before, after = found["before"], found["after"]
    lines = [_line(code, before, after) for code in sorted({*_classes(before), *_classes(after)})]
    return Answer(
        changes,
        found["changed"],
        lines,
        before["mean_displacement_min"].get(""),
        after["mean_displacement_min"].get(""),
        _drawn(lines),
        f"{reverse('web:staff_policy_new', args=[port.code])}?{urlencode(changes)}",
    )


def _classes(figures: dict[str, Any]) -> set[str]:
    return {*figures["placed"], *figures["refused"]}


def _line(code: str, before: dict[str, Any], after: dict[str, Any]) -> Line:
    counts = [figures[what].get(code, 0) for what in ("placed", "refused") for figures in (before, after)]
    return Line(queue_class(code), *counts)


def _drawn(lines: list[Line]) -> Picture:
    series = [
        (_("Placed before"), [line.placed_before for line in lines]),
        (_("Placed after"), [line.placed_after for line in lines]),
        (_("Refused before"), [line.refused_before for line in lines]),
        (_("Refused after"), [line.refused_after for line in lines]),
    ]
    alt = _(
        "Placed and refused requests of each class, as it was and under the other rules; the table below has the figures."
    )
    return bars([line.name for line in lines], series, alt=alt, unit=_("requests"))


def _of(row: Round) -> str:
    return _("%(day)s: %(placed)s of %(asked)s placed") % {
        "day": row.service_date,
        "placed": row.placed,
        "asked": row.asked,
    }


def _round_of(rounds: list[Round], day: str) -> Round | None:
    return next((row for row in rounds if str(row.service_date) == day), rounds[0] if rounds else None)


def _initial(row: Round | None) -> dict[str, Any]:
    if row is None:
        return {}
    return {"day": str(row.service_date)} | {name: getattr(row.policy, name) for name in RULES}
