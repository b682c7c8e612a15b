"""What stands of a declaration in words: its three states and what the check found, for its declarant and for the port alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reservations.declarations.checks import Finding
from reservations.declarations.finding_words import words
from reservations.declarations.labels import label_of
from reservations.declarations.models import Declaration

#: What a list may be narrowed to → the states in it
SHOWN = {
    "fix": ("draft", "needs_fix"),
    "waiting": ("submitted",),
    "ready": ("ready",),
    "held": ("on_hold",),
    "ended": ("consumed", "withdrawn"),
}


@dataclass(frozen=True)
class Said:
    """One finding as it is read: what is wrong, why it matters, how it is mended, and where (`label` names the field)."""

    level: str
    code: str
    where: str
    label: str
    what: str
    why: str
    how: str


@dataclass(frozen=True)
class Standing:
    """Where a declaration stands. `shape`: its sign (templatetags/web.py); `tone`: good, bad, call or none."""

    code: str
    tone: str
    shape: str
    title: str
    lead: str


def said_of(declaration: Declaration) -> list[Said]:
    """This will return what the last check found, in words, what blocks first."""
    return [said(Finding.of_json(row)) for row in declaration.findings]


def said(finding: Finding) -> Said:
    told = words(finding)
    label = label_of(finding.where) if finding.where else ""
    return Said(finding.level, finding.code, finding.where, label, str(told.what), str(told.why), str(told.how))


def standing(declaration: Declaration) -> Standing:
    """This will say which of the three states holds (not executable, waiting, ready), or what stands above them."""
    counts = _counts(declaration.findings)
    match declaration.state:
        case "on_hold":
            return Standing("held", "bad", "closed", _("On hold"), _held(declaration))
        case "consumed":
            return Standing(
                "ended", "none", "done", _("Used up"), _("All its trips are made. Copy it for the next ones.")
            )
        case "withdrawn":
            return Standing("ended", "none", "none", _("Withdrawn"), _("It counts for nothing. Copy it to a new one."))
        case "draft":
            return _draft(counts)
        case "ready":
            return Standing("ready", "good", "open", _("Ready"), _trips(declaration))
        case "submitted":
            return Standing(
                "waiting", "call", "call", _("Waiting"), _("Nothing is left for you to do; this is awaited:")
            )
    return Standing("fix", "bad", "bad", _("Not executable"), _mend(counts["error"]))


def _draft(counts: dict[str, int]) -> Standing:
    if counts["error"]:
        return Standing("fix", "bad", "todo", _("Draft, not executable yet"), _mend(counts["error"]))
    lead = _("Nothing is left to be mended. Give it in, then it counts.")
    return Standing("fix", "call", "todo", _("Draft, complete"), lead)


def _mend(count: int) -> str:
    return ngettext("%(count)s item must be mended.", "%(count)s items must be mended.", count) % {"count": count}


def _held(declaration: Declaration) -> str:
    return _("The port or customs has put it on hold: %(reason)s") % {"reason": declaration.hold_reason}


def _trips(declaration: Declaration) -> str:
    left = declaration.trips - declaration.trips_made
    return ngettext("Good for %(count)s trip.", "Good for %(count)s trips.", left) % {"count": left}


def _counts(findings: Iterable[dict[str, Any]]) -> dict[str, int]:
    counts = {"error": 0, "waiting": 0, "warning": 0}
    for row in findings:
        counts[row["level"]] += 1
    return counts
