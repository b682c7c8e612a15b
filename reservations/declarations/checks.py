"""The pre-check: everything that is wrong, missing or awaited in a declaration, as findings. PURE: no Django, no clock, no database.

content, mode, direction, documents ─► checks_*.py say what they found ─► the rules say how seriously it is taken
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from reservations.declarations import checks_cargo, checks_dangers, checks_goods, checks_papers, checks_transport
from reservations.declarations.checks_case import Case, Found
from reservations.declarations.checks_kinds import KINDS, Ruling
from reservations.declarations.content import Content

MOST_FINDINGS = 300  # what is wrong in two hundred lines alike is not read to its end
_PARTS = (checks_papers, checks_goods, checks_cargo, checks_dangers, checks_transport)


@dataclass(frozen=True)
class Finding:
    """`level`: error, waiting or warning. `code` is stable; `where` the field's address ("": the whole); `figures` fill the words."""

    level: str
    code: str
    where: str = ""
    figures: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {"level": self.level, "code": self.code, "where": self.where, "figures": dict(self.figures)}

    @classmethod
    def of_json(cls, row: Mapping[str, Any]) -> Finding:
        return cls(row["level"], row["code"], row["where"], row["figures"])


def check(
    content: Content,
    *,
    mode: str,
    direction: str,
    documents: Collection[str],
    rules: Mapping[str, Ruling],
    today: date,
    trips: int = 1,
) -> tuple[Finding, ...]:
    """This will return what is to be mended, then what is awaited, then what is only worth a look; each in the form's order.

    `documents`: the kinds of the files that are there. `rules`: what the port says of a check by its code (rules.py); a check that
    it does not name is taken as the check itself says. At most 300 findings.
    """
    case = Case(content, mode, direction, frozenset(documents), today, trips, rules)
    found = [finding for part in _PARTS for finding in _judged(part.look(case), rules)]
    order = ("error", "waiting", "warning")
    return tuple(sorted(found, key=lambda each: order.index(each.level))[:MOST_FINDINGS])


def state_for(findings: Iterable[Finding]) -> str:
    """This will return the state that findings leave a submitted declaration in; warnings never block."""
    levels = {finding.level for finding in findings}
    return "needs_fix" if "error" in levels else "submitted" if "waiting" in levels else "ready"


def _judged(found: Iterable[Found], rules: Mapping[str, Ruling]) -> Iterator[Finding]:
    for code, where, figures in found:
        level = level_of(code, rules, may_follow=bool(figures.get("may_follow")))
        if level != "off":
            yield Finding(level, code, where, {name: value for name, value in figures.items() if name != "may_follow"})


def level_of(code: str, rules: Mapping[str, Ruling], *, may_follow: bool = False) -> str:
    """This will return how seriously a check is taken: what is awaited from others stays waiting, however strict the rule."""
    own = KINDS[code].level
    level = rules[code].level if code in rules else own
    return "waiting" if level == "error" and (KINDS[code].is_awaited or may_follow) else level
