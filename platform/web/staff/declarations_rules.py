"""The rules of the pre-check as a port has them: every check, how seriously it is taken in a mode, and the form that changes one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.policy import may_at
from core.errors import NotFound
from reservations.declarations.check_labels import label_of_check
from reservations.declarations.checks import level_of
from reservations.declarations.checks_kinds import KINDS
from reservations.declarations.finding_words import WORDS
from reservations.declarations.models import Mode, Rule, RuleLevel
from reservations.declarations.operations import put_rule, remove_rule
from reservations.declarations.rules import narrowest, rules_for
from reservations.queries import port_for
from web.pages import form_page, page
from web.staff.acts import Ask, ask
from web.staff.pages import sent
from web.staff.rule_fields import fields_of, words_of
from web.staff.views_console import rights
from yards.models import Port

READ, CHANGE = "declaration.read", "declaration.rules"


@dataclass(frozen=True)
class Line:
    """One check: `label` names what it looks at, `level` as it applies in the mode, `is_own` when the port has a rule of its own for it."""

    code: str
    label: str
    what: str
    how: str
    level: str
    level_words: str
    figures: list[tuple[str, str]]
    is_own: bool


class Change(forms.Form):
    """How seriously, and by which figures."""

    level = forms.ChoiceField(
        label=gettext_lazy("How it is taken"), choices=RuleLevel.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, figures: Mapping[str, forms.Field], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._figures = figures
        self.fields.update(figures)

    def clean(self) -> dict[str, Any]:
        """This will leave the level, and as `figures` those that were filled in."""
        said = super().clean() or {}
        filled = {name: said[name] for name in self._figures if said.get(name) not in (None, "", [])}
        return {"level": said.get("level"), "figures": filled}


class Wider(forms.Form):
    """A button alone."""


@page(READ)
def rules(request: HttpRequest, port_code: str) -> HttpResponse:
    """Every check in one mode ("": whatever holds in all modes)."""
    port = port_for(user=request.user, code=port_code, verb=READ)
    mode = _mode(request)
    context = {
        "port": port,
        "rights": rights(request, port.code),
        "lines": _lines(port, mode),
        "mode": mode,
        "modes": [("", _("all modes")), *Mode.choices],
        "may_change": may_at(request.user, CHANGE, port.code),
    }
    return render(request, "staff/declaration_rules.html", context)


@form_page(CHANGE)
def change(request: HttpRequest, port_code: str, check_code: str) -> HttpResponse:
    """One check in one mode: stricter, milder, not asked, with other figures."""
    port, mode = port_for(user=request.user, code=port_code, verb=CHANGE), _mode(request)
    if check_code not in KINDS:
        raise NotFound(field="check_code")
    line = next(each for each in _lines(port, mode) if each.code == check_code)
    own = Rule.objects.filter(port=port, mode=mode, check_code=check_code).first()
    words = Ask(
        _("Rule of the pre-check"),
        _("Let it count"),
        lead=f"{line.label}: {line.what} {line.how}",
        facts=[
            (_("Mode"), Mode(mode).label if mode else _("all modes")),
            (_("Counts"), _("from the next check of each declaration on")),
        ],
        template="staff/declaration_rule.html",
        context={
            "port": port,
            "rights": rights(request, port.code),
            "own": own,
            "mode": mode,
            "check_code": check_code,
        },
    )

    def run(**inputs: Any) -> Rule:
        return put_rule(port_code=port.code, mode=mode, check_code=check_code, **inputs)

    initial = {"level": own.level, **own.figures} if own else {"level": line.level}
    fields = fields_of(check_code, _figures_elsewhere(port, mode, check_code))
    form = Change(sent(request), initial=initial, figures=fields)
    return ask(request, words, form=form, run=run, done=lambda _rule: _("The rule counts now."), back=_back(port, mode))


@form_page(CHANGE)
def remove(request: HttpRequest, port_code: str, check_code: str) -> HttpResponse:
    """The port's own rule goes; the wider one says again."""
    port, mode = port_for(user=request.user, code=port_code, verb=CHANGE), _mode(request)
    words = Ask(
        _("Drop this port's own rule"),
        _("Drop it"),
        lead=_("What holds elsewhere holds here again, from the next check of each declaration on."),
        context={"port": port, "rights": rights(request, port.code)},
    )

    def run(**by: Any) -> None:
        remove_rule(port_code=port.code, mode=mode, check_code=check_code, **by)

    if not Rule.objects.filter(port=port, mode=mode, check_code=check_code).exists():
        return redirect(_back(port, mode))
    form = Wider(sent(request))
    return ask(
        request, words, form=form, run=run, done=lambda _none: _("The wider rule holds."), back=_back(port, mode)
    )


def _lines(port: Port, mode: str) -> list[Line]:
    ruled = rules_for(port, mode)
    own = set(Rule.objects.filter(port=port, mode__in=["", mode]).values_list("check_code", flat=True))
    return [_line(code, ruled, code in own) for code in KINDS]


def _line(code: str, ruled: Any, is_own: bool) -> Line:
    level = ruled[code].level if code in ruled else KINDS[code].level
    shown = level_of(code, ruled)
    figures = {**KINDS[code].figures, **(ruled[code].figures if code in ruled else {})}
    words = WORDS.get(code)
    return Line(
        code,
        label_of_check(code),
        _open(str(words[0])) if words else code,
        _open(str(words[2])) if words else "",
        level,
        str(_("awaited from others") if shown == "waiting" else RuleLevel(level).label),
        words_of(code, figures),
        is_own,
    )


def _figures_elsewhere(port: Port, mode: str, check_code: str) -> Mapping[str, Any]:
    """What a rule of the port for the mode lies over."""
    at_hand = Rule.objects.filter(Q(port=port) | Q(port=None), mode__in=["", mode])
    wider = narrowest(mode, at_hand.exclude(port=port, mode=mode))
    return wider[check_code].figures if check_code in wider else {}


def _open(sentence: str) -> str:
    """A sentence of a finding without its figures."""
    return re.sub(r"%\(\w+\)s", "…", sentence).replace("%%", "%")


def _mode(request: HttpRequest) -> str:
    mode = request.GET.get("mode", "")
    return mode if mode in Mode.values else ""


def _back(port: Port, mode: str) -> str:
    return f"{reverse('web:staff_declaration_rules', args=[port.code])}?mode={mode}"
