"""Why somebody was called before me, in words: the answer to the oldest suspicion in every queue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reservations.queries.explain import Passing

RULES: dict[str, Promise] = {
    "class_pattern": _("it was the turn of another class"),
    "override": _("an exception, asked for with a reason and approved by a second person"),
    "after_missed": _("you had missed a call, so others went first"),
    "other_bay": _("only a bay that fits its vehicle, not yours, was free"),
    "offline": _("it was let in while the gate had no net"),
}


@dataclass(frozen=True)
class PassingLine:
    ticket: int
    at: datetime
    words: str | Promise
    reason: str


def passing_words(passing: Passing) -> PassingLine:
    """This will say by which rule a later vehicle was called first."""
    return PassingLine(passing.ticket, passing.at, RULES.get(passing.rule, passing.rule), passing.reason)
