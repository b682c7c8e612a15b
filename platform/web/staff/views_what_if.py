"""The dry run of a past round under other rules: what would have come out, beside what did. Nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reservations import queries
from reservations.models import Policy, Round
from reservations.models.policy import BOUNDS
from web.pages import page
from web.staff.pictures import Picture
from web.staff.views_console import rights

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
    asked: int
    placed_before: int
    placed_after: int

    @property
    def refused_before(self) -> int:
        return self.asked - self.placed_before

    @property
    def refused_after(self) -> int:
        return self.asked - self.placed_after

    @property
    def difference(self) -> int:
        return self.placed_after - self.placed_before


@dataclass(frozen=True)
class Answer:
    """What would have come out. Displacements are mean minutes from the preferred time, None where nobody was placed."""

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
    first = _round_of(rounds, request.GET.get("day", ""))
    asked = any(request.GET.get(name) for name in RULES)
    form = Question(request.GET if asked else None, rounds=rounds, initial=_initial(first))
    answer, status = None, 200
    if asked:
        answer = _answer(form, port, rounds) if form.is_valid() else None
        status = 200 if answer else 422
    context = {
        "port": port,
        "rights": rights(request, port.code),
        "form": form,
        "rounds": rounds,
        "answer": answer,
    }
    return render(request, "staff/what_if.html", context, status=status)


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
